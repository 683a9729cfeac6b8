"""10,000 damaged answers of the bank: no error, no line lost, and no fen moved that was not sent.

HUZHU_LONG=1 runs the long form. Each file is taken by the domain in a savepoint; some are typed at
the command line besides.
"""

import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import FileFault, Refusal
from app.payments.batch import NoSuchBatch
from app.payments.returns import Returned, take_return
from app.secrets import Keys, set_keys
from app.texts import say
from tests.db.payables import PAID_ON, Payables, assert_ties, send, tied_fund
from tests.faults.damage import ENCODINGS, HARMFUL, READABLE, encoded, hit, spoil
from tests.faults.typed_in import typing

LONG = os.environ.get("HUZHU_LONG") == "1"
FILES, TYPED = (10_000, 500) if LONG else (250, 8)
AMOUNTS = [100_00, 50_00, 33_33, 1, 99_999_99, 7_05]
HEADINGS = ["序号", "金额", "结果", "入账日期", "原因", "账号", "备注"]
PLAIN = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,18})?")
SEEN: Counter[str] = Counter()
EACH = settings(
    max_examples=FILES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@dataclass
class Made:
    """A file; `said`: what intact lines say, by number. `damaged`: it may be refused as a whole."""

    content: bytes
    lines: int
    said: dict[int, str]
    damaged: bool


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def made_by(chance: random.Random, batch: str) -> Made:
    """The bank's answer to the batch of AMOUNTS, damaged in some way or not at all."""
    order = chance.sample(range(len(HEADINGS)), len(HEADINGS))
    if chance.random() < 0.7:
        order = list(range(len(HEADINGS)))
    lines: list[list[str]] = []
    said: dict[int, str] = {}
    for number in chance.sample(range(1, 7), chance.randint(1, 6)):
        outcome = chance.choice(("成功", "成功", "失败"))
        plain = [f"{number}", yuan(AMOUNTS[number - 1]), outcome, PAID_ON, "", "", ""]
        row = [plain[place] for place in order]
        spoilt = spoil(chance, row) if chance.random() < 0.3 else row
        lines.append(spoilt)
        if spoilt is row:
            said[number] = "paid" if outcome == "成功" else "failed"
        if chance.random() < 0.05:
            lines.append(row)
            said.pop(number, None)
    total, whole = total_of(lines, order.index(1))
    rows = [["批次号", batch], [HEADINGS[x] for x in order], *lines]
    rows.append(["合计", f"{sum(any(x.strip() for x in row) for row in lines)}", f"{total}"])
    encoding = chance.choice(ENCODINGS)
    content = encoded(rows, encoding)
    damaged = not whole or encoding not in READABLE or named_again(lines, order.index(0))
    if chance.random() < 0.3:
        content, damaged = hit(chance, content), True
    count = sum(any(x.strip() for x in row) for row in lines)
    return Made(content, count, said, damaged)


def total_of(lines: list[list[str]], place: int) -> tuple[Decimal, bool]:
    """The sum of the amounts, and whether every line has one and nothing harms the file."""
    cells = [row[place].strip() if place < len(row) else "" for row in lines]
    plain = [cell for cell in cells if PLAIN.fullmatch(cell)]
    harmed = any(cell in HARMFUL for row in lines for cell in row)
    return sum(map(Decimal, plain), Decimal(0)), len(plain) == len(cells) and not harmed


def named_again(lines: list[list[str]], place: int) -> bool:
    """Whether a spoilt line may have taken another line's number."""
    numbers = [row[place].strip() for row in lines if place < len(row)]
    return len(set(numbers)) < len(numbers)


def adds_up(told: Any) -> bool:
    kinds = ("paid", "failed", "unchanged", "held", "refused")
    return told("lines") == sum(told(kind) for kind in kinds)


@pytest.fixture
def fund(session: Session):
    yield from tied_fund(session)


def batch_of(fund: Payables) -> str:
    for fen in AMOUNTS:
        fund.claim(fund.member(), fen)
    return send(fund).number


def test_a_damaged_answer_loses_no_line_and_moves_no_wrong_fen(fund):
    session, batch = fund.session, batch_of(fund)

    @EACH
    @given(seed=st.integers(0, 2**64))
    def take(seed: int) -> None:
        made = made_by(random.Random(seed), batch)  # noqa: S311 - a function of the seed
        savepoint = session.begin_nested()
        try:
            take_one(fund, made)
        finally:
            savepoint.rollback()
            session.expire_all()

    take()
    print(dict(SEEN))
    assert SEEN["files"] >= FILES
    assert min(SEEN["taken"], SEEN["refused whole"], SEEN["intact"]) > FILES // 20


def take_one(fund: Payables, made: Made) -> None:
    SEEN["files"] += 1
    returned = taken_or_refused(fund, made)
    if returned is None:
        SEEN["refused whole"] += 1
        return
    SEEN["taken"] += 1
    SEEN["lines"] += returned.lines
    SEEN["lines refused"] += returned.refused + returned.held
    assert adds_up(lambda name: getattr(returned, name))
    assert all(say(x, lang) for x in returned.listed for lang in ("zh", "en"))
    outcomes = {row.line: (row.outcome, row.amount_fen) for row in fund.session.execute(ANSWERED)}
    assert returned.paid_fen == sum(fen for said, fen in outcomes.values() if said == "paid")
    assert all(fen == AMOUNTS[line - 1] for line, (_, fen) in outcomes.items())
    if not made.damaged:
        assert returned.lines == made.lines
        SEEN["intact"] += len(made.said)
        assert {line: outcomes[line][0] for line in made.said} == made.said
    if SEEN["taken"] % 10 == 0:
        assert_ties(fund.session)


def taken_or_refused(fund: Payables, made: Made) -> Returned | None:
    """What was taken; None where the file is refused as a whole, with a sentence."""
    try:
        return take_return(fund.session, made.content, by=fund.third)
    except (FileFault, NoSuchBatch) as refused:
        fault: Refusal = refused
    assert made.damaged, fault
    assert all(say(fault, lang) for lang in ("zh", "en"))
    return None


ANSWERED = text(
    "SELECT p.line, o.outcome, p.amount_fen FROM payment p"
    " JOIN payment_outcome o USING (member_id, grant_no, attempt)"
)


def test_a_damaged_answer_gets_an_answer_at_the_command_line(
    database, tmp_path, monkeypatch, capsys
):
    keys = database.settings
    set_keys(Keys(keys.encryption_key, keys.index_key, keys.pseudonym_key))
    with Session(database.engine) as session, session.begin():
        batch = batch_of(Payables(session))
    huzhu = typing(database, monkeypatch, capsys)
    file = tmp_path / "return.csv"
    codes = Counter[int]()
    for seed in range(TYPED):
        made = made_by(random.Random(seed), batch)  # noqa: S311
        file.write_bytes(made.content)
        code, told = huzhu("payments", "import-return", str(file), "--by", "third")
        codes[code] += 1
        if code == 2:
            assert made.damaged
            assert told["message"]
        else:
            assert adds_up(told.get)
    print(dict(codes))
    assert sum(codes.values()) == TYPED
    with Session(database.engine) as session:
        assert_ties(session)
