"""What an operator may do: prepare and enter, never approve.

An insurer's or an operator's staff work for the fund and answer for none of its decisions. This
list is the one place that says what they do. It is asked three times: a page names the roles it
serves; an act of the domain asks for an officer where it approves, confirms, decides, publishes or
closes (`app.accounts.change.officer`), and for a preparer where it only prepares
(`app.accounts.change.preparer`); and since every act leaves an event, the database refuses an event
of an operator that is not named here (`event_of_role`): an act in which the question was forgotten
goes back as a whole.
"""

from typing import Final

from app.accounts.models import Role
from app.db import refuses
from app.errors import Refusal

PREPARERS: Final = frozenset({Role.OFFICER, Role.OPERATOR})

PREPARES: Final = frozenset(
    {
        "claim.filed",
        # 受理 of a review, which the review's own rules keep to that stage.
        *("review.passed", "review.papers_asked", "review.answered"),
        # A statement books by itself what it names, and its covers begin.
        *("statement.imported", "contribution.received", "subsidy.received", "cover.granted"),
        *("refund.paid", "refund.bounced"),
        # The bank's word, not ours; and that who prepared a batch did, once it was approved.
        *("payments.returned", "payments.exported"),
        # How a held claim is decided, which batch is shown: an officer approves. An heir who is
        # named is a draft.
        *("claim.proposed", "publication.proposed"),
        # To the union that can answer; what an operator writes there is a draft.
        *("enquiry.dispatched", "enquiry.taken"),
        # Scans of what is filed at the counter, and the member's signature there.
        *("attachment.added", "consent.stated"),
    }
)
"""The events an operator's acts leave. What is a draft until an officer approves it leaves none."""


class ActNotOfRole(Refusal):
    """Who acts has no role that does this."""


refuses("event_of_role", ActNotOfRole)
