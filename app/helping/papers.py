"""A member who cannot act is helped by papers: one officer sees them, another sees them again.

Then there is a code, as the member would have given one, and the second officer hands it to the
helper; it opens for nobody but the person whose ID number stands in the papers.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.accounts.models import Account
from app.claims.scope import has_helped, reaches
from app.clock import today
from app.db import numbers, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.helping.accept import NoSuchHelp, end_for, person_index
from app.helping.invite import UntilPast, helper_index, offer
from app.helping.models import HelpConsent, HelpPapers, HelpPapersDraft
from app.helping.policy import policy
from app.roster.fates import deceased
from app.roster.identity import normalise_certno
from app.secrets import vault

LONGEST: Final = 300


class HelpOutOfReach(Refusal):
    """The member is of no unit below the officer's union."""


class PapersUnknown(Refusal):
    """The list has no such kind of papers."""


class PapersUnsaid(Refusal):
    """What was seen must be said, in plain characters."""


class PapersBySame(Refusal):
    """Who saw the papers first does not see them again, under whatever account."""


class PapersOfOwn(Refusal):
    """Nobody sees papers for themselves: neither the member nor the helper."""


class PapersGone(Refusal):
    """Nothing waits there any more."""


class MemberDied(Refusal):
    """Of a member who died heirs are named instead."""


refuses("help_papers_two_people_check", PapersBySame)


def see_papers(
    session: Session,
    member_id: int,
    *,
    kind: str,
    seen: str,
    certno: str,
    until: date | None,
    by: int,
) -> int:
    """One officer has seen papers; the number that waits for another.

    Raises HelpOutOfReach, PapersUnknown, PapersUnsaid, UntilPast, HelperUnfit, HelpSelf,
    PapersOfOwn, MemberDied, and as `app.accounts.change.officer`.
    """
    acting = _officer(session, member_id, by)
    if kind not in policy().papers:
        raise PapersUnknown
    said = seen.strip()
    if not 0 < len(said) <= LONGEST or not said.isprintable():
        raise PapersUnsaid(longest=LONGEST)
    if until is not None and until < today():
        raise UntilPast
    helper = helper_index(session, certno, member_id)
    _refuse_own(session, acting, member_id, helper)
    [number] = numbers(session, "help_papers_id_seq", 1)
    plain, _ = normalise_certno(certno)
    session.add(
        HelpPapersDraft(
            id=number,
            member_id=member_id,
            kind=kind,
            seen_cipher=vault().seal(said, "help_papers", number),
            helper_cipher=vault().seal(plain, "help_papers_helper", number),
            helper_index=helper,
            until=until,
            seen_by=by,
        )
    )
    session.flush()
    return number


def confirm_papers(session: Session, papers_id: int, *, by: int) -> str:
    """Another officer has seen the same papers; the code for the helper, shown once.

    Raises PapersGone, PapersBySame, and as `see_papers`.
    """
    draft = _draft(session, papers_id)
    acting = _officer(session, draft.member_id, by)
    first = session.get_one(Account, draft.seen_by, populate_existing=True)
    same = acting.member_id is not None and acting.member_id == first.member_id
    if acting.id == first.id or same:
        raise PapersBySame
    _refuse_own(session, acting, draft.member_id, bytes(draft.helper_index))
    session.add(
        HelpPapers(
            id=draft.id,
            member_id=draft.member_id,
            kind=draft.kind,
            seen_cipher=draft.seen_cipher,
            helper_index=draft.helper_index,
            seen_by=draft.seen_by,
            confirmed_by=by,
        )
    )
    session.flush()
    code = offer(
        session,
        draft.member_id,
        until=draft.until,
        by=by,
        helper=bytes(draft.helper_index),
        papers_id=draft.id,
    )
    session.delete(draft)
    session.flush()
    record(
        session,
        "help.papers_seen",
        by=by,
        about=papers_id,
        member=draft.member_id,
        prepared_by=draft.seen_by,
        kind=draft.kind,
    )
    return code


def drop_papers(session: Session, papers_id: int, *, by: int) -> None:
    """It is not to be. Raises PapersGone, and as `see_papers`."""
    draft = _draft(session, papers_id)
    _officer(session, draft.member_id, by)
    session.delete(draft)
    session.flush()


def end_by_officer(session: Session, consent_id: int, *, by: int) -> None:
    """An officer ends it, for a member who cannot. Raises NoSuchHelp, HelpOutOfReach."""
    consent = session.get(HelpConsent, consent_id)
    if consent is None:
        raise NoSuchHelp
    _officer(session, consent.member_id, by)
    end_for(session, consent_id, "officer", by)


def _officer(session: Session, member_id: int, by: int) -> Account:
    acting = officer(session, by)
    if not reaches(session, acting.union_id, member_id):
        raise HelpOutOfReach
    if deceased(session, [member_id]):
        raise MemberDied
    return acting


def _refuse_own(session: Session, acting: Account, member_id: int, helper: bytes) -> None:
    own = acting.member_id is not None and acting.member_id == member_id
    if own or person_index(session, acting) == helper or has_helped(session, acting.id, member_id):
        raise PapersOfOwn


def _draft(session: Session, papers_id: int) -> HelpPapersDraft:
    draft = session.get(HelpPapersDraft, papers_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise PapersGone
    return draft
