"""Files that are the same in every bundle: programs, rules, the chart of accounts, names. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

from app.audit import ask, verify
from app.audit.bundle import csv_bytes, json_bytes
from app.audit.codes import codes
from app.audit.standards import mapping
from app.benefits.care import MedTypes, package_med_types
from app.benefits.columns import FIRST_DAY, LAST_DAY, date_of
from app.ledger.chart import NAMES

_README: Final = Path(__file__).with_name("bundle_readme.md")
_QUESTIONS: Final = Path(__file__).with_name("bundle_questions.md")


def common_files(rules: Mapping[str, bytes]) -> dict[str, bytes]:
    """By name; `rules`: the text of each scheme."""
    return {
        "accounts.csv": csv_bytes(accounts()),
        "codes.csv": csv_bytes(codes()),
        "ask.py": Path(ask.__file__).read_bytes(),
        "mapping.csv": csv_bytes(mapping()),
        "med_types.json": json_bytes(list(med_types(package_med_types()))),
        "verify.py": Path(verify.__file__).read_bytes(),
        **{f"schemes/{name}.json": canonical for name, canonical in rules.items()},
    }


def readme(years: Sequence[int], booked: int | None, last_event: int) -> bytes:
    """The README, in both languages."""
    text = Template(_README.read_text(encoding="utf-8"))
    listed = ", ".join(map(str, years))
    calendar = f" · {booked} 年记账 · booked in {booked}" if booked is not None else ""
    told = {"year": listed, "calendar": calendar, "event": last_event}
    return text.substitute(told).encode("utf-8") + _QUESTIONS.read_bytes()


_KINDS: Final = {"1": "资产", "2": "负债", "3": "净资产", "4": "收入", "5": "支出"}


def accounts() -> Iterator[list[str]]:
    """The chart of accounts, headings first."""
    yield ["account", "name_zh", "name_en", "kind", "side"]
    for account, (zh, en) in NAMES.items():
        kind = account.value[0]
        yield [account.value, zh, en, _KINDS[kind], "借" if kind in "15" else "贷"]


def med_types(table: MedTypes) -> Iterator[dict[str, Any]]:
    """The table of kinds of care; dated lines come last, and say more than undated ones."""
    for line in sorted(
        table.lines, key=lambda x: (x.first_day, x.last_day) != (FIRST_DAY, LAST_DAY)
    ):
        told = {"code": line.code, "class": line.care_class.name.lower()}
        if line.first_day != FIRST_DAY:
            told["from"] = date_of(line.first_day).isoformat()
        if line.last_day != LAST_DAY:
            told["to"] = date_of(line.last_day).isoformat()
        yield told
