"""What each line of a statement is: whose money, or what for. Pure, and the same each time.

In this order; the first that fits counts, and its name is kept with the line, so that an officer
can read why (`app.texts.money_in`):

Money in: what was typed before, by the bank's number, day and amount (`app.banking.find_typed`) ·
the fund's own number of a refund that came back · one right reference of a payment
notice, whatever the amount · that of somebody who enrolled alone, up to what is missing · (a wrong
one, or two: suspense, a person looks) · interest, by the bank's word and from nobody but the bank
· a unit's name, now or formerly, with exactly the amount that one of its benefit years lacks · a
union's name with exactly what one year's subsidy lacks · suspense.

Money out: the number of a refund with its amount · the number of a payment batch with its total ·
exactly one batch's total · the bank's fee, by its word and to nobody but the bank · unexplained.

What a line takes is no longer open to the lines after it: the same missing amount is not met twice.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from app.banking.alone import AloneAwaited, alone_in
from app.banking.bank_lines import BankLine, BankLines
from app.contributions.reference import NONE, Named, references_in

BATCH: Final = re.compile(r"P[0-9]{4}-[0-9]{4,}")
REFUND: Final = re.compile(r"TK[0-9]{6,}")
SHORTEST_BANK: Final = 4
"""So many characters of a bank's name are it without its branch: 某某银行."""
_NOT_NAME: Final = re.compile(r"[\s()()\[\]【】《》.,。·、\-]+")


class As(StrEnum):
    """What a line was taken as."""

    RECEIPT = "receipt"
    SUBSIDY = "subsidy"
    INTEREST = "interest"
    BOUNCED = "bounced"
    SUSPENSE = "suspense"
    FEE = "fee"
    BATCH = "batch"
    REFUND = "refund"
    UNEXPLAINED = "unexplained"


class Match(NamedTuple):
    """What a line is, why, and what it is for: a unit's year, a union's year, a batch, a refund.

    `about` of a unit's money is the roster of somebody who enrolled alone, if it is for that; of
    what was typed before, its own number.
    """

    taken_as: As
    why: str
    named: Named | None = None
    about: int | None = None


class RefundAwaited(NamedTuple):
    """A refund the bank was asked for, or paid; its payee as `plain_name` leaves it."""

    amount_fen: int
    paid: bool
    payee: str


@dataclass(slots=True)
class Open:
    """What money is awaited. Names as `plain_name` leaves them."""

    stands: dict[int, int] = field(default_factory=dict)
    """Unit -> the unit it stands as. Everything else here is of units that stand."""
    unit_names: dict[str, set[int]] = field(default_factory=dict)
    missing: dict[int, dict[int, int]] = field(default_factory=dict)
    """Unit -> benefit year -> what it lacks, in fen."""
    union_names: dict[str, set[int]] = field(default_factory=dict)
    subsidies: dict[int, int] = field(default_factory=dict)
    """Benefit year -> what unions owe, in fen."""
    batches: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The bank's number of a batch -> its own number, and its total in fen."""
    refunds: dict[str, tuple[int, RefundAwaited]] = field(default_factory=dict)
    alone: dict[str, AloneAwaited] = field(default_factory=dict)
    """The reference of somebody who enrolled alone -> the roster, until it is full."""
    own_names: set[str] = field(default_factory=set)
    """The bank and the fund itself: neither pays contributions."""
    bank: str = ""
    """The bank with the branch that keeps the account, as it was registered."""

    def standing(self, named: Named) -> Named:
        """What a reference means now: that of a unit which has gone into another is that one's."""
        unit_id = self.stands.get(named.unit_id, named.unit_id)
        return named if unit_id == named.unit_id else named._replace(unit_id=unit_id)


def each_once(matches: Sequence[Match]) -> Collection[Match]:
    """The same without most that come again: thousands of lines have one reference, and match."""
    return dict(zip(map(id, matches), matches, strict=True)).values()


