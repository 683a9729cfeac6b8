"""What of a bill typed by hand a person should look at twice, beside the papers themselves.

Nothing of it refuses (domain: flag, don't refuse; a filing after the deadline goes to a person).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.clock import CHINA
from app.schemes.publish import PUBLISHED
from app.together import Question, together


@dataclass(frozen=True, slots=True)
class Odd:
    """Amounts in fen. `parts_fen`: what the parts of the total make; `paid_fen`: all who paid.

    Each is empty where it makes the total. `file_by`: the last day to file, where it was missed.
    """

    total_fen: int
    parts_fen: int | None
    paid_fen: int | None
    file_by: date | None
    filed_on: date

    @property
    def is_odd(self) -> bool:
        return any(x is not None for x in (self.parts_fen, self.paid_fen, self.file_by))


def odd_of(session: Session, member_id: int, claim_id: int) -> Odd | None:
    """What is odd about a filing whose newest figures were typed; None of any other claim."""
    found = together(session, {"member": member_id, "claim": claim_id}, **TYPED_AND_SCHEMES)
    return odd_among(found)


def odd_among(found: Mapping[str, Sequence[Any]]) -> Odd | None:
    """The same, of what was asked with `TYPED_AND_SCHEMES`."""
    if not found["typed"]:
        return None
    [row] = found["typed"]
    filed_on = row.filed_at.astimezone(CHINA).date()
    file_by = None
    if row.scheme_id is not None:
        days = {x.id: x.filing_days for x in found["schemes"]}[row.scheme_id]
        file_by = max(row.ends_on, row.settled_on) + timedelta(days=days)
    return Odd(
        row.total_fen,
        row.parts_fen if row.parts_fen != row.total_fen else None,
        row.paid_fen if row.paid_fen != row.total_fen else None,
        file_by if file_by and filed_on > file_by else None,
        filed_on,
    )


class _Typed(NamedTuple):
    total_fen: int
    parts_fen: int
    paid_fen: int
    settled_on: date
    filed_at: datetime
    scheme_id: str | None
    ends_on: date


TYPED: Final = Question(
    """
    SELECT s.medfee_sumamt AS total_fen,
           s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt
               + s.inscp_scp_amt AS parts_fen,
           s.hifp_pay + s.cvlserv_pay + s.hifes_pay + s.hifmi_pay + s.hifob_pay + s.maf_pay
               + s.oth_pay + coalesce(s.psn_part_amt, 0) AS paid_fen,
           s.setl_time::date AS settled_on, f.recorded_at AS filed_at, v.scheme_id,
           coalesce(upper(t.term) - 1, v.ends_on) AS ends_on
    FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    CROSS JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s
    JOIN run r ON r.id = s.run_id AND r.kind = 'hand'
    LEFT JOIN LATERAL (
        SELECT d.cover_id FROM determination d
        WHERE d.member_id = c.member_id AND d.claim_id = c.id ORDER BY d.seq DESC LIMIT 1
    ) d ON true
    LEFT JOIN cover v ON v.member_id = c.member_id AND v.id = d.cover_id
    LEFT JOIN cover_term t ON t.member_id = v.member_id AND t.cover_id = v.id
        AND NOT isempty(t.term)
    WHERE c.member_id = :member AND c.id = :claim
    """,
    _Typed,
)
TYPED_AND_SCHEMES: Final[dict[str, Question[Any]]] = {"typed": TYPED, "schemes": PUBLISHED}
