"""What the slip of a claim filed at the counter says."""

from collections import Counter

from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.claims.filed import filing_of
from app.claims.papers import papers_of
from app.clock import CHINA
from app.papers.filing_slip import Slip
from app.web.paper_files import KINDS
from app.web.read.letter import LANG, days_of, holder
from app.web.read.person import person
from app.web.read.told import ClaimSeen


def slip_of(session: Session, claim: ClaimSeen) -> Slip | None:
    """None of a bill that the bureau sent: nobody has brought it."""
    filing = filing_of(session, claim.member_id, claim.id)
    if filing is None:
        return None
    who = person(session, claim.member_id)
    filer = session.get_one(Account, filing.filed_by)
    pages = Counter(paper.kind for paper in papers_of(session, claim.member_id, claim.id))
    with force_locale(LANG):
        papers = [(str(KINDS[kind]), count) for kind, count in pages.items()]
    return Slip(
        number=f"SL{claim.id}",
        name=who.name,
        masked_id=who.masked_id,
        unit=who.unit,
        hospital=claim.hospital,
        days=days_of(claim.bill),
        setl_id=filing.stated_setl_id or "",
        total_fen=claim.total_fen,
        papers=papers,
        filed_on=filing.filed_at.astimezone(CHINA).date(),
        filed_by="" if filer.member_id == claim.member_id else filer.name,
        holder=holder(session),
    )
