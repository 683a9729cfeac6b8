"""Who acted for whom stands in the bundle: forged, it is found."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.claims.decide import decide
from app.claims.decided import Says, What
from app.claims.injuries import state_injury
from app.helping.accept import accept_code, end
from app.helping.invite import invite_by_code
from app.helping.models import HelpConsent
from app.reviews.act import go_on
from app.reviews.stages import Stage
from tests.conftest import Database
from tests.db.fund_year import bill, fund_year
from tests.db.held_year import claim_of
from tests.db.typed import a_stay, account_of, file_with_consent, member_of
from tests.faults.forge import Bundle
from tests.faults.hide import count_elsewhere
from tests.faults.test_tamper import cell, fault_of, forged, holds_changed, put, where

PASSWORD = "correct horse battery"
OURS = ("help_consent", "help_ended", "claim_consent")
FREE = {
    *(("help_consent", "recorded_at"), ("help_consent", "until"), ("help_ended", "recorded_at")),
    ("claim_consent", "lang"),
}


def helped_year(session: Session) -> None:
    """Member 5 helps 8, and 7 does without doing anything; then 5's help is ended."""
    fund = fund_year(session)
    third = add_account(session, "third", "丁", Role.OFFICER, PASSWORD, by=None)
    for seed in (5, 7):  # 7 helps without doing anything
        code = invite_by_code(session, until=None, by=account_of(session, 8))
        consent = accept_code(session, code, by=account_of(session, seed))
    sheet = a_stay("2021-11-01", "1000.00", invono="87654321")
    helped = member_of(session, 8), account_of(session, 5)
    filed = file_with_consent(session, sheet, *helped, "helped")
    fund.feed(bill("B40", 8, "2021-11-03", "2000.00", med_type="22"))
    fund.drain_runs()
    injury = claim_of(session, "B40")
    state_injury(session, injury, Says.NOBODY, by=account_of(session, 5))
    decide(session, injury, What.PAY_INPATIENT, by=fund.clerk, approved_by=third)
    # Officers who review nothing else: each can turn out to be somebody.
    one, two = (
        add_account(session, login, "戊", Role.OFFICER, PASSWORD, by=None)
        for login in ("fourth", "fifth")
    )
    by_stage = {Stage.ACCEPT: one, Stage.FIRST: one, Stage.SECOND: two, Stage.APPROVE: third}
    for stage, by in by_stage.items():
        go_on(session, filed.claim_id, stage, by=by)
    end(session, consent, by=account_of(session, 8))
    fund.drain_runs()


