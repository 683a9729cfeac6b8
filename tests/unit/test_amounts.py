"""What is below nothing: a minus for people, a hyphen for programs, wherever it is written."""

import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import cli
from app.books.table import Column, Table, as_csv, as_facts, as_lines, grouped
from app.money import fen, yuan
from app.texts import word
from app.texts.amounts import MINUS, count, exact_money, figure, in_yuan, money, share
from app.texts.figures import exact, scale
from app.web.filters import money_or_nothing, unbroken

APP = Path(cli.__file__).parents[1]
BELOW = st.integers(-(10**15), -1)
HYPHEN = "-"


@given(BELOW)
def test_people_read_a_minus_before_the_same_figures(amount: int) -> None:
    scaled = scale(-amount, "zh", money=True)
    ways = [money, figure, in_yuan, count, exact_money, share, money_or_nothing]
    ways += [scaled.written, scaled.about, lambda x: exact(x, is_money=False)]
    ways += [lambda x, kind=kind: grouped(x, kind) for kind in ("money", "count", "share")]
    for write in ways:
        assert write(amount) == MINUS + write(-amount)


@given(BELOW)
def test_programs_read_a_hyphen(amount: int) -> None:
    columns = [Column(("金额", "Amount"), "money"), Column(("人数", "Count"), "count")]
    columns += [Column(("占比", "Share"), "share")]
    table = Table(("表", "Table"), [], columns, [[amount] * 3])
    assert fen(yuan(amount)) == amount
    assert MINUS not in as_csv(table, "zh").decode() + str(as_facts(table))
    assert as_csv(table, "zh").decode().splitlines()[1].count(HYPHEN) == 3
    said = as_lines(table, "zh")[1]
    assert said.count(MINUS) == 3
    assert HYPHEN not in said


def test_a_sentence_has_it_too_and_keeps_it_with_its_amount() -> None:
    said = word("StatementSumWrong", "zh", wanted_fen=-5, found_fen=7)
    assert f"{MINUS}0.05 元" in said
    kept = unbroken(f"差 {money(-5)}。")
    assert kept == f'差 <span class="nowrap">{MINUS}¥0.05</span>。'


def test_one_place_decides() -> None:
    own = re.compile(r"""["']-["'] if |["']-¥|-\{(?:money|share|count|yuan)\(|\N{MINUS SIGN}\{""")
    apart = {"money.py", "audit/verify.py"}  # files and programs; the auditor's, which imports none
    found = {
        str(path.relative_to(APP)) for path in APP.rglob("*.py") if own.search(path.read_text())
    }
    assert found == apart


@pytest.mark.parametrize(("name", "said"), [("gbk", "-￥1"), ("cp437", "-¥1"), ("utf-8", None)])
def test_a_terminal_without_these_signs_gets_those_nearest(
    name: str, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding=name))
    assert cli.main(["--help"]) == 0
    print(f"{MINUS}¥1", flush=True)
    assert out.getvalue().decode(name).splitlines()[-1] == (said or f"{MINUS}¥1")
