"""Who acts in the played year, what they remember from act to act, and how they tell of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.adjudication.drain import drain
from app.banking.import_statement import Imported, import_statement
from app.claims.again import look_again
from app.claims.models import Claim
from app.contributions.fill_later import fill_promised
from app.demo.played.bank import BankLine, FundAtBank
from app.demo.played.plan import Plan
from app.jobs import FILL_ROSTERS, LOOK_AGAIN, TO_DETERMINE, Job, forget
from app.recoveries.confirm_line import FromMember, FromOthers, Payout, confirm_line, propose_line
from app.roster.members import certno_index, members_by_index

ACCOUNT: Final = "main"


class NotAsPlanned(Exception):
    """The fund did something else than what the play waits for."""


def expect(holds: bool, what: str) -> None:
    """The play goes on only where this holds. Raises NotAsPlanned."""
    if not holds:
        raise NotAsPlanned(what)


class Said(NamedTuple):
    """What an act has to tell: the day, and one sentence in each language."""

    day: date
    zh: str
    en: str


Turn = Callable[[], AbstractContextManager[Session]]
"""One business act: commits when the block ends (`app.db.transaction`)."""


@dataclass(slots=True)
class Office:
    """`one` does the daily work, `two` approves, `third` confirms what is large."""

    plan: Plan
    turn: Turn
    beside: Turn
    """Likewise, at the same time as others: a connection of its own."""
    one: int = 0
    two: int = 0
    third: int = 0
    top: int = 0
    districts: list[int] = field(default_factory=list)
    county: list[int] = field(default_factory=list)
    """The officer of each district."""
    units: list[int] = field(default_factory=list)
    """The number of each planned unit."""
    due_fen: dict[int, int] = field(default_factory=dict)
    """By planned unit, what its roster comes to."""
    papers: dict[int, bytes] = field(default_factory=dict)
    """By planned unit, its notice of payment."""
    bank: FundAtBank = field(default_factory=FundAtBank)

    def take_statement(self, *lines: BankLine) -> Imported:
        """The bank's statement of what moved, these lines too; then what money promised is done."""
        self.bank.moved(*lines)
        data = self.bank.statement()
        with self.turn() as session:
            done = import_statement(session, data, account=ACCOUNT, by=self.one)
        with self.turn() as session:
            do_promised(session)
        return done


def do_promised(session: Session) -> None:
    """What workers do within a second: fill rosters, look again, determine."""
    filling = [
        (job.id, job.subject_id)
        for job in session.scalars(select(Job).where(Job.kind == FILL_ROSTERS).order_by(Job.id))
    ]
    for subject_id in dict.fromkeys(subject for _, subject in filling):
        fill_promised(session, subject_id)
    forget(session, [number for number, _ in filling])
    again = list(session.scalars(select(Job.id).where(Job.kind == LOOK_AGAIN)))
    if again:
        look_again(session)
        forget(session, again)
    due = (
        select(Job.subject_id).where(Job.kind.in_(TO_DETERMINE)).distinct().order_by(Job.subject_id)
    )
    for run_id in session.scalars(due).all():
        while drain(session, run_id):
            pass


def member_of(session: Session, office: Office, person: int) -> int:
    """The member that a planned person is."""
    index = certno_index(office.plan.people.certnos[person])
    return members_by_index(session, [index])[index]


def claim_of(session: Session, setl_id: str) -> int:
    """The claim of a bill."""
    return session.scalars(select(Claim.id).where(Claim.setl_id == setl_id)).one()


def line_of(session: Session, remark: str) -> int:
    """The statement's line whose remark says this."""
    asked = text("SELECT id FROM statement_line WHERE remark = :remark ORDER BY id DESC LIMIT 1")
    return int(session.scalars(asked, {"remark": remark}).one())


def said_by_two(office: Office, remark: str, what: Payout | FromOthers | FromMember) -> None:
    """One officer says what the line with this remark is, another confirms it."""
    with office.turn() as session:
        line_id = line_of(session, remark)
        propose_line(session, line_id, what, by=office.one)
    with office.turn() as session:
        confirm_line(session, line_id, by=office.two)
