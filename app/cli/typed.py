"""What was typed on a command line, read as the domain reads it."""

from app.errors import Refusal
from app.money import NotAnAmount, fen


class AmountWrong(Refusal):
    """The amount is not one."""


def amount_fen_of(amount: str) -> int:
    """The fen of an amount as it was typed. Raises AmountWrong."""
    try:
        return fen(amount)
    except NotAnAmount:
        raise AmountWrong(amount=amount) from None
