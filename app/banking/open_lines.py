"""The lines that wait for an officer, each with what it may be."""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.banking.bank_lines import BankLine
from app.banking.gather_open import gather_open
from app.banking.matching import plain_name
from app.banking.said import LAST_WORD
from app.banking.suggestions import Outgoing, Suggestion, out_suggestions, suggestions
from app.db import fetched

MOST = 200
_WAITS: LiteralString = f"""
{LAST_WORD}
WHERE (l.taken_as IN ('suspense', 'unexplained')
       AND coalesce(said.act, 'undone') IN ('undone', 'not_ours')
       OR l.id IN (SELECT line_id FROM line_resolution WHERE act = 'undone')
          AND said.act IN ('undone', 'not_ours'))
  AND NOT EXISTS (SELECT FROM line_said t WHERE t.other_line_id = l.id)
"""  # noqa: S608 - put together from constants
_OPEN: LiteralString = f"""
SELECT l.id, l.booked_on, l.amount_fen, l.payer_name, coalesce(p.tail, ''), l.remark, l.why,
       coalesce(said.act, l.taken_as), a.code
FROM statement_line l
JOIN fund_account a ON a.id = l.account_id
LEFT JOIN payer_account p ON p.id = l.payer_id
{_WAITS}
ORDER BY l.booked_on, l.id LIMIT %(most)s
"""  # noqa: S608 - put together from constants
_WAITING: LiteralString = f"SELECT count(*) FROM statement_line l {_WAITS}"  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line; `state`: suspense, not_ours (the bank will take it back) or unexplained.

    `suggested` of money in, `may_pay` of money out.
    """

    id: int
    booked_on: date
    amount_fen: int
    payer_name: str
    payer_tail: str
    remark: str
    why: str
    state: str
    account: str
    suggested: list[Suggestion]
    may_pay: list[Outgoing]
    namesakes: list[int]
    """Units of the payer's name, now or formerly, whatever they lack."""


def open_lines(session: Session, most: int = MOST) -> list[OpenLine]:
    """Oldest first."""
    known = gather_open(session)
    rows, found = list(fetched(session, _OPEN, {"most": most})), []
    not_ours = [(row[0], row[2]) for row in rows if row[7] == "not_ours"]
    for row in rows:
        number, day, amount_fen, name, tail, remark, why, state, account = row
        state = "suspense" if state == "undone" else state
        line = BankLine(0, day, None, amount_fen, None, "", name, "", remark)
        suggested = suggestions(line, known) if amount_fen > 0 else []
        may_pay = out_suggestions(line, known, not_ours) if amount_fen < 0 else []
        alike = sorted(known.unit_names.get(plain_name(name), ())) if amount_fen > 0 else []
        said = (number, day, amount_fen, name, tail, remark, why, state, account)
        found.append(OpenLine(*said, suggested, may_pay, alike))
    return found


def lines_waiting(session: Session) -> int:
    """How many lines wait, also those that the bank will take back."""
    ((waiting,),) = fetched(session, _WAITING, {})
    return int(waiting)
