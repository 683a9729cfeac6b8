"""A filing with a slip is taken back or sent back, gives its room back, and can be filed anew."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import NotAnOfficer
from app.accounts.models import Role
from app.adjudication.replay import replay
from app.claims.confirm import BeingComputed, NoSuchClaim, OwnClaim
from app.claims.file import FiledAlready, file_claim
from app.claims.filed import filing_of
from app.claims.lifecycle import Why
from app.claims.undo import NoReason, NotUndoable, can_be_undone, send_back, take_back
from app.clock import today
from app.ledger.balance import trial_balance
from app.payments.batch import NothingToPay, prepare_batch
from app.roster.members import set_accounts
from tests.db.office import Office, assert_sound, bill
from tests.db.reviewing import confirm
from tests.db.typed import PASSWORD, a_stay, account_of, file_by_hand, member_of
from tests.factories import make_account, make_id

DAY = "2023-05-10"
CAP = "200000.00"
"""Half of it is the year's cap."""


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    cards = {member_of(session, n): make_account(n) for n in range(3)}
    set_accounts(session, cards, {}, by=None)
    yield office
    assert_sound(session)
    assert replay(session, 2023).differences == []


@pytest.fixture
def second(office):
    return add_account(office.session, "second", "乙", Role.OFFICER, PASSWORD, by=None)


def filed(office, stated="", scope="1000.00", seed=0):
    made = file_by_hand(office.session, seed, a_stay(DAY, scope, stated))
    office.drain()
    return made


def pay(office, second):
    return prepare_batch(
        office.session, 2023, prepared_by=office.by, approved_by=second, made_on=date(2024, 1, 2)
    )


def test_a_filing_taken_back_pays_nothing_and_its_room_is_free_again(office):
    """A zero too much in the amounts took the whole year's room."""
    slip = filed(office, scope=CAP)
    office.determine(bill("N1", 0, "2023-06-01", "1000.00"))
    assert office.live("N1").payable_fen == 0
    take_back(office.session, slip.claim_id, by=account_of(office.session, 0))
    office.drain()
    live = office.live(slip.setl_id)
    assert (live.refusal, live.payable_fen, live.state) == ("refunded", 0, "closed")
    office.determine(bill("N2", 0, "2023-06-02", "1000.00"))
    assert office.live("N2").payable_fen == 50_000


def test_the_books_reverse_it_on_the_day_it_is_undone(office):
    slip = filed(office)
    take_back(office.session, slip.claim_id, by=account_of(office.session, 0))
    office.drain()
    booked = office.session.scalars(
        text("SELECT booked_on FROM entry WHERE memo = 'claims determined' ORDER BY id")
    ).all()
    assert booked == [date(2023, 5, 10), today()]
    lines = {x.account: x.balance_fen for x in trial_balance(office.session, 2023).lines}
    assert lines["2001"] == 0


@pytest.mark.parametrize("stated", ["", "N1"])
def test_the_right_figures_can_be_filed_after_it_and_only_once(office, stated):
    first = filed(office, stated, "1000.00")
    if stated:
        with pytest.raises(FiledAlready):
            filed(office, stated, "900.00")
    take_back(office.session, first.claim_id, by=account_of(office.session, 0))
    again = filed(office, stated, "1000.00")
    assert again.claim_id != first.claim_id
    office.drain()
    assert office.live(again.setl_id).payable_fen == 50_000
    with pytest.raises(FiledAlready):
        filed(office, stated, "1000.00")


def test_it_can_be_undone_and_filed_again_and_again(office):
    for scope in ("1000.00", "900.00", "800.00"):
        made = filed(office, "N1", scope)
        take_back(office.session, made.claim_id, by=account_of(office.session, 0))
    last = filed(office, "N1", "700.00")
    office.drain()
    assert office.live(last.setl_id).payable_fen == 35_000
    follows = office.session.scalars(
        text("SELECT follows_setl_id FROM filed_claim ORDER BY 1")
    ).all()
    assert len(set(follows)) == 4


def test_the_bureaus_row_joins_the_filing_that_stands(office):
    first = filed(office, "N1", "1000.00")
    take_back(office.session, first.claim_id, by=account_of(office.session, 0))
    again = filed(office, "N1", "900.00")
    office.determine(bill("N1", 0, DAY, "800.00"))
    assert office.live(first.setl_id).refusal == "refunded"
    live = office.live(again.setl_id)
    assert (live.version, live.payable_fen, live.state) == (2, 40_000, "payable")


