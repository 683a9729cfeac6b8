"""Take lists of who died and who retired, and take a wrong word back.

Every row is accounted for: new, known already, nobody of ours, or refused with its reason. Death on
a day ends the member's covers on it; bills of days until then stay payable, to heirs. Retirement
changes no cover. "Nobody of ours" is also whom the officer's unions neither cover nor named: a list
is no way to ask who is a member.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.contributions.receive import COVERS
from app.cover.end_at_death import Change, end_at_death, stand_again
from app.db import one_at_a_time
from app.enrolment.elsewhere import named_here
from app.enrolment.reach import reach_of
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.files.cells import Book
from app.jobs import LOOK_AGAIN, promise
from app.roster.fates import ALIVE, DIED, RETIRED, Fate, add_fates, fates
from app.roster.identity import birth_date
from app.roster.lists import Line, Listed, filled, read_day, read_list
from app.roster.members import certno_index, known, members_by_index
from app.roster.models import FateDoubt
from app.roster.person import Refused, text_of

_PART: Final = 2
"""Of the job that looks again: rosters have 0 and 1."""
_HEADINGS: Final = {
    "fate": "类别 去世/退休 去世或退休 状态 类型 情况 人员类别 变动类型 变动情况 fate status",
    "day": "日期 去世日期 退休日期 死亡日期 发生日期 变动日期 去世/退休日期 时间 date day on",
}
_SAID: Final = {
    **dict.fromkeys(("去世", "死亡", "身故", "病故", "亡故", "已故", "died", "dead"), DIED),
    **dict.fromkeys(("退休", "离休", "退职", "已退休", "retired"), RETIRED),
}


class NoSuchFate(Refusal):
    """No word of death or retirement stands of this person."""


class FateNotDoubted(Refusal):
    """Somebody must have said first that the word is wrong."""


class FateNeedsTwoPeople(Refusal):
    """Who says that a word is wrong does not take it back, nor does the same person's account."""


class FateRow(NamedTuple):
    """One person of a list. (`name` may be empty: it is compared where it is given.)"""

    line: int
    name: str
    certno: str
    fate: str
    on_day: date


