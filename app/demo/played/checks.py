"""What must hold at the end, of this fund as of any other."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.replay import replay
from app.audit import verify
from app.audit.make import make_bundle
from app.books.bank_balance import reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.demo.played.office import ACCOUNT, Office
from app.ledger.balance import trial_balance
from app.ledger.chart import NAMES, Account
from app.money import yuan
from app.payments.due import expense_off_fen, untied

_YEARS = text("SELECT DISTINCT benefit_year FROM entry ORDER BY 1")
_DAYS = text("SELECT min(booked_on), max(booked_on) FROM entry")

_MOVED = text(
    """
    SELECT coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0)::bigint,
           coalesce(sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)::bigint
    FROM (SELECT sum(amount_fen) AS amount_fen FROM posting WHERE account = '1001'
          GROUP BY entry_id) x
    """
)
_LEFT = text("SELECT coalesce(sum(amount_fen), 0)::bigint FROM posting WHERE account = :account")
_NOTHING: Final = (
    *(Account.SUSPENSE, Account.BETWEEN_YEARS, Account.ONLINE_CLEARING, Account.BENEFITS_SENT),
)


class Check(NamedTuple):
    """One question, what was found, and whether it is as it must be."""

    zh: str
    en: str
    holds: bool
    found: str


def checks(office: Office) -> list[Check]:
    """Ask everything, each year by itself."""
    with office.turn() as session:
        first, last = session.execute(_DAYS).one()
        years = list(session.scalars(_YEARS))
        found = [*_books(session, first, last), *_bank(session, office, last)]
        for year in years:
            found += _year(session, year)
    return found


def _books(session: Session, first: date, last: date) -> Iterator[Check]:
    for year in range(first.year, last.year + 1):
        balance = trial_balance(session, year, "booked_on")
        yield Check(
            f"{year} 自然年试算平衡",
            f"trial balance of calendar year {year}",
            balance.closes,
            yuan(balance.debit_fen),
        )
    off = differences(session, first, last)
    yield Check("凭证与账簿一致", "vouchers add up to the books", off == [], f"{len(off)}")


def _bank(session: Session, office: Office, last: date) -> Iterator[Check]:
    ends = [date(last.year - 1, 12, 31), last]
    for day in ends:
        found = reconciliation(session, day, ACCOUNT)
        yield Check(
            f"{day} 银行存款余额调节",
            f"bank reconciliation of {day}",
            found.off_fen == 0,
            yuan(found.off_fen),
        )
    stands = reconciliation(session, last)
    off_fen = stands.bank_fen - office.bank.balance_fen
    yield Check(
        "与银行自己的余额一致",
        "the bank's own balance",
        off_fen == 0,
        yuan(office.bank.balance_fen),
    )
    ins, outs = session.execute(_MOVED).one()
    lines = office.bank.all
    in_fen = sum(line.fen for line in lines if line.fen > 0)
    out_fen = sum(line.fen for line in lines if line.fen < 0)
    yield Check(
        "收到的每一分钱都已入账", "every fen that came is booked", ins == in_fen, yuan(in_fen)
    )
    yield Check(
        "付出的每一分钱都已入账", "every fen that left is booked", outs == out_fen, yuan(out_fen)
    )
    for account in _NOTHING:
        left_fen = int(session.scalars(_LEFT, {"account": account.value}).one())
        zh, en = NAMES[account]
        yield Check(f"{zh}无余额", f"nothing is left on: {en}", left_fen == 0, yuan(left_fen))
    looked_at, faults = explained(session)
    yield Check(
        "每笔明细各有一个去向，与账簿相符",
        "every line of the statements has one explanation, as the books have it",
        faults == [],
        f"{looked_at}",
    )
    waits = [*stands.book_only, *stands.bank_only]
    yield Check("未达账项", "items on their way", not waits, f"{len(waits)}")


def _year(session: Session, year: int) -> Iterator[Check]:
    balance = trial_balance(session, year)
    yield Check(
        f"{year} 保障年度试算平衡",
        f"trial balance of benefit year {year}",
        balance.closes,
        yuan(balance.debit_fen),
    )
    off = [*untied(session, year)]
    yield Check(
        f"{year} 每件申请与账一致", f"claims of {year} against the ledger", off == [], f"{len(off)}"
    )
    off_fen = expense_off_fen(session, year)
    yield Check(
        f"{year} 补助支出与理算一致",
        f"benefits of {year} against determinations",
        off_fen == 0,
        yuan(off_fen),
    )
    replayed = replay(session, year)
    yield Check(
        f"{year} 重算无差异",
        f"replay of {year}",
        replayed.differences == [],
        f"{len(replayed.differences)}",
    )
    with tempfile.TemporaryDirectory(prefix="huzhu-year-") as folder:
        path = Path(folder) / f"{year}.zip"
        make_bundle(session, year, path)
        result = verify.examine(str(path))
        said = "" if result["ok"] else result["fault"].says("en")
        yield Check(
            f"{year} 审计资料包核验", f"the bundle of {year} verifies", bool(result["ok"]), said
        )
