"""The bank the played year has its account at: statements as it writes them. Pure bytes."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from app.money import yuan

NUMBER: Final = "6222000000000000017"
HOLDER: Final = "市总工会互助保障"
NAME: Final = "某银行城中支行"
_HEADINGS: Final = ("记账日期", "流水号", "金额", "余额", "对方户名", "对方账号", "摘要")


class BankLine(NamedTuple):
    """One movement; `fen` below 0 left the account."""

    day: date
    fen: int
    payer: str = ""
    remark: str = ""
    account: str = ""


@dataclass(slots=True)
class FundAtBank:
    """The account as the bank sees it: what moved since the last statement, and the balance."""

    balance_fen: int = 0
    serial: int = 0
    pending: list[BankLine] = field(default_factory=list)
    all: list[BankLine] = field(default_factory=list)
    last: bytes = b""

    def moved(self, *lines: BankLine) -> None:
        """Money comes or goes."""
        self.pending += lines

    def statement(self) -> bytes:
        """What moved since the last statement; the next one begins after it."""
        lines = sorted(self.pending, key=lambda line: line.day)
        self.last = written(lines, self.balance_fen, self.serial)
        self.balance_fen += sum(line.fen for line in lines)
        self.serial += len(lines)
        self.all += lines
        self.pending = []
        return self.last

    def spoiled(self, *, off_fen: int = 0, twice: bool = False) -> bytes:
        """What moved since the last statement, in a file that cannot be right."""
        lines = sorted(self.pending, key=lambda line: line.day)
        return written(lines, self.balance_fen, self.serial, off_fen=off_fen, twice=twice)


def written(
    lines: list[BankLine],
    opening_fen: int,
    serial: int,
    *,
    off_fen: int = 0,
    twice: bool = False,
) -> bytes:
    """A statement's bytes. `off_fen`: its closing balance is wrong by so much; `twice`: a line
    has the serial of the one before it on its day.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(("账号", NUMBER))
    write(("期初余额", yuan(opening_fen)))
    write(_HEADINGS)
    # Banks count anew each day: a number comes twice where it does so on one.
    pairs = pairwise(lines)
    again = max((at for at, (one, other) in enumerate(pairs, 2) if one.day == other.day), default=0)
    balance_fen = opening_fen
    for place, line in enumerate(lines, 1):
        balance_fen += line.fen
        number = serial + place - (twice and place == again)
        write(
            (
                line.day.isoformat(),
                f"S{number:06d}",
                yuan(line.fen),
                yuan(balance_fen),
                line.payer,
                line.account,
                line.remark,
            )
        )
    write(("期末余额", yuan(balance_fen + off_fen)))
    return out.getvalue().encode("utf-8-sig")
