"""A unit's contact hands in who joined and who left; an officer of its unions confirms it.

The list waits as it was sent, and nothing of it is done before another person, an officer, has
looked at it (the database says so again: 0003_enrolment.sql). Then it is taken like a list that an
officer brings (`changes`), as of the day on which the unit handed it in.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.accounts.models import Account
from app.clock import CHINA, today
from app.db import one_at_a_time
from app.enrolment.changes import Changed, Changes, read_changes, take_changes
from app.enrolment.enrol import Asked
from app.enrolment.models import ChangeList
from app.enrolment.reach import check_confirmer
from app.enrolment.upload import (
    MEDIA_TYPE,
    MOST_FILES_A_DAY,
    FilesOfTheDay,
    FormUsedAgain,
    UploadFileGone,
)
from app.enrolment.upload_report import plain
from app.enrolment.window import check_window
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.files.keep import keep, kept, kept_in_a_day, read
from app.files.workbook import read_book
from app.roster.now import check_stands, percent_on
from app.roster.units import Registered
from app.schemes.publish import published_schemes
from app.secrets import vault

WAITING, TAKEN, REFUSED, WITHDRAWN = "waiting", "taken", "refused", "withdrawn"
LONGEST_REASON: Final = 500
_FAULTS: Final = "change_list.faults"


class NobodyChanges(Refusal):
    """No row of the list says who joined or who left."""


class NoSuchChangeList(Refusal):
    """The unit handed in no such list."""


class ChangeListDecided(Refusal):
    """It was taken in, refused or withdrawn already."""


class ListWaitsAlready(Refusal):
    """The same file waits with another day: this one would change nothing."""


class ChangeListOfOwn(Refusal):
    """Who handed a list in does not confirm or refuse it, under whatever account."""


class ChangeListOfOthers(Refusal):
    """Who handed a list in withdraws it, and nobody else."""


class ChangeReasonMissing(Refusal):
    """A list is refused with a reason, in at most so many characters."""


def hand_in(
    session: Session,
    unit_id: int,
    content: bytes,
    *,
    name: str,
    starts_on: date,
    request_key: str,
    by: int,
) -> int:
    """Keep a list until an officer has looked at it; its number. A form sent twice is one list.

    The same file, while it waits, is the same list too. Raises ConfirmerMayNot, UnitMerged,
    FormUsedAgain, ListWaitsAlready, FilesOfTheDay, NobodyChanges, OutsideWindow, and what reading
    the file raises.
    """
    check_confirmer(session, unit_id, by=by)
    changes = read_changes(read_book(content), today())
    if not (changes.joiners or changes.leavers):
        raise NobodyChanges(refused=len(changes.listed.faults))
    one_at_a_time(session, f"change lists of {unit_id}")
    unit = check_stands(session, unit_id)
    digest = hashlib.sha256(content).hexdigest()
    known = _known(session, unit.id, request_key, digest, starts_on)
    if known is not None:
        return known
    if kept_in_a_day(session, by=by) >= MOST_FILES_A_DAY:
        raise FilesOfTheDay(most=MOST_FILES_A_DAY)
    if changes.joiners:
        of_unit = (unit.id, starts_on.year, starts_on)
        check_window(session, *of_unit, published_schemes(session), on=today())
    file = keep(session, [content], name=name, media_type=MEDIA_TYPE, by=by)
    row = insert(ChangeList).values(
        unit_id=unit.id,
        starts_on=starts_on,
        request_key=request_key,
        file_id=file.id,
        file_sha256=digest,
        joiners=len(changes.joiners),
        leavers=len(changes.leavers),
        refused=len(changes.listed.faults),
        state=WAITING,
        recorded_by=by,
    )
    list_id = int(session.execute(row.returning(ChangeList.id)).scalar_one())
    facts = {"unit_id": unit.id, "file_sha256": digest}
    record(session, "changes.handed_in", by=by, about=list_id, years=[starts_on.year], **facts)
    return list_id


def read_list_again(session: Session, list_id: int) -> Changes:
    """What a list says. Raises NoSuchChangeList, UploadFileGone."""
    return read_changes(read_book(_content(session, _held(session, list_id))), today())


def take_list(session: Session, list_id: int, *, by: int) -> Changed:
    """Do what a list says, as of the day it was handed in.

    Raises NoSuchChangeList, ChangeListDecided, ChangeListOfOwn, ConfirmerMayNot, UploadFileGone,
    and as `take_changes`.
    """
    found = _waiting(session, list_id, by)
    content = _content(session, found)
    changes = read_changes(read_book(content), today())
    on_day = found.recorded_at.astimezone(CHINA).date()
    unit = check_stands(session, found.unit_id)
    percent = percent_on(session, unit.id, on_day)
    asked = Asked(
        unit=Registered(unit.id, unit.uscc, unit.name, percent),
        year=found.starts_on.year,
        starts_on=found.starts_on,
        confirmed_on=on_day,
        unit_percent=percent,
        file_sha256=found.file_sha256,
        unreadable=len(changes.listed.faults),
        sent_by=found.recorded_by,
        entered_on=on_day,
    )
    changed = take_changes(session, asked, changes.joiners, changes.leavers, by=by)
    faults = sorted([*changes.listed.faults, *changed.faults], key=lambda fault: fault.line)
    joined = changed.enrolled
    known = {
        "joiners": len(joined.enrolled) if joined else 0,
        "leavers": len(changed.left.new),
        "refused": len({fault.line for fault in faults}),
        "roster_id": joined.roster_id if joined else None,
        "faults": vault().seal(_listed(faults), _FAULTS, list_id),
    }
    _settle(session, found, TAKEN, by, "changes.taken_in", **known)
    return changed


def refuse_list(session: Session, list_id: int, *, reason: str, by: int) -> None:
    """Send a list back with a reason. Raises ChangeReasonMissing and as `take_list`."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise ChangeReasonMissing(longest=LONGEST_REASON)
    found = _waiting(session, list_id, by)
    _settle(session, found, REFUSED, by, "changes.refused", reason=reason)


