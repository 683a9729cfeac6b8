"""Whether a sheet's figures add up. Sheets differ: what does not is told, not refused. Pure."""

from dataclasses import dataclass
from typing import Final

from app.claims.sheet import Sheet

PARTS: Final = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
PAYERS: Final = (
    *("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay"),
    "psn_part_amt",
)


@dataclass(frozen=True, slots=True)
class Sums:
    """Fen: the total as it stands on the sheet, what its parts make, and what all who paid make."""

    total_fen: int
    parts_fen: int
    paid_fen: int

    @property
    def agree(self) -> bool:
        return self.total_fen == self.parts_fen == self.paid_fen

    @property
    def key(self) -> str:
        """These sums and no others, as a form says that it has shown them."""
        return f"{self.total_fen}-{self.parts_fen}-{self.paid_fen}"


def sums_of(sheet: Sheet) -> Sums:
    """What the figures of a sheet come to."""
    parts, paid = (sum(getattr(sheet, name) for name in names) for names in (PARTS, PAYERS))
    return Sums(sheet.medfee_sumamt, parts, paid)
