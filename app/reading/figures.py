"""From what was seen on a photo to the figures of the sheet: read, checked, or left empty. Pure.

An amount is taken only where the sheet itself proves it: the parts make the total, the payers and
the person make the total, the person's ways of paying make what the person bore. A wrong digit
breaks a sum, and then nothing that hangs on this sum alone is taken. A line that is not there, or
could not be read, counts as nothing: where the sum agrees it was nothing.

Print may be misread alike wherever it stands, and then a sum may hold that is wrong. So a total
needs its words where one of its sums does not agree, and nothing at all is taken where the words
contradict it. What the person paid proves nothing of what the person bore: that must agree with the
total. And a sum whose whole is one part and nothing else, or in which no figure was read with its
point (all may have lost it), only says that its figures are right if one of them is.

Days must follow each other, and make the days of the stay where the sheet says them; a settlement
day that is the day of discharge is as good as that one. Other days, the deductible inside what it
is taken from, the hospital: these are taken where they were read clearly, and are said to be
unproved where nothing else shows them.
Numbers of the settlement and of the invoice are not read at all: nobody compares twenty digits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.claims.sheet import AMOUNTS
from app.filing.sums import PARTS, PAYERS
from app.money import yuan
from app.reading.boxes import Box
from app.reading.labels import DAYS_IN, WORDS, plain
from app.reading.pairs import Pair, pairs_of
from app.reading.values import says

TOTAL: Final = "medfee_sumamt"
BORNE: Final = "psn_part_amt"
DEDUCTIBLE: Final = "act_pay_dedc"
SUMS: Final = {
    "parts": (TOTAL, PARTS),
    "payers": (TOTAL, PAYERS),
    "person": (BORNE, ("acct_pay", "psn_cash_pay", "acct_mulaid_pay")),
}
"""What must make what: the whole, and its parts as far as they were read."""
OF_THE_TOTAL: Final = ("parts", "payers")
SURE: Final = 0.9
"""Of a recogniser's certainty, where no sum proves a figure."""
_IN_A_SUM: Final = 0.6
_DAYS: Final = ("begndate", "enddate", "setl_time")
_OLDEST: Final = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class Figure:
    """One field of the sheet, as a form takes it: where it stands, how clearly it was read (0 to
    1), and what proves it: names of SUMS, "words", "days", "discharge"; nothing: that it is clear.
    """

    name: str
    text: str
    label: Box
    box: Box
    score: float
    proofs: tuple[str, ...]


def figures_of(
    boxes: Iterable[Box], today: date, crossed_out: Callable[[Box], bool] = lambda _: False
) -> list[Figure]:
    """The figures of a sheet that can be trusted, in the order of its fields."""
    pairs, unread = pairs_of(boxes, crossed_out)
    proofs = _proofs(pairs) | _days(pairs, today)
    if _clear(pairs, "fixmedins_name"):
        proofs["fixmedins_name"] = ()
    if DEDUCTIBLE not in unread and _fits(pairs, proofs):
        proofs[DEDUCTIBLE] = ()
    order = ("fixmedins_name", *_DAYS, *AMOUNTS)
    return [_figure(pairs[name], proofs[name]) for name in order if name in proofs]


def _figure(pair: Pair, proofs: tuple[str, ...]) -> Figure:
    value = pair.value
    text = yuan(value) if isinstance(value, int) else str(value)
    return Figure(pair.name, text, pair.label, pair.box, pair.score, proofs)


def _proofs(pairs: Mapping[str, Pair]) -> dict[str, tuple[str, ...]]:
    """The amounts that something proves, and what."""
    fens = {
        name: pair.value
        for name, pair in pairs.items()
        if name in AMOUNTS and isinstance(pair.value, int) and pair.score >= _IN_A_SUM
    }
    agree = dict(_agreeing(fens))
    proofs: dict[str, tuple[str, ...]] = {}
    if TOTAL in fens and WORDS in pairs:
        if not says(str(pairs[WORDS].value), fens[TOTAL]):
            return {}
        proofs[TOTAL] = ("words",)
    elif not all(agree[proof] for proof in agree if proof in OF_THE_TOTAL):
        return {}

    def holds(proof: str, whole: str, *parts: str) -> bool:
        """Whether a sum proves its figures, or one of them is proved by something else."""
        some = [name for name in parts if fens[name]]
        pointed = any("." in plain(pairs[name].box.text) for name in (whole, *some))
        alone = proof in OF_THE_TOTAL and len(some) > 1 and pointed
        return alone or any(name in proofs for name in (whole, *some))

    while proof := next((x for x, names in agree.items() if names and holds(x, *names)), ""):
        for name in agree.pop(proof):
            proofs[name] = (*proofs.get(name, ()), proof)
    return proofs


def _agreeing(fens: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each sum that was read, with its whole and parts; with nothing where it does not agree."""
    for proof, (whole, parts) in SUMS.items():
        there = [name for name in parts if name in fens]
        if whole in fens and there:
            agrees = sum(fens[name] for name in there) == fens[whole]
            yield proof, (whole, *there) if agrees else ()


def _days(pairs: Mapping[str, Pair], today: date) -> dict[str, tuple[str, ...]]:
    """The days, where they follow each other; none of a stay whose length is another."""
    clear = {name: pairs[name].value for name in _DAYS if _clear(pairs, name)}
    days = {name: value for name, value in clear.items() if isinstance(value, date)}
    told = [days[name] for name in _DAYS if name in days]
    if told != sorted(told) or any(not today - _OLDEST < day <= today for day in told):
        return {}
    proofs: dict[str, tuple[str, ...]] = {}
    first, last = days.get("begndate"), days.get("enddate")
    if DAYS_IN in pairs and first and last:
        length = (last - first).days
        # Some count both the first and the last day; but a day may be misread for the next one.
        if pairs[DAYS_IN].value not in {length, length + 1}:
            del days["begndate"], days["enddate"]
        # One month that was misread twice is as far apart.
        elif pairs[DAYS_IN].value == length and first.month != last.month:
            proofs |= {"begndate": ("days",), "enddate": ("days",)}
    # Only as good as the day of discharge is: the same print may have been misread twice.
    if "enddate" in proofs and last == days.get("setl_time"):
        proofs["setl_time"] = ("discharge",)
    return {name: proofs.get(name, ()) for name in days}


def _clear(pairs: Mapping[str, Pair], name: str) -> bool:
    return name in pairs and pairs[name].score >= SURE


def _fits(pairs: Mapping[str, Pair], proofs: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the deductible can be one: clearly read, and no more than what it is taken from."""
    if not _clear(pairs, DEDUCTIBLE) or "inscp_scp_amt" not in proofs or BORNE not in proofs:
        return False
    deducted, *outer = (pairs[name].value for name in (DEDUCTIBLE, "inscp_scp_amt", BORNE))
    return all(isinstance(x, int) and isinstance(deducted, int) and x >= deducted for x in outer)
