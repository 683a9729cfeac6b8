"""File a draft: claim, papers, statement, card, consent and the draft's end in one transaction."""

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.accounts.prepares import PREPARERS
from app.claims.file import Filed, SheetFaulty, check_reach, file_claim
from app.claims.injuries import state_injury
from app.claims.models import Claim, FiledClaim
from app.claims.papers import attach
from app.clock import today
from app.db import refuses
from app.errors import Refusal
from app.evidence.append import record
from app.filing.consent import state_consent
from app.filing.draft import Draft, draft_of, papers_of_draft
from app.filing.models import ClaimConsent, ClaimDraft
from app.filing.typed import Card, Step, Typed
from app.roster.card import card_of, confirm_card, give_card
from app.texts.consent import NEWEST


class ConsentMissing(Refusal):
    """Without consent the fund may not use medical data."""


# The database's second look, at the end of the transaction.
refuses("filed_with_consent", ConsentMissing)


class FilingUnfinished(Refusal):
    """A step before is not done (facts: step)."""


class FilingChanged(Refusal):
    """It was changed, on another page or device, since the page was made that sends it."""


def key_of(draft_id: int) -> str:
    """The request key of the claim that a draft becomes."""
    return f"draft-{draft_id}"


def looked_at(session: Session, draft: Draft) -> str:
    """The state of a draft and its card, as the page says that sends it."""
    card = card_of(session, draft.member_id) if draft.typed.card == Card.KNOWN else None
    return f"{draft.saves}-{card.seq if card else 0}"


def claim_of_draft(session: Session, member_id: int, draft_id: int) -> int | None:
    """The claim a draft of this number became, if it was sent."""
    return session.scalar(
        select(Claim.id)
        .join(
            FiledClaim,
            (FiledClaim.member_id == Claim.member_id) & (FiledClaim.setl_id == Claim.setl_id),
        )
        .where(FiledClaim.member_id == member_id, FiledClaim.request_key == key_of(draft_id))
    )


def send_draft(
    session: Session, member_id: int, draft_id: int, *, seen: str, consent: str, lang: str, by: int
) -> Filed:
    """File a draft as `seen`, with the consent to the text of that version.

    Raises NoSuchFiling (see `claim_of_draft`), ConsentMissing, FilingUnfinished, FilingChanged,
    NotOwnCard, and as `app.claims.file.file_claim` and `app.claims.papers.attach`.
    """
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    draft = draft_of(session, member_id, draft_id, hold=True)
    if consent != NEWEST:
        raise ConsentMissing
    typed, day = draft.typed, today()
    step = typed.next_step(day, card_known=card_of(session, member_id) is not None)
    sheet, faults = typed.sheet(day)
    if sheet is None:
        raise SheetFaulty(faults)
    if step is not Step.CHECK:
        raise FilingUnfinished(step=step.value)
    if seen != looked_at(session, draft):
        raise FilingChanged
    _say_card(session, member_id, typed, by)  # it may have to wait: before the turn of feeds
    filed = file_claim(session, sheet, member_id=member_id, by=by, request_key=key_of(draft_id))
    if papers := [paper.id for paper in papers_of_draft(session, draft)]:
        attach(session, member_id, filed.claim_id, papers, by=by)
    if typed.statement:
        state_injury(session, filed.claim_id, typed.statement, by=by)
    write_consent(session, member_id, filed.claim_id, lang, by)
    session.execute(delete(ClaimDraft).where(ClaimDraft.id == draft_id))
    return filed


def _say_card(session: Session, member_id: int, typed: Typed, by: int) -> None:
    """A new card is given; to the one that is known the member, and no helper, says yes."""
    if typed.card == Card.NEW:
        give_card(session, member_id, typed.account, by=by)
    elif typed.card == Card.KNOWN and (card := card_of(session, member_id)):
        acting = session.get(Account, by)
        if acting is not None and acting.member_id == member_id and acting.role == Role.MEMBER:
            confirm_card(session, member_id, card.seq, by=by)


def write_consent(session: Session, member_id: int, claim_id: int, lang: str, by: int) -> None:
    """The word of who sends it; staff, who go on with it at the counter, saw it on paper."""
    if session.get_one(Account, by).role in PREPARERS:
        state_consent(session, member_id, claim_id, lang, by=by)
        return
    given = insert(ClaimConsent).values(
        member_id=member_id, claim_id=claim_id, text_version=NEWEST, lang=lang, given_by=by
    )
    session.execute(given)
    record(session, "consent.given", by=by, about=claim_id, text_version=NEWEST)
