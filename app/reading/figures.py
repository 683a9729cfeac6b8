"""From what was seen on a photo to the figures of the sheet: read, checked, or left empty. Pure.

An amount is taken only where the sheet itself proves it: the parts make the total, the payers and
the person make the total, the person's ways of paying make what the person bore, or the words say
it. A wrong digit breaks a sum, and then nothing that hangs on this sum alone is taken. A line that
is not there, or could not be read, counts as nothing: where the sum agrees it was nothing. What
each person would look at first, what the person bore, must agree with the total besides.

Days must follow each other, and make the days of the stay where the sheet says them. A settlement
day that is the day of discharge, the deductible inside what it is taken from, the hospital: these
are taken where they were read clearly, and are said to be unproved where nothing else shows them.
Numbers of the settlement and of the invoice are not read at all: nobody compares twenty digits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.claims.sheet import AMOUNTS
from app.filing.sums import PARTS, PAYERS
from app.money import yuan
from app.reading.boxes import Box
from app.reading.labels import DAYS_IN, WORDS
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


def figures_of(boxes: Iterable[Box], today: date) -> list[Figure]:
    """The figures of a sheet that can be trusted, in the order of its fields."""
    pairs, unread = pairs_of(boxes)
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
    proofs: dict[str, tuple[str, ...]] = {}
    broken: set[str] = set()
    for proof, (whole, parts) in SUMS.items():
        there = [name for name in parts if name in fens]
        if whole not in fens or not there:
            continue
        if sum(fens[name] for name in there) != fens[whole]:
            broken.add(proof)
            continue
        for name in (whole, *there):
            proofs[name] = (*proofs.get(name, ()), proof)
    if TOTAL in fens and WORDS in pairs:
        if says(str(pairs[WORDS].value), fens[TOTAL]):
            proofs[TOTAL] = (*proofs.get(TOTAL, ()), "words")
        else:
            proofs.pop(TOTAL, None)
    # What the sums say of the person alone may hold while another line was taken for the whole.
    if "payers" in broken:
        proofs.pop(BORNE, None)
    return proofs


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
        length = (last - first).days  # some count both the first and the last day
        if pairs[DAYS_IN].value not in {length, length + 1}:
            del days["begndate"], days["enddate"]
            last = None
        else:
            proofs |= {"begndate": ("days",), "enddate": ("days",)}
    if last and last == days.get("setl_time"):
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
