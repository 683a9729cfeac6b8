"""Decide on what was asked: another person than who asked approves, refuses with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.roster.now import check_stands, unit_now
from app.secrets import vault
from app.unions.tree import Reach, reach_of_union
from app.units.alter import alter
from app.units.appoint import Appointed, appoint
from app.units.ask import TURNS
from app.units.asked import (
    Change,
    Contact,
    Kind,
    Merger,
    Registration,
    Split,
    State,
    from_json,
    read_reason,
)
from app.units.close_gone import close_gone
from app.units.may import Two, check_decides
from app.units.merge import merge
from app.units.models import UnitRequest
from app.units.register import register
from app.units.split import split


class NoSuchRequest(Refusal):
    """Nothing was asked for under this number."""


class RequestDecided(Refusal):
    """It was approved, refused or withdrawn already."""


class NotTheAsker(Refusal):
    """Who asked takes back, others refuse."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The unit, and the sign-in of a new contact: shown once, to who approves."""

    request_id: int
    kind: Kind
    unit_id: int
    contact: Appointed | None = None


@dataclass(frozen=True, slots=True)
class NotApproved:
    """One of many that could not be approved, and why."""

    request_id: int
    name: str
    why: Refusal


def approve(session: Session, request_id: int, *, by: int, with_password: bool = True) -> Approved:
    """Do what was asked. `with_password`: a new contact gets a first password at once.

    Raises NoSuchRequest, RequestDecided, MayNotDecide, SamePerson and what the act raises.
    """
    one_at_a_time(session, TURNS)
    request = _waiting(session, request_id)
    content = content_of(request)
    check_decides(session, request.filed_by, _unions(session, request, content), by)
    _settle(session, request, State.APPROVED, by)
    two = Two(request.filed_by, by)
    unit_id, contact = _ACTS[Kind(request.kind)](session, request, content, two, with_password)
    return Approved(request.id, Kind(request.kind), unit_id, contact)


def approve_file(
    session: Session, file_sha256: str, *, by: int
) -> tuple[list[Approved], list[NotApproved]]:
    """Approve all registrations of a file that wait; one that cannot be holds up no other.

    Those that the officer does not reach are not named: a city's file has units of every district.
    Contacts get no password yet (`app.units.appoint.give_password`): hashing one takes its time.
    """
    approved, left = [], []
    account = session.get(Account, by)
    reach = reach_of_union(session, account.union_id) if account else []
    for request_id, name in waiting_of_file(session, file_sha256, reach):
        try:
            with session.begin_nested():
                approved.append(approve(session, request_id, by=by, with_password=False))
        except Refusal as why:
            left.append(NotApproved(request_id, name, why))
    return approved, left


def waiting_of_file(session: Session, file_sha256: str, reach: Reach) -> list[tuple[int, str]]:
    """Number and name of what waits of a file, as far as somebody reaches."""
    asked = select(UnitRequest.id, UnitRequest.name).where(
        UnitRequest.file_sha256 == file_sha256, UnitRequest.state == State.WAITING.value
    )
    if reach is not None:
        asked = asked.where(UnitRequest.union_id.in_(reach))
    return [(x.id, x.name) for x in session.execute(asked.order_by(UnitRequest.id))]


def refuse(session: Session, request_id: int, *, reason: str, by: int) -> None:
    """Refuse with a reason. Raises ReasonMissing and as `approve`."""
    reason = read_reason(reason)
    one_at_a_time(session, TURNS)
    request = _waiting(session, request_id)
    check_decides(session, request.filed_by, _unions(session, request, content_of(request)), by)
    _settle(session, request, State.REFUSED, by, reason)
    record(session, "unit.refused", by=by, about=request.unit_id, request=request_id)


def withdraw(session: Session, request_id: int, *, by: int) -> None:
    """Take back what one has asked for. Raises NoSuchRequest, RequestDecided, NotTheAsker."""
    one_at_a_time(session, TURNS)
    request = _waiting(session, request_id)
    if request.filed_by != by:
        raise NotTheAsker
    _settle(session, request, State.WITHDRAWN, by)


def content_of(request: UnitRequest) -> Any:
    """What a request asks for."""
    sealed = vault().open(bytes(request.content), "unit_request", request.id)
    return from_json(Kind(request.kind), sealed)


def _waiting(session: Session, request_id: int) -> UnitRequest:
    request = session.get(UnitRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise NoSuchRequest
    if request.state != State.WAITING:
        raise RequestDecided
    return request


def _unions(session: Session, request: UnitRequest, content: Any) -> set[int]:
    """The unions that who decides must reach: those that the units are of now."""
    found = {request.union_id} if request.unit_id is None else set()
    for unit_id in (request.unit_id, request.other_id):
        if unit_id is not None:
            found.add(unit_now(session, unit_id).union_id)
    if isinstance(content, Change) and content.union_id is not None:
        found.add(content.union_id)
    return found


def _settle(
    session: Session, request: UnitRequest, state: State, by: int, reason: str | None = None
) -> None:
    session.execute(
        update(UnitRequest)
        .where(UnitRequest.id == request.id)
        .values(state=state.value, decided_by=by, reason=reason)
    )


Done = tuple[int, Appointed | None]


def _register(
    session: Session, request: UnitRequest, wanted: Registration, two: Two, with_password: bool
) -> Done:
    return register(session, wanted, two, with_password=with_password)


def _alter(session: Session, request: UnitRequest, wanted: Change, two: Two, _: bool) -> Done:
    unit_id = _of(request.unit_id)
    alter(session, unit_id, wanted, two)
    return unit_id, None


def _appoint(
    session: Session, request: UnitRequest, wanted: Contact, two: Two, with_password: bool
) -> Done:
    unit = check_stands(session, _of(request.unit_id))
    return unit.id, appoint(session, unit, wanted, two, with_password=with_password)


def _merge(session: Session, request: UnitRequest, wanted: Merger, two: Two, _: bool) -> Done:
    unit_id, into_id = _of(request.unit_id), _of(request.other_id)
    merge(session, unit_id, into_id, wanted.on_day, two)
    close_gone(session, unit_id, into_id, by=two.by)
    return into_id, None


def _split(session: Session, request: UnitRequest, wanted: Split, two: Two, _: bool) -> Done:
    to_id = _of(request.other_id)
    split(session, _of(request.unit_id), to_id, wanted.on_day, wanted.members, two)
    return to_id, None


def _of(number: int | None) -> int:
    """A number that requests of this kind always have."""
    if number is None:
        raise NoSuchRequest
    return number


_ACTS: Final[dict[Kind, Callable[..., Done]]] = {
    Kind.REGISTER: _register,
    Kind.CHANGE: _alter,
    Kind.CONTACT: _appoint,
    Kind.MERGE: _merge,
    Kind.SPLIT: _split,
}
