"""The table of speeds: what the benches of one run measured, beside the goals, kept as JSON.

Every line is a ratio of two things measured in the same run. A goal that is missed stands with its
cause, and a bench that broke off or was left out stands beneath, for its lines are missing. All is
written again after each bench, so that a run that is cut off keeps what it had. Rates are what
deploy/sums.py adds up for the page on 300 million members.
"""

import json
import os
import platform
import time
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
        return self.reached(self.found)

    def reached(self, found: float) -> bool:
        """Whether so much would reach the goal."""
        return found >= self.goal if self.least else found <= self.goal


lines: list[Line] = []
rates: dict[str, float] = {}
took: dict[str, float] = {}
"""Seconds by the clock of each bench."""
undone: dict[str, str] = {}
"""Why a bench did not come to its end."""
_began = datetime.now(UTC)


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
    clock's where others work on the machine; `note`: what else is to be read beside it.
    """
    goal = most if most is not None else least
    assert goal is not None
    load = os.getloadavg()[0]
    lines.append(Line(what, unit, round(found, 3), goal, least is not None, load, cause, more))


def rate(name: str, value: float) -> None:
    """Keep a rate: rows a second, bytes a row."""
    rates[name] = value


def step(what: str) -> None:
    """Say what a long bench is about to do, and when."""
    print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)


def kept() -> Path:
    """Write what was measured so far into this run's file, and as the latest."""
    KEPT.mkdir(parents=True, exist_ok=True)
    whole = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "lines": [asdict(line) | {"met": line.met} for line in lines],
        "rates": rates,
        "took_s": took,
        "undone": undone,
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (KEPT / "latest.json").write_text(text, encoding="utf-8")
    path = KEPT / f"{_began:%Y%m%d-%H%M%S}.json"
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
    by, note = line.more.get("processor"), line.more.get("note")
    said = [f"by the processor {by:.2f}"] if isinstance(by, float) else []
    return ", ".join([*said, *([str(note)] if note else []), f"load {line.load:.1f}"])


def why(line: Line) -> str:
    """The cause of a goal that was missed; others' work, where the processors had it to do."""
    by = line.more.get("processor")
    waited = (
        "by the processor's seconds it is met; for the rest of the clock's something was waited"
    )
    processors = os.cpu_count() or 1
    busy = f"other work ran beside it on {processors} processors"
    slowed = line.load > 2 * processors and not line.what.startswith("memory")
    met = isinstance(by, float) and line.reached(by)
    causes = [line.cause, waited if met else "", busy if slowed else ""]
    return "; ".join(filter(None, causes)) or "no cause was found"
