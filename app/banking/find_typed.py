"""Money that people typed before the bank's line of it came: known by number, day and amount.

The number as `app.contributions.names` reads it: the bank's own or the line's key, with numbers of
ours behind it where money of that name was taken back. Such a line brings nothing new, whatever
its remark and payer say. Where two typed the same, a person looks.
"""

from collections import Counter, defaultdict
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.banking.bank_lines import ProvenLines
from app.banking.matching import As, Match
from app.contributions.names import REVERSED
from app.contributions.reference import Named, without_numbers
from app.contributions.subsidise import SUBSIDIES
from app.db import fetched, one_at_a_time

BY_HAND: Final = "MatchByHand"
"""It was typed before the statement came: it is booked already."""
RECEIPT_ALONE: Final = """r.line_id IS NULL AND r.from_year IS NULL
      AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = r.id)
      AND NOT EXISTS (SELECT FROM line_said l WHERE l.receipt_id = r.id)
      AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = r.id)
      AND NOT EXISTS (SELECT FROM online_notice o WHERE o.receipt_id = r.id)
      AND NOT EXISTS (SELECT FROM online_decision o WHERE o.receipt_id = r.id)"""
"""SQL: receipt `r` is on no line yet, and typed: what a provider told of lies with the provider."""
SUBSIDY_ALONE: Final = f"""s.line_id IS NULL
      AND NOT EXISTS (SELECT FROM statement_line l WHERE l.subsidy_id = s.id)
      AND NOT EXISTS (SELECT FROM line_said l WHERE l.subsidy_id = s.id)
      AND NOT {REVERSED}"""  # noqa: S608 - put together from constants
"""SQL: subsidy `s` was typed and is on no line yet."""
_TYPED: Final = f"""
SELECT 'receipt', r.id, u.stands_id, r.benefit_year, r.reference, r.received_on, r.amount_fen
FROM receipt r JOIN unit_now u ON u.id = r.unit_id
WHERE r.received_on BETWEEN %(first)s AND %(last)s AND {RECEIPT_ALONE}
UNION ALL
SELECT 'subsidy', s.id, s.union_id, s.benefit_year, s.reference, s.received_on, s.amount_fen
FROM subsidy s
WHERE s.received_on BETWEEN %(first)s AND %(last)s AND {SUBSIDY_ALONE}
ORDER BY 1, 2
"""  # noqa: S608 - put together from constants
_TAKEN_BACK: Final = f"""
SELECT b.reference FROM receipt_undone n JOIN receipt b ON b.id = n.receipt_id
UNION SELECT s.reference FROM subsidy s WHERE {REVERSED}
"""  # noqa: S608 - put together from constants
_Known = tuple[str, date, int]
"""A name, a day and an amount."""


def typed_lines(session: Session, lines: ProvenLines) -> dict[int, Match]:
    """Of lines in their order of days: which were typed, by their place, and as what.

    `about` of these is the receipt or the subsidy. Called in the turn of COVERS; takes that of
    SUBSIDIES where it finds one, so that none is taken back meanwhile.
    """
    found = _typed(session, lines)
    if any(match.taken_as is As.SUBSIDY for match in found.values()):
        one_at_a_time(session, SUBSIDIES)
        return _typed(session, lines)
    return found


def _typed(session: Session, lines: ProvenLines) -> dict[int, Match]:
    said = lines.said
    days = {"first": said.booked_on[0], "last": said.booked_on[-1]}
    rows = fetched(session, _TYPED, days)
    if not rows:
        return {}
    back = {name for (name,) in fetched(session, _TAKEN_BACK, {})}
    typed: dict[_Known, set[Match]] = defaultdict(set)
    for kind, number, whose, year, reference, day, fen in rows:
        match = Match(As(kind), BY_HAND, Named(whose, year), number)
        names = [reference, *(x for x in without_numbers(reference) if x in back)]
        for name in names:
            typed[name, day, fen].add(match)
    found: dict[int, Match] = {}
    asked = zip(said.serial, lines.keys, said.booked_on, said.amount_fen, strict=True)
    for at, (serial, key, day, fen) in enumerate(asked):
        alike = {
            match for name in (serial or key, key) for match in typed.get((name, day, fen), ())
        }
        if len(alike) == 1:
            found[at] = alike.pop()
    times = Counter(found.values())
    return {at: match for at, match in found.items() if times[match] == 1}
