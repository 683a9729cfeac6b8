"""Gig workers: lists that say what they do, and those who enrol alone."""

import re
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import today
from app.contributions.receive import NoSuchRoster, receive
from app.enrolment.enrol import Asked, enrol
from app.enrolment.self_enrol import (
    MOST_AN_HOUR,
    EntryWrong,
    GigUnitClosed,
    GigUnitShares,
    JoinFormUsed,
    NoConsent,
    SelfAsked,
    SelfEnrolled,
    TooManyEnrolments,
    gig_units,
    open_gig_unit,
    self_enrol,
    unpaid,
)
from app.files.workbook import read_book
from app.payments.batch import NothingToPay, prepare_batch, rebuilt_file
from app.roster.gig import occupation_of
from app.roster.sheet import read_roster
from app.secrets import vault
from app.units.may import Two
from app.units.write import write_change
from tests.db.changing import Changing
from tests.db.deciding import officer
from tests.db.office import bill, person
from tests.factories import csv_bytes, make_account, make_id, make_name

EACH = 5_000


@pytest.fixture
def office(session: Session) -> Changing:
    made = Changing(session)
    made.unit(9, percent=0)
    open_gig_unit(session, made.unit(9).id, by=made.by)
    return made


def ask(office: Changing, seed: int, **other: object) -> SelfAsked:
    given = {
        "unit_id": office.unit(9).id,
        "name": make_name(seed),
        "certno": make_id(seed),
        "occupation": "rider",
        "platform": "某平台",
        "phone": "13900000000",
        "account": make_account(seed),
        "consent": True,
        "request_key": f"{seed:032x}",
        "address": "192.0.2.1",
    }
    return SelfAsked(**{**given, **other})  # type: ignore[arg-type]


def pay(office: Changing, made: SelfEnrolled, amount_fen: int = EACH, ref: str = "") -> None:
    receive(
        office.session,
        unit_id=office.unit(9).id,
        year=today().year,
        amount_fen=amount_fen,
        received_on=today(),
        reference=ref or made.reference,
        by=office.by,
        roster_id=made.roster_id,
    )


def test_only_money_that_names_the_roster_fills_it(office: Changing) -> None:
    one, two = (self_enrol(office.session, ask(office, seed)) for seed in (1, 2))
    assert re.fullmatch(r"G[A-Z0-9]{8}", one.reference)
    assert one.amount_fen == two.amount_fen == EACH
    year = today().year
    office.receive("500", today(), unit=9, year=year)
    assert office.terms(1) == office.terms(2) == []
    pay(office, two)
    assert (len(office.covers(1)), len(office.covers(2))) == (0, 1)
    assert [x.reference for x in unpaid(office.session)] == [one.reference]
    # And that money fills no other roster of the unit.
    enrolled = office.enrol([3], date(year, today().month, 1), unit=9)
    assert enrolled.begun, "the 500 that named nobody"
    pay(office, one, EACH - 1, "part")
    assert office.covers(1) == [], "partial money starts nothing"
    pay(office, one, 1, "rest")
    assert len(office.covers(1)) == 1
    with pytest.raises(NoSuchRoster):
        pay(office, one._replace(roster_id=999_999), ref="x")


def test_a_form_sent_twice_and_a_person_twice_are_one_enrolment(office: Changing) -> None:
    first = self_enrol(office.session, ask(office, 1))
    before = office.counts()
    assert self_enrol(office.session, ask(office, 1)) == first
    assert office.counts() == before
    assert self_enrol(office.session, ask(office, 1, request_key="f" * 32)) == first


def test_a_form_that_was_sent_with_other_words_is_nobodys(office: Changing) -> None:
    first = self_enrol(office.session, ask(office, 1))
    before = office.counts()
    for other in (
        {"certno": make_id(2), "name": make_name(2), "account": make_account(2)},
        {"account": make_account(3)},
        {"phone": "13900000001"},
        {"platform": "别的平台"},
        {"occupation": "courier"},
    ):
        with pytest.raises(JoinFormUsed):
            self_enrol(office.session, ask(office, 1, **other))
    assert office.counts() == before
    assert self_enrol(office.session, ask(office, 1, address="192.0.2.9")) == first


def test_nothing_that_is_known_is_told_or_changed(office: Changing) -> None:
    """Covered, dead or unknown: the same kind of answer, and another's card is no card."""
    office.covered([1, 2], date(today().year, 1, 1))
    office.died(2, date(today().year, 1, 2))
    asked = [ask(office, seed, name="别人", account=make_account(77)) for seed in (1, 2, 3)]
    answers = [self_enrol(office.session, each) for each in asked]
    assert [x.amount_fen for x in answers] == [EACH] * 3
    assert len({x.reference for x in answers}) == 3
    rows = office.session.execute(
        text(
            "SELECT m.id, n.name, g.phone_cipher,"
            " (SELECT count(*) FROM bank_account b WHERE b.member_id = m.id)"
            " FROM member m JOIN member_name n ON n.member_id = m.id"
            " LEFT JOIN gig_worker g ON g.member_id = m.id ORDER BY m.id"
        )
    ).all()
    assert [row[1] for row in rows] == [make_name(1), make_name(2), "别人"]
    assert [row[3] for row in rows] == [0, 0, 1]
    assert [row[2] is None for row in rows] == [True, True, False]
    phone = vault().open(bytes(rows[2][2]), "gig_worker", rows[2][0], 1)
    assert phone == "13900000000"
    # Who is covered, or dead, is not covered by the money: it is credited back.
    for answer in answers:
        pay(office, answer)
    assert office.balance("2102", today().year) == -2 * EACH
    assert [len(office.covers(seed)) for seed in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"consent": False}, NoConsent),
        ({"certno": make_id(1)[:-1] + "Y"}, EntryWrong),
        ({"name": "=1+1"}, EntryWrong),
        ({"account": ""}, EntryWrong),
        ({"phone": "12345"}, EntryWrong),
        ({"occupation": "pilot"}, EntryWrong),
        ({"platform": "x" * 101}, EntryWrong),
        ({"platform": "a\u202eb"}, EntryWrong),
        ({"unit_id": 1}, GigUnitClosed),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_kept(
    office: Changing, wrong: dict[str, object], refusal: type[Exception]
) -> None:
    office.unit(1)
    asked = ask(office, 1, **wrong)
    if "unit_id" in wrong:
        asked = ask(office, 1, unit_id=office.unit(1).id)
    before = office.counts()
    with pytest.raises(refusal), office.session.begin_nested():
        self_enrol(office.session, asked)
    assert office.counts() == before


