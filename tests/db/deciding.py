"""Officers who decide together, for the tests."""

from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.claims.decide import decide
from app.claims.decided import REASONS_OF, What
from tests.db.office import Office


def officer(session: Session, login: str, member_id: int | None = None) -> int:
    """An officer of the first union; nobody can sign in with it."""
    clerk = session.query(Account).order_by(Account.id).first()
    assert clerk is not None
    made = Account(
        login=login,
        name=login,
        role=Role.OFFICER.value,
        password_hash="-",
        union_id=clerk.union_id,
        member_id=member_id,
    )
    session.add(made)
    session.flush()
    return made.id


def decided(office: Office, claim: int, said: str, pair: tuple[int, int], **more) -> int:
    """Two officers decide: "pay_as:inpatient", "refuse:late", …; drained."""
    head, _, named = said.partition(":")
    reasons = REASONS_OF.get(What(head)) if head in set(What) else None
    what = What(head) if reasons else What(said)
    reason = reasons(named) if reasons else None
    by, approved_by = pair
    run = decide(office.session, claim, what, reason=reason, by=by, approved_by=approved_by, **more)
    office.drain()
    return run
