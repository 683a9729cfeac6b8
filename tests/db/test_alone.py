"""Who enrolled alone pays: by a line that names the reference, or online, by nobody's account."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from app.banking.lines import LineResolved, TypedBefore, state_of
from app.banking.open_lines import open_lines
from app.banking.resolve_alone import AloneTooMuch, NobodyAlone, resolve_to_alone
from app.clock import now, today
from app.contributions.reference import notice_reference
from app.contributions.standing import standing
from app.enrolment.self_enrol import open_gig_unit, self_enrol
from app.enrolment.self_enrolled import enrolled_alone
from app.enrolment.withdraw import withdraw_roster
from app.online.order import (
    NoSuchOnlineOrder,
    NothingMissing,
    order_alone,
    order_for_unit,
    order_of_roster,
)
from app.online.provider import Paid
from app.online.take import take_paid
from app.web.read.scope import Scope
from app.web.read.unit import years_of
from app.web.read.units import arrears, totals
from app.year.standing import year_standing
from tests.db.changing import Changing
from tests.db.money_year import Teller
from tests.db.office import assert_sound
from tests.db.test_gig import EACH, ask, pay


@pytest.fixture
def office(session: Session) -> Changing:
    made = Changing(session)
    made.unit(9, percent=0)
    open_gig_unit(session, made.unit(9).id, by=made.by)
    return made


@pytest.fixture
def teller(office: Changing) -> Teller:
    return Teller(office)


def taken(office: Changing) -> list[str]:
    return list(office.session.scalars(text("SELECT why FROM statement_line ORDER BY id")))


def test_a_line_with_the_reference_begins_the_cover(office: Changing, teller: Teller) -> None:
    office.sign()
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    spaced = f"参保 {one.reference[:4]} {one.reference[4:].lower()} 谢谢"
    teller.take(
        (today(), "20.00", "某人", spaced),
        (today(), "30.00", "某人", f"XG{one.reference}"),
        (today(), "50.00", "某人", f"{two.reference[:-1]}"),
    )
    assert taken(office) == ["MatchAlone", "MatchAlone", "SuspenseNoReference"]
    assert [len(office.covers(seed)) for seed in (1, 2)] == [1, 0]
    receipts = text("SELECT roster_id, sum(amount_fen) FROM receipt GROUP BY 1")
    assert list(office.session.execute(receipts)) == [(one.roster_id, EACH)]
    assert enrolled_alone(office.session, one.reference).missing_fen == 0
    assert_sound(office.session)


def test_the_bundle_with_such_money_holds(office: Changing, teller: Teller, tmp_path: Path) -> None:
    office.sign()
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    teller.take((today(), "50.00", "某人", one.reference))
    made = order_alone(office.session, two.reference, provider="wechat")
    take_paid(office.session, "wechat", Paid("T1", made.out_trade_no, EACH, now()))
    assert [len(office.covers(seed)) for seed in (1, 2)] == [1, 1]
    office.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    make_bundle(office.session, today().year, tmp_path / "whole.zip")
    result = verify.examine(str(tmp_path / "whole.zip"))
    assert result["ok"], result["fault"] and result["fault"].says("en")


def test_what_does_not_fit_waits_for_a_person(office: Changing, teller: Teller) -> None:
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    of_unit = notice_reference(office.unit(1).id, today().year)
    teller.take(
        (today(), "50.01", "某人", one.reference),
        (today(), "50.00", "某人", f"{one.reference} {two.reference}"),
        (today(), "50.00", "某人", f"{one.reference} {of_unit}"),
        (today(), "50.00", "某人", one.reference),
        (today(), "50.00", "某人", one.reference),
    )
    much, both, again = "SuspenseAloneTooMuch", "SuspenseReferenceTwo", "MatchAlone"
    assert taken(office) == [much, both, both, again, much]
    assert len(office.covers(1)) == 1
    lines = [x.id for x in open_lines(office.session)]
    with pytest.raises(AloneTooMuch):
        resolve_to_alone(office.session, lines[0], reference=two.reference, by=office.by)
    with pytest.raises(AloneTooMuch):
        resolve_to_alone(office.session, lines[1], reference=one.reference, by=office.by)
    for nobody in ("", "GAAAAAAAA", f"{one.reference}{two.reference}"):
        with pytest.raises(NobodyAlone):
            resolve_to_alone(office.session, lines[1], reference=nobody, by=office.by)
    received = resolve_to_alone(
        office.session, lines[1], reference=f" {two.reference.lower()}", by=office.by
    )
    assert len(received.begun) == 1
    assert len(office.covers(2)) == 1
    assert_sound(office.session)


def test_what_was_typed_is_said_before_too_much(office: Changing, teller: Teller) -> None:
    """Typed for the one and, by mistake, for another unit: so the line waits."""
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    pay(office, one, ref="S1")
    office.receive("50.00", today(), unit=1, ref="S1")
    for unit in (1, 2):
        office.receive("60.00", today(), unit=unit, ref="S2")
    teller.take((today(), "50.00", "某人", ""), (today(), "60.00", "某人", ""))
    with pytest.raises(TypedBefore), office.session.begin_nested():
        resolve_to_alone(office.session, teller.line(2), reference=two.reference, by=office.by)
    tied = resolve_to_alone(office.session, teller.line(1), reference=one.reference, by=office.by)
    assert tied.again
    assert state_of(office.session, teller.line(1))[1] == "typed"
    with pytest.raises(LineResolved), office.session.begin_nested():
        resolve_to_alone(office.session, teller.line(1), reference=two.reference, by=office.by)


def test_a_withdrawn_enrolment_takes_no_money(office: Changing, teller: Teller) -> None:
    one = self_enrol(office.session, ask(office, 1))
    withdraw_roster(office.session, one.roster_id, by=office.by)
    teller.take((today(), "50.00", "某人", one.reference))
    assert taken(office) == ["SuspenseNoReference"]
    assert enrolled_alone(office.session, one.reference) is None
    with pytest.raises(NoSuchOnlineOrder):
        order_alone(office.session, one.reference, provider="wechat")


def test_paid_online_by_nobodys_account(office: Changing) -> None:
    one = self_enrol(office.session, ask(office, 1))
    how = {"provider": "wechat"}
    first = order_alone(office.session, one.reference, **how)
    assert (first.amount_fen, first.roster_id) == (EACH, one.roster_id)
    assert order_alone(office.session, one.reference, **how) == first, "asked for twice, once"
    assert order_of_roster(office.session, one.roster_id, "wechat") == first
    assert order_of_roster(office.session, one.roster_id, "other") is None
    said = Paid("T1", first.out_trade_no, EACH, now())
    assert [take_paid(office.session, "wechat", said).again for _ in range(2)] == [False, True]
    assert len(office.covers(1)) == 1
    with pytest.raises(NothingMissing):
        order_alone(office.session, one.reference, **how)
    for nobody in ("", "G", "GAAAAAAAA", one.reference.lower()):
        with pytest.raises(NoSuchOnlineOrder):
            order_alone(office.session, nobody, **how)
    assert_sound(office.session)


def test_nobody_orders_for_a_unit_or_a_roster_of_others(office: Changing) -> None:
    one = self_enrol(office.session, ask(office, 1))
    roster = office.enrol([5], today(), unit=2).roster_id
    row = text(
        "INSERT INTO online_order (provider, out_trade_no, unit_id, benefit_year, roster_id,"
        " amount_fen, expires_at) SELECT 'x', random()::text, :unit, benefit_year, :roster, 1,"
        " now() FROM roster WHERE id = :of"
    )
    gig = enrolled_alone(office.session, one.reference).unit_id
    for unit, of in ((office.unit(2).id, roster), (office.unit(2).id, one.roster_id), (gig, None)):
        asked = {"unit": unit, "roster": of, "of": one.roster_id}
        with pytest.raises(IntegrityError, match="by an officer"), office.session.begin_nested():
            office.session.execute(row, asked)


def test_a_gig_unit_owes_nothing_of_theirs(office: Changing) -> None:
    """Nor is their money its own: an officer pays nothing for it, and no credit is used up."""
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    made = order_alone(office.session, one.reference, provider="wechat")
    take_paid(office.session, "wechat", Paid("T1", made.out_trade_no, EACH, now()))
    of = enrolled_alone(office.session, two.reference)
    stands = standing(office.session, of.unit_id, of.year)
    assert (stands.due_fen, stands.received_fen, of.missing_fen) == (0, 0, EACH)
    [seen] = years_of(office.session, of.unit_id)
    assert (seen.due_fen, seen.received_fen, seen.missing_fen) == (0, 0, 0), "on the unit's page"
    assert (seen.heads, seen.covered, seen.alone_unpaid) == (2, 1, 1)
    whole = Scope([], whole=True)
    listed = totals(office.session, whole, of.year)
    assert (listed.due_fen, listed.missing_fen, listed.nothing) == (0, 0, 0), "nor in the list"
    assert [x.units for x in arrears(office.session, whole)] == [0]
    year = year_standing(office.session, of.year)
    assert (year.due_fen, year.received_fen, year.missing_fen) == (0, 0, 0)
    with pytest.raises(NothingMissing):
        order_for_unit(
            *(office.session, of.unit_id, of.year, EACH), by=office.by, provider="wechat"
        )
