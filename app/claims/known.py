"""What is already known of the bills a file names."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.claims.models import Claim, Refund, Settlement, SettlementKey, UnmatchedSettlement
from app.db import any_of


@dataclass(frozen=True, slots=True)
class Known:
    """By `setl_id`: whose it is, its contents oldest first, what undoes it, states kept unmatched.

    `refund_numbers` are numbers that a refund of another bill goes by.
    """

    member_of: dict[str, int]
    contents: dict[str, list[bytes]]
    refunds: set[tuple[str, str]]
    refund_numbers: set[str]
    unmatched: dict[str, list[bytes]]


def known_bills(session: Session, setl_ids: Sequence[str]) -> Known:
    """What is known of these numbers."""
    member_of: dict[str, int] = {}
    contents: dict[str, list[bytes]] = defaultdict(list)
    refunds: set[tuple[str, str]] = set()
    unmatched: dict[str, list[bytes]] = defaultdict(list)
    for start in range(0, len(setl_ids), 20_000):
        some = any_of(setl_ids[start : start + 20_000])
        keys = select(SettlementKey.setl_id, SettlementKey.member_id)
        member_of.update(session.execute(keys.where(SettlementKey.setl_id == some)).all())
        versions = (
            select(Settlement.setl_id, Settlement.content)
            .join(
                SettlementKey,
                (SettlementKey.setl_id == Settlement.setl_id)
                & (SettlementKey.member_id == Settlement.member_id),
            )
            .where(SettlementKey.setl_id == some)
            .order_by(Settlement.setl_id, Settlement.version)
        )
        for setl_id, content in session.execute(versions):
            contents[setl_id].append(bytes(content))
        undone = select(Refund.setl_id, Refund.undone_setl_id).where(Refund.setl_id == some)
        refunds.update(session.execute(undone).all())
        waiting = select(UnmatchedSettlement.setl_id, UnmatchedSettlement.content)
        waiting = waiting.where(UnmatchedSettlement.setl_id == some)
        for setl_id, content in session.execute(waiting.order_by(UnmatchedSettlement.id)):
            unmatched[setl_id].append(bytes(content))
    numbers = {setl_id for setl_id, undone in refunds if setl_id != undone}
    return Known(member_of, contents, refunds, numbers, unmatched)


def claims_of(session: Session, setl_ids: Sequence[str]) -> list[tuple[int, int]]:
    """(member, claim) of the bills among these numbers that are claims."""
    if not setl_ids:
        return []
    rows = session.execute(
        select(Claim.member_id, Claim.id)
        .join(
            SettlementKey,
            (SettlementKey.setl_id == Claim.setl_id) & (SettlementKey.member_id == Claim.member_id),
        )
        .where(SettlementKey.setl_id == any_of(setl_ids))
    )
    return list(rows)
