"""What an officer does next, by urgency: one sentence and where it leads."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext

from app.web.read.money import MoneyWaiting
from app.web.read.payment_outcomes import Open
from app.web.read.second import Second
from app.web.read.units import Arrears
from app.web.read.waiting import Waiting

SHOWN: Final = 8
"""What is more is folded away: a list that is a wall is not read."""


class Todo(NamedTuple):
    """`urgent`: somebody waits for it. No place where nothing can be done here."""

    urgent: bool
    says: str
    place: str = ""


class Waits(NamedTuple):
    """What was counted; `money` and `out` are of officers of the whole fund."""

    waits: Waiting
    second: Second
    money: MoneyWaiting | None
    out: Open | None
    arrears: Sequence[Arrears]
    decide: Sequence[tuple[int, int]]
    whole: bool


def to_do(seen: Waits) -> list[Todo]:
    """All of it: money that could go wrong first, then people who wait, then the rest."""
    found = [
        *_money_first(seen),
        *_enquiries(seen),
        *_people(seen),
        *_second_officers(seen),
        *_the_rest(seen),
    ]
    return sorted(found, key=lambda each: not each.urgent)


def _money_first(seen: Waits) -> Iterator[Todo]:
    if seen.waits.in_trouble:
        yield Todo(
            True,
            gettext(
                "Some work could not be done. The server's log says why; "
                "it is tried again by itself."
            ),
        )
    if seen.out and (num := seen.out.doubtful):
        says = ngettext(
            "Say what became of %(num)d payment in doubt",
            "Say what became of %(num)d payments in doubt",
            num,
        )
        yield Todo(True, says, url_for("payments.index"))
    if seen.out and (num := seen.out.proposed):
        says = ngettext(
            "%(num)d word on what became of a payment wants another officer",
            "%(num)d words on what became of payments want another officer",
            num,
        )
        yield Todo(True, says, f"{url_for('payments.index')}#proposed")
    if seen.out and (num := seen.out.orders):
        says = ngettext(
            "%(num)d payment order waits for approval",
            "%(num)d payment orders wait for approval",
            num,
        )
        yield Todo(True, says, url_for("payments.index"))
    place = url_for("money.start")
    if seen.money and (num := seen.money.suspense):
        says = ngettext(
            "Say whose %(num)d payment is that came in",
            "Say whose %(num)d payments are that came in",
            num,
        )
        yield Todo(True, says, f"{place}#suspense")
    if seen.money and (num := seen.money.unexplained):
        says = ngettext(
            "Say what %(num)d payment out was", "Say what %(num)d payments out were", num
        )
        yield Todo(True, says, f"{place}#unexplained")
    if num := seen.second.online:
        says = ngettext(
            "Say what %(num)d online payment is that fits no order",
            "Say what %(num)d online payments are that fit no order",
            num,
        )
        yield Todo(True, says, url_for("online.orders"))


def _enquiries(seen: Waits) -> Iterator[Todo]:
    late = seen.waits.late
    if late:
        says = ngettext(
            "Answer %(num)d enquiry that is late", "Answer %(num)d enquiries that are late", late
        )
        yield Todo(True, says, url_for("enquiry_desk.waiting", state="late"))
    if num := seen.waits.enquiries - late:
        says = ngettext("Answer %(num)d enquiry", "Answer %(num)d enquiries", num)
        yield Todo(True, says, url_for("enquiry_desk.waiting"))


def _people(seen: Waits) -> Iterator[Todo]:
    counts = seen.waits.counts
    if num := seen.waits.requests:
        says = ngettext(
            "Decide about %(num)d request of units", "Decide about %(num)d requests of units", num
        )
        yield Todo(True, says, url_for("unit_requests.waiting"))
    if num := seen.waits.lists:
        says = ngettext(
            "Look at %(num)d list of joiners and leavers that a unit handed in",
            "Look at %(num)d lists of joiners and leavers that units handed in",
            num,
        )
        yield Todo(True, says, url_for("change_lists.sent"))
    if num := seen.waits.rosters:
        says = ngettext(
            "Confirm %(num)d roster that was read and checked",
            "Confirm %(num)d rosters that were read and checked",
            num,
        )
        yield Todo(True, says, url_for("rosters.sent"))
    if num := counts["review"]:
        says = ngettext(
            "See the papers of %(num)d claim filed by hand",
            "See the papers of %(num)d claims filed by hand",
            num,
        )
        yield Todo(True, says, url_for("reviews.start"))
    if num := counts["held"]:
        says = ngettext(
            "Look at %(num)d claim that needs a person",
            "Look at %(num)d claims that need a person",
            num,
        )
        yield Todo(True, says, url_for("claims.in_state", state="held"))
    for year, num in seen.decide:
        says = ngettext(
            "Decide about the cover of people in %(num)d unit whose money for %(year)s came late",
            "Decide about the cover of people in %(num)d units whose money for %(year)s came late",
            num,
            year=year,
        )
        yield Todo(True, says, url_for("units.of_year", year=year, paid="decide"))


def _second_officers(seen: Waits) -> Iterator[Todo]:
    if num := seen.second.proposals:
        says = ngettext(
            "%(num)d proposal about a claim wants another officer",
            "%(num)d proposals about claims want another officer",
            num,
        )
        yield Todo(True, says, url_for("recoveries.money"))
    if num := seen.second.heirs:
        says = ngettext(
            "Say to whom the money of %(num)d deceased member goes",
            "Say to whom the money of %(num)d deceased members goes",
            num,
        )
        yield Todo(True, says, url_for("heirs.index"))
    if seen.money and (num := seen.money.refunds):
        says = ngettext(
            "%(num)d refund wants another officer", "%(num)d refunds want another officer", num
        )
        yield Todo(False, says, f"{url_for('money.start')}#refunds")
    if seen.money and (num := seen.money.proposed):
        says = ngettext(
            "%(num)d bank line wants another officer",
            "%(num)d bank lines want another officer",
            num,
        )
        yield Todo(False, says, f"{url_for('money.start')}#proposed")
    if num := seen.second.lists:
        says = ngettext(
            "%(num)d public list wants another officer",
            "%(num)d public lists want another officer",
            num,
        )
        yield Todo(False, says, url_for("public_lists.office"))
    if num := seen.second.books:
        says = ngettext(
            "%(num)d closing or reversal wants another officer",
            "%(num)d closings or reversals want another officer",
            num,
        )
        yield Todo(False, says, url_for("books.start"))
    if num := seen.second.drafts:
        says = ngettext(
            "%(num)d scheme is a draft and not published",
            "%(num)d schemes are drafts and not published",
            num,
        )
        yield Todo(False, says, url_for("schemes.published"))


def _the_rest(seen: Waits) -> Iterator[Todo]:
    counts = seen.waits.counts
    if num := counts["card_wanted"]:
        says = ngettext(
            "Ask for another bank card for %(num)d claim",
            "Ask for other bank cards for %(num)d claims",
            num,
        )
        yield Todo(False, says, url_for("claims.in_state", state="card_wanted"))
    if num := counts["payable"]:
        says = ngettext(
            "%(num)d claim is ready to be paid", "%(num)d claims are ready to be paid", num
        )
        there = url_for("claims.in_state", state="payable")
        yield Todo(False, says, url_for("payments.index") if seen.whole else there)
    for owed in seen.arrears:
        says = ngettext(
            "%(num)d unit has not paid for %(year)s in full",
            "%(num)d units have not paid for %(year)s in full",
            owed.units,
            year=owed.year,
        )
        paid = "nothing" if owed.nothing else "part"
        yield Todo(False, says, url_for("units.of_year", year=owed.year, paid=paid))
    if num := seen.second.notices:
        says = ngettext(
            "%(num)d notice could not be sent", "%(num)d notices could not be sent", num
        )
        yield Todo(False, says, url_for("year.notices", state="failed"))
