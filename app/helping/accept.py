"""A helper takes an offer up, with the own account or with one made for it; or ends the help."""

from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.clock import now, today
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.helping.invite import (
    HelperUnfit,
    HelpSelf,
    NoSuchInvitation,
    code_index,
    index_of_member,
)
from app.helping.models import HelpConsent, HelpEnded, HelperPerson, HelpInvite
from app.helping.policy import policy
from app.notices.address import mobile
from app.roster.identity import check_citizen_id, normalise_certno
from app.roster.members import certno_index
from app.secrets import vault

HELPERS: Final = frozenset({Role.MEMBER, Role.HELPER})
"""Whose accounts can help."""


class CannotHelp(Refusal):
    """Members and helpers help; staff act in the office."""


class OtherPersonMeant(Refusal):
    """The offer is to somebody with another ID number."""


class HelpsAlready(Refusal):
    """This account helps the member already."""


class HelpsTooMany(Refusal):
    """So many members are helped by one account that it looks like a business."""


class PhoneUnfit(Refusal):
    """No mobile number."""


class NoSuchHelp(Refusal):
    """There is no such help, or it is over."""


def accept_code(session: Session, code: str, *, by: int) -> int:
    """Take up what a code offers; the consent's number. The caller counts the tries.

    Raises NoSuchInvitation, CannotHelp, OtherPersonMeant, HelpSelf, HelpsAlready, HelpsTooMany.
    """
    wanted = (HelpInvite.code_index == code_index(code)) & (HelpInvite.expires_at >= now())
    invite = session.scalar(select(HelpInvite).where(wanted).with_for_update())
    if invite is None:
        raise NoSuchInvitation
    return _accept(session, invite, by)


def accept_named(session: Session, invite_id: int, *, by: int) -> int:
    """Take up what a member offers to this person's ID number. Raises as `accept_code`."""
    return _accept(session, _named(session, invite_id, by), by)


def decline(session: Session, invite_id: int, *, by: int) -> None:
    """Say no to an offer. Raises NoSuchInvitation, CannotHelp."""
    session.delete(_named(session, invite_id, by))
    session.flush()


def register(
    session: Session, code: str, *, name: str, certno: str, phone: str, login: str, password: str
) -> int:
    """An account for a helper who has none, by a code; its id.

    Raises HelperUnfit, PhoneUnfit, and as `accept_code` and `app.accounts.add.add_account`.
    """
    wanted = (HelpInvite.code_index == code_index(code)) & (HelpInvite.expires_at >= now())
    if session.scalar(select(HelpInvite.id).where(wanted)) is None:
        raise NoSuchInvitation
    plain, _ = normalise_certno(certno)
    if check_citizen_id(plain, today()) is not None:
        raise HelperUnfit
    plain_phone = mobile(phone)
    if plain_phone is None:
        raise PhoneUnfit
    made = add_account(session, login, name, Role.HELPER, password, by=None)
    session.add(
        HelperPerson(
            account_id=made,
            certno_cipher=vault().seal(plain, "helper_person", made),
            certno_index=certno_index(plain),
            phone_cipher=vault().seal(plain_phone, "helper_phone", made),
        )
    )
    session.flush()
    accept_code(session, code, by=made)
    return made


def end(session: Session, consent_id: int, *, by: int) -> None:
    """The member, or the helper, ends it; what is over already stays so. Raises NoSuchHelp."""
    account = _active(session, by)
    consent = session.get(HelpConsent, consent_id)
    if consent is None:
        raise NoSuchHelp
    if account.role == Role.MEMBER and account.member_id == consent.member_id:
        end_for(session, consent_id, "member", by)
    elif consent.helper_id == account.id:
        end_for(session, consent_id, "helper", by)
    else:
        raise NoSuchHelp


def end_for(session: Session, consent_id: int, why: str, by: int) -> None:
    """Write that it is over, once. The caller has checked who says so."""
    one_at_a_time(session, f"help {consent_id}")
    if session.get(HelpEnded, consent_id) is not None:
        return
    session.execute(insert(HelpEnded).values(consent_id=consent_id, why=why, ended_by=by))
    record(session, "help.ended", by=by, about=consent_id, why=why)


def person_index(session: Session, account: Account) -> bytes | None:
    """The blind index of the ID of an account's person."""
    if account.member_id is not None:
        return index_of_member(session, account.member_id)
    found = session.get(HelperPerson, account.id)
    return bytes(found.certno_index) if found else None


def _accept(session: Session, invite: HelpInvite, by: int) -> int:
    account = _active(session, by)
    if account.role not in HELPERS:
        raise CannotHelp
    person = person_index(session, account)
    if person == index_of_member(session, invite.member_id):
        raise HelpSelf
    if invite.helper_index is not None and person != bytes(invite.helper_index):
        raise OtherPersonMeant
    one_at_a_time(session, f"helper {account.id}")
    if session.scalar(_HELPS, {"account": account.id, "member": invite.member_id}):
        raise HelpsAlready
    most = policy().most_helped
    if session.execute(_COUNT, {"account": account.id}).scalar_one() >= most:
        raise HelpsTooMany(most=most)
    way = "papers" if invite.papers_id else "code" if invite.code_index else "named"
    consent = HelpConsent(
        member_id=invite.member_id,
        helper_id=account.id,
        way=way,
        papers_id=invite.papers_id,
        until=invite.until,
        granted_by=invite.invited_by,
    )
    session.add(consent)
    session.delete(invite)
    session.flush()
    record(
        session,
        "help.begun",
        by=by,
        about=consent.id,
        member=consent.member_id,
        approved_by=consent.granted_by,
        way=way,
    )
    return consent.id


def _named(session: Session, invite_id: int, by: int) -> HelpInvite:
    account = _active(session, by)
    if account.role not in HELPERS:
        raise CannotHelp
    invite = session.get(HelpInvite, invite_id, with_for_update=True, populate_existing=True)
    person = person_index(session, account)
    fits = (
        invite is not None
        and invite.code_index is None
        and invite.expires_at >= now()
        and bytes(invite.helper_index or b"") == person
    )
    if invite is None or not fits:
        raise NoSuchInvitation
    return invite


def _active(session: Session, by: int) -> Account:
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    return account


_HELPS: Final = text("SELECT helps(:account, :member)")
_COUNT: Final = text(
    """
    SELECT count(*) FROM help_consent c WHERE c.helper_id = :account
    AND NOT EXISTS (SELECT FROM help_ended e WHERE e.consent_id = c.id)
    """
)
