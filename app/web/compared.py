"""A card number that is not as those of cards are: asked about once, and taken when sent again."""

from typing import Final

from flask import request

from app.roster.identity import normalise_account
from app.roster.person import odd_card

_END: Final = 4


def not_compared(account: str) -> str:
    """The end of an odd number that this request does not say was compared; empty if it does.

    The page asks for the comparison and sends the end along, so that another odd number is asked
    about anew.
    """
    number = normalise_account(account)
    end = number[-_END:]
    return end if odd_card(number) and request.form.get("compared") != end else ""
