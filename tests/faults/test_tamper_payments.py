"""Money out in a bundle: three people, two people's findings, heirs; forged, each is found."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.enrolment.fates import FateRow, import_fates
from app.payments.batch import Batch, prepare_batch
from app.payments.bring_back import propose_back
from app.payments.doubt import Says
from app.payments.heirs import approve_heir, propose_heir
from app.payments.resolve import approve_resolution, propose_resolution
from app.payments.returns import take_return
from app.payments.take_off import decide_line, undo_line
from tests.conftest import Database
from tests.db.bank import return_of
from tests.db.fund_year import Fund, bill, fund_year
from tests.db.suspense import in_suspense
from tests.factories import make_account, make_id
from tests.faults.forge import Bundle
from tests.faults.test_tamper import cell, fault_of, forged, holds_changed, put, where

YEAR = 2021
DAY = date(2022, 2, 20)


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("money_out")
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund = fund_year(session)
        doubts(fund)
        for year in (YEAR, YEAR + 1):
            make_bundle(session, year, folder / f"{year}.zip")
        session.rollback()
    return folder / "2021.zip"


def doubts(fund: Fund) -> None:
    """A batch confirmed by a third: one line unknown and found failed, one paid and found back,
    one of a member who died, for an heir."""
    session = fund.session
    fund.feed(*(bill(f"P{n}", who, "2021-11-02", "900.00") for n, who in enumerate((3, 6, 8))))
    died = FateRow(2, "", make_id(3), "died", date(2021, 11, 20))
    assert import_fates(session, [died], file_sha256="f", by=fund.second).died == 1
    [dead] = session.scalars(text("SELECT member_id FROM claim WHERE setl_id = 'P0'"))
    heir = {"name": "王平", "certno": make_id(700), "relation": "配偶"}
    propose_heir(session, dead, by=fund.clerk, account=make_account(700), papers="公证书", **heir)
    approve_heir(session, dead, by=fund.second)
    add_account(session, "looker", "丁", Role.AUDITOR, "correct horse battery", by=None)
    third = add_account(session, "third", "丙", Role.OFFICER, "correct horse battery", by=None)
    people = {"prepared_by": fund.clerk, "approved_by": fund.second, "third_by": third}
    batch = prepare_batch(session, YEAR, made_on=date(2022, 2, 1), **people)
    lines = session.execute(
        text("SELECT line, amount_fen FROM payment WHERE batch_id = :b ORDER BY line"),
        {"b": batch.id},
    ).all()
    said = ["unknown", "paid", *["paid"] * len(lines)]
    answers = [(line, fen, said[n]) for n, (line, fen) in enumerate(lines)]
    take_return(
        session, return_of(batch.number, "plain", answers, day="2022-02-03"), by=fund.second
    )
    back = [(2, lines[1][1], "failed")]
    take_return(session, return_of(batch.number, "plain", back, day="2022-02-09"), by=third)
    for line in (1, 2):
        found(session, batch.number, line, "failed", fund.clerk, third)
    back_on = in_suspense(session, fund.clerk, DAY, lines[2].amount_fen)
    found(session, batch.number, 3, "failed", fund.clerk, third, line_id=back_on)
    _sent_again_and_corrected(fund, batch, third)
    _several_back(fund, third)


def _several_back(fund: Fund, third: int) -> None:
    """Two of a batch fail, and the bank brings both back by one line; the first such line was
    another's money, as two found out."""
    session = fund.session
    fund.feed(*(bill(f"Q{n}", who, "2021-11-03", "700.00") for n, who in enumerate((6, 8))))
    people = {"prepared_by": fund.clerk, "approved_by": fund.second, "third_by": third}
    batch = prepare_batch(session, YEAR, made_on=date(2022, 2, 10), **people)
    rows = session.execute(
        text("SELECT line, amount_fen, id FROM payment WHERE batch_id = :b ORDER BY line"),
        {"b": batch.id},
    ).all()
    answers = [(line, fen, "failed") for line, fen, _ in rows]
    take_return(
        session, return_of(batch.number, "plain", answers, day="2022-02-11"), by=fund.second
    )
    for first in (True, False):
        line = in_suspense(session, fund.clerk, DAY, batch.total_fen)
        propose_back(session, line, [x.id for x in rows], by=fund.clerk)
        decide_line(session, line, by=third)
        if first:
            undo_line(session, line, proposed_by=fund.clerk, by=third, on=DAY)


