"""An officer's work for the tests: units, rosters, money and bills, through the domain's own verbs.

Everything goes in by the code the doors call. People are seeds of `tests.factories`, amounts of
money are yuan in words ("1000.00"), days are dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.adjudication.drain import MEMBERS_AT_ONCE, drain
from app.adjudication.replay import replay
from app.benefits.scheme_file import package_schemes
from app.claims.again import look_again
from app.claims.settlement import read_settlements
from app.claims.sort_out import Taken
from app.claims.submit import take_feed
from app.contributions.receive import Received, receive
from app.contributions.subsidise import Subsidised, receive_subsidy
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.jobs import TO_DETERMINE, Job
from app.ledger.balance import trial_balance
from app.payments.due import expense_off_fen, untied
from app.roster.person import RosterRow
from app.roster.units import Registered, add_unit, unit_of
from app.schemes.publish import publish
from app.secrets import Keys, set_keys
from app.unions.models import Union
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc


def keys() -> None:
    set_keys(Keys(bytes([1] * 32), bytes([2] * 32), bytes([3] * 32)))


@dataclass
class Office:
    """One officer at work in one session."""

    session: Session
    by: int = 0

    def __post_init__(self) -> None:
        keys()
        publish(self.session, package_schemes(), by=None)
        found = self.session.scalar(select(Account.id).where(Account.login == "clerk"))
        self.by = found or self._clerk()

    def _clerk(self) -> int:
        union = Union(name="市总工会")
        self.session.add(union)
        self.session.flush()
        clerk = Account(
            login="clerk", name="经办", role="officer", password_hash="-", union_id=union.id
        )
        self.session.add(clerk)
        self.session.flush()
        return clerk.id

    def unit(self, seed: int = 1, percent: int = 50) -> Registered:
        """The unit of this seed, registered when it is first asked for."""
        known = text("SELECT 1 FROM unit WHERE uscc = :uscc")
        if not self.session.scalar(known, {"uscc": make_uscc(seed)}):
            add_unit(
                self.session,
                uscc=make_uscc(seed),
                name=f"单位{seed}",
                union_id=self.session.scalars(select(Union.id).order_by(Union.id)).first() or 0,
                unit_percent=percent,
                by=self.by,
            )
        return unit_of(self.session, make_uscc(seed))

    def enrol(
        self,
        people: Iterable[int | RosterRow],
        starts_on: date,
        *,
        unit: int = 1,
        year: int | None = None,
        confirmed_on: date | None = None,
    ) -> Enrolled:
        """Take a roster of people (seeds, or whole rows)."""
        rows = [person(n, line) if isinstance(n, int) else n for line, n in enumerate(people, 2)]
        registered = self.unit(unit)
        asked = Asked(
            unit=registered,
            year=year or starts_on.year,
            starts_on=starts_on,
            confirmed_on=confirmed_on or starts_on,
            unit_percent=registered.unit_percent,
            file_sha256=sha256(repr(rows).encode()).hexdigest(),
            entered_on=confirmed_on or starts_on,
        )
        return enrol(self.session, asked, rows, by=self.by)

    def receive(
        self, amount: str, on: date, *, unit: int = 1, year: int | None = None, ref: str = ""
    ) -> Received:
        return receive(
            self.session,
            unit_id=self.unit(unit).id,
            year=year or on.year,
            amount_fen=fen(amount),
            received_on=on,
            reference=ref or f"ref {uuid4()}",
            by=self.by,
        )

    def receive_subsidy(
        self, amount: str, on: date, *, year: int | None = None, ref: str = "", union: int = 0
    ) -> Subsidised:
        """Money of the clerk's own union, or of another."""
        return receive_subsidy(
            self.session,
            union_id=union or self.session.get_one(Account, self.by).union_id,
            year=year or on.year,
            amount_fen=fen(amount),
            received_on=on,
            reference=ref or f"ref {uuid4()}",
            by=self.by,
        )

    def covered(self, people: Sequence[int | RosterRow], starts_on: date, *, unit: int = 1) -> None:
        """Enrol people and pay for them on the day they start."""
        enrolled = self.enrol(people, starts_on, unit=unit)
        assert not enrolled.faults
        self.receive(f"{enrolled.due_fen / 100:.2f}", starts_on, unit=unit)

    def feed(self, *bills: dict[str, str]) -> Taken:
        """Take a file of bills; nothing is determined yet."""
        return self.take(bills_csv(*bills))

    def take(self, content: bytes) -> Taken:
        found = read_settlements(content)
        digest = sha256(content).hexdigest()
        return take_feed(self.session, found, file_sha256=digest, by=self.by)

    def drain(self, members: int = MEMBERS_AT_ONCE) -> int:
        """Determine everything due, run after run; how many determinations that made."""
        due = (
            select(Job.subject_id)
            .where(Job.kind.in_(TO_DETERMINE))
            .distinct()
            .order_by(Job.subject_id)
        )
        made = 0
        for run_id in self.session.scalars(due).all():
            while drained := drain(self.session, run_id, members):
                made += drained.determined
        return made

    def look_again(self) -> int | None:
        """Do what enrolments and covers promised."""
        self.session.execute(text("DELETE FROM job WHERE kind = 'look_again'"))
        return look_again(self.session)

    def determine(self, *bills: dict[str, str]) -> Taken:
        taken = self.feed(*bills)
        self.drain()
        return taken

    def live(self, setl_id: str) -> Row:
        """Today's determination of a bill."""
        return self.session.execute(LIVE, {"setl_id": setl_id}).one()

    def payable(self, *setl_ids: str) -> list[int]:
        return [self.live(setl_id).payable_fen for setl_id in setl_ids]

    def covers(self, seed: int) -> list[tuple[date, date, date | None]]:
        """A member's covers: first day, last day, first day that pays where it waits."""
        rows = self.session.execute(
            text(
                "SELECT c.starts_on, c.ends_on, c.waits_until FROM cover c JOIN member m"
                " ON m.id = c.member_id WHERE m.certno_index = :index ORDER BY c.starts_on"
            ),
            {"index": certno_index_of(seed)},
        )
        return [tuple(row) for row in rows]

    def outcomes(self, roster_id: int | None) -> list[str]:
        """What became of a roster's lines, in the order of its lines."""
        rows = self.session.scalars(
            text(
                "SELECT o.outcome FROM enrolment_outcome o JOIN roster_line l"
                " USING (member_id, roster_id) WHERE roster_id = :id ORDER BY l.line"
            ),
            {"id": roster_id},
        )
        return list(rows)

    def balance(self, account: str, year: int) -> int:
        """What stands on an account of a benefit year, debit positive."""
        found = trial_balance(self.session, year)
        return sum(line.balance_fen for line in found.lines if line.account == account)

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        tables = inspect(self.session.connection()).get_table_names()
        return {x: self.session.scalar(text(f"SELECT count(*) FROM {x}")) or 0 for x in tables}