def plain_name(name: str) -> str:
    """A name for comparing: width, blanks, brackets and case do not count."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", name).upper())


def matched(
    lines: Sequence[BankLine],
    known: Open,
    words: dict[str, tuple[str, ...]],
    typed: Mapping[int, Match] = MappingProxyType({}),
) -> list[Match]:
    """What each line is, in their order; what lines take is taken from `known`.

    `typed`: what was typed before, by the place of its line. Nothing waits for that any more.
    """
    matching = _Matching(known, words)
    lines = BankLines.of(lines)
    amounts = zip(lines.said.amount_fen, lines.said.remark, strict=True)
    named, met = matching.named, matching.met
    found = []
    for at, (amount_fen, remark) in enumerate(amounts):
        if at in typed:
            found.append(matching.typed(lines[at], typed[at]))
        elif amount_fen > 0 and (said := named.get(remark) or matching.said_by(remark)):
            found.append(met(amount_fen, said))
        else:
            found.append(matching.line(lines[at]))
    return found


class _Matching:
    def __init__(self, known: Open, words: dict[str, tuple[str, ...]]) -> None:
        self.known = known
        self.interest, self.fee = words["interest"], words["fee"]
        self.totals: dict[int, set[str]] = defaultdict(set)
        for number, (_, total_fen) in known.batches.items():
            self.totals[total_fen].add(number)
        self.named: dict[str, Match | None] = {}
        """What remarks say by themselves: thousands of lines come with one."""

    def line(self, line: BankLine) -> Match:
        """What a line is whose remark does not say it by itself."""
        return self._any_in(line) if line.amount_fen > 0 else self.money_out(line)

    def typed(self, line: BankLine, match: Match) -> Match:
        """What was typed of it; where the line names somebody else's notice, a person looks."""
        right = {self.known.standing(named) for named in references_in(line.remark).right}
        if right and right != {match.named}:
            return Match(As.SUSPENSE, "SuspenseTypedOtherwise")
        return match

    def said_by(self, remark: str) -> Match | None:
        """What a remark means whatever the amount; None where more must be looked at."""
        if remark in self.named:
            return self.named[remark]
        found = references_in(remark)
        more = alone_in(remark, self.known.alone) or "TK" in remark.upper()
        said = None if more or found == NONE else self._by_reference(found.right, found.wrong)
        self.named[remark] = said
        return said

    def _any_in(self, line: BankLine) -> Match:
        back = self._refund(line, line.amount_fen, paid=True)
        if back is not None:
            return Match(As.BOUNCED, "MatchBounced", about=back)
        found = references_in(line.remark)
        alone = alone_in(line.remark, self.known.alone)
        if alone and len(alone) + len(found.right) + found.wrong > 1:
            return Match(As.SUSPENSE, "SuspenseReferenceTwo")
        if alone:
            return self._of_one(line, alone[0])
        if found.right or found.wrong:
            return self.met(line.amount_fen, self._by_reference(found.right, found.wrong))
        name = plain_name(line.payer_name)
        if self._by_bank(name) and _says(line, self.interest):
            return Match(As.INTEREST, "MatchInterest")
        return self._by_name(line, name)

    def _by_reference(self, right: Sequence[Named], wrong: int) -> Match:
        if wrong:
            return Match(As.SUSPENSE, "SuspenseReferenceWrong")
        if len(right) > 1:
            return Match(As.SUSPENSE, "SuspenseReferenceTwo")
        [named] = right
        if named.unit_id not in self.known.stands:
            return Match(As.SUSPENSE, "SuspenseUnitUnknown")
        return Match(As.RECEIPT, "MatchReference", self.known.standing(named))

    def _of_one(self, line: BankLine, reference: str) -> Match:
        """Money that names one person's roster fills nothing else: more than is missing waits."""
        awaited = self.known.alone[reference]
        left_fen = awaited.missing_fen - line.amount_fen
        if left_fen < 0:
            return Match(As.SUSPENSE, "SuspenseAloneTooMuch")
        self.known.alone[reference] = awaited._replace(missing_fen=left_fen)
        return Match(As.RECEIPT, "MatchAlone", awaited.named, awaited.roster_id)

    def met(self, amount_fen: int, match: Match) -> Match:
        """What is missing of a unit's year is so much less."""
        if match.named is not None and match.named.unit_id in self.known.missing:
            unit_id, year = match.named
            years = self.known.missing[unit_id]
            if year in years:
                years[year] = max(0, years[year] - amount_fen)
        return match

    def _by_name(self, line: BankLine, name: str) -> Match:
        fits = self.fitting(name, line.amount_fen)
        if len(fits) == 1:
            return self.met(line.amount_fen, Match(As.RECEIPT, "MatchNameAmount", fits[0]))
        if len(fits) > 1:
            return Match(As.SUSPENSE, "SuspenseAmbiguous")
        unions = self.known.union_names.get(name, set())
        years = [y for y, due_fen in self.known.subsidies.items() if due_fen == line.amount_fen]
        if len(unions) == 1 and len(years) == 1:
            self.known.subsidies[years[0]] -= line.amount_fen
            [union_id] = unions
            return Match(As.SUBSIDY, "MatchUnion", Named(union_id, years[0]))
        return Match(As.SUSPENSE, "SuspenseUnknown" if not name else "SuspenseNoReference")

    def fitting(self, name: str, amount_fen: int) -> list[Named]:
        """The units' years that lack exactly this amount, of units with this name."""
        return [
            Named(unit_id, year)
            for unit_id in sorted(self.known.unit_names.get(name, ()))
            for year, missing_fen in sorted(self.known.missing.get(unit_id, {}).items())
            if missing_fen == amount_fen
        ]

    def money_out(self, line: BankLine) -> Match:
        refund = self._refund(line, -line.amount_fen, paid=False)
        if refund is not None:
            return Match(As.REFUND, "MatchRefund", about=refund)
        batch = self._batch(line)
        if batch is not None:
            return batch
        name = plain_name(line.payer_name)
        if self._by_bank(name) and _says(line, self.fee):
            return Match(As.FEE, "MatchFee")
        return Match(As.UNEXPLAINED, "Unexplained")

    def _by_bank(self, name: str) -> bool:
        """Nobody else's money: no name stands there, the fund's, or the bank's, also without the
        branch that keeps the account."""
        if not name or name in self.known.own_names:
            return True
        return len(name) >= SHORTEST_BANK and self.known.bank.startswith(name)

    def _refund(self, line: BankLine, amount_fen: int, *, paid: bool) -> int | None:
        if not self.known.refunds or "TK" not in line.remark.upper():
            return None
        numbers = [x for x in REFUND.findall(line.remark.upper()) if x in self.known.refunds]
        if len(set(numbers)) != 1:
            return None
        refund_id, awaited = self.known.refunds[numbers[0]]
        if (awaited.amount_fen, awaited.paid) != (amount_fen, paid):
            return None
        self.known.refunds[numbers[0]] = refund_id, awaited._replace(paid=not paid)
        return refund_id

    def _batch(self, line: BankLine) -> Match | None:
        out_fen = -line.amount_fen
        said = [x for x in BATCH.findall(line.remark.upper()) if x in self.known.batches]
        alike = self.totals.get(out_fen, set()) & self.known.batches.keys()
        numbers = set(said) & alike if said else alike
        if len(numbers) != 1:
            return None
        [number] = numbers
        batch_id, _ = self.known.batches.pop(number)
        why = "MatchBatch" if said else "MatchBatchTotal"
        return Match(As.BATCH, why, about=batch_id)


def _says(line: BankLine, words: Iterable[str]) -> bool:
    said = line.remark.upper()
    return any(word.upper() in said for word in words)
