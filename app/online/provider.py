"""What a provider of online payment does, whoever it is. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.errors import Refusal


class NoticeNotGenuine(Refusal):
    """A call-back that its provider did not sign, or signed for another time (facts: why)."""


class ProviderUnreachable(Refusal):
    """The provider does not answer, or answers what cannot be believed (facts: why)."""


class ProviderRefused(Refusal):
    """The provider does not do what it was asked (facts: code)."""


class Wanted(NamedTuple):
    """An order as the provider gets it."""

    out_trade_no: str
    amount_fen: int
    description: str
    expires_at: datetime


class Paid(NamedTuple):
    """A payment that succeeded; `transaction_id` is the provider's number."""

    transaction_id: str
    out_trade_no: str
    amount_fen: int
    success_at: datetime


class State(StrEnum):
    """What a provider says of an order."""

    PAID = "paid"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Answer(NamedTuple):
    """The provider's answer when it is asked; `paid` where it says so."""

    state: State
    paid: Paid | None = None


class Provider(Protocol):
    """Makes orders known, reads call-backs, answers, closes. None of it touches the database.

    Each but `read_notice` raises ProviderUnreachable and ProviderRefused.
    """

    @property
    def name(self) -> str:
        """What orders and notices keep."""

    def create(self, wanted: Wanted) -> str:
        """Make an order known; what the payer scans. The same again gives the same."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Paid | None:
        """What a call-back says; None: something else than a success. Raises NoticeNotGenuine."""

    def query(self, out_trade_no: str) -> Answer:
        """Ask what became of an order."""

    def close(self, out_trade_no: str) -> None:
        """No payment is wanted any more. What is closed already stays so."""