@dataclass(slots=True)
class FatesTold:
    """What became of the rows, by their lines."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    died: int = 0
    covers_ended: int = 0
    event_id: int | None = None

    @property
    def rows_in(self) -> int:
        rest = len({x.line for x in self.faults})
        return len(self.new) + len(self.known) + len(self.strangers) + rest


def read_fates(book: Book, now: date) -> tuple[Listed, list[FateRow]]:
    """The rows of a list, and in `Listed` the faults. Raises as `read_list`."""
    listed = read_list(book, _HEADINGS, ("name", "fate", "day"), now)
    rows = []
    for person in list(listed.people):
        try:
            rows.append(_row(person, now))
        except Refused as refused:
            listed.refuse(person.line, refused)
    return listed, rows


def _row(person: Line, now: date) -> FateRow:
    said = text_of(person.cells["fate"]).lower()
    if not filled(person.cells["fate"]):
        raise Refused("fate", "FateMissing")
    if said not in _SAID:
        raise Refused("fate", "FateUnknown")
    on_day = read_day(person.cells["day"], "day")
    if on_day > now:
        raise Refused("day", "FateAhead", today=now.isoformat())
    if on_day < birth_date(person.certno):
        raise Refused("day", "DayBeforeBirth")
    return FateRow(person.line, person.name, person.certno, _SAID[said], on_day)


def import_fates(
    session: Session,
    rows: Sequence[FateRow],
    *,
    file_sha256: str,
    by: int,
    faults: Sequence[RowFault] = (),
) -> FatesTold:
    """Record what is new and end the covers of the dead. The same list again changes nothing.

    `faults`: of reading; they count among the rows. Raises as `officer`.
    """
    officer(session, by)
    one_at_a_time(session, COVERS)
    told = FatesTold(faults=list(faults))
    ids = members_by_index(session, {certno_index(row.certno) for row in rows})
    ours = named_here(session, list(ids.values()), reach_of(session, by))
    names = known(session, sorted(ours))
    standing = fates(session, ours)
    said: list[tuple[int, str, date]] = []
    for row in rows:
        member_id = ids.get(certno_index(row.certno), 0)
        if member_id not in ours:
            told.strangers.append(row.line)
            continue
        name = names[member_id].name if member_id in names else row.name
        if reason := _why_not(row, name, standing.get(member_id)):
            told.faults.append(RowFault(row.line, *reason))
        elif _is_known(row, standing.get(member_id)):
            told.known.append(row.line)
        else:
            told.new.append(row.line)
            said.append((member_id, row.fate, row.on_day))
            standing[member_id] = Fate(member_id, 0, row.fate, row.on_day, 0)
    _write(session, told, said, file_sha256, by)
    return told


def _is_known(row: FateRow, stands: Fate | None) -> bool:
    """Said already; and of who has died, that the person had retired before says nothing more."""
    if stands is None:
        return False
    said = (row.fate, row.on_day) == (stands.fate, stands.on_day)
    return said or (stands.fate, row.fate) == (DIED, RETIRED)


def _why_not(row: FateRow, name: str, stands: Fate | None) -> tuple[str, str] | None:
    """The field and the reason for which a row is refused."""
    if row.name and name and "".join(row.name.split()) != "".join(name.split()):
        return "name", "FateNameDiffers"
    if stands and stands.fate == DIED:
        if row.fate == DIED and row.on_day != stands.on_day:
            return "day", "DiedOnOtherDay"
        if row.fate == RETIRED and row.on_day > stands.on_day:
            return "day", "RetiredAfterDeath"
    return None


def _write(
    session: Session,
    told: FatesTold,
    said: Sequence[tuple[int, str, date]],
    file_sha256: str,
    by: int,
) -> None:
    if not said:
        return
    add_fates(session, said, file_sha256=file_sha256, by=by)
    died_on = {who: on_day for who, fate, on_day in said if fate == DIED}
    changes = end_at_death(session, died_on, by=by)
    told.died, told.covers_ended = len(died_on), len(changes)
    told.event_id = record(
        session,
        "member.fates",
        by=by,
        new=len(told.new),
        died=told.died,
        known=len(told.known),
        strangers=len(told.strangers),
        refused=len({x.line for x in told.faults}),
        covers_ended=told.covers_ended,
        file_sha256=file_sha256,
    )
    promise(session, LOOK_AGAIN, told.event_id, [(_PART, [])])


def doubt_fate(session: Session, member_id: int, *, by: int) -> int:
    """Say that the word that stands of a member is wrong; its number. Said twice, once.

    Raises NoSuchFate and as `officer`.
    """
    stands = _held(session, member_id, by)
    if session.get(FateDoubt, (member_id, stands.seq)) is None:
        doubt = {"member_id": member_id, "seq": stands.seq, "recorded_by": by}
        session.execute(insert(FateDoubt).values(doubt))
        record(session, "member.fate_doubted", by=by, seq=stands.seq)
    return stands.seq


def take_fate_back(session: Session, member_id: int, *, by: int) -> list[Change]:
    """Take the doubted word back; the covers that death had ended stand again as before.

    Raises NoSuchFate, FateNotDoubted, FateNeedsTwoPeople and as `officer`.
    """
    stands = _held(session, member_id, by)
    doubt = session.get(FateDoubt, (member_id, stands.seq))
    if doubt is None:
        raise FateNotDoubted
    first, second = officer(session, doubt.recorded_by), officer(session, by)
    if first.id == second.id or (first.member_id and first.member_id == second.member_id):
        raise FateNeedsTwoPeople
    alive = (member_id, ALIVE, stands.on_day)
    add_fates(session, [alive], file_sha256="", by=by)
    changes = stand_again(session, [member_id], by=by)
    event_id = record(session, "member.fate_taken_back", by=by, covers=len(changes))
    promise(session, LOOK_AGAIN, event_id, [(_PART, [])])
    return changes


def _held(session: Session, member_id: int, by: int) -> Fate:
    """The word that stands, while nobody else writes one. Only the last word can be taken back."""
    officer(session, by)
    one_at_a_time(session, COVERS)
    ours = named_here(session, [member_id], reach_of(session, by))
    stands = fates(session, ours).get(member_id)
    if stands is None or stands.seq != stands.last_seq:
        raise NoSuchFate
    return stands