LIVE = text(
    "SELECT d.*, q.state, s.version AS newest FROM claim c"
    " JOIN determination d ON d.member_id = c.member_id AND d.claim_id = c.id"
    " JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id"
    " JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id"
    " WHERE c.setl_id = :setl_id ORDER BY d.seq DESC, s.version DESC LIMIT 1"
)


def person(seed: int, line: int = 2, account: int | None = None) -> RosterRow:
    card = make_account(account) if account is not None else None
    return RosterRow(line, make_name(seed), make_id(seed), card)


def certno_index_of(seed: int) -> bytes:
    from app.roster.members import certno_index

    return certno_index(make_id(seed))


def fen(amount: str) -> int:
    return round(float(amount) * 100)


def bill(setl_id: str, person: int, day: str, scope: str, **more: str) -> dict[str, str]:
    """An inpatient bill discharged and settled on a day: `scope` yuan, nothing paid by others."""
    return {
        "setl_id": setl_id,
        "certno": make_id(person),
        "psn_name": make_name(person),
        "med_type": "21",
        "begndate": day,
        "enddate": day,
        "setl_time": f"{day} 10:00:00",
        "inscp_scp_amt": scope,
        **more,
    }


def chronic(setl_id: str, person: int, day: str, scope: str, **more: str) -> dict[str, str]:
    return bill(setl_id, person, day, scope, med_type="14", begndate="", enddate="", **more)


def refund(setl_id: str, undone: str, person: int, day: str, **more: str) -> dict[str, str]:
    """A refund row; `undone` empty where the export only flags the row itself."""
    row = bill(setl_id, person, day, "-1.00", refd_setl_flag="1", init_setl_id=undone)
    return row | more


NEEDED = (
    *("setl_id", "certno", "med_type", "begndate", "enddate", "setl_time"),
    *("inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay"),
)


def bills_csv(*bills: dict[str, str], encoding: str = "utf-8") -> bytes:
    names = list(dict.fromkeys([*NEEDED, *(name for row in bills for name in row)]))
    return csv_bytes([names, *([row.get(name, "") for name in names] for row in bills)], encoding)


def assert_sound(session: Session) -> None:
    """What must hold whatever has happened: caps, used, the books, and the replay."""
    assert session.execute(USED_DIFFERS).all() == []
    for year in session.scalars(IN_USE).all():
        assert replay(session, year).differences == []
        assert untied(session, year) == []
        assert expense_off_fen(session, year) == 0
        assert trial_balance(session, year).closes


# The years determinations belong to, or would if they had a cover.
IN_USE = text(
    """
    SELECT DISTINCT coalesce(d.benefit_year,
                             extract(year FROM coalesce(s.enddate, s.setl_time::date)))::int
    FROM determination d JOIN settlement s USING (member_id, setl_id, version)
    """
)

USED_DIFFERS = text(
    """
    WITH live AS (
        SELECT d.member_id, d.care, d.benefit_year, sum(d.payable_fen) AS used_fen
        FROM determination d
        WHERE d.refusal IS NULL AND NOT EXISTS (
            SELECT FROM determination later WHERE later.member_id = d.member_id
            AND later.claim_id = d.claim_id AND later.seq > d.seq)
        GROUP BY 1, 2, 3)
    SELECT member_id, care, benefit_year, live.used_fen, e.used_fen
    FROM live FULL JOIN entitlement e USING (member_id, care, benefit_year)
    WHERE coalesce(live.used_fen, 0) <> coalesce(e.used_fen, 0) OR e.used_fen > e.cap_fen
    """
)