def test_too_many_from_one_address_wait(office: Changing) -> None:
    for seed in range(MOST_AN_HOUR):
        self_enrol(office.session, ask(office, seed, address="2001:db8::1"))
    with pytest.raises(TooManyEnrolments):
        self_enrol(office.session, ask(office, 50, address="2001:db8::2"))
    self_enrol(office.session, ask(office, 50, address="192.0.2.7"))


def test_only_a_unit_that_pays_no_part_is_opened(office: Changing) -> None:
    with pytest.raises(GigUnitShares):
        open_gig_unit(office.session, office.unit(1).id, by=office.by)


def test_a_unit_that_pays_a_part_since_enrols_nobody_alone(office: Changing) -> None:
    session, unit = office.session, ask(office, 50).unit_id
    assert unit in dict(gig_units(session))
    two = Two(office.by, officer(session, "second"))
    write_change(session, unit, two, from_on=today(), why="changed", unit_percent=50)
    assert unit not in dict(gig_units(session))
    with pytest.raises(GigUnitClosed):
        self_enrol(session, ask(office, 50))
    with pytest.raises(GigUnitShares):
        open_gig_unit(session, unit, by=office.by)


def test_a_list_says_what_they_do(office: Changing) -> None:
    rows = [
        ["姓名", "身份证号", "职业", "平台名称", "备注"],
        [make_name(1), make_id(1), "外卖骑手", "甲平台", "x"],
        [make_name(2), make_id(2), "网约车司机", "", ""],
        [make_name(3), make_id(3), "", "", ""],
    ]
    sheet = read_roster(read_book(csv_bytes(rows)), today())
    assert sheet.gig == {2: ("rider", "甲平台"), 3: ("ride_hailing", "")}
    assert [note.facts for note in sheet.notes] == [{"columns": "备注"}]
    day = date(2023, 1, 1)
    asked = Asked(office.unit(9), 2023, day, day, 0, "f", gig=sheet.gig)
    enrol(office.session, asked, sheet.rows, by=office.by)
    said = "SELECT occupation, platform FROM gig_worker ORDER BY member_id"
    assert [tuple(x) for x in office.session.execute(text(said))] == list(sheet.gig.values())


def test_occupations_are_told_by_the_lists_words() -> None:
    said = ("平台骑手", "快递员", "网约车司机", "货车司机", "货运司机", "家政")
    kinds = [occupation_of(x) for x in said]
    assert kinds == ["rider", "courier", "ride_hailing", "lorry", "lorry", "other"]


def test_the_card_a_gig_worker_gave_is_paid(office: Changing) -> None:
    """Nobody recorded it, so that no other union's officer did."""
    made = self_enrol(office.session, ask(office, 1))
    pay(office, made)
    [(starts_on, _, _)] = office.covers(1)
    office.look_again()
    office.determine(bill("G1", 1, starts_on.isoformat(), "1000.00"))
    assert office.live("G1").payable_fen == 50_000
    year, people = today().year, {"prepared_by": office.by, "approved_by": office.second}
    batch = prepare_batch(office.session, year, made_on=today(), **people)
    assert (batch.lines, batch.total_fen) == (1, 50_000)
    assert make_account(1).encode() in rebuilt_file(office.session, batch.number, by=office.by)


@pytest.mark.parametrize("card", [1, 77])
def test_a_card_that_a_stranger_typed_gets_no_money_of_a_units_cover(
    office: Changing, card: int
) -> None:
    """Whoever knows a number can write it on the open page, with a card of the own, and not pay."""
    self_enrol(office.session, ask(office, 1, account=make_account(77)))
    day = today()
    office.covered([1], date(day.year, 1, 1))
    office.look_again()
    office.determine(bill("G1", 1, day.isoformat(), "1000.00"))
    people = {"prepared_by": office.by, "approved_by": office.second}
    with pytest.raises(NothingToPay) as refused:
        prepare_batch(office.session, day.year, made_on=day, **people)
    assert [each.reason for each in refused.value.left_out] == ["account_elsewhere"]
    # What the unit says is paid, be it the same.
    office.enrol([person(1, account=card)], date(day.year, 1, 1))
    batch = prepare_batch(office.session, day.year, made_on=day, **people)
    data = rebuilt_file(office.session, batch.number, by=office.by)
    assert make_account(card).encode() in data
