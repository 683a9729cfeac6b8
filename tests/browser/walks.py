"""What the long walks share: the two windows they are walked in, and people of their own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.browser.visitor import Reader
from tests.db.typed import TEXTS
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, xlsx_bytes
from tests.workers.commands import Person

WALKERS = [Reader(360, "zh"), Reader(1280, "en")]
YEAR = 2024
FIRST = 960_000
COUNT = 12
HEAD = ["姓名", "身份证号", "银行账号", "手机号"]
SHEET = TEXTS | {
    "fixmedins_name": "同行医院",
    "begndate": f"{YEAR}-06-03",
    "enddate": f"{YEAR}-06-10",
    "setl_time": f"{YEAR}-06-10",
}

NO_PART = {"hifob_pay": "0.00", "hifmi_pay": "0.00"}
"""Of a bureau's row that names every part."""


class Colleagues:
    """People of a unit of their own, enrolled and paid for as an office may, by commands.

    Each is taken by one walk, so that no walk finds what another has left.
    """

    unit = "同行试验厂"

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.officer, self.folder = Person(environ), folder
        self.left: Iterator[int] = iter(range(FIRST, FIRST + COUNT))
        uscc, roster = make_uscc(FIRST), folder / "roster.xlsx"
        self.officer.asks("unit", "add", "--uscc", uscc, "--name", self.unit)
        rows = [
            [make_name(x), make_id(x), make_account(x), phone(x)]
            for x in range(FIRST, FIRST + COUNT)
        ]
        roster.write_bytes(xlsx_bytes([HEAD, *rows]))
        year = ("--unit", uscc, "--year", YEAR)
        self.officer.asks("roster", "import", roster, *year, "--confirmed-on", f"{YEAR - 1}-12-01")
        money = ("--amount", f"{COUNT * 50}.00", "--on", f"{YEAR - 1}-12-20", "--ref", self.unit)
        self.officer.asks("contributions", "receive", *year, *money)

    @property
    def names(self) -> list[str]:
        people = [make_name(x) for x in range(FIRST, FIRST + COUNT)]
        return [self.unit, SHEET["fixmedins_name"], *people]

    def written(self, name: str, rows: Sequence[Sequence[str]]) -> Path:
        path = self.folder / name
        path.write_bytes(csv_bytes(rows))
        return path

    def is_billed(self, seed: int) -> None:
        """By the insurance bureau."""
        bill = {"setl_id": f"W{seed}", "certno": make_id(seed)} | NO_PART | SHEET
        bills = self.written(f"bill{seed}.csv", [list(bill), list(bill.values())])
        self.officer.asks("settlements", "import", bills)
        self.officer.asks("drain")


def phone(seed: int) -> str:
    """Invented: of a colleague."""
    return f"139{seed:08d}"
