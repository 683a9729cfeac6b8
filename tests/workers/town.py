"""A unit whose people are covered in 2023, and feeds of their bills: what workers work on.

Made by the domain itself, committed, in the database of a test; and what must hold of it when all
is done.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count

from sqlalchemy import text

from app import boot
from app.adjudication.replay import replay
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.contributions.receive import receive
from app.db import db, transaction
from app.enrolment.enrol import Asked, enrol
from app.ledger.balance import trial_balance
from app.roster.person import RosterRow
from app.roster.units import add_unit, unit_of
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc

YEAR = 2023
CAP_FEN = 10_000_000
BILL = (
    *("setl_id", "certno", "psn_name", "med_type", "begndate", "enddate", "setl_time"),
    *("inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay", "mdtrt_id", "dise_name"),
)
DIAGNOSIS = "某种不便示人的病"

_CLAIMS = """
SELECT count(*), count(*) FILTER (WHERE determined = 0), count(*) FILTER (WHERE determined > 1)
FROM (SELECT count(d.claim_id) AS determined FROM claim c
      LEFT JOIN determination d ON d.member_id = c.member_id AND d.claim_id = c.id
      GROUP BY c.member_id, c.id) claims
"""
_USED_WRONG = """
SELECT count(*) FROM (
    SELECT member_id, care, benefit_year, sum(payable_fen) AS fen FROM determination d
    WHERE refusal IS NULL AND seq = (SELECT max(seq) FROM determination l
        WHERE l.member_id = d.member_id AND l.claim_id = d.claim_id)
    GROUP BY 1, 2, 3
) granted FULL JOIN entitlement e USING (member_id, care, benefit_year)
WHERE coalesce(granted.fen, 0) <> coalesce(e.used_fen, 0)
"""
_BOOKED_WRONG = """
SELECT count(*) FROM (
    SELECT member_id, claim_id, payable_fen AS fen FROM determination WHERE payable_fen > 0
) granted FULL JOIN (
    SELECT member_id, claim_id, -sum(amount_fen) AS fen FROM posting WHERE account = '2001'
    GROUP BY 1, 2
) booked USING (member_id, claim_id)
WHERE granted.fen IS DISTINCT FROM booked.fen
"""
_MOVED_WRONG = """
SELECT count(*) FROM claim c
LEFT JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id
WHERE q.seq IS DISTINCT FROM
      (SELECT count(*) FROM claim_move m WHERE m.member_id = c.member_id AND m.claim_id = c.id)
"""


class Town:
    """`people` are covered; `feed` takes bills in and promises their claims."""

    def __init__(self, people: int) -> None:
        self.people = people
        self._bills = count(1)
        uscc = make_uscc(1)
        with transaction() as session:
            self.by = session.execute(text("SELECT min(id) FROM account")).scalar_one()
            union_id = session.execute(text("SELECT min(id) FROM union_node")).scalar_one()
            add_unit(
                session, uscc=uscc, name="单位", union_id=union_id, unit_percent=50, by=self.by
            )
            unit = unit_of(session, uscc)
            first = date(YEAR, 1, 1)
            asked = Asked(unit, YEAR, first, date(2022, 12, 1), 50, "0" * 64)
            rows = [
                RosterRow(n + 2, make_name(n), make_id(n), make_account(n)) for n in range(people)
            ]
            enrolled = enrol(session, asked, rows, by=self.by)
            assert len(enrolled.enrolled) == people
            receive(
                session,
                unit_id=unit.id,
                year=YEAR,
                amount_fen=enrolled.due_fen,
                received_on=date(2022, 12, 20),
                reference="流水",
                by=self.by,
            )

    def feed(self, bills: Sequence[tuple[int, str]]) -> int:
        """Take a file of bills, each a person and an amount in yuan; the run that is promised."""
        taken = take_file(self.file(bills), by=self.by)
        assert taken
        return taken

    def file(self, bills: Sequence[tuple[int, str]]) -> bytes:
        """A file of new inpatient bills of these people."""
        rows = []
        for person, scope in bills:
            number = next(self._bills)
            day = f"{YEAR}-03-{number % 28 + 1:02d}"
            times = (day, day, f"{day} 10:00:00")
            who = (f"S{number:08d}", make_id(person), make_name(person), "21")
            rows.append([*who, *times, scope, "0", "0", "0", f"V{number}", DIAGNOSIS])
        return csv_bytes([BILL, *rows])


@contextmanager
def town_in(database, people: int) -> Iterator[Town]:
    """A town in a test's own database; within, this process works as the doors do."""
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        yield Town(people)
        db.session.remove()
        db.engine.dispose()


def take_file(content: bytes, *, by: int) -> int | None:
    with transaction() as session:
        return take_feed(session, read_settlements(content), file_sha256="0" * 64, by=by).run_id


def one(statement: str, **facts: object) -> int:
    """A number, read in a transaction of its own."""
    with transaction() as session:
        return int(session.execute(text(statement), facts).scalar_one())


def determined() -> int:
    return one("SELECT count(*) FROM determination")


def promised() -> int:
    return one(
        "SELECT (SELECT count(*) FROM job WHERE kind = 'determine')"
        " + (SELECT coalesce(sum(items[1]), 0) FROM job WHERE kind = 'determine_many')"
        " + (SELECT count(*) FROM job WHERE kind = 'gather')"
    )


def assert_sound() -> int:
    """Every claim determined once, what was used and booked is what was granted; how many."""
    with transaction() as session:
        claims, undone, doubled = session.execute(text(_CLAIMS)).one()
        assert claims, "nothing was tested"
        assert (undone, doubled) == (0, 0)
        for wrong in (_USED_WRONG, _BOOKED_WRONG, _MOVED_WRONG):
            assert session.execute(text(wrong)).scalar_one() == 0
        assert trial_balance(session, YEAR).closes
        replayed = replay(session, YEAR)
        assert replayed.differences == []
        assert replayed.determinations == claims
    return int(claims)
