"""Name who acts for a unit: the old contact is out at once, the new one gets a first password."""

from typing import Final, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import disable, officer, set_password
from app.accounts.models import Account, Role
from app.accounts.password import made_up
from app.errors import Refusal
from app.evidence.append import record
from app.notices.write import write
from app.roster.now import UnitNow, check_stands, unit_now
from app.roster.under import OF_NO_DAY
from app.secrets import vault
from app.together import Question
from app.unions.models import Union
from app.units.asked import Contact
from app.units.may import Two, check_asks_of
from app.units.models import UnitContact
from app.units.write import last_day, own_union, write_change

_CONTACT: Final = """
SELECT c.seq, c.name, c.tail, a.login, a.id
FROM unit_contact c JOIN account a ON a.id = c.account_id
WHERE c.unit_id = :unit ORDER BY c.seq DESC LIMIT 1
"""


class NoContact(Refusal):
    """Nobody acts for the unit yet."""


class NoOwnUnion(Refusal):
    """The unit has no union of its own: it gets one with its first contact (facts: name)."""


class Appointed(NamedTuple):
    """The contact's sign-in; the password is shown once. Empty: one is to be given later."""

    login: str
    password: str


class ContactNow(NamedTuple):
    """Who acts for a unit; of the phone only the last digits."""

    seq: int
    name: str
    tail: str
    login: str
    account_id: int


def contact_of(session: Session, unit_id: int) -> ContactNow | None:
    """The unit's contact."""
    return CONTACT.first(session, unit=unit_id)


CONTACT: Final = Question(_CONTACT, ContactNow)


def union_of_unit(session: Session, unit_id: int) -> int:
    """The unit's own union, whose people file for its members. Raises NoOwnUnion."""
    unit = unit_now(session, unit_id)
    union = session.get_one(Union, unit.union_id)
    if union.kind != "unit":
        raise NoOwnUnion(name=unit.name)
    return union.id


def appoint(
    session: Session,
    unit: UnitNow,
    wanted: Contact,
    two: Two,
    *,
    with_password: bool = True,
) -> Appointed:
    """Make the new contact's account and take the old one's away.

    A unit that was registered without a union of its own gets one: the contact sees that and
    nothing else. Raises ChangeBefore.
    """
    before = contact_of(session, unit.id)
    if before:
        disable(session, before.login, by=two.by)
    seq = before.seq + 1 if before else 1
    password = made_up() if with_password else None
    login = f"{unit.uscc.lower()}-{seq}"
    account_id = add_account(
        session,
        login,
        wanted.contact,
        Role.CONTACT,
        password,
        by=two.by,
        union_id=_own_union(session, unit, two),
    )
    session.get_one(Account, account_id).renew = with_password
    row = insert(UnitContact).values(
        unit_id=unit.id,
        seq=seq,
        name=wanted.contact,
        phone_cipher=vault().seal(wanted.phone, "unit_contact", unit.id, seq),
        tail=wanted.phone[-4:],
        account_id=account_id,
        recorded_by=two.asked_by,
        approved_by=two.by,
    )
    session.execute(row)
    record(session, "unit.contact_named", by=two.by, about=unit.id, seq=seq, account=account_id)
    if before:
        dedupe = f"contact_changed:{unit.id}:{seq}"
        write(session, "contact_changed", dedupe=dedupe, unit_id=unit.id)
    return Appointed(login, password or "")


def give_password(session: Session, unit_id: int, *, by: int) -> Appointed:
    """Give a unit's contact a new first password; the contact chooses another with it.

    Raises UnitMerged, MayNotAsk, NotAnOfficer, NoContact.
    """
    check_asks_of(session, unit_now(session, unit_id), by=by)
    officer(session, by)  # whoever has it can enrol in the contact's name
    unit = check_stands(session, unit_id)
    found = contact_of(session, unit.id)
    if found is None:
        raise NoContact(name=unit.name)
    password = made_up()
    set_password(session, found.login, password, by=by)
    session.get_one(Account, found.account_id).renew = True  # an officer has seen it
    return Appointed(found.login, password)


def dismiss(session: Session, unit_id: int, *, by: int) -> None:
    """Take the contact's account of a unit away that has gone into another."""
    found = contact_of(session, unit_id)
    if found:
        disable(session, found.login, by=by)


def phone_of(session: Session, unit_id: int) -> str:
    """The contact's phone number, for notices; "" where there is none."""
    found = contact_of(session, unit_id)
    if found is None:
        return ""
    kept = session.get_one(UnitContact, (unit_id, found.seq))
    return vault().open(bytes(kept.phone_cipher), "unit_contact", unit_id, found.seq)


def _own_union(session: Session, unit: UnitNow, two: Two) -> int:
    if session.get_one(Union, unit.union_id).kind == "unit":
        return unit.union_id
    node = own_union(session, unit.name, unit.union_id)
    # Who sees what is of no day: a merger of before must not be refused for it.
    from_on = last_day(session, unit.id) or OF_NO_DAY
    write_change(session, unit.id, two, from_on=from_on, why="contact", union_id=node)
    return node


def account_moves(session: Session, from_union: int, to_union: int) -> None:
    """Everybody of a unit's own union goes along to the one it has in another district."""
    of_union = update(Account).where(Account.union_id == from_union)
    session.execute(of_union.values(union_id=to_union))
