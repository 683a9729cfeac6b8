"""The table of speeds: what the benches of one run measured, beside the goals, kept as JSON.

Every line is a ratio of two things measured in the same run. A goal that is missed stands with its
cause. Rates are what deploy/sums.py adds up for the page on 300 million members.
"""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.config import ROOT

KEPT = Path(os.environ.get("HUZHU_BENCH_OUT") or ROOT / ".data" / "bench")


@dataclass(frozen=True)
class Line:
    """One line. `least`: whether the goal is a lower bound."""

    what: str
    unit: str
    found: float
    goal: float
    least: bool
    load: float
    cause: str
    more: dict[str, object] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.found >= self.goal if self.least else self.found <= self.goal


lines: list[Line] = []
rates: dict[str, float] = {}
took: dict[str, float] = {}
"""Seconds by the clock of each bench."""


def tell(
    what: str,
    found: float,
    unit: str,
    *,
    most: float | None = None,
    least: float | None = None,
    cause: str = "",
    **more: object,
) -> None:
    """Put a line into the table. `cause`: why the goal is missed, where it is.

    `processor`, among the rest: the same ratio of the processor's seconds, which tell more than the
    clock's where others work on the machine.
    """
    goal = most if most is not None else least
    assert goal is not None
    load = os.getloadavg()[0]
    lines.append(Line(what, unit, round(found, 3), goal, least is not None, load, cause, more))


def rate(name: str, value: float) -> None:
    """Keep a rate: rows a second, bytes a row."""
    rates[name] = value


def kept() -> Path:
    """Write what was measured into a file of its own, and as the latest."""
    KEPT.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    whole = {
        "at": at.isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "lines": [asdict(line) | {"met": line.met} for line in lines],
        "rates": rates,
        "took_s": took,
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (KEPT / "latest.json").write_text(text, encoding="utf-8")
    path = KEPT / f"{at:%Y%m%d-%H%M%S}.json"
    path.write_text(text, encoding="utf-8")
    return path


def table() -> list[str]:
    """The lines as a person reads them."""
    widest = max(len(line.what) for line in lines)
    rows = []
    for line in lines:
        bound = "≥" if line.least else "≤"
        verdict = "met" if line.met else f"MISSED: {why(line)}"
        rows.append(
            f"{line.what:{widest}}  {line.found:>8,.2f} {line.unit}  goal {bound} {line.goal:g}"
            f"  ({_beside(line)})  {verdict}"
        )
    return rows


def _beside(line: Line) -> str:
    said = f"load {line.load:.1f}"
    by = line.more.get("processor")
    return f"by the processor {by:.2f}, {said}" if isinstance(by, float) else said


def why(line: Line) -> str:
    """The cause of a goal that was missed; others' work, where the processors had it to do."""
    processors = os.cpu_count() or 1
    busy = f"other work ran beside it on {processors} processors"
    causes = [line.cause, busy if line.load > 2 * processors else ""]
    return "; ".join(filter(None, causes)) or "no cause was found"
