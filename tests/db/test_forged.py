"""As the application's role, past the application: what the schema refuses of forged facts."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import boot
from app.cover.terms import CoveredTwice
from app.db import copy_in, db, transaction
from tests.db.office import Office
from tests.db.payables import MADE_ON, PAID_ON, YEAR, answer, send, sent_claim, tied_fund


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def refused(session, statement: str, constraint: str, **facts: object) -> None:
    with pytest.raises(IntegrityError) as refusal, session.begin_nested():
        session.execute(text(statement), facts)
    assert refusal.value.orig.diag.constraint_name == constraint


DETERMINED = (
    "INSERT INTO determination (member_id, grant_no, claim_id, seq, setl_id, version, run_id,"
    " cover_id, scheme_id, scheme_digest, care, benefit_year, base_fen, gross_fen, room_fen,"
    " payable_fen) SELECT member_id, {grant_no}, claim_id, {seq}, setl_id, version, run_id,"
    " cover_id, scheme_id, scheme_digest, {care}, benefit_year, {base}, {gross}, {room}, {payable}"
    " FROM determination"
)
NEXT = {
    "grant_no": "grant_no + 1",
    "seq": "seq + 1",
    "care": "care",
    "base": "base_fen",
    "gross": "gross_fen",
    "room": "room_fen",
    "payable": "payable_fen",
}


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"gross": "NULL", "room": "NULL", "payable": "99999999"}, "determination_granted_check"),
        ({"gross": "base_fen + 1", "payable": "base_fen + 1"}, "determination_granted_check"),
        ({"base": "NULL"}, "determination_granted_check"),
        ({"care": "NULL"}, "determination_granted_check"),
        ({"payable": "payable_fen - 1"}, "determination_room_check"),
        ({"room": "NULL", "payable": "gross_fen - 1"}, "determination_room_check"),
        ({"seq": "seq + 2"}, "determination_refers"),
        ({"grant_no": "grant_no - 1"}, "determination_refers"),
        ({"seq": "0"}, "determination_seq_check"),
    ],
)
def test_a_grant_no_rule_gives(fund, changed, constraint):
    fund.claim(fund.member(), 10_000)
    refused(fund.session, DETERMINED.format(**NEXT | changed), constraint)


PAID = (
    "INSERT INTO payment (member_id, id, batch_id, line, claim_id, grant_no, attempt, amount_fen,"
    " name, account_seq) SELECT d.member_id, 99999, {batch}, 77, {claim_id}, {grant_no}, 1,"
    " {amount}, '某人', {account} FROM determination d JOIN claim c ON c.id = d.claim_id"
    " WHERE d.claim_id = :claim ORDER BY d.seq DESC LIMIT 1"
)


def batch(fund, approved_by: int | None = None, total_fen: int = 10_000) -> int:
    made = text(
        "INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256,"
        " prepared_by, approved_by) VALUES (:year, :day, 1, :total, '', :one, :other) RETURNING id"
    )
    facts = {"year": YEAR, "day": MADE_ON, "total": total_fen, "one": fund.preparer}
    other = fund.approver if approved_by is None else approved_by
    number: int = fund.session.scalar(made, facts | {"other": other})
    return number


def pay(fund, constraint: str, claim: int, amount_fen: int, **changed: str) -> None:
    with fund.session.begin_nested() as forged:
        number = batch(fund, total_fen=amount_fen)
        facts = {"batch": number, "claim_id": "d.claim_id", "amount": amount_fen}
        facts |= {"grant_no": "d.grant_no", "account": "1"} | changed
        refused(fund.session, PAID.format(**facts), constraint, claim=claim)
        forged.rollback()


def test_a_payment_beside_one_of_an_earlier_determination(fund):
    member, claim, sent = sent_claim(fund)
    fund.correct(member, claim, 20_000)
    pay(fund, "payment_is_owed", claim, 10_000)
    answer(fund, sent, (1, "100.00", "成功", PAID_ON))
    pay(fund, "payment_is_owed", claim, 10_001)
    assert send(fund).total_fen == 10_000


def test_a_payment_of_more_than_is_payable_or_of_what_was_refused(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    pay(fund, "payment_is_owed", claim, 10_001)
    fund.refund(member, claim)
    pay(fund, "payment_is_owed", claim, 1)


@pytest.mark.parametrize("named", ["batch", "grant_no", "account"])
def test_a_payment_that_names_what_does_not_exist(fund, named):
    claim = fund.claim(fund.member(), 10_000)
    pay(fund, "payment_refers", claim, 10_000, **{named: "999999"})


def test_an_outcome_of_no_payment_or_in_no_answer(fund):
    sent_claim(fund)
    said = (
        "INSERT INTO payment_outcome (member_id, grant_no, attempt, outcome, booked_on, reason,"
        " return_id) SELECT member_id, grant_no, {attempt}, 'paid', :day, '', {answer} FROM payment"
    )
    for attempt, answered in (("2", "NULL"), ("attempt", "999999")):
        forged = said.format(attempt=attempt, answer=answered)
        refused(fund.session, forged, "outcome_refers", day=PAID_ON)


def test_a_move_by_nobody_there_is(fund):
    claim = fund.claim(fund.member(), 10_000)
    moved = (
        "INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)"
        " SELECT member_id, id, 99, 'hold', 'held', 999999 FROM claim WHERE id = :claim"
    )
    refused(fund.session, moved, "move_has_author", claim=claim)


def test_a_payment_for_another_claim_than_its_determination(fund):
    member = fund.member()
    other, claim = fund.claim(member, 10_000), fund.claim(member, 10_000)
    pay(fund, "payment_is_owed", claim, 10_000, claim_id=str(other))


def test_a_line_more_in_a_batch_that_was_sent(fund):
    *_, sent = sent_claim(fund)
    claim = fund.claim(fund.member(), 10_000)
    pay(fund, "payment_batch_is_whole", claim, 10_000, batch=str(sent.id))


def test_an_officers_own_claim(fund):
    member = fund.member()
    claim = fund.claim(member, 10_000)
    mine = text("UPDATE account SET member_id = :member WHERE id = :id")
    fund.session.execute(mine, {"member": member, "id": fund.approver})
    pay(fund, "payment_is_owed", claim, 10_000)


def test_two_accounts_of_one_person_are_not_two_people(fund):
    mine = text("UPDATE account SET member_id = :member WHERE id IN (:one, :other)")
    people = {"one": fund.preparer, "other": fund.approver}
    fund.session.execute(mine, people | {"member": fund.member()})
    with pytest.raises(IntegrityError, match="who is another"), fund.session.begin_nested():
        batch(fund)


def test_an_account_that_is_no_officers_or_was_taken_away_approves_nothing(fund):
    for change in ("role = 'auditor'", "disabled_at = now()"):
        with fund.session.begin_nested() as one:
            done = text(f"UPDATE account SET {change} WHERE id = :id")
            fund.session.execute(done, {"id": fund.third})
            with pytest.raises(IntegrityError, match="who is another"), fund.session.begin_nested():
                batch(fund, fund.third)
            one.rollback()


def test_what_copy_violates_is_the_same_refusal(database):
    """Rows go in by COPY, past SQLAlchemy: its errors are the driver's own."""
    with boot.start(database.settings).app_context():
        with transaction() as session:
            Office(session).covered([0], date(2023, 1, 1))
            member, roster = session.execute(text("SELECT member_id, roster_id FROM cover")).one()
        with pytest.raises(CoveredTwice):
            cover_again(member, roster)
        db.engine.dispose()


def cover_again(member: int, roster: int) -> None:
    first, last = "2023-02-01", "2023-03-01"
    columns = ("member_id", "id", "roster_id", "scheme_id", "benefit_year", "starts_on", "ends_on")
    cover = (member, 9_999, roster, "2023", 2023, first, last)
    with transaction() as session:
        copy_in(session, "cover", columns, [cover])
        term = (member, 9_999, f"[{first},{last}]")
        copy_in(session, "cover_term", ("member_id", "cover_id", "term"), [term])


def test_a_temporary_table_stands_in_for_none_of_the_real(database):
    """The role may make temporary tables, and they are looked up first unless told otherwise."""
    entry = "INSERT INTO entry (id, benefit_year, booked_on, memo) VALUES (1, 2023, now(), 'x')"
    with Session(database.engine) as session:
        session.execute(text("CREATE TEMP TABLE posting (entry_id bigint, amount_fen bigint)"))
        session.execute(text("INSERT INTO posting VALUES (1, 5), (1, -5)"))
        session.execute(text(entry))
        with pytest.raises(IntegrityError, match="entry 1 has"):
            session.commit()
