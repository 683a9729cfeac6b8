"""Rows that a drain reads of bills, of what stood before, and of covers. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Bill(NamedTuple):
    """A claim's newest settlement. `undone_at`: when it was refunded, else when it was settled.

    `decided`: how people decided it last (`app.claims.decided`), if they did.
    """

    member_id: int
    claim_id: int
    setl_id: str
    version: int
    setl_time: datetime
    med_type: str
    mdtrt_id: str
    begndate: date | None
    enddate: date | None
    refunded: bool
    undone_at: datetime
    inscp_scp_amt: int
    hifp_pay: int
    hifob_pay: int
    hifmi_pay: int
    act_pay_dedc: int
    psn_part_amt: int | None
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    decided: str | None


class Live(NamedTuple):
    """Where a claim that was determined before stands: its live determination and its money.

    `paid_fen` is what reached the member and stayed there (`app.adjudication.excess`).
    """

    claim_id: int
    state: str
    moves: int
    seq: int
    version: int
    cover_id: int | None
    care: str | None
    benefit_year: int | None
    base_fen: int | None
    payable_fen: int
    refusal: str | None
    mdtrt_id: str
    paid_fen: int
    sent_fen: int
    written_fen: int


class CoverInForce(NamedTuple):
    """One cover of a member; `cares` None: all of its scheme."""

    member_id: int
    cover_id: int
    starts_on: date
    ends_on: date
    waits_until: date | None
    cares: list[str] | None


@dataclass(frozen=True, slots=True)
class Due:
    """Bills that are determined one by one, because of something odd or because they are few.

    `doubtful`: the claims that an officer must confirm before they are paid.
    """

    bills: list[Bill]
    live: dict[int, Live]
    covers: list[CoverInForce]
    doubtful: frozenset[int]