def test_after_an_undone_filing_the_bureaus_row_is_a_bill_of_its_own(office, second):
    first = filed(office, "N1", "1000.00")
    take_back(office.session, first.claim_id, by=account_of(office.session, 0))
    office.determine(bill("N1", 0, DAY, "1000.00"))
    assert office.live("N1").state == "payable"
    assert pay(office, second).total_fen == 50_000


def test_an_officer_sends_it_back_for_a_reason_the_member_can_read(office, second):
    made = filed(office)
    run_id = send_back(office.session, made.claim_id, Why.FIGURES, by=second)
    office.drain()
    assert office.live(made.setl_id).state == "closed"
    filing = filing_of(office.session, member_of(office.session, 0), made.claim_id)
    assert filing.undone_why == "figures"
    event = office.session.execute(
        text("SELECT by, about, facts FROM event WHERE act = 'claim.undone'")
    ).one()
    assert (event.by, event.about) == (second, run_id)
    assert event.facts["why"] == "figures"
    for why in (Why.TAKEN_BACK, "because"):
        with pytest.raises(NoReason):
            send_back(office.session, made.claim_id, why, by=second)


def test_before_it_is_determined_it_can_be_undone_too(office):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00"))
    take_back(office.session, made.claim_id, by=account_of(office.session, 0))
    office.drain()
    live = office.live(made.setl_id)
    assert (live.refusal, live.payable_fen) == ("refunded", 0)


def test_an_injury_that_is_held_can_be_undone(office):
    made = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", med_type="22"))
    office.drain()
    assert office.live(made.setl_id).state == "held"
    take_back(office.session, made.claim_id, by=account_of(office.session, 0))
    office.drain()
    assert office.live(made.setl_id).state == "closed"


def test_between_undoing_and_computing_again_nobody_confirms_or_pays_it(office, second):
    made = filed(office)
    take_back(office.session, made.claim_id, by=account_of(office.session, 0))
    assert office.live(made.setl_id).state == "review"
    with pytest.raises(BeingComputed):
        confirm(office.session, made.claim_id, by=second)
    with pytest.raises(NothingToPay):
        pay(office, second)
    with pytest.raises(NotUndoable):
        take_back(office.session, made.claim_id, by=account_of(office.session, 0))


def test_what_was_confirmed_joined_or_undone_stays(office, second):
    session, account = office.session, account_of(office.session, 0)
    confirmed = filed(office)
    confirm(session, confirmed.claim_id, by=second)
    joined = file_by_hand(session, 1, a_stay(DAY, "1000.00", "N1"))
    office.determine(bill("N1", 1, DAY, "1000.00"), bill("N2", 0, "2023-07-01", "10.00"))
    bureaus = office.live("N2")
    for claim_id, by in (
        (confirmed.claim_id, account),
        (joined.claim_id, account_of(session, 1)),
        (bureaus.claim_id, account),
    ):
        with pytest.raises(NotUndoable):
            take_back(session, claim_id, by=by)
        with pytest.raises(NotUndoable):
            send_back(session, claim_id, Why.FIGURES, by=second)
    assert not can_be_undone(session, member_of(session, 0), bureaus.claim_id, bureaus.state)


def test_only_whose_it_is_or_who_filed_it_takes_it_back(office, second):
    session, member = office.session, member_of(office.session, 0)
    made = filed(office)
    for stranger in (account_of(session, 1), second):
        with pytest.raises(NoSuchClaim):
            take_back(session, made.claim_id, by=stranger)
    with pytest.raises(NoSuchClaim):
        take_back(session, 10**12, by=account_of(session, 0))
    counter = file_claim(
        session, a_stay("2023-06-10", "1.00"), member_id=member, by=second, request_key="k"
    )
    take_back(session, counter.claim_id, by=second)
    office.drain()


def test_only_officers_send_back_and_never_the_own_claim(office):
    session = office.session
    made = filed(office)
    with pytest.raises(NotAnOfficer):
        send_back(session, made.claim_id, Why.PAPERS, by=account_of(session, 1))
    own = add_account(session, "own", "己", Role.OFFICER, PASSWORD, by=None, certno=make_id(0))
    with pytest.raises(OwnClaim):
        send_back(session, made.claim_id, Why.PAPERS, by=own)


