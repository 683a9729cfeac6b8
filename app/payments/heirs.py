"""Heirs: whom the fund pays in place of a member who died.

An officer or operator of the city federation names a person and says which papers show it (a
notary's deed, a court's order, the family's declaration), another officer approves. Then the
member's claims are paid to that person's account. Another heir may follow: the last stands, and
what was paid stays paid.
"""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.clock import today
from app.db import numbers, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.payments.drafts import HeirDraft
from app.payments.lines import payees
from app.payments.models import Heir
from app.payments.take import OnePerson, members_of_officers
from app.roster.models import Member
from app.roster.person import Refused, read_account, read_certno, read_name
from app.secrets import vault

_LONGEST: Final = 200


class NotDeceased(Refusal):
    """Only in place of a member who died is somebody else paid."""


class HeirUnfit(Refusal):
    """A name, an ID or an account that cannot be (facts: field, why)."""


class HeirPapersWanted(Refusal):
    """Relation and papers must be said, in plain characters."""


class HeirNotProposed(Refusal):
    """Nobody has proposed one, or it was approved or dropped meanwhile."""


class HeirIsOfficer(Refusal):
    """Nobody names oneself, or the member oneself was."""


refuses("heir_two_people_check", OnePerson)


def propose_heir(
    session: Session,
    member_id: int,
    *,
    name: str,
    certno: str,
    relation: str,
    account: str,
    papers: str,
    by: int,
) -> None:
    """An officer, or an operator who prepares it, names the heir of a member who died.

    Raises NotDeceased, HeirUnfit, HeirPapersWanted, HeirIsOfficer, and what accounts refuse.
    """
    one_at_a_time(session, f"heir of {member_id}")
    members_of_officers(session, prepared_by=by)
    named = payees(session, [member_id]).get(member_id)
    if named is None or not named.deceased:
        raise NotDeceased
    said_name, said_certno, said_account = _read(name, certno, account, today())
    for said in (relation, papers):
        if not said.strip() or not said.isprintable() or len(said) > _LONGEST:
            raise HeirPapersWanted
    index = vault().index("certno", said_certno)
    _refuse_own(session, member_id, index, by)
    before = session.get(HeirDraft, member_id)
    if before:
        session.delete(before)
        session.flush()
    [heir_id] = numbers(session, "heir_id_seq", 1)
    session.add(
        HeirDraft(
            member_id=member_id,
            heir_id=heir_id,
            name=said_name,
            relation=relation.strip(),
            certno_cipher=vault().seal(said_certno, "heir_certno", heir_id),
            certno_index=index,
            account_cipher=vault().seal(said_account, "heir", heir_id),
            account_index=vault().index("account", said_account),
            tail=said_account[-4:],
            papers=papers.strip(),
            proposed_by=by,
        )
    )
    session.flush()


def approve_heir(session: Session, member_id: int, *, by: int, heir_id: int | None = None) -> Heir:
    """Another officer approves, and the heir is who is paid.

    `heir_id`: the number of the proposal that was looked at; who proposed may have written another
    since, and would be naming the heir alone. Raises HeirNotProposed, NotDeceased, OnePerson,
    HeirIsOfficer, and what accounts refuse.
    """
    draft = _held(session, member_id)
    if heir_id is not None and heir_id != draft.heir_id:
        raise HeirNotProposed
    members_of_officers(session, by, prepared_by=draft.proposed_by)
    if not payees(session, [member_id])[member_id].deceased:
        raise NotDeceased
    _refuse_own(session, member_id, draft.certno_index, draft.proposed_by, by)
    heir = Heir(
        id=draft.heir_id,
        member_id=member_id,
        name=draft.name,
        relation=draft.relation,
        certno_cipher=draft.certno_cipher,
        certno_index=draft.certno_index,
        account_cipher=draft.account_cipher,
        account_index=draft.account_index,
        tail=draft.tail,
        papers=draft.papers,
        proposed_by=draft.proposed_by,
        approved_by=by,
    )
    session.add(heir)
    session.delete(draft)
    session.flush()
    record(
        session,
        "heir.named",
        by=by,
        about=heir.id,
        member=member_id,
        proposed_by=draft.proposed_by,
    )
    return heir


def drop_heir(session: Session, member_id: int, *, by: int) -> None:
    """Take the proposal away. Raises HeirNotProposed and what accounts refuse."""
    members_of_officers(session, by)
    session.delete(_held(session, member_id))
    session.flush()


def _held(session: Session, member_id: int) -> HeirDraft:
    draft = session.get(HeirDraft, member_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise HeirNotProposed
    return draft


def _read(name: str, certno: str, account: str, now: date) -> tuple[str, str, str]:
    """As a roster's cells are read. Raises HeirUnfit."""
    try:
        read = read_name(name, _unnoted), read_certno(certno, now, _unnoted)
        number = read_account(account, _unnoted)
    except Refused as wrong:
        raise HeirUnfit(field=wrong.field, why=wrong.reason) from wrong
    if number is None:
        raise HeirUnfit(field="account", why="AccountFormat")
    return *read, number


def _unnoted(_reason: str) -> None:
    """What is merely odd about a text is not told here."""


def _refuse_own(session: Session, member_id: int, index: bytes, *officers: int) -> None:
    heir = session.scalar(select(Member.id).where(Member.certno_index == index))
    if heir == member_id:
        raise HeirIsOfficer
    mine = select(Account.id).where(
        Account.id.in_(officers), Account.member_id.in_([heir or 0, member_id])
    )
    if session.scalar(mine.limit(1)) is not None:
        raise HeirIsOfficer
