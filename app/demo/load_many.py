"""Load any number of people by the import paths: rosters, money, one file of the bureau's, a drain.

A unit is one transaction, the bureau's file is taken part by part: memory stays where it is,
however many there are. What was interrupted goes on, for everything is made again to the letter:
units that stand are passed over, and the file goes on behind its last part.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.config import LOCAL_HOSTS, Settings
from app.contributions.receive import receive
from app.contributions.subsidise import receive_subsidy, subsidy_due
from app.demo.accounts import (
    OFFICER,
    SYSTEM_ADMIN,
    add_administrators,
    add_staff,
    add_union,
    federation,
)
from app.demo.load import FundNotEmpty, ServesOthers
from app.demo.many import (
    CONFIRMED_ON,
    STARTS_ON,
    USCC_BEGINS,
    YEAR,
    Unit,
    bills_of,
    header,
    roster_of,
    units,
)
from app.demo.places import DISTRICTS
from app.dispatch import do_look_again, drain_run, due_runs
from app.enrolment.enrol import Asked, enrol
from app.errors import Refusal
from app.evidence.append import record
from app.feeds.import_file import Transaction, import_file
from app.files.workbook import read_book
from app.roster.sheet import read_roster
from app.roster.units import Registered, add_unit
from app.unions.models import Union

_OTHER_UNITS = text("SELECT 1 FROM unit WHERE uscc NOT LIKE :ours LIMIT 1")
_HEADS = text(
    "SELECT u.uscc, coalesce(sum(r.heads), 0) FROM unit u LEFT JOIN roster r ON r.unit_id = u.id"
    " GROUP BY u.uscc"
)


class OtherPeople(Refusal):
    """A demonstration of another number of people stands here."""


@dataclass(frozen=True, slots=True)
class ManyProgress:
    """What is done of one step: people enrolled, rows taken, claims determined.

    `now`: how many of them just now, and not before an interruption.
    """

    step: str
    done: int
    all: int
    now: int


@dataclass(frozen=True, slots=True)
class ManyLoaded:
    """What came of it. `enrolled` and `taken`: people and rows just now, the others stood."""

    enrolled: int
    taken: int
    people: int
    units: int
    rows_in: int
    determined: int
    payable_fen: int


Watch = Callable[[ManyProgress], None]


def load_many(
    transaction: Transaction, settings: Settings, people: int, watch: Watch
) -> ManyLoaded:
    """Load so many people. Raises ServesOthers, FundNotEmpty and OtherPeople."""
    if settings.trusted_hosts != LOCAL_HOSTS:
        raise ServesOthers(hosts=", ".join(settings.trusted_hosts))
    with transaction() as session:
        if session.execute(_OTHER_UNITS, {"ours": f"{USCC_BEGINS}%"}).first():
            raise FundNotEmpty
        known = _known(session, people)
        by, top, districts = _office(session)
    count = enrolled = 0
    for unit in units(people):
        count += 1
        if unit.uscc not in known:
            with transaction() as session:
                _enrol(session, unit, districts[unit.district], by)
            enrolled += unit.last - unit.first
        watch(ManyProgress("enrol", unit.last, people, enrolled))
    with transaction() as session:
        for year, due_fen in subsidy_due(session).items():
            if due_fen > 0:
                money = {"amount_fen": due_fen, "received_on": STARTS_ON}
                told = {"reference": f"GH-{year}-{due_fen}", "union_id": top, "by": by}
                receive_subsidy(session, year=year, **money, **told)  # type: ignore[arg-type]
    do_look_again()
    return _bills(transaction, people, (count, enrolled), by, watch)


def _known(session: Session, people: int) -> set[str]:
    """The units that stand, each with just the people it has among so many."""
    known = {uscc: int(heads) for uscc, heads in session.execute(_HEADS)}
    planned = {x.uscc: x.last - x.first for x in units(people) if x.uscc in known}
    if known != planned:
        raise OtherPeople(people=people)
    return set(known)


def _office(session: Session) -> tuple[int, int, list[int]]:
    """Who acts, the top of the tree and its districts; made when they are first needed."""
    found = session.scalar(select(Account.id).where(Account.login == OFFICER))
    by = found or add_staff(session)[0]
    top = federation(session)
    if found is None:
        for name in DISTRICTS:
            add_union(session, f"{name}总工会", top)
    below = select(Union.id).where(Union.parent_id == top).order_by(Union.id)
    return by, top, list(session.scalars(below))


def _enrol(session: Session, unit: Unit, union_id: int, by: int) -> None:
    """The unit is registered, sends its roster and pays."""
    facts = {"uscc": unit.uscc, "name": unit.name, "unit_percent": 50}
    unit_id = add_unit(session, union_id=union_id, by=by, **facts)  # type: ignore[arg-type]
    registered = Registered(unit_id, unit.uscc, unit.name, 50)
    content = roster_of(unit)
    sheet = read_roster(read_book(content), CONFIRMED_ON)
    digest = hashlib.sha256(content).hexdigest()
    asked = Asked(registered, YEAR, STARTS_ON, CONFIRMED_ON, 50, digest, entered_on=CONFIRMED_ON)
    enrolled = enrol(session, asked, sheet.rows, by=by)
    receive(
        session,
        unit_id=unit_id,
        year=YEAR,
        amount_fen=enrolled.due_fen,
        received_on=STARTS_ON - timedelta(days=9),
        reference=f"{YEAR}-{unit.number:06d}",
        by=by,
    )


def _bills(
    transaction: Transaction, people: int, told: tuple[int, int], by: int, watch: Watch
) -> ManyLoaded:
    """`told`: the units, and the people enrolled just now."""
    count, enrolled = told
    determined = payable_fen = taken = 0
    with tempfile.TemporaryFile() as file:
        rows = _write(file, people)
        name = f"{YEAR}-{people}.csv"
        for one in import_file(
            transaction,
            file,
            name=name,
            by=by,
            watch=lambda one, part: watch(
                ManyProgress("import", max(one.before - 1, 0) + one.rows_in, rows, one.rows_in)
            ),
        ):
            if one.fault:
                raise one.fault
            taken = one.new
    # Also what was taken before an interruption, of which nothing is new any more.
    for run_id in due_runs():
        for done in drain_run(run_id):
            determined += done.determined
            payable_fen += done.payable_fen
            watch(ManyProgress("drain", determined, rows, determined))
    with transaction() as session:
        if session.scalar(select(Account.id).where(Account.login == SYSTEM_ADMIN)) is None:
            add_administrators(session)
        counts = {"units": count, "members": people, "rows": rows}
        record(session, "demo.loaded", by=None, scale="people", counts=counts)
    return ManyLoaded(enrolled, taken, people, count, rows, determined, payable_fen)


def _write(file: IO[bytes], people: int) -> int:
    """The bureau's file of the year; how many rows it has."""
    rows = 0
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header())
    for unit in units(people):
        for row in bills_of(unit):
            writer.writerow(row)
            rows += 1
    out.flush()
    out.detach()
    return rows
