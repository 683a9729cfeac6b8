"""What pages call states, refusals, events: keys of the domain in the reader's language."""

from collections.abc import Callable
from typing import Final

from flask import Flask
from flask_babel import gettext, lazy_gettext, ngettext

from app.claims.decided import Reason
from app.claims.lifecycle import State, Why
from app.texts import word
from app.texts.amounts import money
from app.texts.plainly import plainly
from app.texts.sources import said
from app.texts.steps import CARES
from app.web.acts import SENTENCES
from app.web.languages import language
from app.web.read.events import Happened

STATES: Final = {
    State.FILED: lazy_gettext("Being computed"),
    State.REVIEW: lazy_gettext("Papers to be seen"),
    State.PAYABLE: lazy_gettext("To be paid"),
    State.CLOSED: lazy_gettext("Closed"),
    State.HELD: lazy_gettext("A person looks at it"),
    State.SENT: lazy_gettext("Sent to the bank"),
    State.PAID: lazy_gettext("Paid"),
    State.CARD_WANTED: lazy_gettext("Bank card wanted"),
}
LOOKS: Final = {
    State.FILED: "quiet",
    State.REVIEW: "waits",
    State.PAYABLE: "going",
    State.CLOSED: "quiet",
    State.HELD: "waits",
    State.SENT: "going",
    State.PAID: "good",
    State.CARD_WANTED: "waits",
}
"""The style of a state's label; never its only sign."""

_FEN: Final = ("amount_fen", "total_fen", "net_fen")
"""The amount of an event, by the first name that it has."""

WAYS_BACK: Final = {
    Why.FIGURES: lazy_gettext("Figures or days are not those on the papers"),
    Why.PAPERS: lazy_gettext("A paper is missing or cannot be read"),
    Why.SAME_BILL: lazy_gettext("The same bill is another claim already"),
    Why.NOT_OWN: lazy_gettext("The papers are not this member's"),
    Why.INVOICE: lazy_gettext("The invoice was used for another claim"),
}
"""The reasons an officer chooses from to send a filing back."""
DECLINED: Final = ("declined", *(f"declined_{reason}" for reason in Reason))
REFUSALS: Final = {
    **dict.fromkeys((f"undone_{why}" for why in WAYS_BACK), lazy_gettext("Sent back by the union")),
    f"undone_{Why.TAKEN_BACK}": lazy_gettext("Taken back"),
    "refunded": lazy_gettext("Bill undone by the insurance bureau"),
    "held": lazy_gettext("Needs a person's decision"),
    "not_in_scheme": lazy_gettext("Not in the scheme"),
    "unknown_med_type": lazy_gettext("Unknown kind of care"),
    "no_cover": lazy_gettext("No cover on that day"),
    "waiting": lazy_gettext("In the waiting time"),
    "date_missing": lazy_gettext("A date is missing"),
    **dict.fromkeys(DECLINED, lazy_gettext("Decided: not paid")),
    "declined_same_bill": lazy_gettext("The same bill as another claim"),
}
RUNS: Final = {
    "decision": lazy_gettext("A claim decided by two officers"),
    "feed": lazy_gettext("Settlements imported"),
    "cover": lazy_gettext("Bills looked at again"),
    "hand": lazy_gettext("A claim filed by hand"),
    "sweep": lazy_gettext("Left-over bills looked at"),
}
_LISTED: Final = {
    "unmatched": lazy_gettext("This person is not a member. The bill is kept until they are."),
    "matched_later": lazy_gettext("This person was not a member then. The bill was matched since."),
}
NOT_COVERED: Final = {
    "unpaid": lazy_gettext(
        "Enrolled; cover begins when the unit's payment is complete. "
        "Your unit's union can tell you when."
    ),
    "credited": lazy_gettext(
        "You already had a cover; the money goes back to the unit. There is nothing for you to do."
    ),
    "undecided": lazy_gettext(
        "The payment came late; an officer decides about the cover. "
        "Your unit's union can tell you more."
    ),
    "late": lazy_gettext(
        "The payment came too late for this year; the money went back to the unit. "
        "Your unit's union can tell you more."
    ),
}


def install(web: Flask) -> None:
    """Add the words to templates."""
    web.jinja_env.filters.update(
        state=lambda state: STATES[state],
        look=lambda state: LOOKS[state],
        refusal=lambda refusal: REFUSALS[refusal],
        care=care,
        run=lambda kind: RUNS[kind],
        listed=listed,
        left_out_line=lambda reason, line: word(reason, language(), line_no=line),
        left_out=lambda reason: word(reason, language()),
        not_covered=lambda why: NOT_COVERED[why],
        source=lambda text: said(text, language()),
    )


def care(name: str) -> str:
    """What a care is called."""
    words = CARES[name]
    return words.en if language() == "en" else words.zh


def listed(reason: str) -> str:
    """Why a line of a feed went nowhere."""
    return str(_LISTED[reason]) if reason in _LISTED else plainly(reason, language())


def worded_acts() -> tuple[str, ...]:
    """All acts that have words."""
    return tuple(sorted(SENTENCES.keys() | _SAYS.keys()))


