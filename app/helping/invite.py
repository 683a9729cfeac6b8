"""A member offers somebody to help: by a code of eight signs, or by the helper's ID number."""

from datetime import date, timedelta
from secrets import choice
from typing import Final
from unicodedata import normalize

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.clock import now, today
from app.db import one_at_a_time
from app.errors import Refusal
from app.helping.models import HelpInvite
from app.helping.policy import policy
from app.roster.identity import check_citizen_id, normalise_certno
from app.roster.members import certno_index
from app.roster.models import Member
from app.secrets import vault

SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are taken for one another: 31 to the eighth codes, tried a few a minute."""
LENGTH: Final = 8


class OnlyMembersInvite(Refusal):
    """A member lets others help; nobody else does it in the member's place."""


class HelperUnfit(Refusal):
    """An ID number that cannot be."""


class HelpSelf(Refusal):
    """Nobody helps themselves."""


class UntilPast(Refusal):
    """The last day of help is today or later."""


class TooManyInvitations(Refusal):
    """So many of this member wait to be taken up."""


class NoSuchInvitation(Refusal):
    """There is no such invitation, it was taken up, or its time is over."""


def invite_by_code(session: Session, *, until: date | None, by: int) -> str:
    """A code that lets who types it help. Shown once, kept as a keyed digest.

    Raises OnlyMembersInvite, UntilPast, TooManyInvitations.
    """
    member_id = _inviting(session, until, by)
    return offer(session, member_id, until=until, by=by, helper=None, papers_id=None)


def invite_named(session: Session, certno: str, *, until: date | None, by: int) -> None:
    """Offer it to whoever has this ID number. Whether that person has an account is not told.

    Raises OnlyMembersInvite, HelperUnfit, HelpSelf, UntilPast, TooManyInvitations.
    """
    member_id = _inviting(session, until, by)
    helper = helper_index(session, certno, member_id)
    session.add(
        HelpInvite(
            member_id=member_id,
            helper_index=helper,
            until=until,
            invited_by=by,
            expires_at=now() + timedelta(hours=policy().code_hours),
        )
    )
    session.flush()


def withdraw_invite(session: Session, invite_id: int, *, by: int) -> None:
    """Take an offer back. Raises NoSuchInvitation, OnlyMembersInvite."""
    member_id = _member(session, by)
    gone = delete(HelpInvite).where(HelpInvite.id == invite_id, HelpInvite.member_id == member_id)
    if not session.execute(gone.returning(HelpInvite.id)).all():
        raise NoSuchInvitation


def offer(
    session: Session,
    member_id: int,
    *,
    until: date | None,
    by: int,
    helper: bytes | None,
    papers_id: int | None,
) -> str:
    """Write an offer with a new code, and return the code. The caller has checked who offers."""
    code = "".join(choice(SIGNS) for _ in range(LENGTH))
    session.add(
        HelpInvite(
            member_id=member_id,
            code_index=code_index(code),
            helper_index=helper,
            until=until,
            papers_id=papers_id,
            invited_by=by,
            expires_at=now() + timedelta(hours=policy().code_hours),
        )
    )
    session.flush()
    return code


def helper_index(session: Session, certno: str, member_id: int) -> bytes:
    """The blind index of a helper's ID. Raises HelperUnfit, HelpSelf."""
    asked, _ = normalise_certno(certno)
    if check_citizen_id(asked, today()) is not None:
        raise HelperUnfit
    index = certno_index(asked)
    if index == index_of_member(session, member_id):
        raise HelpSelf
    return index


def index_of_member(session: Session, member_id: int) -> bytes:
    """The blind index of a member's ID."""
    return bytes(session.execute(select(Member.certno_index).filter_by(id=member_id)).scalar_one())


def code_index(typed: str) -> bytes:
    """The keyed digest of a code as somebody types it: in any case and width, with blanks."""
    plain = "".join(sign for sign in normalize("NFKC", typed).upper() if sign.isalnum())
    return vault().index("help_code", plain)


def _inviting(session: Session, until: date | None, by: int) -> int:
    member_id = _member(session, by)
    if until is not None and until < today():
        raise UntilPast
    one_at_a_time(session, f"invitations of {member_id}")
    mine = HelpInvite.member_id == member_id
    session.execute(delete(HelpInvite).where(mine, HelpInvite.expires_at < now()))
    most = policy().most_invitations
    counted = select(func.count()).select_from(HelpInvite).where(mine)
    if session.execute(counted).scalar_one() >= most:
        raise TooManyInvitations(most=most)
    return member_id


def _member(session: Session, by: int) -> int:
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    if account.role != Role.MEMBER or account.member_id is None:
        raise OnlyMembersInvite
    return account.member_id
