"""What an explanation is made from and made of: columns in, sentences out. Pure.

This package stands below `app.benefits`, so a scheme is whatever has the fields asked for here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class Band(Protocol):
    """Above `over_fen`, up to the next band, this share is paid."""

    @property
    def over_fen(self) -> int: ...
    @property
    def basis_points(self) -> int: ...


class Benefit(Protocol):
    """What a scheme pays for one care."""

    @property
    def deducts(self) -> Sequence[str]: ...
    @property
    def exclude_deductible(self) -> bool: ...
    @property
    def bands(self) -> Sequence[Band]: ...
    @property
    def cap_fen(self) -> int | None: ...
    @property
    def per_stay(self) -> bool: ...
    @property
    def falls_on(self) -> str: ...
    @property
    def waits_by(self) -> str: ...


class Source(Protocol):
    """Where figures come from."""

    @property
    def of(self) -> Sequence[str]: ...
    @property
    def says(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def assumption(self) -> bool: ...


class Scheme(Protocol):
    """The rules a determination followed."""

    @property
    def id(self) -> str: ...
    @property
    def waiting_days(self) -> int: ...
    @property
    def sources(self) -> Sequence[Source]: ...
    def benefit(self, care: str) -> Benefit | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The columns of a settlement that the rules look at, by their national names; fen."""

    med_type: str
    begndate: date | None
    enddate: date | None
    setl_time: datetime
    mdtrt_id: str
    inscp_scp_amt: int
    hifp_pay: int
    hifob_pay: int
    hifmi_pay: int
    act_pay_dedc: int
    psn_part_amt: int | None
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int

    def day_of(self, name: str) -> date | None:
        """The day a rule calls `admitted_on`, `discharged_on` or `settled_on`."""
        days = {"admitted_on": self.begndate, "discharged_on": self.enddate}
        return days.get(name, self.setl_time.date())


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The cover a bill fell under; `waits_until` is the first day that pays."""

    starts_on: date
    ends_on: date
    waits_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A determination's columns; `stay_before_fen` is the stay's base granted before this bill.

    `decided`: how people had decided the claim by then, if they had (`app.claims.decided`).
    """

    care: str | None
    benefit_year: int | None
    base_fen: int | None
    gross_fen: int | None
    room_fen: int | None
    payable_fen: int
    refusal: str | None
    stay_before_fen: int = 0
    decided: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """The rule behind a sentence. `scheme` is empty for a rule of every scheme."""

    scheme: str
    care: str
    title: str
    says: str
    where: str
    assumption: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One step. `name` is its key in the texts, for tests and for what a page stresses."""

    name: str
    text: str
    clauses: tuple[Clause, ...]