def withdraw_list(session: Session, list_id: int, *, by: int) -> None:
    """Take a list back that nobody has decided about.

    Raises NoSuchChangeList, ChangeListDecided, ChangeListOfOthers.
    """
    found = _held(session, list_id)
    if found.state != WAITING:
        raise ChangeListDecided
    if found.recorded_by != by:
        raise ChangeListOfOthers
    _settle(session, found, WITHDRAWN, by, "changes.withdrawn")


def faults_of(cipher: bytes, list_id: int) -> list[RowFault]:
    """The rows of a list that were refused when it was taken in."""
    return [RowFault(*each) for each in json.loads(vault().open(cipher, _FAULTS, list_id))]


def _known(
    session: Session, unit_id: int, request_key: str, digest: str, starts_on: date
) -> int | None:
    """The list that this form, or this file, is already. Raises FormUsedAgain, ListWaitsAlready."""
    of_unit = select(ChangeList).where(ChangeList.unit_id == unit_id)
    by_form = session.scalar(of_unit.where(ChangeList.request_key == request_key))
    if by_form is not None:
        if by_form.file_sha256 != digest or not _same_day(by_form, starts_on):
            raise FormUsedAgain
        return by_form.id
    waits = (ChangeList.file_sha256 == digest, ChangeList.state == WAITING)
    by_file = session.scalars(of_unit.where(*waits)).first()
    if by_file is not None and not _same_day(by_file, starts_on):
        raise ListWaitsAlready(starts_on=by_file.starts_on.isoformat())
    return by_file.id if by_file else None


def _same_day(before: ChangeList, starts_on: date) -> bool:
    """Whether joiners' covers start as they did; who names no day may send again after midnight."""
    handed_in = before.recorded_at.astimezone(CHINA).date()
    return before.starts_on in {starts_on, handed_in if starts_on == today() else starts_on}


def _waiting(session: Session, list_id: int, by: int) -> ChangeList:
    """A list that waits, and that this account may decide about."""
    found = _held(session, list_id)
    acting = officer(session, by)
    if found.state != WAITING:
        raise ChangeListDecided
    check_confirmer(session, found.unit_id, by=by)
    asking = session.get_one(Account, found.recorded_by)
    if asking.id == acting.id or (acting.member_id and acting.member_id == asking.member_id):
        raise ChangeListOfOwn
    return found


def _held(session: Session, list_id: int) -> ChangeList:
    """The list, while nobody else decides about it."""
    asked = select(ChangeList).where(ChangeList.id == list_id).with_for_update()
    found = session.execute(asked.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NoSuchChangeList
    return found


def _content(session: Session, found: ChangeList) -> bytes:
    file = kept(session, found.file_id) if found.file_id else None
    if file is None:
        raise UploadFileGone
    return b"".join(read(session, file))


def _settle(
    session: Session, found: ChangeList, state: str, by: int, act: str, **known: object
) -> None:
    values = {"state": state, "decided_by": by, **known}
    session.execute(update(ChangeList).where(ChangeList.id == found.id).values(values))
    years, facts = [found.starts_on.year], {"unit_id": found.unit_id}
    record(session, act, by=by, about=found.id, years=years, **facts)


def _listed(faults: Sequence[RowFault]) -> str:
    rows = [(x.line, x.field, x.reason, plain(x.facts)) for x in faults]
    return json.dumps(rows, ensure_ascii=False)
