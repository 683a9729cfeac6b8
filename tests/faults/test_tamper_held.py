"""What people decide of held claims, and money that comes back: forged, it is found."""

import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.adjudication.replay import replay
from app.audit import ask, verify
from app.audit.make import make_bundle
from app.payments.due import expense_off_fen, untied
from tests.conftest import Database
from tests.db.held_year import held_year
from tests.faults.forge import Bundle, Table
from tests.faults.test_tamper import cell, fault_of, forged, holds_changed, put, where

OURS = (
    *("injury_statement", "held_decision", "recovery", "recovery_receipt"),
    *("recovery_write_off", "repayment", "write_off", "set_off"),
)
FREE = {
    *((name, "recorded_at") for name in OURS),
    *(("recovery_receipt", "reference"), ("repayment", "reference")),
    *(("injury_statement", "seq"), ("injury_statement", "apart")),
}
"""What nothing else in the bundle contradicts."""


@pytest.fixture(scope="module")
def whole(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("held") / "2021.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        held_year(session)
        for year in (2021, 2022):
            assert replay(session, year).differences == []
            assert untied(session, year) == []
            assert expense_off_fen(session, year) == 0
        make_bundle(session, 2022, path.with_name("2022.zip"))
        make_bundle(session, 2021, path)
        session.rollback()
    return path


@pytest.fixture
def bundle(whole: Path) -> Bundle:
    return Bundle(whole)


def test_the_years_hold_and_have_everything_in_them(whole: Path, bundle: Bundle) -> None:
    for path in (whole, whole.with_name("2022.zip")):
        assert verify.examine(str(path))["fault"] is None
    for name in OURS:
        assert len(bundle.table(name)) > 1, name


def test_what_others_owe_is_asked_for_too(whole: Path, tmp_path: Path) -> None:
    """Question 16, beside the account: one claim's recovery is open, others are not."""
    with zipfile.ZipFile(whole) as packed, pytest.MonkeyPatch.context() as patch:
        packed.extractall(tmp_path)
        patch.setattr(ask, "HERE", str(tmp_path))
        made = ask.loaded(2021)
        asked = {number: asks for number, _, asks in ask.questions()}
        _, rows = ask.answered(made, asked[16], 2021)
        _, balances = ask.answered(
            made,
            "SELECT account, sum(amount_fen) FROM posting WHERE account IN"
            " ('1201', '1202', '2001', '2002') GROUP BY 1 HAVING sum(amount_fen) <> 0 ORDER BY 1",
            2021,
        )
    assert [(account, fen) for account, _, fen in rows] == [tuple(row) for row in balances]
    assert "1202" in dict(balances)


def test_every_changed_cell_is_found(bundle: Bundle, tmp_path: Path) -> None:
    missed: Counter[tuple[str, str]] = Counter()
    tried = 0
    for name in OURS:
        for field in verify.TABLES[name].columns:
            for row in range(1, len(bundle.table(name))):
                tried += 1
                missed[name, field] += holds_changed(bundle, tmp_path, name, field, row)
    print(f"{tried} changed cells, not found: {dict(+missed)}")
    assert set(+missed) <= FREE


LATER = ("line_resolution", "statement_line", "recovery_receipt", "repayment")
"""What the bundle of the bank's year decides."""


def test_what_left_suspense_rests_on_lines_of_the_banks_year(whole: Path, tmp_path: Path) -> None:
    bundle = Bundle(whole.with_name("2022.zip"))
    free = {
        *FREE,
        *((name, "recorded_at") for name in LATER),
        ("repayment", "grant_no"),
        ("repayment", "member"),
    }
    missed = {
        (name, field)
        for name in LATER
        for field in verify.TABLES[name].columns
        for row in range(1, len(bundle.table(name)))
        if holds_changed(bundle, tmp_path, name, field, row)
    }
    assert missed <= free
    for name in LATER:
        head, *rows = bundle.table(name)
        assert len(rows) == 2 - (name in ("recovery_receipt", "repayment"))
        for place in range(len(rows)):
            copy = bundle.copy()
            copy.put(name, [head, *rows[:place], *rows[place + 1 :]])
            assert fault_of(forged(copy, tmp_path)), (name, place)


def test_a_line_that_brings_two_repayments_is_found(whole: Path, tmp_path: Path) -> None:
    """One line's word names what another line brought: both would be of one."""
    bundle = Bundle(whole.with_name("2022.zip"))
    said = bundle.table("line_resolution")
    one, other = where(said, act="recovery"), where(said, act="repayment")
    for field in ("act", "recovery_receipt_id", "repayment_id"):
        put(said, other, field, cell(said, one, field))
    bundle.put("line_resolution", said)
    assert fault_of(forged(bundle, tmp_path))


def test_every_dropped_row_is_found(bundle: Bundle, tmp_path: Path) -> None:
    for name in OURS:
        head, *rows = bundle.table(name)
        for place in range(len(rows)):
            copy = bundle.copy()
            copy.put(name, [head, *rows[:place], *rows[place + 1 :]])
            assert fault_of(forged(copy, tmp_path)), (name, place)


def test_one_person_who_decides_alone_is_found(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("held_decision", "recovery", "recovery_write_off", "write_off", "set_off"):
        copy, table = bundle.copy(), bundle.table(name)
        put(table, 1, "prepared_by", cell(table, 1, "approved_by"))
        copy.put(name, table)
        assert fault_of(forged(copy, tmp_path)).check == "same_person"


def test_a_reviewer_who_wrote_down_what_was_said_of_the_injury_is_found(
    bundle: Bundle, tmp_path: Path
) -> None:
    """Unless the statement is older than the rule."""
    reviews, statements = bundle.table("review"), bundle.table("injury_statement")
    at = where(reviews, stage="first")
    statements.append([*statements[1]])
    for name in ("claim_id", "member", "by", "recorded_at"):
        put(statements, -1, name, cell(reviews, at, name))
    added, place = statements[-1], statements[0].index("claim_id")
    for apart, check in (("true", "filer_confirms"), ("false", "no_event")):
        copy = bundle.copy()
        added[statements[0].index("apart")] = apart
        rows = sorted(statements[1:], key=lambda row: int(row[place]))
        copy.put("injury_statement", [statements[0], *rows])
        assert fault_of(forged(copy, tmp_path)).check == check


def test_what_an_operator_approved_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """One proposed how a claim is decided; that holds."""
    staff, decisions = bundle.table("staff"), bundle.table("held_decision")
    operator = cell(staff, where(staff, role="operator"), "staff")
    at = where(decisions, prepared_by=operator)
    put(decisions, at, "prepared_by", cell(decisions, at, "approved_by"))
    put(decisions, at, "approved_by", operator)
    bundle.put("held_decision", decisions)
    assert fault_of(forged(bundle, tmp_path)).check == "no_officer"


def test_an_injury_paid_without_the_members_word_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """The statement is gone from table and log."""
    statements, events = bundle.table("injury_statement"), bundle.table("event")
    del statements[1]
    del events[where(events, act="injury.stated")]
    bundle.put("injury_statement", statements)
    bundle.put("event", events)
    assert fault_of(forged(bundle, tmp_path)).check == "unstated"


def undo_of(bundle: Bundle) -> tuple[Table, int, Table, int]:
    """The decision that undid an approved filing, and the row of the filing undone by its run."""
    decisions, undone = bundle.table("held_decision"), bundle.table("undone_filing")
    at = where(decisions, what="undo")
    return decisions, at, undone, where(undone, run_id=cell(decisions, at, "run_id"))


def test_an_approved_filing_that_one_person_took_back_is_found(
    bundle: Bundle, tmp_path: Path
) -> None:
    """Alone or under two accounts, in every table at once; and without the decision."""
    decisions, at, undone, row = undo_of(bundle)
    events = bundle.table("event")
    told = where(events, act="claim.decided", about=cell(decisions, at, "decision_no"))
    alone = bundle.copy()
    forgery = [[*each] for each in decisions]
    put(forgery, at, "prepared_by", cell(decisions, at, "approved_by"))
    alone.put("held_decision", forgery)
    assert fault_of(forged(alone, tmp_path)).check == "same_person"
    without = bundle.copy()
    without.put("held_decision", [*decisions[:at], *decisions[at + 1 :]])
    without.put("event", [*events[:told], *events[told + 1 :]])
    assert fault_of(forged(without, tmp_path)).check == "undone"
    runs = bundle.table("run")
    by_hand = without.copy()
    put(runs, where(runs, run_id=cell(undone, row, "run_id")), "kind", "hand")
    by_hand.put("run", runs)
    assert fault_of(forged(by_hand, tmp_path)).check == "undone"


def test_what_one_officer_sent_back_is_not_told_as_decided_by_two(
    bundle: Bundle, tmp_path: Path
) -> None:
    undone, runs = bundle.table("undone_filing"), bundle.table("run")
    sent_back = where(undone, why="papers")
    put(runs, where(runs, run_id=cell(undone, sent_back, "run_id")), "kind", "decision")
    bundle.put("run", runs)
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.check, fault.facts["field"]) == ("differs", "held_decision")


@pytest.mark.parametrize("field", ["why", "by", "run_id"])
def test_a_take_back_other_than_decided_is_found(
    bundle: Bundle, tmp_path: Path, field: str
) -> None:
    decisions, at, undone, row = undo_of(bundle)
    others = {"why": "invoice", "by": cell(decisions, at, "prepared_by")}
    runs = bundle.table("run")
    other = where(runs, kind="decision")
    put(undone, row, field, others.get(field) or cell(runs, other, "run_id"))
    bundle.put("undone_filing", undone)
    assert fault_of(forged(bundle, tmp_path)).check in ("differs", "no_event")


def test_the_members_own_officer_and_the_filer_do_not_take_it_back(
    bundle: Bundle, tmp_path: Path
) -> None:
    """The member's account says so, or who filed approves it; that the filer proposes it holds."""
    decisions, at, _, row = undo_of(bundle)
    filed, staff = bundle.table("filed_claim"), bundle.table("staff")
    number = cell(bundle.table("undone_filing"), row, "setl_id")
    one = cell(decisions, at, "prepared_by")
    mine = bundle.copy()
    put(staff, where(staff, staff=one), "member", cell(decisions, at, "member"))
    mine.put("staff", staff)
    assert fault_of(forged(mine, tmp_path)).check == "own_claim"
    for who, check in (("prepared_by", "no_event"), ("approved_by", "filer_confirms")):
        copy, rows = bundle.copy(), [[*each] for each in filed]
        put(rows, where(rows, setl_id=number), "by", cell(decisions, at, who))
        copy.put("filed_claim", rows)
        fault = fault_of(forged(copy, tmp_path))
        assert (fault.check == "filer_confirms") == (check == "filer_confirms"), who


def test_what_is_paid_after_it_was_taken_back_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """A day before the payment left: then it was not the fund's to pay any more."""
    decisions, at, undone, row = undo_of(bundle)
    for table, place, name in ((decisions, at, "held_decision"), (undone, row, "undone_filing")):
        put(table, place, "recorded_at", "2020-01-01T00:00:00.000000Z")
        bundle.put(name, table)
    assert fault_of(forged(bundle, tmp_path)).check == "undone"


def test_what_was_taken_back_does_not_rest_as_paid(bundle: Bundle, tmp_path: Path) -> None:
    """The refund row is gone, or the determination that follows from it."""
    decisions, at, undone, row = undo_of(bundle)
    number, claim = cell(undone, row, "setl_id"), cell(decisions, at, "claim_id")
    refunds, answers = bundle.table("refund"), bundle.table("determination")
    copy = bundle.copy()
    copy.put("refund", [each for each in refunds if each[0] != number])
    assert fault_of(forged(copy, tmp_path))
    copy = bundle.copy()
    last = where(answers, claim_id=claim, refusal="refunded")
    before = where(answers, claim_id=claim, seq="1")
    put(answers, before, "live", "true")
    copy.put("determination", [*answers[:last], *answers[last + 1 :]])
    assert fault_of(forged(copy, tmp_path))
