"""A statement of 100,000 lines: read, matched, written and booked, against a bare COPY of them.

Five lines in a hundred are in trouble: a wrong reference, none, or two. Measured is everything from
the file's bytes to the commit. Covers that become complete begin in jobs afterwards and are not in
it; here no roster waits, so that there are none.

The reference is a COPY of the very rows of `statement_line` into a new table with the same keys and
no checks; the goal is six times that. The other two COPYs (without keys, and of all tables that a
statement writes) are told to compare. Either side is the median of some rounds, each on a copy of
one and the same database; what the rounds before left to be written to the disk is written first.
"""

from datetime import date, timedelta

from sqlalchemy import URL, select
from sqlalchemy.orm import Session

from app import boot
from app.accounts.models import Account
from app.banking.add_account import add_fund_account
from app.banking.import_statement import import_statement
from app.contributions.reference import notice_reference, references_in
from app.db import db
from app.roster.units import add_unit
from app.unions.models import Union
from tests.bench.copying import ROUNDS, connect, copied_in_measured
from tests.bench.processor import Taken, backend, measured, middle
from tests.conftest import copy_of
from tests.db.statements import NUMBER, plain
from tests.factories import make_uscc

LINES, UNITS = 100_000, 1_600
FIRST = date(2023, 10, 1)
TROUBLE = 20
LIMIT = 6
WRITTEN = ("statement_line", "receipt", "entry", "posting", "payer_account")


def lines(units: list[int]) -> list[tuple[date, str, str, str]]:
    made = []
    for at in range(LINES):
        day = FIRST + timedelta(days=at * 90 // LINES)
        unit = units[at % UNITS]
        reference = f"职工医疗互助金 {notice_reference(unit, 2024)}"
        if at % TROUBLE == 0:
            reference = ("HZ202400000100", "互助金", f"{reference} HZ202300000165")[
                at // TROUBLE % 3
            ]
        made.append((day, f"{at % 997 + 1}.50", f"第{unit}单位", reference))
    return made


def test_statement(database, cluster, broker, tmp_path) -> None:
    by, data = furnished(database)
    rounds = []
    for left in reversed(range(ROUNDS)):
        with copy_of(cluster, database.name, broker, tmp_path) as one:
            cluster.execute("CHECKPOINT")
            rounds.append(imported(one, data, by))
            if not left:
                cluster.execute("CHECKPOINT")
                told(middle(rounds), cluster.superuser_url.set(database=one.name))


def furnished(database) -> tuple[int, bytes]:
    """The officer, and the statement of a database with units and an account."""
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        db.engine.dispose()
    with Session(database.engine) as session, session.begin():
        by = session.scalars(select(Account.id).order_by(Account.id)).first()
        union = session.scalars(select(Union.id).order_by(Union.id)).first()
        units = [
            add_unit(
                session,
                uscc=make_uscc(n),
                name=f"第{n}单位",
                union_id=union,
                unit_percent=50,
                by=by,
            )
            for n in range(UNITS)
        ]
        add_fund_account(
            session,
            code="main",
            holder="市总工会",
            bank="某银行",
            number=NUMBER,
            statement_format_name="plain",
            payment_format="plain",
            by=by,
        )
    return by, plain(lines(units))


def imported(database, data: bytes, by: int) -> Taken:
    references_in.cache_clear()  # as for whoever takes the first statement of the day
    with Session(database.engine) as session, measured(backend(session)) as taken:
        done = import_statement(session, data, account="main", by=by)
        session.commit()
    assert done.lines == LINES
    assert done.counts["suspense"] == LINES // TROUBLE
    return taken


def told(taken: Taken, superuser_url: URL) -> None:
    print(f"\nstatement: {LINES:,} lines in {taken}")
    with connect(superuser_url.render_as_string(hide_password=False)) as connection:
        for what, tables, like in (
            ("of the lines, without keys", ["statement_line"], ""),
            ("of the lines, with their keys", ["statement_line"], "INCLUDING INDEXES"),
            ("of all it writes, with keys", WRITTEN, "INCLUDING INDEXES"),
        ):
            bare = copied_in_measured(connection, tables, like=like)
            by_clock = taken.clock_s / bare.clock_s
            by_processor = taken.processor_s / bare.processor_s
            print(f"  bare COPY {what}: {bare}; the statement takes {by_clock:.1f} x by the clock,")
            print(f"    {by_processor:.1f} x by the processor")
    print(f"  the goal is {LIMIT} x the COPY with keys")
