"""What an officer does next with what stands in a list, and what an empty list means."""

from typing import Any, Final, NamedTuple

from flask import Flask
from flask_babel import lazy_gettext

from app.claims.lifecycle import State


class Desk(NamedTuple):
    """What to do, in a sentence; what no rows mean."""

    does: Any
    empty: Any


CLAIMS: Final = {
    State.REVIEW: Desk(
        lazy_gettext("Open each claim and compare its figures with the papers; then it can go on."),
        lazy_gettext("No claim waits for its papers to be seen."),
    ),
    State.PAYABLE: Desk(
        lazy_gettext("Put them into the next payment: one officer prepares, another approves."),
        lazy_gettext("Nothing is waiting to be paid."),
    ),
    State.CLOSED: Desk(
        lazy_gettext(
            "Nothing is to be done: a corrected bill or a new cover is computed again by itself. "
            "What was paid above what is due stands under “Money to come back”."
        ),
        lazy_gettext("No claim has ended without payment."),
    ),
    State.HELD: Desk(
        lazy_gettext(
            "Open each claim: its explanation says what is missing. When a corrected bill or a "
            "cover comes, it goes on by itself. Other decisions one officer proposes there and "
            "another approves."
        ),
        lazy_gettext("No claim waits for a person."),
    ),
    State.SENT: Desk(
        lazy_gettext(
            "They are with the bank. When its answer has come, upload it under “Payments”."
        ),
        lazy_gettext("Nothing is with the bank."),
    ),
    State.PAID: Desk(
        lazy_gettext("Nothing is to be done: the money has arrived."),
        lazy_gettext("Nothing has been paid yet."),
    ),
    State.CARD_WANTED: Desk(
        lazy_gettext(
            "Ask the members for another card in their own name and upload a roster with its "
            "number; the next payment takes them along."
        ),
        lazy_gettext("No card is wanted."),
    ),
}
UNITS: Final = {
    "all": Desk(
        lazy_gettext(
            "Cover begins when a roster is paid in full. Import the bank's statement under "
            "“Money”: what names a notice is booked by itself. Other money is typed in on the "
            "unit's page."
        ),
        lazy_gettext("No unit has a roster of this year here."),
    ),
    "paid": Desk(
        lazy_gettext("Nothing is to be done: their rosters are paid."),
        lazy_gettext("No unit has paid in full yet."),
    ),
    "part": Desk(
        lazy_gettext("Ask them for the rest. Partial money begins no cover."),
        lazy_gettext("No unit has paid only a part."),
    ),
    "nothing": Desk(
        lazy_gettext("Remind them: nobody on their rosters is covered before they pay."),
        lazy_gettext("No unit with a roster has paid nothing."),
    ),
    "decide": Desk(
        lazy_gettext(
            "Their money came so late that no cover of this year could begin. Settle with the unit "
            "what becomes of it and open the unit: the money fills next year or is its own again."
        ),
        lazy_gettext("Nothing is left to decide."),
    ),
    "none": Desk(
        lazy_gettext("Ask them for their roster and upload it."),
        lazy_gettext("Every unit has a roster of this year."),
    ),
}


def install(web: Flask) -> None:
    """Add the words to templates."""
    web.jinja_env.filters.update(
        desk_of_claims=lambda state: CLAIMS[state], desk_of_units=lambda paid: UNITS[paid]
    )
