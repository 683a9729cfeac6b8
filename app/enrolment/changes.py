"""Take a unit's changes in the course of a year (增减员): who joined and who left, in one list.

Joiners are a roster of their own, by the same rules: a cover starts with its money. Leavers keep
their cover to its end (`leave`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.enrolment.enrol import Asked, Enrolled, enrol
from app.enrolment.leave import Leaver, Left, leave
from app.errors import RowFault
from app.files.cells import Book
from app.roster.columns import ACCOUNT_HEADINGS
from app.roster.lists import Line, Listed, read_day, read_list
from app.roster.person import Refused, RosterRow, read_account, text_of

_HEADINGS: Final = {
    "change": "增减 增/减 增减员 增减类型 变动类型 变动 类型 类别 change",
    "day": "日期 最后工作日 离职日期 离开日期 减员日期 增减日期 变动日期 生效日期 lastday day date",
    "why": "原因 变动原因 增减原因 离职原因 减员原因 reason why",
    "account": ACCOUNT_HEADINGS,
}
_JOINED: Final = frozenset(
    {"增", "增加", "增员", "新增", "加入", "入职", "新入职", "调入", "转入", "+", "join", "joined"}
)
_LEFT: Final = frozenset(
    {"减", "减少", "减员", "离开", "离职", "辞职", "辞退", "调出", "调离", "转出", "退休"}
    | {"去世", "死亡", "-", "leave", "left"}
)
_REASONS: Final = {
    "moved": ("调", "转"),
    "resigned": ("辞职", "离职", "合同到期", "合同期满", "resign"),
    "dismissed": ("辞退", "解除", "开除", "解聘", "裁", "dismiss"),
    "retired": ("退休", "离休", "retire"),
    "died": ("去世", "死亡", "身故", "病故", "亡故", "died"),
}


@dataclass(slots=True)
class Changes:
    """A list that was read: every row is a joiner, a leaver or refused."""

    listed: Listed
    joiners: list[RosterRow] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it; `enrolled` is there where anybody joined."""

    enrolled: Enrolled | None
    left: Left

    @property
    def faults(self) -> list[RowFault]:
        return [*(self.enrolled.faults if self.enrolled else ()), *self.left.faults]


def read_changes(book: Book, now: date) -> Changes:
    """The joiners and leavers of a list. Raises as `read_list`."""
    changes = Changes(read_list(book, _HEADINGS, ("name", "change"), now))
    seen: dict[str, int] = {}
    for person in list(changes.listed.people):
        try:
            first = seen.setdefault(person.certno, person.line)
            if first != person.line:
                raise Refused("certno", "CertnoTwice", first_line=first)  # noqa: TRY301
            _take(changes, person)
        except Refused as refused:
            changes.listed.refuse(person.line, refused)
    return changes


def _take(changes: Changes, person: Line) -> None:
    said = text_of(person.cells["change"]).lower()
    if said in _JOINED:
        if not person.name:
            raise Refused("name", "NameMissing")
        account = read_account(person.cells.get("account"), lambda reason: None)
        joiner = RosterRow(person.line, person.name, person.certno, account)
        changes.joiners.append(joiner)
    elif said in _LEFT:
        day = read_day(person.cells.get("day"), "day")
        why = reason_of(text_of(person.cells.get("why")) or said)
        changes.leavers.append(Leaver(person.line, person.certno, day, why))
    else:
        raise Refused("change", "ChangeUnknown")


def reason_of(said: str) -> str:
    """The kind of reason that a unit's own words are."""
    found = (kind for kind, words in _REASONS.items() if any(x in said.lower() for x in words))
    return next(found, "other")


def take_changes(
    session: Session,
    asked: Asked,
    joiners: Sequence[RosterRow],
    leavers: Sequence[Leaver],
    *,
    by: int,
) -> Changed:
    """Enrol who joined, record who left. The same list again changes nothing.

    Raises as `enrol` and `leave`.
    """
    enrolled = enrol(session, asked, joiners, by=by) if joiners else None
    return Changed(enrolled, leave(session, asked.unit.id, leavers, by=by))
