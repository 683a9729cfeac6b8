"""Figures on a scale: their unit and how they are written, in both languages.

Chinese readers count large sums in ten thousands (万) and hundred millions (亿); in English the
digits stand in full until they would be too long to read.
"""

from dataclasses import dataclass
from typing import Final

from app.texts.amounts import count, money, signed

NOTHING: Final = "—"
_FEN: Final = 100
_WAN: Final = 10_000
_YI: Final = 100_000_000
_MILLION: Final = 1_000_000
# From how many yuan on, in which unit: the first that the largest figure reaches.
_MONEY: Final = {
    "zh": ((_YI, "亿元", _YI), (_WAN, "万元", _WAN), (0, "元", 1)),
    "en": ((_YI, "million yuan", _MILLION), (0, "yuan", 1)),
}
_LIST: Final = {"zh": ("：", "，", "；", "。"), "en": (": ", ", ", "; ", ".")}


@dataclass(frozen=True, slots=True)
class Scale:
    """`unit` as it is written beside a scale; `each`: how many of what is counted make one."""

    unit: str
    each: int

    def written(self, value: int) -> str:
        """The value in this unit, exactly: 12_500_000 fen in 万元 -> "12.5"."""
        whole, rest = divmod(abs(value), self.each)
        decimals = f"{rest:0{len(str(self.each)) - 1}d}".rstrip("0") if rest else ""
        return signed(value, f"{whole:,}{'.' if decimals else ''}{decimals}")

    def about(self, value: int) -> str:
        """The value in this unit to about three figures: for a label, where a table has it all."""
        size = abs(value)
        decimals = sum(size < self.each * tens for tens in (10, 100))
        step = max(self.each // 10**decimals, 1)
        return self.written((-1 if value < 0 else 1) * ((size + step // 2) // step * step))


def scale(most: int, lang: str, *, money: bool, counted: str = "") -> Scale:
    """The unit for figures up to `most`: fen where it is money, else things called `counted`."""
    if not money:
        return Scale(counted, 1)
    units = _MONEY["en" if lang == "en" else "zh"]
    unit, yuan = next((unit, yuan) for least, unit, yuan in units if most >= least * _FEN)
    return Scale(unit, yuan * _FEN)


def exact(value: int | None, *, is_money: bool) -> str:
    """A figure in full: ¥1,234.56, or 1,234; a dash where there is none."""
    if value is None:
        return NOTHING
    return money(value) if is_money else count(value)


def listed(rows: list[tuple[str, list[tuple[str, str]]]], lang: str) -> str:
    """Rows of named figures as one sentence: "2022: paid 12, gifts 3; 2023: ..."."""
    colon, comma, semicolon, stop = _LIST["en" if lang == "en" else "zh"]
    told = [
        label + colon + comma.join(f"{name} {figure}" for name, figure in figures)
        for label, figures in rows
    ]
    return semicolon.join(told) + stop if told else ""
