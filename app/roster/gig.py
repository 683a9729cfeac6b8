"""What gig workers do: the kinds the fund tells apart, by the words of lists. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from app.files.cells import Row, column_of
from app.roster.person import text_of

OCCUPATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "rider": ("平台骑手", "Delivery rider"),
    "courier": ("快递员", "Courier"),
    "ride_hailing": ("网约车司机", "Ride-hailing driver"),
    "lorry": ("货车司机", "Lorry driver"),
    "other": ("其他", "Other"),
}
"""By the code that is kept, in Chinese and English."""
COLUMNS: Final = ("occupation", "platform")
LONGEST: Final = 100
_TOLD_BY: Final = {
    "rider": ("骑手", "外卖", "配送员", "送餐", "rider"),
    "courier": ("快递", "courier"),
    "ride_hailing": ("网约", "出租", "专车", "快车", "ride"),
    "lorry": ("货车", "卡车", "货运", "lorry", "truck"),
}


class Gig(NamedTuple):
    """What a list says that somebody does, and for which platform (empty: not said)."""

    occupation: str
    platform: str


def occupation_of(said: str) -> str:
    """The kind of occupation that a list's own words are."""
    lower = said.lower()
    found = (kind for kind, words in _TOLD_BY.items() if any(x in lower for x in words))
    return next(found, "other")


def gig_of(rows: Sequence[Row], columns: Mapping[str, int], lines: Sequence[int]) -> dict[int, Gig]:
    """What a sheet says of the people on these lines, where it has such a column."""
    at = [columns.get(name) for name in COLUMNS]
    if at == [None, None]:
        return {}
    said = [[] if column is None else column_of(rows, column) for column in at]
    found = {}
    for line in lines:
        told = [text_of(cells[line - 1]) if cells else "" for cells in said]
        if any(told):
            found[line] = Gig(occupation_of(told[0]), told[1])
    return found