def test_taken_back_and_confirmed_at_once_one_wins(database):
    """Two connections, many rounds: what is undone is never payable, what is payable not undone."""
    rounds = 12
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.covered(range(1), date(2023, 1, 1))
        account = account_of(session, 0)
        second = add_account(session, "second", "乙", Role.OFFICER, PASSWORD, by=None)
        made = [
            file_by_hand(session, 0, a_stay(f"2023-05-{day:02d}", "10.00")).claim_id
            for day in range(1, rounds + 1)
        ]
        office.drain()

    def act(job):
        how, claim_id = job
        with Session(database.engine) as session, session.begin():
            if how == "confirm":
                confirm(session, claim_id, by=second)
            else:
                take_back(session, claim_id, by=account)
        return how

    wins = Counter()
    with ThreadPoolExecutor(2) as threads:
        for claim_id in made:
            hows = ("confirm", "take back") if claim_id % 2 else ("take back", "confirm")
            jobs = [threads.submit(act, (how, claim_id)) for how in hows]
            won = [job.result() for job in jobs if job.exception() is None]
            lost = {type(job.exception()) for job in jobs if job.exception()}
            assert (len(won), lost) == (1, lost & {BeingComputed, NotUndoable})
            wins[won[0]] += 1
    print(f"{rounds} rounds: {dict(wins)}")
    with Session(database.engine) as session, session.begin():
        Office(session).drain()
        states = Counter(session.scalars(text("SELECT state FROM claim_queue")))
        assert states == Counter(payable=wins["confirm"], closed=wins["take back"])
        assert_sound(session)


# The same once more, where no code of ours stands between.


FILE_AGAIN = text(
    """
    INSERT INTO filed_claim (member_id, setl_id, stated_setl_id, follows_setl_id, request_key,
                             content, filed_by)
    SELECT member_id, 'HZ-2023-999999', 'N1', :follows, 'z', '', filed_by FROM filed_claim
    WHERE setl_id = :number
    """
)
KEY = text(
    """
    INSERT INTO settlement_key (setl_id, member_id)
    SELECT 'HZ-2023-999999', member_id FROM filed_claim WHERE setl_id = :number
    """
)


@pytest.mark.parametrize(
    ("follows", "constraint"),
    [(None, "filed_claim_stated_key"), ("itself", "filed_claim_follows_fkey")],
)
def test_by_sql_two_filings_of_one_number_never_both_stand(office, follows, constraint):
    made = filed(office, "N1")
    asked = {"number": made.setl_id, "follows": made.setl_id if follows else None}
    savepoint = office.session.begin_nested()
    office.session.execute(KEY, asked)
    with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
        office.session.execute(FILE_AGAIN, asked)
    savepoint.rollback()
    assert refused.value.orig.diag.constraint_name == constraint


UNDO = text(
    """
    WITH again AS (INSERT INTO run (kind, recorded_by) VALUES ('hand', :by) RETURNING id)
    INSERT INTO undone_filing (member_id, setl_id, why, run_id, recorded_by)
    SELECT f.member_id, f.setl_id, 'papers', again.id, :by FROM filed_claim f, again
    """
)


@pytest.mark.parametrize("how", ["confirmed", "joined"])
def test_by_sql_what_was_confirmed_or_joined_is_not_undone(office, second, how):
    made = filed(office, "N1")
    if how == "confirmed":
        confirm(office.session, made.claim_id, by=second)
    else:
        office.determine(bill("N1", 0, DAY, "1000.00"))
    with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
        office.session.execute(UNDO, {"by": second})
    assert refused.value.orig.diag.constraint_name == "filing_can_be_undone"


def test_by_sql_a_filing_follows_only_one_of_its_own_number(office):
    """Else two of one number could both stand, each after an undone one of some other number."""
    other = filed(office, "N2", "20.00")
    take_back(office.session, other.claim_id, by=account_of(office.session, 0))
    office.drain()
    made = filed(office, "N1")
    asked = {"number": made.setl_id, "follows": other.setl_id}
    savepoint = office.session.begin_nested()
    office.session.execute(KEY, asked)
    with pytest.raises(DBAPIError) as refused, office.session.begin_nested():
        office.session.execute(FILE_AGAIN, asked)
    savepoint.rollback()
    assert refused.value.orig.diag.constraint_name == "filed_claim_follows_same_fkey"
