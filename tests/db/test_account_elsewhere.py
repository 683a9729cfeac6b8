"""Benefits go only to an account that the union of the cover, or one above it, has recorded."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.clock import today
from app.payments.batch import NothingToPay
from app.roster.card import card_of, confirm_card, give_card
from app.roster.members import account_indexes
from app.roster.person import RosterRow
from app.roster.units import add_unit
from app.unions.models import Union
from tests.db.districts import CITY, NORTH, PASSWORD, SOUTH, Districts
from tests.db.office import assert_sound, bill, person
from tests.db.test_elsewhere import OWN, STRANGERS, account
from tests.db.test_rights import refused
from tests.db.typed import account_of, member_of
from tests.factories import make_account, make_id, make_name, make_uscc

THIS_YEAR = today().year
PAID_TO = text(
    """
    SELECT a.account_index FROM payment p
    JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq ORDER BY p.id
    """
)


@pytest.fixture
def office(session: Session) -> Districts:
    return Districts(session)


def sent(office: Districts, whose: int, card: int, year: int = THIS_YEAR) -> tuple[int, int]:
    """Person 0 on a union's roster with an account: accounts changed, rows kept as they were."""
    row = RosterRow(2, make_name(0), make_id(0), make_account(card))
    with office.acting(whose):
        told = office.enrol([row], date(year, 1, 1), unit=whose)
    return len(told.account_changed), len(told.kept)


def paid_for(office: Districts, whose: int, year: int = THIS_YEAR) -> None:
    """The money for person 0 comes from a union's unit."""
    with office.acting(whose):
        first = date(year, 1, 1)
        due = office.enrol([], first, unit=whose)
        assert not due.enrolled
        fen = office.session.scalar(
            text("SELECT unit_due_fen + worker_due_fen FROM roster WHERE unit_id = :unit"),
            {"unit": office.unit(whose).id},
        )
        office.receive(f"{fen / 100:.2f}", first, unit=whose)


def left_out(office: Districts, year: int = THIS_YEAR) -> list[str]:
    with pytest.raises(NothingToPay) as refused:
        office.pay(year)
    return [each.reason for each in refused.value.left_out]


def paid_to(office: Districts) -> list[bytes]:
    return list(office.session.scalars(PAID_TO))


def test_who_writes_a_number_first_is_not_paid_its_benefits(office):
    sent(office, NORTH, STRANGERS)
    assert sent(office, SOUTH, OWN) == (1, 0)  # a line alone binds nobody
    assert sent(office, NORTH, STRANGERS) == (1, 0)
    paid_for(office, SOUTH)
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    assert left_out(office) == ["account_elsewhere"]
    assert paid_to(office) == []
    assert sent(office, NORTH, STRANGERS) == (0, 0)
    assert sent(office, SOUTH, OWN) == (1, 0)
    office.pay(THIS_YEAR)
    assert paid_to(office) == [account(OWN)]
    assert_sound(office.session)


def test_a_line_that_was_never_paid_takes_no_account_when_the_cover_is_over(office):
    last = THIS_YEAR - 1
    sent(office, NORTH, STRANGERS, last)
    sent(office, SOUTH, OWN, last)
    paid_for(office, SOUTH, last)
    assert sent(office, NORTH, STRANGERS, last) == (0, 1)
    office.determine(bill("LATE", 0, f"{last}-12-28", "50000.00"))
    office.pay(last)
    assert paid_to(office) == [account(OWN)]


def test_the_same_account_sent_by_the_right_union_is_recorded_again(office):
    sent(office, NORTH, OWN)
    assert sent(office, NORTH, OWN) == (0, 0)
    with office.acting(SOUTH):
        office.covered(
            [RosterRow(2, make_name(0), make_id(0), "")], date(THIS_YEAR, 1, 1), unit=SOUTH
        )
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    assert left_out(office) == ["account_elsewhere"]
    assert sent(office, SOUTH, OWN) == (1, 0)
    assert sent(office, SOUTH, OWN) == (0, 0)  # once
    office.pay(THIS_YEAR)
    assert paid_to(office) == [account(OWN)]