def found(
    session: Session, batch: str, line: int, says: Says, one: int, other: int, **more: int
) -> None:
    propose_resolution(session, batch, line, says, DAY, "流水", by=one, **more)
    approve_resolution(session, batch, line, by=other)


def _sent_again_and_corrected(fund: Fund, batch: Batch, third: int) -> None:
    """The second line's money leaves again and arrives; then both the first had arrived, too."""
    session = fund.session
    fund.new_cards(
        [
            session.scalar(
                text("SELECT member_id FROM payment WHERE batch_id = :b AND line = 2"),
                {"b": batch.id},
            )
        ]
    )
    fund.pay(YEAR, DAY)
    for line in (1, 2):
        found(session, batch.number, line, "paid", fund.clerk, third)


def test_it_holds_as_it_is(made: Path) -> None:
    for path in (made, made.with_name("2022.zip")):
        assert verify.examine(str(path))["fault"] is None
    bundle = Bundle(made)
    for table, rows in (("payment_resolution", 11), ("heir", 1)):
        assert len(bundle.table(table)) == rows + 1


def logged(bundle: Bundle, act: str, **changed: str) -> None:
    """The log says it, too."""
    events = bundle.table("event")
    for row in range(1, len(events)):
        if cell(events, row, "act") == act:
            facts = json.loads(cell(events, row, "facts"))
            for name, value in changed.items():
                if name == "by":
                    put(events, row, "by", value)
                elif name in facts:
                    facts[name] = value
            put(events, row, "facts", json.dumps(facts, ensure_ascii=False))
    bundle.put("event", events)


def no_third(bundle: Bundle) -> str:
    batches = bundle.table("payment_batch")
    last = len(batches) - 1
    put(batches, last, "third_by", "")
    put(batches, last, "total_over_fen", "1")
    bundle.put("payment_batch", batches)
    return "no_third"


def no_third_for_a_line(bundle: Bundle) -> str:
    batches = bundle.table("payment_batch")
    last = len(batches) - 1
    put(batches, last, "third_by", "")
    put(batches, last, "line_over_fen", "1")
    bundle.put("payment_batch", batches)
    return "no_third"


def the_third_is_the_second(bundle: Bundle) -> str:
    batches = bundle.table("payment_batch")
    last = len(batches) - 1
    put(batches, last, "third_by", cell(batches, last, "approved_by"))
    bundle.put("payment_batch", batches)
    logged(bundle, "payments.confirmed", by=cell(batches, last, "approved_by"))
    return "same_person"


def one_person_found(bundle: Bundle) -> str:
    found = bundle.table("payment_resolution")
    put(found, 1, "decided_by", cell(found, 1, "approved_by"))
    bundle.put("payment_resolution", found)
    return "same_person"


def nobody_found(bundle: Bundle) -> str:
    found = bundle.table("payment_resolution")
    del found[1]
    bundle.put("payment_resolution", found)
    return "differs"  # by whom the move was made


def found_otherwise(bundle: Bundle) -> str:
    found = bundle.table("payment_resolution")
    put(found, 2, "says", "paid")
    bundle.put("payment_resolution", found)
    return ""


def _word_of(bundle: Bundle, **wanted: str) -> int:
    """The last such word, and the words."""
    found = bundle.table("payment_resolution")
    return max(
        row
        for row in range(1, len(found))
        if all((cell(found, row, x) != "") is (y == "yes") for x, y in wanted.items())
    )


def came_back_with_another(bundle: Bundle) -> str:
    """One of two that a line brought back is not among them any more."""
    found = bundle.table("payment_resolution")
    row = _word_of(bundle, together_id="yes")
    put(found, row, "together_id", "")
    put(found, row, "line_id", "")
    bundle.put("payment_resolution", found)
    return "differs"


def taken_off_alone(bundle: Bundle) -> str:
    """The line waits again, and one of its payments rests on it still."""
    found = bundle.table("payment_resolution")
    row = _word_of(bundle, undoes_id="yes")
    put(found, row, "undoes_id", "")
    bundle.put("payment_resolution", found)
    return "differs"


