"""What papers are; which ones stay the same from claim to claim."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a paper is, as whoever sends it says."""

    SETTLEMENT_SHEET = "settlement_sheet"
    INVOICE = "invoice"
    DISCHARGE_RECORD = "discharge_record"
    COST_QUERY_SHEET = "cost_query_sheet"
    CHRONIC_BOOKLET = "chronic_booklet"
    BANK_CARD = "bank_card"
    IDENTITY = "identity"
    STATEMENT = "statement"
    CONSENT = "consent"
    OTHER = "other"


LASTING: Final = frozenset({Kind.CHRONIC_BOOKLET, Kind.BANK_CARD, Kind.IDENTITY})
"""The same one comes with each claim of a person: that says nothing."""
