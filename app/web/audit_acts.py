"""All that an auditor's requests write: each is one function, as the application.

Everything else of such a request goes through the sign-in that only reads (`app.web.auth`). Whoever
adds an act for auditors adds it here, and to the test that lists them.
"""

from app.audit.open_claim import Opening, open_claim, open_paper
from app.audit.order import order_bundle
from app.db import transaction_beside
from app.web.auth import signed_in


def order_a_bundle(year: int) -> int:
    """The order's number. Raises what `order_bundle` does."""
    with transaction_beside() as session:
        return order_bundle(session, year, by=signed_in().id)


def open_a_claim(number: int, purpose: str) -> int:
    """The opening's number. Raises what `open_claim` does."""
    with transaction_beside() as session:
        return open_claim(session, number, purpose=purpose, by=signed_in().id)


def look_at_paper(opening: Opening, no: int) -> bytes | None:
    """The picture, and the look on record."""
    with transaction_beside() as session:
        return open_paper(session, opening, no, by=signed_in().id)
