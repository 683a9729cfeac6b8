"""A roster while others are at work: workers, units, members, a server that dies; long ones."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import db, transaction
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.enrolment.withdraw import withdraw_roster
from app.errands import do_errand, do_errands
from app.jobs import ENROL_ROSTER
from app.roster.card import CardChanged, card_of, confirm_card, give_card
from app.roster.members import account_indexes, certno_indexes
from app.roster.person import RosterRow
from app.roster.units import add_unit, unit_of
from tests.db.sending import confirm, person, rosters, send, stands
from tests.factories import make_account, make_id, make_name, make_uscc, roster_csv
from tests.workers.town import Town, one, town_in

PEOPLE = 3
LONG = 20_002
"""More than is asked, and than is copied, at once."""
WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)
DIES = (
    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
    " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
)


@pytest.fixture
def town(database) -> Iterator[Town]:
    with town_in(database, people=PEOPLE) as made:
        yield made


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[Future[object]]:
    """While another does `work`, as far as it gets: it waits for a turn, or has gone on."""
    app = current_app._get_current_object()

    def run() -> object:
        with app.app_context():
            return work()

    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(run)
        while not (one(WAITS) or doing.done()):
            pass
        yield doing


def enrolled(
    session: Session, town: Town, rows: list[RosterRow], year: int, unit: int = 1
) -> Enrolled:
    first = date(year, 1, 1)
    asked = Asked(unit_of(session, make_uscc(unit)), year, first, first, 50, f"{unit}{year}" * 8)
    return enrol(session, asked, rows, by=town.by)


def rows_of(*people: tuple[int, str, int]) -> list[RosterRow]:
    """Who (a seed), called what, with which account."""
    return [
        RosterRow(line, name, make_id(seed), make_account(card))
        for line, (seed, name, card) in enumerate(people, 2)
    ]


def accounts_of(member_id: int) -> list[bytes]:
    asked = text("SELECT account_index FROM bank_account WHERE member_id = :id ORDER BY seq")
    with transaction() as session:
        return [bytes(x) for x in session.scalars(asked, {"id": member_id})]


def a_members_account(session: Session, seed: int) -> tuple[int, int]:
    """A member, and the account with which the member signs in."""
    asked = text("SELECT member_id FROM member_name WHERE name = :name")
    number = session.execute(asked, {"name": make_name(seed)}).scalar_one()
    union = session.scalar(text("SELECT min(id) FROM union_node"))
    role = {"role": "member", "member_id": number, "union_id": union}
    account = Account(login=f"m{seed}", name="m", password_hash="-", **role)
    session.add(account)
    session.flush()
    return number, account.id


def test_a_member_gives_a_card_while_a_roster_tells_another(town) -> None:
    """Whoever comes first, the other goes on from there; nobody fails."""
    with transaction() as session:
        number, by = a_members_account(session, 0)

    def give() -> None:
        with transaction() as session:
            give_card(session, number, make_account(50), by=by)

    def tell() -> None:
        with transaction() as session:
            enrolled(session, town, rows_of((0, make_name(0), 60)), 2024)

    with Session(db.engine) as session, session.begin():
        give_card(session, number, make_account(40), by=by)
        with beside(tell) as telling:
            session.commit()
            telling.result()
    with Session(db.engine) as session, session.begin():
        enrolled(session, town, rows_of((0, make_name(0), 70)), 2024)
        with beside(give) as giving:
            session.commit()
            giving.result()
    written = accounts_of(number)
    first, given, last = account_indexes(map(make_account, (0, 40, 50)))
    assert [*written[:2], written[-1]] == [first, given, last]


def test_a_member_confirms_no_card_that_a_roster_is_putting_another_for(town) -> None:
    with transaction() as session:
        number, by = a_members_account(session, 1)
        shown = card_of(session, number).seq

    def confirm() -> None:
        with transaction() as session, pytest.raises(CardChanged):
            confirm_card(session, number, shown, by=by)

    with Session(db.engine) as session, session.begin():
        enrolled(session, town, rows_of((1, make_name(1), 80)), 2024)
        with beside(confirm) as confirming:
            session.commit()
            confirming.result()
    assert one("SELECT count(*) FROM card_confirmed WHERE member_id = :id", id=number) == 0


def test_two_units_enrol_one_person_at_once_and_a_roster_is_withdrawn_meanwhile(town) -> None:
    with transaction() as session:
        union = session.scalar(text("SELECT min(id) FROM union_node"))
        made = {"uscc": make_uscc(2), "name": "又一单位", "union_id": union, "by": town.by}
        add_unit(session, unit_percent=50, **made)
    both = rows_of((7, make_name(7), 7))

    def other() -> Enrolled:
        with transaction() as session:
            return enrolled(session, town, both, 2024, unit=2)

    def again() -> Enrolled:
        with transaction() as session:
            return enrolled(session, town, both, 2024)

    with Session(db.engine) as session, session.begin():
        answer = enrolled(session, town, both, 2024)
        with beside(other) as doing:
            session.commit()
            assert list(doing.result().waiting) == [2]
    assert one("SELECT count(*) FROM member_name WHERE name = :name", name=make_name(7)) == 1
    with Session(db.engine) as session, session.begin():
        withdraw_roster(session, answer.roster_id, by=town.by)
        with beside(again) as doing:
            session.commit()
            assert (doing.result().enrolled, doing.result().unchanged) == ([2], [])


def test_two_workers_at_one_roster_and_a_server_that_dies_between_two_tables(
    town, database, cluster
) -> None:
    upload_id = send(town, roster_csv([person(0), person(7)]))
    do_errands()
    confirm(upload_id)
    where = cluster.superuser_url.set(database=database.engine.url.database)
    root = create_engine(where)
    with root.begin() as connection:  # when members, names and accounts are in
        connection.execute(text(DIES))
        dies = "CREATE TRIGGER die AFTER INSERT ON roster_line EXECUTE FUNCTION die()"
        connection.execute(text(dies))
    before = one("SELECT count(*) FROM member"), one("SELECT max(id) FROM event")
    assert do_errands() == 1
    assert (one("SELECT count(*) FROM member"), one("SELECT max(id) FROM event")) == before
    assert one("SELECT count(*) FROM searchable_name") == before[0]
    assert (rosters(), stands(upload_id)[0]) == (0, "enrolling")
    with root.begin() as connection:
        connection.execute(text("DROP TRIGGER die ON roster_line"))
        connection.execute(text("UPDATE job SET due_at = now()"))
    root.dispose()

    def enrolment() -> bool:
        return do_errand(ENROL_ROSTER, upload_id)

    with Session(db.engine) as session, session.begin():
        enrolled(session, town, [], 2024)  # who holds the turn
        with beside(enrolment) as doing:
            assert enrolment()  # somebody is at it
            session.commit()
            assert doing.result()
    assert (rosters(), stands(upload_id)[0]) == (1, "enrolled")
    assert (
        one(
            "SELECT count(*) FROM roster_line l JOIN roster r ON r.id = roster_id"
            " WHERE benefit_year = 2024"
        )
        == 2
    )


def test_every_row_of_a_long_roster_is_written_as_it_stands(town) -> None:
    """Rows are copied and compared so many at a time; those at the borders most of all."""
    at_borders = [0, 1, 4_999, 5_000, 5_001, 19_999, 20_000, LONG - 1]
    odd = dict(
        zip(at_borders, ("NULL", 'O"Neil', "a\\b", "{,}", "赵\\", "\\N", "'", "t\tb"), strict=True)
    )
    people = {seed: (seed, make_name(seed), seed) for seed in range(10, LONG + 10)}

    def written(year: int) -> list[tuple[object, ...]]:
        asked = text(
            "SELECT m.certno_index, n.name, b.account_index, l.line FROM roster_line l"
            " JOIN roster r ON r.id = l.roster_id JOIN member m ON m.id = l.member_id"
            " CROSS JOIN LATERAL (SELECT name FROM member_name WHERE member_id = m.id"
            " ORDER BY seq DESC LIMIT 1) n CROSS JOIN LATERAL (SELECT account_index"
            " FROM bank_account WHERE member_id = m.id ORDER BY seq DESC LIMIT 1) b"
            " WHERE r.benefit_year = :year ORDER BY l.line"
        )
        with transaction() as session:
            rows = session.execute(asked, {"year": year})
            return [(bytes(x), name, bytes(y), line) for x, name, y, line in rows]

    def told(rows: list[RosterRow]) -> list[tuple[object, ...]]:
        columns = zip(*rows, strict=True)
        lines, names, certnos, accounts = (list(x) for x in columns)
        return [*zip(certno_indexes(certnos), names, account_indexes(accounts), lines, strict=True)]

    first = rows_of(*people.values())
    with transaction() as session:
        answer = enrolled(session, town, first, 2024)
        assert (len(answer.enrolled), answer.renamed) == (LONG, [])
    assert written(2024) == told(first)
    changed = [
        (seed, odd.get(n, name), card + (n in odd) * LONG)
        for n, (seed, name, card) in enumerate(people.values())
    ]
    second = rows_of(*changed)
    for times in (1, 2):
        with transaction() as session:
            answer = enrolled(session, town, second, 2025)
        lines = [n + 2 for n in at_borders] if times == 1 else []
        assert (answer.renamed, answer.account_changed) == (lines, lines)
        assert len(answer.enrolled if times == 1 else answer.unchanged) == LONG
    assert written(2025) == told(second)
