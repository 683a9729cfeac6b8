"""One-time codes on their way to a phone: found in their own table, put into the outbox, sent.

The notice names the code's row and holds no code. The row lives as long as the code (ten minutes);
a message whose row is gone is given up, never sent late. The page that takes the asking writes no
notice, so that it does the same for a stranger as for a member.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.code import code_to_send
from app.accounts.models import SignInCode
from app.clock import now
from app.notices.write import write

KIND: Final = "sign_in_code"
_MOST: Final = 1_000
MOST_A_DAY: Final = 20
"""To one member: who asks again and again from many places fills nobody's phone."""

_SENT: Final = text(
    "SELECT count(*) FROM notice WHERE kind = 'sign_in_code' AND member_id = :member"
    " AND recorded_at > transaction_timestamp() - interval '1 day'"
)


def write_codes(session: Session) -> int:
    """Write a notice for each code that has none yet. Twice equals once."""
    waiting = session.execute(
        select(SignInCode.id, SignInCode.member_id)
        .where(SignInCode.told.is_(False), SignInCode.member_id.is_not(None))
        .order_by(SignInCode.id)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    # Before all that waits: a reminder can come a minute later, a code cannot.
    first = now() - timedelta(days=1)
    written = 0
    for number, member_id in waiting:
        if session.execute(_SENT, {"member": member_id}).scalar_one() >= MOST_A_DAY:
            continue
        dedupe = f"{KIND}:{number}"
        write(session, KIND, dedupe=dedupe, member_id=member_id, due_at=first, code=number)
        written += 1
    told = [number for number, _ in waiting]
    session.execute(update(SignInCode).where(SignInCode.id.in_(told)).values(told=True))
    return written


def code_in(session: Session, kind: str, facts: dict[str, object]) -> dict[str, object] | None:
    """The facts with the code where the notice is one's; None where it counts no more."""
    if kind != KIND:
        return facts
    code = code_to_send(session, int(str(facts["code"])))
    return None if code is None else facts | {"code": code}
