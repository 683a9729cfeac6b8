"""Vouchers (记账凭证) from journal entries, under a profile. Pure, and always the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.books.profile import Profile
from app.ledger.chart import Account
from app.papers.words import in_words

PROJECT: Final = "医疗互助{year}年度"
LATE: Final = "（补记{day:%Y-%m-%d}）"


class UnitNames:
    """Of each unit its names in their order, each from a day to before the next."""

    def __init__(self, names: Mapping[int, Sequence[tuple[date, str]]]) -> None:
        self._names = names

    def on(self, unit_id: int | None, day: date) -> str:
        """A unit's name on a day; of no unit ""."""
        names = self._names.get(unit_id, ()) if unit_id is not None else ()
        return next((name for from_on, name in reversed(names) if from_on <= day), "")


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry with its lines added up by account and unit; `unit` names its only unit, if any."""

    id: int
    benefit_year: int
    booked_on: date
    document_on: date | None
    memo: str
    about: int | None
    sums: tuple[tuple[Account, int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """What an entry stands on: who entered and who approved it, how many papers are attached."""

    entered_by: str = ""
    approved_by: str = ""
    attachments: int = 1


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One account of the profile: on one side or the other."""

    number: str
    name: str
    sub: tuple[str, ...]
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """One voucher. `month` is its first day; numbers run from 1 in each."""

    month: date
    no: int
    booked_on: date
    entry_id: int
    benefit_year: int
    summary: str
    lines: tuple[VoucherLine, ...]
    papers: Papers

    @property
    def number(self) -> str:
        return f"记-{self.no}"

    @property
    def total_fen(self) -> int:
        return sum(line.debit_fen for line in self.lines)

    @property
    def in_words(self) -> str:
        return in_words(self.total_fen)


def vouchers(
    profile: Profile,
    entries: Iterable[Booked],
    units: UnitNames,
    summaries: Mapping[str, str],
    papers: Mapping[int, Papers],
) -> Iterator[Voucher]:
    """The vouchers of whole months, in the order of their numbers; `entries` by month and id."""
    last: Counter[date] = Counter()
    for entry in entries:
        lines = voucher_lines(profile, entry, units)
        if not lines:
            continue
        month = entry.booked_on.replace(day=1)
        last[month] += 1
        yield Voucher(
            month,
            last[month],
            entry.booked_on,
            entry.id,
            entry.benefit_year,
            _summary(entry, units, summaries),
            lines,
            papers.get(entry.id, Papers()),
        )


def voucher_lines(profile: Profile, entry: Booked, units: UnitNames) -> tuple[VoucherLine, ...]:
    """An entry's lines under the profile, debits first; none where it becomes no voucher."""
    if profile.vouchers_for is not None and not any(
        account in profile.vouchers_for for account, *_ in entry.sums
    ):
        return ()
    found: dict[tuple[str, str, tuple[str, ...]], int] = defaultdict(int)
    for account, unit_id, amount_fen in entry.sums:
        target = profile.accounts[account]
        unit = units.on(unit_id, entry.booked_on)
        sub = tuple(_named(part, entry.benefit_year, unit) for part in target.sub)
        found[target.number, target.name, tuple(part for part in sub if part)] += amount_fen
    # What cancels out under the profile moves nothing there.
    lines = [
        VoucherLine(*key, max(amount_fen, 0), max(-amount_fen, 0))
        for key, amount_fen in found.items()
        if amount_fen
    ]
    return tuple(sorted(lines, key=lambda x: (not x.debit_fen, x.number, x.sub)))


def _named(part: str, benefit_year: int, unit: str) -> str:
    return part.replace("{project}", PROJECT.format(year=benefit_year)).replace("{unit}", unit)


def _summary(entry: Booked, units: UnitNames, summaries: Mapping[str, str]) -> str:
    """What it is about, for which year, from whom; in Chinese, as the books are kept."""
    said = summaries.get(entry.memo, entry.memo)
    of_units = {unit_id for _, unit_id, _ in entry.sums if unit_id is not None}
    unit = units.on(next(iter(of_units)), entry.booked_on) if len(of_units) == 1 else ""
    late = LATE.format(day=entry.document_on) if entry.document_on else ""
    return " ".join(x for x in (said, f"{entry.benefit_year}年度", unit) if x) + late
