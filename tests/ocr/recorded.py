"""What the recogniser saw on the drawn sheets: recorded, so that the rest is tested without it.

`python -m tests.ocr.recorded` (with the extra installed) records it anew.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

from app.reading.boxes import Box, box_of
from app.reading.figures import figures_of
from app.reading.recognise import Seen, recognise
from tests.ocr.photos import CONDITIONS, POOR, photographed
from tests.ocr.sheets import LAYOUTS, Bill, bill, drawn

HERE = Path(__file__).with_name("seen")
TODAY = date(2024, 6, 30)
SHEETS = [(layout, condition) for layout in LAYOUTS for condition in CONDITIONS]


def shown(layout: str) -> Bill:
    """The bill that was drawn in a layout."""
    return bill(LAYOUTS.index(layout) + 1)


def photo(layout: str, condition: str) -> bytes:
    return photographed(drawn(layout, shown(layout)), condition)


@cache
def seen(layout: str, condition: str) -> tuple[Box, ...]:
    """The texts that were seen on a photo."""
    told = json.loads((HERE / f"{layout}-{condition}.json").read_text(encoding="utf-8"))
    return tuple(box_of(*each) for each in told)


def read(boxes: tuple[Box, ...]) -> dict[str, str]:
    """The figures that can be trusted, as a form takes them."""
    return {figure.name: figure.text for figure in figures_of(boxes, TODAY)}


def record(layout: str, condition: str) -> Seen:
    found = recognise(photo(layout, condition))
    lines = (json.dumps([x.text, x.corners, x.score], ensure_ascii=False) for x in found.boxes)
    HERE.mkdir(exist_ok=True)
    path = HERE / f"{layout}-{condition}.json"
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    for each in (*SHEETS, *((layout, POOR) for layout in LAYOUTS)):
        print(*each, len(record(*each).boxes))