def happened(event: Happened) -> str:
    """One event in a sentence with its counts."""
    if event.act in _SAYS:
        return _SAYS[event.act](event)
    return str(SENTENCES[event.act]) % _Facts(event)


class _Facts(dict[str, object]):
    """What sentences name; an event of an older edition may lack a count."""

    def __init__(self, event: Happened) -> None:
        fen = [event.facts[name] for name in _FEN if name in event.facts]
        super().__init__(
            event.facts,
            unit=event.unit or "",
            years=_years(event),
            amount=money(abs(fen[0]) if fen else 0),
            payable=_amount(event, "payable_fen"),
        )

    def __missing__(self, name: str) -> object:
        return 0


def _roster_imported(event: Happened) -> str:
    said: str = gettext(
        "Roster %(year)s of %(unit)s: %(enrolled)s enrolled, %(unchanged)s unchanged, "
        "%(refused)s refused.",
        year=_years(event),
        unit=event.unit,
        **_counts(event, "enrolled", "unchanged", "refused"),
    )
    return said


def _contribution_received(event: Happened) -> str:
    said: str = gettext(
        "%(amount)s received from %(unit)s for %(year)s.",
        amount=_amount(event, "amount_fen"),
        unit=event.unit,
        year=_years(event),
    )
    return said


def _subsidy_received(event: Happened) -> str:
    said: str = gettext(
        "%(amount)s received from the union (%(union)s) for %(year)s.",
        amount=_amount(event, "amount_fen"),
        union=event.unit,
        year=_years(event),
    )
    return said


def _cover_granted(event: Happened) -> str:
    said: str = gettext(
        "%(unit)s, %(year)s: %(covered)s covered, %(credited)s credited back, "
        "%(undecided)s for an officer to decide.",
        unit=event.unit,
        year=_years(event),
        **_counts(event, "covered", "credited", "undecided"),
    )
    return said + _gifts_ended(event)


def _gift_opened(event: Happened) -> str:
    said: str = gettext(
        "Campaign %(campaign)s opened: %(quota)s gift covers of %(months)s months.",
        campaign=event.unit,
        quota=event.facts.get("quota", 0),
        months=event.facts.get("term_months", 0),
    )
    return said


def _gift_given(event: Happened) -> str:
    said: str = gettext(
        "Campaign %(campaign)s, %(year)s: %(enrolled)s gift covers given, %(unchanged)s unchanged, "
        "%(refused)s refused.",
        campaign=event.unit,
        year=_years(event),
        **_counts(event, "enrolled", "unchanged", "refused"),
    )
    return said


def _gifts_ended(event: Happened) -> str:
    """Said after the covers that ended them."""
    ended = event.facts.get("gifts_ended", 0)
    said: str = ngettext(
        "%(num)d gift ended the day before.", "%(num)d gifts ended the day before.", ended
    )
    return f" {said}" if ended else ""


def _settlements_imported(event: Happened) -> str:
    said: str = gettext(
        "Settlement file, rows %(rows_in)s: new %(new)s, changed %(changed)s, unchanged "
        "%(unchanged)s, refunds %(refunds)s, of nobody known %(unmatched)s, refused %(refused)s.",
        **_counts(
            event, "rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused"
        ),
    )
    return said


def _looked_at_again(event: Happened) -> str:
    said: str = ngettext(
        "After new enrolments %(num)d bill was looked at again.",
        "After new enrolments %(num)d bills were looked at again.",
        event.facts.get("claims", 0),
    )
    return said


def _payments_exported(event: Happened) -> str:
    said: str = gettext(
        "Payment batch %(year)s for the bank: %(total)s, lines %(lines)s.",
        year=_years(event),
        total=_amount(event, "total_fen"),
        **_counts(event, "lines"),
    )
    return said


def _payments_returned(event: Happened) -> str:
    said: str = gettext(
        "The bank's answer, %(year)s: %(paid)s paid (%(total)s), %(failed)s failed, %(held)s held.",
        year=_years(event),
        total=_amount(event, "paid_fen"),
        **_counts(event, "paid", "failed", "held"),
    )
    return said


_SAYS: Final[dict[str, Callable[[Happened], str]]] = {
    "roster.imported": _roster_imported,
    "contribution.received": _contribution_received,
    "subsidy.received": _subsidy_received,
    "cover.granted": _cover_granted,
    "gift.opened": _gift_opened,
    "gift.given": _gift_given,
    "settlements.imported": _settlements_imported,
    "claims.looked_at_again": _looked_at_again,
    "payments.exported": _payments_exported,
    "payments.returned": _payments_returned,
}
"""The acts whose sentences need more than their facts; the others stand in `app.web.acts`."""


def _years(event: Happened) -> str:
    return (", " if language() == "en" else "、").join(map(str, event.years))


def _amount(event: Happened, name: str) -> str:
    return money(event.facts.get(name, 0))


def _counts(event: Happened, *names: str) -> dict[str, object]:
    # An event of an older edition may lack a count.
    return {name: event.facts.get(name, 0) for name in names}
