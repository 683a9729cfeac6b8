"""What a unit is and what it would be, field by field: for who asks and for who decides."""

from typing import Any, NamedTuple

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.clock import today
from app.unions.models import Union
from app.units.asked import Change, Contact, Merger, State
from app.units.stood import Stood, stood
from app.units.waiting import Requested


class Compared(NamedTuple):
    """One field that is asked for, in words: as it is, or was when it was asked, and would be."""

    label: str
    was: str
    would_be: str


def compared(session: Session, request: Requested, content: Any) -> list[Compared]:
    """The fields of a request that change something of a unit that there is."""
    if request.unit_id is None or not isinstance(content, Change | Contact | Merger):
        return []
    before = None if request.state == State.WAITING else request.at
    if isinstance(content, Contact):
        was = stood(session, request.unit_id, today(), before=before)
        return [_contact(was, content)]
    day = content.from_on if isinstance(content, Change) else content.on_day
    was = stood(session, request.unit_id, day, before=before)
    if isinstance(content, Change):
        return _change(session, was, content)
    into = stood(session, request.other_id or 0, day, before=before)
    return [each for each in _merger(was, into) if each.was != each.would_be]


def say_what_stands(session: Session, unit_id: int, form: Any) -> None:
    """Put beside each field of a form what stands today."""
    now = stood(session, unit_id, today())
    said = {
        "name": now.name,
        "union_id": now.union,
        "unit_percent": f"{now.unit_percent}%",
        "account": _account(now.account_tail, now.bank),
        "contact": _person(now.contact, now.phone_tail),
    }
    for name, words in said.items():
        if name in form:
            form[name].description = gettext("Now: %(what)s", what=words)


def _change(session: Session, was: Stood, wanted: Change) -> list[Compared]:
    found = []
    if wanted.name is not None:
        found.append(Compared(gettext("Unit"), was.name, wanted.name))
    if wanted.union_id is not None:
        union = session.get_one(Union, wanted.union_id).name
        found.append(Compared(_union_label(), was.union, union))
    if wanted.unit_percent is not None:
        found.append(_percent(was.unit_percent, wanted.unit_percent))
    if wanted.account is not None:
        label = gettext("Unit's bank account (for refunds)")
        old, new = _account(was.account_tail, was.bank), _account(wanted.account[-4:], wanted.bank)
        found.append(Compared(label, old, new))
    return found


def _merger(was: Stood, into: Stood) -> list[Compared]:
    return [
        Compared(gettext("Unit"), was.name, into.name),
        Compared(_union_label(), was.union, into.union),
        _percent(was.unit_percent, into.unit_percent),
    ]


def _contact(was: Stood, wanted: Contact) -> Compared:
    would_be = f"{wanted.contact} · {wanted.phone}"
    return Compared(gettext("Contact person"), _person(was.contact, was.phone_tail), would_be)


def _percent(was: int, would_be: int) -> Compared:
    return Compared(gettext("The unit pays (percent)"), f"{was}%", f"{would_be}%")


def _union_label() -> str:
    return str(gettext("County or district union"))


def _account(tail: str | None, bank: str | None) -> str:
    if tail is None:
        return str(gettext("none yet"))
    return " · ".join(each for each in (gettext("ending in %(tail)s", tail=tail), bank) if each)


def _person(name: str | None, tail: str | None) -> str:
    if name is None:
        return str(gettext("none yet"))
    return f"{name} · {gettext('phone ending in %(tail)s', tail=tail)}"
