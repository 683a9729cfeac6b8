"""Draw a sample of a year's payments and keep it, with all it takes to draw it again."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, LiteralString

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.change import active
from app.accounts.models import Account, Role
from app.db import fetched
from app.errors import Refusal
from app.evidence.append import record
from app.inspection.models import AuditSample, AuditSampleItem
from app.inspection.sampling import (
    FACTORS,
    Drawn,
    Item,
    by_money,
    by_strata,
    population_digest,
    simple,
    size_by_money,
)
from app.unions.tree import reach_of_union

Method = Literal["simple", "strata", "money"]
METHODS: Final[tuple[Method, ...]] = ("simple", "strata", "money")
MOST: Final = 5_000
"""Of payments in a sample: more is no sample."""
_SEED: Final = re.compile(r"[0-9A-Za-z-]{1,40}")

_POPULATION: LiteralString = """
SELECT p.id, p.amount_fen, p.member_id, p.claim_id
FROM payment_batch b JOIN payment p ON p.batch_id = b.id
LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
WHERE b.benefit_year = %(year)s AND coalesce(r.says, o.outcome) = 'paid'
ORDER BY p.id
"""


class NotTheFundsAuditor(Refusal):
    """Samples are drawn of the whole fund, by who audits the whole fund."""


class NothingPaidInYear(Refusal):
    """The bank carried out no payment of the year (facts: year)."""


class SeedOdd(Refusal):
    """A seed is letters, digits and dashes, at most 40."""


class SampleNotReadable(Refusal):
    """A sample is for people to look at: at most so many (facts: most)."""


class SizeSaidTwice(Refusal):
    """A size is said, or worked out of what is tolerated."""


class TolerableByMoneyOnly(Refusal):
    """Only a monetary-unit sample's size is worked out."""


class RiskUnknown(Refusal):
    """A risk that the formula has factors for (facts: known)."""


@dataclass(frozen=True, slots=True)
class Formula:
    """What a monetary-unit sample's size is worked out of. `risk` in percent."""

    risk: int
    tolerable_fen: int
    expected_fen: int = 0


def draw_sample(
    session: Session,
    year: int,
    method: Method,
    *,
    by: int,
    size: int | None = None,
    formula: Formula | None = None,
    bounds_fen: Sequence[int] = (),
    seed: str = "",
) -> int:
    """Draw, keep, and the sample's number. `size` or, for money, a `formula`.

    Without a seed one is made by chance. Raises NotTheFundsAuditor, NothingPaidInYear, SeedOdd,
    SizeSaidTwice, TolerableByMoneyOnly, SampleNotReadable, RiskUnknown and what `sampling` does.
    """
    may_look(session, by)
    if formula and method != "money":
        raise TolerableByMoneyOnly
    if formula and size is not None:
        raise SizeSaidTwice
    seed = seed.strip() or str(secrets.randbelow(10**8)).zfill(8)
    if not _SEED.fullmatch(seed):
        raise SeedOdd
    rows = fetched(session, _POPULATION, {"year": year})
    if not rows:
        raise NothingPaidInYear(year=year)
    items = [Item(int(number), int(fen)) for number, fen, _, _ in rows]
    total_fen = sum(item.amount_fen for item in items)
    wanted = _size(total_fen, size, formula)
    drawn = _drawn(items, method, wanted, bounds_fen, seed)
    sample = {
        "benefit_year": year,
        "method": method,
        "seed": seed,
        "size": wanted,
        "bounds_fen": list(bounds_fen) if method == "strata" else [],
        "risk": formula.risk if formula else None,
        "tolerable_fen": formula.tolerable_fen if formula else None,
        "expected_fen": formula.expected_fen if formula else None,
        "counted": len(items),
        "total_fen": total_fen,
        "digest": population_digest(items),
    }
    added = insert(AuditSample).values(**sample, drawn_by=by).returning(AuditSample.id)
    sample_id: int = session.execute(added).scalar_one()
    about = {int(number): (member, claim) for number, _, member, claim in rows}
    session.execute(
        insert(AuditSampleItem), [_row(sample_id, about, *x) for x in enumerate(drawn, 1)]
    )
    told = {name: value for name, value in sample.items() if name != "benefit_year" and value}
    record(session, "sample.drawn", by=by, about=sample_id, years=[year], drawn=len(drawn), **told)
    return sample_id


def may_look(session: Session, by: int) -> None:
    """Raises NotTheFundsAuditor, AccountDisabled."""
    account = active(session.get_one(Account, by, populate_existing=True))
    if account.role != Role.AUDITOR or reach_of_union(session, account.union_id) is not None:
        raise NotTheFundsAuditor


def _size(total_fen: int, size: int | None, formula: Formula | None) -> int:
    if formula:
        if formula.risk not in FACTORS:
            raise RiskUnknown(known=", ".join(map(str, FACTORS)))
        size = size_by_money(total_fen, formula.tolerable_fen, formula.expected_fen, formula.risk)
    if size is None or size > MOST:
        raise SampleNotReadable(most=MOST, size=size or 0)
    return size


def _drawn(
    items: Sequence[Item], method: Method, size: int, bounds_fen: Sequence[int], seed: str
) -> list[Drawn]:
    if method == "strata":
        return by_strata(items, bounds_fen, size, seed)
    return by_money(items, size, seed) if method == "money" else simple(items, size, seed)


def _row(
    sample_id: int, about: dict[int, tuple[int, int]], no: int, each: Drawn
) -> dict[str, object]:
    member_id, claim_id = about[each.number]
    return {
        "sample_id": sample_id,
        "no": no,
        "member_id": member_id,
        "payment_id": each.number,
        "claim_id": claim_id,
        "amount_fen": each.amount_fen,
        "stratum": each.stratum,
        "hits": each.hits,
    }
