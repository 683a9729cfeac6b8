"""Years of a city that are over, put in by COPY: what an enrolment finds when it comes.

People, names, accounts, rosters, lines, covers, terms and outcomes as the import paths would have
left them. Foreign keys are not checked again and the overlap index is made at the end, so that
700,000 covers stand in about a minute.
"""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import copy_in, numbers
from app.roster.make_findable import make_all_findable
from app.roster.members import certno_index
from app.roster.units import add_unit
from app.secrets import vault
from app.unions.models import Union
from tests.bench.copying import connect
from tests.factories import check_digit, make_account, make_name, make_uscc

HEADS = 132
YEARS = (2019, 2020, 2021, 2022, 2023)
TABLES = (
    *("union_node", "account", "unit", "member", "member_name", "bank_account", "roster"),
    *("roster_line", "cover", "cover_term", "receipt", "receipt_share", "enrolment_outcome"),
    *("entry", "posting", "event", "job"),
)
_TERM = "daterange(make_date(y, 1, 1), make_date(y, 12, 31), '[]')"
_FILL = (
    # A roster a unit and year; person p was at unit p / heads.
    (
        "INSERT INTO roster (unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,"
        " unit_due_fen, worker_due_fen, union_due_fen, file_sha256)"
        " SELECT u.id, y, '2021', make_date(y, 1, 1), make_date(y - 1, 12, 1), %(heads)s, 2500,"
        " 2500, 2500, '' FROM generate_series(%(first)s::int, %(last)s::int) y CROSS JOIN unit u"
        " ORDER BY y, u.id"
    ),
    (
        "CREATE TEMP TABLE enrolled AS SELECT m.id AS member_id, r.id AS roster_id, y,"
        " (row_number() OVER (ORDER BY y, m.id))::bigint AS n FROM member m"
        " JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM unit) u"
        " ON u.place = (m.id - %(base)s) / %(heads)s"
        " CROSS JOIN generate_series(%(first)s::int, %(last)s::int) y"
        " JOIN roster r ON r.unit_id = u.id AND r.benefit_year = y ORDER BY y, m.id"
    ),
    "INSERT INTO roster_line SELECT member_id, roster_id, 2, make_date(y, 1, 1) FROM enrolled",
    (
        "INSERT INTO cover (member_id, id, roster_id, scheme_id, benefit_year, starts_on, ends_on)"
        " SELECT member_id, n, roster_id, '2021', y, make_date(y, 1, 1), make_date(y, 12, 31)"
        " FROM enrolled"
    ),
    f"INSERT INTO cover_term SELECT member_id, n, {_TERM} FROM enrolled",
    (
        "INSERT INTO enrolment_outcome"
        " SELECT member_id, roster_id, 'covered', n, make_date(y, 1, 1) FROM enrolled"
    ),
    "SELECT setval('cover_number', (SELECT max(n) FROM enrolled))",
)
_NO_OVERLAP = (
    "ALTER TABLE cover_term ADD CONSTRAINT cover_term_no_overlap EXCLUDE USING gist"
    " (int8range(member_id, member_id, '[]'::text) WITH &&, term WITH &&)"
)


def certno(seed: int) -> str:
    """A valid ID of its own for each seed below 20 million."""
    body = f"4105{seed // 1_000_000:02d}19{60 + seed // 10_000 % 100 % 40:02d}"
    day = date(2001, 1, 1).replace(month=seed // 1_000 % 10 + 1, day=seed // 400_000 % 28 + 1)
    body += f"{day:%m%d}{seed % 1_000:03d}"
    return body + check_digit(body)


def people(session: Session, count: int) -> int:
    """Members with names and accounts; returns the first one's number."""
    ids = numbers(session, "member_id_seq", count)
    pairs = list(enumerate(ids))

    def members() -> Iterator[tuple[object, ...]]:
        for seed, n in pairs:
            yield n, vault().seal(certno(seed), "member", n), certno_index(certno(seed))

    def accounts() -> Iterator[tuple[object, ...]]:
        for seed, n in pairs:
            account = make_account(seed)
            sealed = vault().seal(account, "bank_account", n, 1)
            yield n, 1, sealed, vault().index("account", account), account[-4:]

    copy_in(session, "member", ("id", "certno_cipher", "certno_index"), members())
    names = ((n, 1, make_name(seed)) for seed, n in pairs)
    copy_in(session, "member_name", ("member_id", "seq", "name"), names)
    make_all_findable(session)
    columns = ("member_id", "seq", "account_cipher", "account_index", "tail")
    copy_in(session, "bank_account", columns, accounts())
    return ids[0]


def office(session: Session, units: int) -> int:
    """The officer, with so many units."""
    union = Union(name="city")
    session.add(union)
    session.flush()
    clerk = Account(
        login="bench", name="bench", role="officer", password_hash="-", union_id=union.id
    )
    session.add(clerk)
    session.flush()
    for seed in range(units):
        add_unit(
            session,
            uscc=make_uscc(seed),
            name=f"unit {seed}",
            union_id=union.id,
            unit_percent=50,
            by=clerk.id,
        )
    return clerk.id


def stand(session: Session, superuser_url: str, units: int, said: Callable[[str], None]) -> int:
    """Fill the years that are over; returns the officer."""
    by = office(session, units)
    base = people(session, units * HEADS)
    session.commit()
    said(f"{units * HEADS:,} people at {units:,} units")
    facts = {"heads": HEADS, "first": YEARS[0], "last": YEARS[-1], "base": base}
    with connect(superuser_url) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("ALTER TABLE cover_term DROP CONSTRAINT cover_term_no_overlap")
        for statement in _FILL:
            owner.execute(statement, facts if "%" in statement else None)
        said(f"{units * HEADS * len(YEARS):,} covers")
        owner.execute(_NO_OVERLAP)
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")
    said("indexed and analysed")
    return by
