"""The kinds of work that wait for officers: how each is told, and where it is done."""

from collections.abc import Callable
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import ngettext

from app.web.read.waiting import Wait


class Kind(NamedTuple):
    """`first`: money could go wrong, so that it is urgent before its day."""

    says: Callable[[Wait], str]
    place: Callable[[Wait], str]
    first: bool = False


def _in_state(state: str) -> Callable[[Wait], str]:
    return lambda _: url_for("claims.in_state", state=state)


def _stage(wait: Wait) -> str:
    return url_for("reviews.start", stage=wait.kind, late=1 if wait.late else None)


def _to(endpoint: str, anchor: str | None = None) -> Callable[[Wait], str]:
    return lambda _: url_for(endpoint, _anchor=anchor)


KINDS: Final[dict[str, Kind]] = {
    "doubt": Kind(
        lambda x: ngettext(
            "Say what became of %(num)d payment in doubt",
            "Say what became of %(num)d payments in doubt",
            x.num,
        ),
        _to("payments.index"),
        first=True,
    ),
    "word": Kind(
        lambda x: ngettext(
            "%(num)d word on what became of a payment wants another officer",
            "%(num)d words on what became of payments want another officer",
            x.num,
        ),
        _to("payments.index", "proposed"),
        first=True,
    ),
    "order": Kind(
        lambda x: ngettext(
            "%(num)d payment order waits for approval",
            "%(num)d payment orders wait for approval",
            x.num,
        ),
        _to("payments.index"),
        first=True,
    ),
    "suspense": Kind(
        lambda x: ngettext(
            "Say whose %(num)d payment is that came in",
            "Say whose %(num)d payments are that came in",
            x.num,
        ),
        _to("money.start", "suspense"),
    ),
    "unexplained": Kind(
        lambda x: ngettext(
            "Say what %(num)d payment out was", "Say what %(num)d payments out were", x.num
        ),
        _to("money.start", "unexplained"),
    ),
    "online": Kind(
        lambda x: ngettext(
            "Say what %(num)d online payment is that fits no order",
            "Say what %(num)d online payments are that fit no order",
            x.num,
        ),
        _to("online.orders"),
    ),
    "enquiry": Kind(
        lambda x: ngettext("Answer %(num)d enquiry", "Answer %(num)d enquiries", x.num),
        lambda x: url_for("enquiry_desk.waiting", state="late" if x.late else None),
    ),
    "objection": Kind(
        lambda x: ngettext("Answer %(num)d objection", "Answer %(num)d objections", x.num),
        _to("objections.waiting"),
    ),
    "finding": Kind(
        lambda x: ngettext(
            "Answer %(num)d finding of the audit", "Answer %(num)d findings of the audit", x.num
        ),
        _to("findings.listed"),
    ),
    "request": Kind(
        lambda x: ngettext(
            "Decide about %(num)d request of units", "Decide about %(num)d requests of units", x.num
        ),
        _to("unit_requests.waiting"),
    ),
    "list": Kind(
        lambda x: ngettext(
            "Look at %(num)d list of joiners and leavers that a unit handed in",
            "Look at %(num)d lists of joiners and leavers that units handed in",
            x.num,
        ),
        _to("change_lists.sent"),
    ),
    "roster": Kind(
        lambda x: ngettext(
            "Confirm %(num)d roster that was read and checked",
            "Confirm %(num)d rosters that were read and checked",
            x.num,
        ),
        _to("rosters.sent"),
    ),
    "accept": Kind(
        lambda x: ngettext(
            "Take in the papers of %(num)d claim", "Take in the papers of %(num)d claims", x.num
        ),
        _stage,
    ),
    "first": Kind(
        lambda x: ngettext(
            "Review %(num)d claim for the first time",
            "Review %(num)d claims for the first time",
            x.num,
        ),
        _stage,
    ),
    "second": Kind(
        lambda x: ngettext(
            "Review %(num)d claim for the second time",
            "Review %(num)d claims for the second time",
            x.num,
        ),
        _stage,
    ),
    "approve": Kind(
        lambda x: ngettext(
            "Approve %(num)d claim that was reviewed",
            "Approve %(num)d claims that were reviewed",
            x.num,
        ),
        _stage,
    ),
    "held": Kind(
        lambda x: ngettext(
            "Look at %(num)d claim that needs a person",
            "Look at %(num)d claims that need a person",
            x.num,
        ),
        _in_state("held"),
    ),
    "injury": Kind(
        lambda x: ngettext(
            "%(num)d of them is an injury: ask who is liable",
            "%(num)d of them are injuries: ask who is liable",
            x.num,
        ),
        _in_state("held"),
    ),
    "decide": Kind(
        lambda x: ngettext(
            "Decide about the cover of people in %(num)d unit whose money for %(year)s came late",
            "Decide about the cover of people in %(num)d units whose money for %(year)s came late",
            x.num,
            year=x.year,
        ),
        lambda x: url_for("units.of_year", year=x.year, paid="decide"),
    ),
    "proposal": Kind(
        lambda x: ngettext(
            "%(num)d proposal about a claim wants another officer",
            "%(num)d proposals about claims want another officer",
            x.num,
        ),
        _to("recoveries.money"),
    ),
    "heir": Kind(
        lambda x: ngettext(
            "Say to whom the money of %(num)d deceased member goes",
            "Say to whom the money of %(num)d deceased members goes",
            x.num,
        ),
        _to("heirs.index"),
    ),
    "refund": Kind(
        lambda x: ngettext(
            "%(num)d refund wants another officer", "%(num)d refunds want another officer", x.num
        ),
        _to("money.start", "refunds"),
    ),
    "line": Kind(
        lambda x: ngettext(
            "%(num)d bank line wants another officer",
            "%(num)d bank lines want another officer",
            x.num,
        ),
        _to("money.start", "proposed"),
    ),
    "public": Kind(
        lambda x: ngettext(
            "%(num)d public list wants another officer",
            "%(num)d public lists want another officer",
            x.num,
        ),
        _to("public_lists.office"),
    ),
    "books": Kind(
        lambda x: ngettext(
            "%(num)d closing or reversal wants another officer",
            "%(num)d closings or reversals want another officer",
            x.num,
        ),
        _to("books.start"),
    ),
    "token": Kind(
        lambda x: ngettext(
            "%(num)d program is to send in your name: look whether you agree",
            "%(num)d programs are to send in your name: look whether you agree",
            x.num,
        ),
        _to("tokens.mine"),
    ),
    "draft": Kind(
        lambda x: ngettext(
            "%(num)d scheme is a draft and not published",
            "%(num)d schemes are drafts and not published",
            x.num,
        ),
        _to("schemes.published"),
    ),
    "card_wanted": Kind(
        lambda x: ngettext(
            "Ask for another bank card for %(num)d claim",
            "Ask for other bank cards for %(num)d claims",
            x.num,
        ),
        _in_state("card_wanted"),
    ),
    "payable": Kind(
        lambda x: ngettext(
            "%(num)d claim is ready to be paid", "%(num)d claims are ready to be paid", x.num
        ),
        _to("payments.index"),
    ),
    "notice": Kind(
        lambda x: ngettext(
            "%(num)d notice could not be sent", "%(num)d notices could not be sent", x.num
        ),
        lambda _: url_for("year.notices", state="failed"),
    ),
}
