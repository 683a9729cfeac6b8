"""What a scheme pays for one care. It cannot be constructed with a hole or overlap in its bands."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from app.benefits.care import CARES
from app.benefits.fields import (
    BandsHaveHole,
    BandsOverlap,
    CapOutOfRange,
    PercentOutOfRange,
    SchemeFieldUnknown,
    SchemeFieldWrong,
    only,
    take,
    take_each,
    take_or,
    written,
)
from app.money import MOST_FEN

PAYERS: Final = ("hifp_pay", "hifob_pay", "hifmi_pay")
"""Fields of a bill that a scheme may deduct from what is inside the insurance's scope."""

BILL_DAYS: Final = ("admitted_on", "discharged_on", "settled_on")
"""Days of a bill that a rule can go by: `begndate`, `enddate`, the day of `setl_time`."""

_FIELDS: Final = (
    *("deducts", "exclude_deductible", "bands", "cap_fen", "per_stay", "falls_on", "waits_by"),
)
WHOLE: Final = 10_000
"""100 % in basis points."""


@dataclass(frozen=True, slots=True)
class Band:
    """Above `over_fen`, up to the next band, this share is paid."""

    over_fen: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a scheme pays for one care.

    `exclude_deductible`: the base goes without the insurance's deductible `act_pay_dedc`.
    `cap_fen` None: unlimited. `per_stay`: the bands run over the whole stay, not over each bill.
    `falls_on`: the day of a bill that a cover must hold. `waits_by`: the day that must not lie
    before the cover's first paying day.
    """

    care: str
    deducts: tuple[str, ...]
    exclude_deductible: bool
    bands: tuple[Band, ...]
    cap_fen: int | None
    per_stay: bool
    falls_on: str
    waits_by: str

    def __post_init__(self) -> None:
        at = f"benefit.{self.care}"
        if self.care not in CARES:
            raise SchemeFieldUnknown(field=at, known=", ".join(sorted(CARES)))
        if not set(self.deducts) <= set(PAYERS) or len(set(self.deducts)) < len(self.deducts):
            raise SchemeFieldWrong(field=f"{at}.deducts", expected=written("deducts"))
        if self.falls_on not in BILL_DAYS:
            raise SchemeFieldWrong(field=f"{at}.falls_on", expected=written("falls_on"))
        if self.waits_by not in BILL_DAYS:
            raise SchemeFieldWrong(field=f"{at}.waits_by", expected=written("waits_by"))
        if self.cap_fen is not None and not 0 <= self.cap_fen <= MOST_FEN:
            raise CapOutOfRange(field=f"{at}.cap_fen")
        _check_bands(self.bands, f"{at}.bands")

    @classmethod
    def from_document(cls, care: str, table: dict[str, Any]) -> "Benefit":
        """From a table of the scheme's document; takes it apart."""
        at = f"benefit.{care}"
        only(table, at, _FIELDS)
        return cls(
            care=care,
            deducts=tuple(take_each(table, "deducts", str, at)),
            exclude_deductible=take(table, "exclude_deductible", bool, at),
            bands=tuple(_band(x, f"{at}.bands") for x in take_each(table, "bands", dict, at)),
            cap_fen=take_or(table, "cap_fen", int, "none", at),
            per_stay=take(table, "per_stay", bool, at),
            falls_on=take(table, "falls_on", str, at),
            waits_by=take(table, "waits_by", str, at),
        )

    def document(self) -> dict[str, object]:
        """The table it came from."""
        bands = [{"over_fen": x.over_fen, "basis_points": x.basis_points} for x in self.bands]
        return {
            "deducts": list(self.deducts),
            "exclude_deductible": self.exclude_deductible,
            "bands": bands,
            "cap_fen": "none" if self.cap_fen is None else self.cap_fen,
            "per_stay": self.per_stay,
            "falls_on": self.falls_on,
            "waits_by": self.waits_by,
        }


def _band(table: dict[str, Any], at: str) -> Band:
    only(table, at, ("over_fen", "basis_points"))
    return Band(take(table, "over_fen", int, at), take(table, "basis_points", int, at))


def _check_bands(bands: tuple[Band, ...], field: str) -> None:
    overs = [band.over_fen for band in bands]
    if not bands or max(overs) > MOST_FEN:
        raise SchemeFieldWrong(field=field, expected=written("bands"))
    if overs[0] != 0:
        raise BandsHaveHole(field=field)
    if any(later <= over for over, later in pairwise(overs)):
        raise BandsOverlap(field=field)
    if not all(0 <= band.basis_points <= WHOLE for band in bands):
        raise PercentOutOfRange(field=field)