def test_the_members_own_word_is_nobodys_elsewhere(office):
    """As with an account given at self-enrolment, which nobody recorded."""
    sent(office, NORTH, STRANGERS)
    sent(office, SOUTH, OWN)
    sent(office, NORTH, STRANGERS)
    paid_for(office, SOUTH)
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    assert left_out(office) == ["account_elsewhere"]
    member = member_of(office.session, 0)
    own = account_of(office.session, 0)
    newest = card_of(office.session, member).seq
    with office.session.begin_nested() as trial:  # a confirmed one as much as a given one
        confirm_card(office.session, member, newest, by=own)
        office.pay(THIS_YEAR)
        trial.rollback()
    give_card(office.session, member, make_account(7), by=own)
    office.pay(THIS_YEAR)
    assert paid_to(office) == account_indexes([make_account(7)])
    assert_sound(office.session)


def test_a_card_that_its_member_confirmed_stays_until_the_member_gives_another(office):
    sent(office, NORTH, OWN)
    paid_for(office, NORTH)
    session, member = office.session, member_of(office.session, 0)
    own = account_of(session, 0)
    assert sent(office, NORTH, STRANGERS) == (1, 0)  # nobody has confirmed it
    assert sent(office, NORTH, OWN) == (1, 0)
    confirm_card(session, member, card_of(session, member).seq, by=own)
    row = RosterRow(2, make_name(0), make_id(0), make_account(STRANGERS))
    with office.acting(NORTH):
        told = office.enrol([row], date(THIS_YEAR, 1, 1), unit=NORTH)
        assert (told.account_changed, told.kept) == ([], [])
        assert [x.reason for x in told.notes] == ["OwnCardKept"]
        said = (
            "INSERT INTO bank_account (member_id, seq, account_cipher, account_index, tail,"
            " recorded_by) VALUES (:m, :seq, ''::bytea, ''::bytea, '0000', :by)"
        )
        for seq in (4, 9):  # nor over a number that is left out
            by = {"m": member, "seq": seq, "by": office.by}
            assert refused(session, said, "23514", **by) == "own_card_stands"
    # Whoever recorded it, the member has said that it is the own one.
    assert sent(office, CITY, OWN) == (0, 0)
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    given = give_card(session, member, make_account(7), by=own)
    assert (given.seq, card_of(session, member)) == (4, given)
    office.pay(THIS_YEAR)
    assert paid_to(office) == account_indexes([make_account(7)])


def test_nor_does_a_bound_union_record_it_again(office):
    sent(office, SOUTH, OWN)
    paid_for(office, SOUTH)
    assert sent(office, NORTH, OWN) == (0, 0)
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    office.pay(THIS_YEAR)
    assert paid_to(office) == [account(OWN)]


def test_the_city_mends_it_where_the_old_union_no_longer_can(office):
    last = THIS_YEAR - 1
    sent(office, NORTH, OWN, last)
    paid_for(office, NORTH, last)
    sent(office, SOUTH, STRANGERS)
    paid_for(office, SOUTH)
    assert sent(office, SOUTH, STRANGERS) == (1, 0)
    office.determine(bill("LATE", 0, f"{last}-12-28", "50000.00"))
    assert left_out(office, last) == ["account_elsewhere"]
    assert sent(office, NORTH, OWN, last) == (0, 1)
    with office.acting(CITY):
        told = office.enrol([person(0, account=OWN)], date(last, 1, 1), unit=NORTH)
    assert told.account_changed == [2]
    office.pay(last)
    assert paid_to(office) == [account(OWN)]


@pytest.mark.parametrize(
    ("recorded_by", "reasons"), [(SOUTH, []), ("below", ["account_elsewhere"])]
)
def test_who_stands_above_answers_for_those_below_and_not_the_other_way_round(
    office, recorded_by, reasons
):
    below = Union(name="第一小学工会", parent_id=office.unions[SOUTH])
    office.session.add(below)
    office.session.flush()
    known = {"name": "第一小学", "union_id": below.id, "unit_percent": 50, "by": office.by}
    add_unit(office.session, uscc=make_uscc(4), **known)
    asked = ("below", "基层", Role.OFFICER, PASSWORD)
    office.officers["below"] = add_account(office.session, *asked, by=office.by, union_id=below.id)
    first, unit = date(THIS_YEAR, 1, 1), SOUTH if reasons else 4
    with office.acting(recorded_by):
        office.covered([person(0, account=OWN)], first, unit=unit)
    office.determine(bill("A", 0, f"{THIS_YEAR}-05-28", "50000.00"))
    if reasons:
        assert left_out(office) == reasons
        assert sent(office, SOUTH, OWN) == (1, 0)
    office.pay(THIS_YEAR)
    assert paid_to(office) == [account(OWN)]
