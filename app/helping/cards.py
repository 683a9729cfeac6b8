"""Which card a helper may give for a member: none that the fund knows as somebody else's."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.roster.members import account_indexes


class HelpersCard(Refusal):
    """A helper gives no card but one in the member's own name."""


def check_card(session: Session, member_id: int, account: str, *, by: int) -> None:
    """Raise HelpersCard where a helper types a number that is another member's.

    The database refuses it again (`no_helpers_card`), and the bank pays to the member's name only.
    `account` is normalised; whoever records a card that was typed on a page asks this first.
    """
    [index] = account_indexes([account])
    if session.scalar(_OTHERS, {"by": by, "member": member_id, "index": index}):
        raise HelpersCard


_OTHERS: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM account a WHERE a.id = :by AND a.role IN ('member', 'helper')
        AND (a.role = 'member' AND a.member_id = :member) IS NOT TRUE
        AND EXISTS (SELECT FROM bank_account o
                    WHERE o.account_index = :index AND o.member_id <> :member))
    """
)
