"""All that an auditor's requests write: each is one function, as the application.

Everything else of such a request goes through the sign-in that only reads (`app.web.auth`). Whoever
adds an act for auditors adds it here, and to the test that lists them.
"""

from collections.abc import Sequence

from app.audit.auditor_key import add_auditor_key
from app.audit.identify_order import order_edition
from app.audit.open_claim import Opening, open_claim, open_paper
from app.audit.order import order_bundle
from app.db import transaction_beside
from app.inspection.draw import Formula, Method, draw_sample
from app.inspection.find import About, Weight, ask_again, close_finding, raise_finding
from app.inspection.look import order_look
from app.reports.order import order_report
from app.web.auth import signed_in


def order_a_report(year: int, month: int, lang: str) -> int:
    """The order's number. Raises what `order_report` does."""
    with transaction_beside() as session:
        return order_report(session, year, month, lang, by=signed_in().id)


def order_a_bundle(year: int, last_year: int, *, booked: bool) -> int:
    """The order's number. Raises what `order_bundle` does."""
    with transaction_beside() as session:
        by = signed_in().id
        return order_bundle(session, year, by=by, last_year=last_year, booked=booked)


def order_an_edition(order_id: int, purpose: str) -> int:
    """The edition's number. Raises what `order_edition` does."""
    with transaction_beside() as session:
        return order_edition(session, order_id, purpose=purpose, by=signed_in().id)


def give_own_key(recipient: str) -> int:
    """The key's number. Raises what `add_auditor_key` does."""
    with transaction_beside() as session:
        return add_auditor_key(session, recipient, by=signed_in().id)


def open_a_claim(number: int, purpose: str) -> int:
    """The opening's number. Raises what `open_claim` does."""
    with transaction_beside() as session:
        return open_claim(session, number, purpose=purpose, by=signed_in().id)


def look_at_paper(opening: Opening, no: int) -> bytes | None:
    """The picture, and the look on record."""
    with transaction_beside() as session:
        return open_paper(session, opening, no, by=signed_in().id)


def draw_a_sample(
    year: int,
    method: Method,
    *,
    size: int | None,
    formula: Formula | None,
    bounds_fen: Sequence[int],
    seed: str,
) -> int:
    """The sample's number. Raises what `draw_sample` does."""
    with transaction_beside() as session:
        return draw_sample(
            session,
            year,
            method,
            size=size,
            formula=formula,
            bounds_fen=bounds_fen,
            seed=seed,
            by=signed_in().id,
        )


def look_over_a_year(year: int) -> int:
    """The look's number. Raises what `order_look` does."""
    with transaction_beside() as session:
        return order_look(session, year, by=signed_in().id)


def raise_a_finding(
    year: int, union_id: int, weight: Weight, title: str, says: str, about: About
) -> int:
    """The finding's number. Raises what `raise_finding` does."""
    with transaction_beside() as session:
        return raise_finding(
            session, year, union_id, weight, title, says, about=about, by=signed_in().id
        )


def say_to_a_finding(finding_id: int, says: str, *, closing: bool) -> None:
    """Ask again, or close. Raises what these do."""
    with transaction_beside() as session:
        say = close_finding if closing else ask_again
        say(session, finding_id, says, by=signed_in().id)