@pytest.fixture(scope="module")
def whole(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Member 5 helps 8: files, says what happened; then it is ended, and confirmed by another."""
    path = tmp_path_factory.mktemp("helping") / "2021.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        helped_year(session)
        make_bundle(session, 2021, path)
        assert session.query(HelpConsent).count() == 2
        session.rollback()
    return path


@pytest.fixture
def bundle(whole: Path) -> Bundle:
    return Bundle(whole)


def test_a_year_with_helpers_holds(whole: Path, bundle: Bundle) -> None:
    assert verify.examine(str(whole))["fault"] is None
    for name in OURS:
        assert len(bundle.table(name)) > 1, name


@pytest.mark.parametrize("name", OURS)
def test_every_changed_cell_is_found(bundle: Bundle, tmp_path: Path, name: str) -> None:
    missed = {
        (name, field)
        for field in verify.TABLES[name].columns
        for row in range(1, len(bundle.table(name)))
        if holds_changed(bundle, tmp_path, name, field, row)
    }
    assert missed <= FREE


def without_consent(bundle: Bundle) -> Bundle:
    """As if 8 had never let 5 act: no consent, and no event of it."""
    consents, events = bundle.table("help_consent"), bundle.table("event")
    gone = cell(consents, 1, "consent_id")
    del consents[1]
    del events[where(events, act="help.begun", about=gone)]
    bundle.put("help_consent", consents)
    bundle.put("event", events)
    return bundle


def test_what_somebody_did_whom_nobody_let_is_found(bundle: Bundle, tmp_path: Path) -> None:
    fault = fault_of(forged(without_consent(bundle), tmp_path))
    assert fault.check == "no_consent"


@pytest.mark.parametrize("stage", ["accept", "first", "second"])
def test_a_reviewer_who_helped_is_found(bundle: Bundle, tmp_path: Path, stage: str) -> None:
    """An officer of an earlier stage turns out to be the very person who helps."""
    consents, staff, reviews = map(bundle.table, ("help_consent", "staff", "review"))
    helper = cell(consents, 2, "helper")
    person = cell(staff, where(staff, staff=helper), "member")
    acted = [n for n in range(1, len(reviews)) if cell(reviews, n, "stage") == stage]
    put(staff, where(staff, staff=cell(reviews, acted[-1], "by")), "member", person)
    bundle.put("staff", staff)
    assert fault_of(forged(bundle, tmp_path)).check == "helper_decides"


def test_an_officer_who_helped_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """The officer who confirmed turns out to be the very person who helps."""
    consents, staff, moves = map(bundle.table, ("help_consent", "staff", "claim_move"))
    helper = cell(consents, 2, "helper")
    person = cell(staff, where(staff, staff=helper), "member")
    confirms = [n for n in range(1, len(moves)) if cell(moves, n, "act") == "confirm"]
    officer = cell(moves, confirms[-1], "by")
    put(staff, where(staff, staff=officer), "member", person)
    bundle.put("staff", staff)
    assert fault_of(forged(bundle, tmp_path)).check == "helper_decides"


def test_a_consent_that_is_gone_is_found(bundle: Bundle, tmp_path: Path) -> None:
    """The row alone, or with the event that tells of it."""
    consents = bundle.table("claim_consent")
    assert len(consents) > 2
    for row in range(1, len(consents)):
        copy, claim = bundle.copy(), cell(consents, row, "claim_id")
        copy.put("claim_consent", [*consents[:row], *consents[row + 1 :]])
        assert fault_of(forged(copy, tmp_path)).check == "not_agreed"
        events = copy.table("event")
        said = [n for n in range(1, len(events)) if cell(events, n, "act").startswith("consent.")]
        [told] = [n for n in said if cell(events, n, "about") == claim]
        gap(copy, "event", events, told)
        assert fault_of(forged(copy, tmp_path)).check == "not_agreed"


def gap(bundle: Bundle, name: str, table: list[list[str]], row: int) -> None:
    """A row is gone, and its number was never used, it says."""
    number = int(table[row][0])
    del table[row]
    bundle.put(name, table)
    count_elsewhere(bundle, name, number, unused=True)


def test_a_consent_dated_back_or_of_another_is_found(bundle: Bundle, tmp_path: Path) -> None:
    consents, staff = bundle.table("claim_consent"), bundle.table("staff")
    row = where(consents, way="own")
    put(consents, row, "recorded_at", "2020-01-01T00:00:00.000000Z")
    bundle.put("claim_consent", consents)
    assert fault_of(forged(bundle.copy(), tmp_path)).facts["field"] == "recorded_at"
    consents = Bundle.table(bundle, "claim_consent")
    members = [n for n in range(1, len(staff)) if cell(staff, n, "role") == "member"]
    filer = cell(consents, row, "by")
    stranger = next(x for n in members if (x := cell(staff, n, "staff")) != filer)
    put(consents, row, "by", stranger)
    put(consents, row, "recorded_at", cell(bundle.table("filed_claim"), 1, "recorded_at"))
    bundle.put("claim_consent", consents)
    assert fault_of(forged(bundle, tmp_path)).check == "no_consent"


def test_what_a_helper_does_after_the_last_day_is_found(bundle: Bundle, tmp_path: Path) -> None:
    consents = bundle.table("help_consent")
    put(consents, 1, "until", "2021-01-01")
    bundle.put("help_consent", consents)
    assert fault_of(forged(bundle, tmp_path)).check == "no_consent"


@pytest.mark.parametrize("name", ["help_consent", "help_ended"])
def test_that_somebody_helps_or_no_more_is_not_left_out(
    bundle: Bundle, tmp_path: Path, name: str
) -> None:
    """Of who did nothing, so that nothing else stands on it; the log tells of it."""
    table = bundle.table(name)
    row = len(table) - 1
    if name == "help_consent":
        gap(bundle, name, table, row)
        ended = bundle.table("help_ended")
        numbers = {cell(table, n, "consent_id") for n in range(1, len(table))}
        bundle.put("help_ended", [ended[0], *(x for x in ended[1:] if x[0] in numbers)])
    else:
        del table[row]
        bundle.put(name, table)
    assert fault_of(forged(bundle, tmp_path)).check == "missing"
