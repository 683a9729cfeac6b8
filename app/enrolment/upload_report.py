"""What was found in a roster file: counts, the difference to last year, rows refused, what is due.

Kept sealed beside the upload, as facts: whoever reads it gets the sentences in their own language.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from app.errors import RowFault
from app.secrets import vault

MOST_LISTED: Final = 10_000
"""Refused rows kept for the page; the marked copy has all of them."""
MOST_NAMED: Final = 200
_TABLE: Final = "roster_upload"
_FAULTS: Final = "roster_upload.faults"


@dataclass(slots=True)
class Fault:
    """Why the whole file, or one row (`line` > 0), is refused; `reason` is a key of the texts.

    `field`: what of the row it lies in; empty of a whole file.
    """

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    name: str = ""
    field: str = ""


@dataclass(slots=True)
class Noted:
    """Worth knowing of the file (`lines` empty) or of so many rows; the first lines are named."""

    reason: str
    facts: dict[str, Any]
    count: int
    lines: list[int]


@dataclass(slots=True)
class Person:
    """A row of the file by its line and name; `day`: when a cover starts that starts later
    than asked, empty where another union's cover is in its way. `unit`: where the person comes
    from, empty where it is not told."""

    line: int
    name: str
    day: str = ""
    unit: str = ""


@dataclass(slots=True)
class Report:
    """Amounts in fen for all that is enrolled. Lists are cut, counts are whole.

    `reasons`: how many rows are refused for each, the most first.
    """

    rows_in: int = 0
    enrolled: int = 0
    unchanged: int = 0
    refused: int = 0
    joined: int = 0
    left: int = 0
    joined_people: list[Person] = field(default_factory=list)
    left_people: list[str] = field(default_factory=list)
    died_people: list[str] = field(default_factory=list)
    retired_people: list[str] = field(default_factory=list)
    said_left_people: list[str] = field(default_factory=list)
    """Of those who left: who died, who retired, and whom the unit has said to have left."""
    died: int = 0
    retired: int = 0
    said_left: int = 0
    moved: int = 0
    moved_people: list[Person] = field(default_factory=list)
    elsewhere: int = 0
    """Rows refused because the person is covered already: they are not charged."""
    renamed: int = 0
    renamed_people: list[Person] = field(default_factory=list)
    account_changed: int = 0
    account_people: list[Person] = field(default_factory=list)
    phones: int = 0
    kept: int = 0
    """Rows whose name or account differs and was left as it was."""
    later: int = 0
    later_people: list[Person] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    faults_sha256: str = ""
    """Of all faults: the same faults have the same copies."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    file_fault: Fault | None = None
    scheme_id: str = ""
    unit_fen: int = 0
    worker_fen: int = 0
    union_fen: int = 0
    pay_by: str = ""
    covered: int = 0
    checked: dict[str, int] = field(default_factory=dict)
    """The counts of the check, where the enrolment came to others."""

    @property
    def changes(self) -> bool:
        """Whether enrolling it would write anything."""
        return bool(self.enrolled or self.renamed or self.account_changed or self.phones)

    @property
    def from_unit_fen(self) -> int:
        return self.unit_fen + self.worker_fen

    @property
    def counts(self) -> dict[str, int]:
        """What must not change between the check and the enrolment without being said."""
        return {
            "enrolled": self.enrolled,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "from_unit_fen": self.from_unit_fen,
            **self.told,
        }

    @property
    def told(self) -> dict[str, int]:
        """What becomes of the names and accounts that differ from what is known."""
        return {
            "renamed": self.renamed,
            "account_changed": self.account_changed,
            "kept": self.kept,
        }

    @property
    def pay_by_day(self) -> date | None:
        return date.fromisoformat(self.pay_by) if self.pay_by else None


def sealed(report: Report, upload_id: int) -> bytes:
    """The report for its upload's row."""
    return vault().seal(json.dumps(asdict(report), ensure_ascii=False), _TABLE, upload_id)


def sealed_faults(faults: Sequence[RowFault], upload_id: int) -> bytes:
    """All faults of the rows, for the copies that are made of them later."""
    return vault().seal(_listed(faults), _FAULTS, upload_id)


def opened_faults(cipher: bytes, upload_id: int) -> list[RowFault]:
    """The faults again."""
    return [RowFault(*each) for each in json.loads(vault().open(cipher, _FAULTS, upload_id))]


def digest(faults: Sequence[RowFault]) -> str:
    """The same for the same faults."""
    return hashlib.sha256(_listed(faults).encode()).hexdigest()


def plain(facts: dict[str, object]) -> dict[str, object]:
    """Facts as they are kept and worded."""
    return {name: fact if isinstance(fact, int) else str(fact) for name, fact in facts.items()}


def _listed(faults: Sequence[RowFault]) -> str:
    rows = [(x.line, x.field, x.reason, plain(x.facts)) for x in faults]
    return json.dumps(rows, ensure_ascii=False)


def opened(cipher: bytes, upload_id: int) -> Report:
    """The report again."""
    known = json.loads(vault().open(cipher, _TABLE, upload_id))
    people = ("joined_people", "renamed_people", "account_people", "later_people", "moved_people")
    known |= {name: [Person(**each) for each in known[name]] for name in people}
    known["faults"] = [Fault(**each) for each in known["faults"]]
    known["notes"] = [Noted(**each) for each in known["notes"]]
    known["file_fault"] = Fault(**known["file_fault"]) if known["file_fault"] else None
    return Report(**known)