def taken_off_otherwise(bundle: Bundle) -> str:
    found = bundle.table("payment_resolution")
    put(found, _word_of(bundle, undoes_id="yes"), "says", "paid")
    bundle.put("payment_resolution", found)
    logged(bundle, "payments.resolved", says="paid")
    return ""


def one_person_named_the_heir(bundle: Bundle) -> str:
    heirs = bundle.table("heir")
    put(heirs, 1, "approved_by", cell(heirs, 1, "proposed_by"))
    bundle.put("heir", heirs)
    logged(bundle, "heir.named", by=cell(heirs, 1, "proposed_by"))
    return "same_person"


def an_heir_nobody_named(bundle: Bundle) -> str:
    heirs = bundle.table("heir")
    del heirs[1]
    bundle.put("heir", heirs)
    return "foreign_key"


def the_heir_of_another(bundle: Bundle) -> str:
    payments = bundle.table("payment")
    heir = next(
        cell(payments, row, "heir_id")
        for row in range(1, len(payments))
        if cell(payments, row, "heir_id")
    )
    put(payments, where(payments, heir_id=""), "heir_id", heir)
    bundle.put("payment", payments)
    return "value"


def the_dead_are_paid(bundle: Bundle) -> str:
    payments = bundle.table("payment")
    for row in range(1, len(payments)):
        put(payments, row, "heir_id", "")
    bundle.put("payment", payments)
    fates = bundle.table("member_fate")  # all of this fund happened in one moment
    put(fates, 1, "recorded_at", "2021-11-21T00:00:00.000000Z")
    bundle.put("member_fate", fates)
    return "no_heir"


def an_heir_of_somebody_who_lives(bundle: Bundle) -> str:
    fates = bundle.table("member_fate")
    del fates[1]
    bundle.put("member_fate", fates)
    return ""  # the cover that ended with the death is what is found first


def a_death_that_an_auditor_recorded(bundle: Bundle) -> str:
    return _said_by(bundle, "auditor", "no_officer")


def a_death_that_another_recorded(bundle: Bundle) -> str:
    return _said_by(bundle, "officer", "no_event")


def _said_by(bundle: Bundle, role: str, check: str) -> str:
    fates, staff = bundle.table("member_fate"), bundle.table("staff")
    said = cell(fates, 1, "by")
    others = range(1, len(staff))
    put(
        fates,
        1,
        "by",
        next(
            cell(staff, x, "staff")
            for x in others
            if cell(staff, x, "staff") != said and cell(staff, x, "role") == role
        ),
    )
    bundle.put("member_fate", fates)
    return check


@pytest.mark.parametrize(
    "forge",
    [
        the_dead_are_paid,
        an_heir_of_somebody_who_lives,
        a_death_that_an_auditor_recorded,
        a_death_that_another_recorded,
        no_third,
        no_third_for_a_line,
        the_third_is_the_second,
        one_person_found,
        nobody_found,
        found_otherwise,
        came_back_with_another,
        taken_off_alone,
        taken_off_otherwise,
        one_person_named_the_heir,
        an_heir_nobody_named,
        the_heir_of_another,
    ],
)
def test_a_forged_one_is_found(made: Path, tmp_path: Path, forge: Callable[[Bundle], str]) -> None:
    bundle = Bundle(made)
    wanted = forge(bundle)
    fault = fault_of(forged(bundle, tmp_path))
    assert fault.check == wanted or not wanted


OURS = ("payment_resolution", "line_resolution", "statement_line")
FREE = {(name, "recorded_at") for name in OURS}
ELSEWHERE = {
    YEAR: {("line_resolution", "resolution_id"), ("line_resolution", "on_day")},
    YEAR + 1: {("line_resolution", "payment_resolution_id")},
}
"""When it left suspense, the bundle of the bank's year decides; which payment it was, this one."""


@pytest.mark.parametrize("year", [YEAR, YEAR + 1])
def test_a_changed_cell_of_what_was_found_is_found(made: Path, tmp_path: Path, year: int) -> None:
    bundle = Bundle(made.with_name(f"{year}.zip"))
    missed = {
        (name, field)
        for name in OURS
        for field in verify.TABLES[name].columns
        for row in range(1, len(bundle.table(name)))
        if holds_changed(bundle, tmp_path, name, field, row)
    }
    assert missed <= FREE | ELSEWHERE[year]
