"""Bad inputs 69 to 79 as answers of the bank, typed at the command line, each with its number.

A line that cannot be believed moves nothing and is listed, exit 1; a file that does not add up, or
that answers no batch of ours, is refused as a whole, exit 2.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.secrets import Keys, set_keys
from tests.db.payables import PAID_ON, Payables, assert_ties, send
from tests.factories import return_file
from tests.faults.typed_in import Answer, typing

PAID = (1, "100.00", "成功", PAID_ON)
Answered = Callable[[bytes], Answer]


class Sent:
    """A batch of two payments, 100.00 and 50.00, at the bank; committed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.fund = Payables(session)
        self.claims = [self.fund.claim(self.fund.member(), fen) for fen in (10_000, 5_000)]
        self.batch = send(self.fund).number
        session.commit()

    def states(self) -> list[str]:
        self.session.rollback()
        return [self.fund.state(claim) for claim in self.claims]

    def rows(self) -> list[int]:
        """How much has been written of the bank's answers."""
        self.session.rollback()
        tables = ("bank_return", "payment_outcome", "return_held", "entry", "claim_move", "event")
        return [self.session.scalar(text(f"SELECT count(*) FROM {x}")) or 0 for x in tables]


@pytest.fixture
def sent(database) -> Iterable[Sent]:
    settings = database.settings
    set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
    with Session(database.engine) as session:
        yield (made := Sent(session))
        made.session.rollback()
        assert_ties(session)


@pytest.fixture
def answered(database, tmp_path: Path, monkeypatch, capsys) -> Answered:
    """Type `huzhu payments import-return`; the exit code and the facts."""
    huzhu = typing(database, monkeypatch, capsys)

    def run(content: bytes) -> Answer:
        file = tmp_path / "return.csv"
        file.write_bytes(content)
        return huzhu("payments", "import-return", str(file), "--by", "third")

    return run


def adds_up(told: dict[str, Any]) -> bool:
    return told["lines"] == sum(
        told[kind] for kind in ("paid", "failed", "unchanged", "held", "refused")
    )


def reasons(told: dict[str, Any]) -> list[str]:
    assert all(x["message"] for x in told["listed"])
    return [x["reason"] for x in told["listed"]]


def test_69_the_same_twice_changes_nothing(sent, answered):
    content = return_file(sent.batch, [PAID, (2, "50.00", "失败", PAID_ON)])
    assert answered(content).code == 0
    before = sent.rows()
    code, told = answered(content)
    assert (code, told["unchanged"], adds_up(told)) == (0, 2, True)
    assert sent.rows() == before
    assert sent.states() == ["paid", "card_wanted"]


def test_70_another_amount_than_was_sent_moves_nothing_and_is_held(sent, answered):
    code, told = answered(return_file(sent.batch, [(1, "100.01", "成功", PAID_ON)]))
    assert (code, told["held"], told["paid"], adds_up(told)) == (1, 1, 0, True)
    assert reasons(told) == ["amount_differs"]
    assert sent.states() == ["sent", "sent"]


def test_71_an_unknown_line_is_listed(sent, answered):
    code, told = answered(return_file(sent.batch, [PAID, (7, "100.00", "成功", PAID_ON)]))
    assert (code, told["paid"], told["refused"], adds_up(told)) == (1, 1, 1, True)
    assert reasons(told) == ["unknown_line"]
    assert sent.states() == ["paid", "sent"]


def test_72_paid_then_failed_is_held(sent, answered):
    answered(return_file(sent.batch, [PAID]))
    code, told = answered(return_file(sent.batch, [(1, "100.00", "失败", "2024-03-06", "退票")]))
    assert (code, told["held"], told["failed"], adds_up(told)) == (1, 1, 0, True)
    assert reasons(told) == ["paid_then_failed"]
    assert sent.states() == ["paid", "sent"]


def test_73_a_line_twice_counts_neither_time(sent, answered):
    lines = [PAID, (1, "100.00", "失败", PAID_ON), (2, "50.00", "成功", PAID_ON)]
    code, told = answered(return_file(sent.batch, lines))
    assert (code, told["paid"], told["refused"], adds_up(told)) == (1, 1, 2, True)
    assert reasons(told) == ["ReturnLineTwice", "ReturnLineTwice"]
    assert sent.states() == ["sent", "paid"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"total": "100.01"}, "ReturnTotalWrong"),
        ({"total": "1e2"}, "ReturnTotalUnproven"),
        ({"count": 2}, "ReturnCountWrong"),
    ],
)
def test_74_a_total_that_is_not_the_sum_refuses_the_whole_file(sent, answered, wrong, error):
    before = sent.rows()
    code, told = answered(return_file(sent.batch, [PAID], **wrong))
    assert (code, told["error"]) == (2, error)
    assert sent.rows() == before
    assert sent.states() == ["sent", "sent"]


@pytest.mark.parametrize(
    ("batch", "error"),
    [
        ("P2024-0999", "NoSuchBatch"),
        ("P9999-0001", "NoSuchBatch"),
        ("=1+1", "ReturnBatchMissing"),
        ("", "ReturnBatchMissing"),
        ("P2024-" + "9" * 400, "NoSuchBatch"),
    ],
)
def test_75_an_answer_to_another_batch_is_refused(sent, answered, batch, error):
    before = sent.rows()
    code, told = answered(return_file(batch, [PAID]))
    assert (code, told["error"]) == (2, error)
    assert sent.rows() == before


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-8"])
def test_76_gbk_and_a_byte_order_mark_are_read(sent, answered, encoding):
    lines = [PAID, (2, "50.00", "失败", PAID_ON, "账号户名不符")]
    code, told = answered(return_file(sent.batch, lines, encoding=encoding))
    assert (code, told["paid"], told["failed"], adds_up(told)) == (0, 1, 1, True)
    sent.session.rollback()
    kept = sent.session.scalars(text("SELECT reason FROM payment_outcome ORDER BY 1")).all()
    assert kept == ["", "账号户名不符"]


def test_77_without_its_trailer_or_cut_off_anywhere_a_file_is_refused(sent, answered):
    before = sent.rows()
    assert answered(return_file(sent.batch, [PAID], trailer=False)).code == 2
    content = return_file(sent.batch, [PAID, (2, "50.00", "成功", PAID_ON)]).rstrip(b"\r\n")
    for end in range(0, len(content) - 1, 13):
        code, told = answered(content[:end])
        assert (code, "error" in told) == (2, True), end
    assert sent.rows() == before


def test_78_an_older_answer_after_a_newer_one_is_listed_and_the_newer_stands(sent, answered):
    answered(return_file(sent.batch, [PAID]))
    code, told = answered(return_file(sent.batch, [(1, "100.00", "失败", "2024-03-04")]))
    assert (code, reasons(told), adds_up(told)) == (1, ["older_answer"], True)
    assert sent.states() == ["paid", "sent"]


def test_79_a_formula_is_refused_at_its_line_and_never_computed(sent, answered):
    lines = [
        (1, "100.00", "失败", PAID_ON, '=HYPERLINK("http://x")'),
        (2, "50.00", "=1+1", PAID_ON),
    ]
    code, told = answered(return_file(sent.batch, lines))
    assert (code, told["refused"], adds_up(told)) == (1, 2, True)
    assert reasons(told) == ["ReturnFormula", "ReturnOutcomeUnknown"]
    code, told = answered(return_file(sent.batch, [(1, "=100", "成功", PAID_ON)], total="100.00"))
    assert (code, told["error"]) == (2, "ReturnTotalUnproven")
    assert sent.states() == ["sent", "sent"]
