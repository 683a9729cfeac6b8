"""What the stages of a claim's way are called, and what comes next: whose turn it is, in words."""

from typing import Any, Final, NamedTuple

from flask import Flask
from flask_babel import lazy_gettext

STAGES: Final = {
    "filed": lazy_gettext("Filed by hand"),
    "arrived": lazy_gettext("Bill arrived"),
    "computed": lazy_gettext("Computed"),
    "computed_again": lazy_gettext("Computed again"),
    "sent": lazy_gettext("Sent to the bank"),
    "paid": lazy_gettext("Paid to the card"),
    "bounced": lazy_gettext("The bank could not pay"),
    "nothing_due": lazy_gettext("Nothing is paid"),
    "to_compute": lazy_gettext("Being computed"),
    "to_review": lazy_gettext("Papers to be seen"),
    "to_decide": lazy_gettext("An officer decides"),
    "to_card": lazy_gettext("Another bank card wanted"),
    "to_send": lazy_gettext("To be sent to the bank"),
    "asked": lazy_gettext("The bank is asked"),
    "papers_asked": lazy_gettext("Papers asked for"),
    "papers_came": lazy_gettext("Papers came"),
    "to_bring": lazy_gettext("Papers wanted from you"),
    "to_pay": lazy_gettext("To be paid by the bank"),
    "approval_gone": lazy_gettext("Approval taken back by two officers"),
}


class Next(NamedTuple):
    """Whose turn it is, and what they do; nobody's where the claim is finished."""

    who: Any
    does: Any


NEXT: Final = {
    "filed": Next(
        lazy_gettext("The computer"),
        lazy_gettext("It is being computed. This takes a second or two."),
    ),
    "review": Next(
        lazy_gettext("The union"),
        lazy_gettext(
            "Before anything is paid, the union compares your papers with the figures you typed. "
            "If you have not sent photos, add them, or show your unit's union the settlement "
            "sheet, the invoice and, after a stay in hospital, the discharge record."
        ),
    ),
    "payable": Next(
        lazy_gettext("The fund"),
        lazy_gettext("One officer puts it into the next payment; a second officer approves it."),
    ),
    "sent": Next(
        lazy_gettext("The bank"),
        lazy_gettext("The money is on its way; the bank still has to say that it has arrived."),
    ),
    "card_wanted": Next(
        lazy_gettext("You"),
        lazy_gettext(
            "Give another bank card in your own name. The money is then sent again; "
            "you lose nothing."
        ),
    ),
    "held": Next(
        lazy_gettext("An officer"),
        lazy_gettext(
            "The rules leave this bill to a person. Its explanation says why, and what you can do."
        ),
    ),
    "closed": Next(
        None,
        lazy_gettext(
            "The claim is finished and nothing is paid. If you think this is wrong, you may ask "
            "for a person's decision: see the end of its page."
        ),
    ),
    "paid": Next(None, lazy_gettext("The claim is finished: it has been paid.")),
}


BANK_IS_ASKED: Final = lazy_gettext(
    "The bank could not say whether the money arrived. Two officers find out. If it did not, it is "
    "sent again; there is nothing for you to do."
)


CARD_IS_GIVEN: Final = lazy_gettext(
    "You have given another card: the next payment goes there. There is nothing for you to do."
)


PAPERS_ARE_WANTED: Final = lazy_gettext(
    "Send the papers that are missing: they stand on this page. Then the review goes on."
)
PAPERS_ARE_HERE: Final = lazy_gettext(
    "Your photos are here. The union compares them with the figures you typed; there is nothing "
    "for you to do."
)


def install(web: Flask) -> None:
    """Add the words to templates."""
    web.jinja_env.globals.update(
        bank_is_asked=BANK_IS_ASKED,
        card_is_given=CARD_IS_GIVEN,
        papers_are_wanted=PAPERS_ARE_WANTED,
        papers_are_here=PAPERS_ARE_HERE,
    )
    web.jinja_env.filters.update(
        stage=lambda what: STAGES[what], next_step=lambda state: NEXT[state.value]
    )
