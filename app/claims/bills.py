"""Write bills that have a member: keys, versions, claims, and the promise to determine them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress
from typing import Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.claims.models import Claim, Run, SettlementKey
from app.claims.rows import STORED, BillRow, Rows
from app.copies import COPIED_AT_ONCE, Block, copy_of, copy_of_lines
from app.copytext import texts_of
from app.db import copy_all, numbers
from app.jobs import DETERMINE, promise

FEEDS: Final = "feeds"
"""Feeds are taken one after the other: two may hold the same bill."""
PATIENCE_S: Final = 3
"""How long a person at a page waits for a feed that is being taken."""

_COLUMNS: Final = ["member_id", "setl_id", "version", "run_id", "line", "content", "flagged_refund"]


class NewBill(NamedTuple):
    """A bill, or a new version of one, of a known member."""

    member_id: int
    version: int
    content: bytes
    row: BillRow


@dataclass(slots=True)
class Bills:
    """Bills to be written, as columns."""

    member_id: list[int] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)

    @classmethod
    def of(cls, some: Iterable[NewBill]) -> "Bills":
        """Bills that were made one by one."""
        made = cls()
        for bill in some:
            made.add(bill)
        return made

    def __len__(self) -> int:
        return len(self.version)

    def add(self, bill: NewBill) -> None:
        """One more."""
        self.member_id.append(bill.member_id)
        self.version.append(bill.version)
        self.rows.extend([x] for x in bill.row._replace(content=bill.content))

    def in_order(self) -> "Bills":
        """The same in the order of their lines."""
        lines = self.rows.line
        order = sorted(range(len(lines)), key=lines.__getitem__)
        rows = Rows(*([column[at] for at in order] for column in self.rows.columns()))
        return Bills([self.member_id[at] for at in order], [self.version[at] for at in order], rows)

    def first(self) -> "Bills":
        """Those that are first versions."""
        if self.version.count(1) == len(self):
            return self
        wanted = [version == 1 for version in self.version]
        members = [*compress(self.member_id, wanted)]
        return Bills(members, [1] * len(members), self.rows.picked(wanted))

    def again(self) -> list[str]:
        """The numbers of those that are later versions."""
        return [x for x, y in zip(self.rows.setl_id, self.version, strict=True) if y > 1]


def new_run(session: Session, kind: str, *, file_sha256: str | None, by: int | None) -> int:
    """Open a run: bills that are determined together, in order."""
    run = insert(Run).values(kind=kind, file_sha256=file_sha256, recorded_by=by)
    return session.execute(run.returning(Run.id)).scalar_one()


def write_bills(session: Session, run_id: int, bills: Bills) -> list[tuple[int, int]]:
    """Write bills and the claims of those that are first versions; (member, claim) of these."""
    first = bills.first()
    members, setl_ids = first.member_id, first.rows.setl_id
    ids = numbers(session, "claim_number", len(first))

    def key(some: slice) -> Block:
        return [setl_ids[some], members[some]]

    def claim(some: slice) -> Block:
        return [members[some], ids[some], setl_ids[some], [run_id] * len(ids[some])]

    copies = [
        copy_of(SettlementKey, ("setl_id", "member_id"), len(first), key),
        copy_of_lines("settlement", _COLUMNS + STORED, _lines(run_id, bills)),
        copy_of(Claim, ("member_id", "id", "setl_id", "run_id"), len(first), claim),
    ]
    copy_all(session, copies)
    return [*zip(members, ids, strict=True)]


def _lines(run_id: int, bills: Bills) -> Iterator[list[str]]:
    """Bills as COPY's own text, some at a time."""
    for at in range(0, len(bills), COPIED_AT_ONCE):
        some, rows = slice(at, at + COPIED_AT_ONCE), bills.rows
        columns = zip(
            bills.member_id[some],
            texts_of(rows.setl_id[some]),
            bills.version[some],
            rows.line[some],
            rows.content[some],
            rows.told[some],
            strict=True,
        )
        yield [
            f"{member}\t{setl_id}\t{version}\t{run_id}\t{line}\t\\\\x{content.hex()}\tf\t{told}"
            for member, setl_id, version, line, content, told in columns
        ]


def promise_claims(session: Session, run_id: int, claims: Iterable[tuple[int, int]]) -> int:
    """Promise to determine claims, given as (member, claim), in one run; how many there are."""
    of_member: dict[int, set[int]] = defaultdict(set)
    for member_id, claim_id in claims:
        of_member[member_id].add(claim_id)
    promise(session, DETERMINE, run_id, [(m, sorted(ids)) for m, ids in of_member.items()])
    return sum(map(len, of_member.values()))
