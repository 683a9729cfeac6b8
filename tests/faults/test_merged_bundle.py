"""A year in which units went together verifies, and a merger or its money that was forged does not.

Digests and totals are repaired after every change, as a forger would.
"""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.banking.propose_refund import Payee, propose_refund
from app.banking.refund import approve_refunds, refund_number
from app.banking.undo import undo_match
from app.contributions.credit import credit_late
from app.contributions.reference import notice_reference
from tests.conftest import Database
from tests.db.asking import Asking
from tests.db.districts import CITY, PASSWORD
from tests.db.money_year import Teller
from tests.faults.forge import Bundle, Table

ONE, TWO, THREE = 31, 32, 33
START = date(2023, 1, 1)


class Logged(Asking):
    """Whose first account was made with its event, as every account is."""

    def _clerk(self) -> int:
        return add_account(self.session, "clerk", "经办", Role.OFFICER, PASSWORD, by=None)


@pytest.fixture(scope="module")
def made(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One went into two, and two into three: rosters of all three, filled before and after."""
    path = tmp_path_factory.mktemp("bundle") / "2023.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        office = Logged(session)
        one, two, three = (office.register(seed).unit_id for seed in (ONE, TWO, THREE))
        office.covered([1], START, unit=ONE)
        office.enrol([2, 3], START, unit=ONE)
        office.enrol([4], START, unit=TWO)
        office.enrol([5], START, unit=THREE)
        office.covered([6], START, unit=CITY)
        office.receive("70", START, unit=ONE)
        office.enrol([6, 7], date(2022, 1, 1), unit=ONE)
        office.receive("30", date(2022, 1, 1), unit=ONE)
        office.merge(one, two, date(2023, 2, 1))
        office.receive("30", date(2023, 2, 5), unit=TWO)
        office.merge(two, three, date(2023, 3, 1))
        office.receive("110", date(2023, 3, 5), unit=ONE)
        make_bundle(session, 2023, path)
        session.rollback()
    return path


def changed(path: Path, folder: Path, *tables: tuple[str, Table]) -> bool:
    """Whether the bundle still holds with these tables."""
    bundle = Bundle(path)
    for name, table in tables:
        bundle.put(name, table)
    return bool(verify.examine(str(bundle.repair().zipped(folder / "forged.zip")))["ok"])


def test_a_year_with_mergers_verifies(made: Path) -> None:
    result = verify.examine(str(made))
    assert result["fault"] is None, result["fault"].says("en")
    bundle = Bundle(made)
    assert len(bundle.table("unit_merge")) == 3
    moved = bundle.table("unit_merge_money")
    head = moved[0]
    assert [row[head.index("held_fen")] for row in moved[1:]] == ["7000"]


FREE = {("unit_merge", "recorded_at")}


def test_every_changed_cell_of_a_merger_is_found(made: Path, tmp_path: Path) -> None:
    tried = 0
    for name in ("unit_merge", "unit_merge_money"):
        for field, (kind, _) in verify.TABLES[name].columns.items():
            if (name, field) in FREE:
                continue
            table = Bundle(made).table(name)
            column = table[0].index(field)
            for row in range(1, len(table)):
                was = table[row][column]
                others = {other[column] for other in table[1:]} - {was}
                table[row][column] = {
                    "day": "2023-01-15",
                    "fen": str(int(was) + 1) if kind == "fen" else "",
                    "int": str(int(was) + 1) if kind == "int" else "",
                }.get(kind, next(iter(others), "x"))
                assert not changed(made, tmp_path, (name, table)), (name, field, row)
                table[row][column] = was
                tried += 1
    assert tried >= 12


def test_a_merger_that_never_was_is_found_with_its_log(made: Path, tmp_path: Path) -> None:
    bundle = Bundle(made)
    merges, events = bundle.table("unit_merge"), bundle.table("event")
    del merges[1]
    assert not changed(made, tmp_path, ("unit_merge", merges))
    act = events[0].index("act")
    fewer = [row for row in events if row[act] != "unit.merged"]
    assert not changed(made, tmp_path, ("unit_merge", merges), ("event", fewer))


def test_money_left_with_the_old_unit_is_found(made: Path, tmp_path: Path) -> None:
    """The moved balance a fen too small, in the table and in the books alike."""
    bundle = Bundle(made)
    moved, postings, entries = map(bundle.table, ("unit_merge_money", "posting", "entry"))
    row, head = moved[1], moved[0]
    row[head.index("held_fen")] = str(int(row[head.index("held_fen")]) - 1)
    memo, number = entries[0].index("memo"), entries[0].index("entry_id")
    (entry,) = (x[number] for x in entries if x[memo] == "units merged")
    amount = postings[0].index("amount_fen")
    for line in postings[1:]:
        if line[0] == entry:
            fen = int(line[amount])
            line[amount] = str(fen - 1 if fen > 0 else fen + 1)
    assert not changed(made, tmp_path, ("unit_merge_money", moved), ("posting", postings))


def test_a_roster_filled_by_money_of_a_unit_it_never_went_to_is_found(
    made: Path, tmp_path: Path
) -> None:
    bundle = Bundle(made)
    receipts, units = bundle.table("receipt"), bundle.table("unit")
    column = receipts[0].index("unit_id")
    names = {row[0]: row[units[0].index("name")] for row in units[1:]}
    city = next(number for number, name in names.items() if name == "市单位")
    for row in receipts[1:]:
        if row[column] != city:
            row[column] = city
            break
    assert not changed(made, tmp_path, ("receipt", receipts))


def test_what_was_begun_before_a_merger_and_done_after_it_verifies(
    shared_database: Database, tmp_path: Path
) -> None:
    """A refund of credit that is paid, a receipt that is undone, late money that is credited.

    And a refund that is proposed after it, out of what the unit that is gone had paid too much.
    """
    path, on = tmp_path / "2023.zip", date(2023, 2, 10)
    with shared_database.engine.connect() as connection, Session(connection) as session:
        office = Logged(session)
        one, two = (office.register(seed).unit_id for seed in (ONE, TWO))
        office.enrol([1], START, unit=ONE)
        office.covered([1], START, unit=TWO)
        office.receive("50", START, unit=ONE)
        late = office.enrol([2], date(2023, 12, 1), unit=ONE, confirmed_on=on).roster_id
        office.receive("60", date(2023, 12, 31), unit=ONE)
        teller = Teller(office)
        teller.take((on, "70.00", "别名", notice_reference(one, 2023)))
        asked = {"unit_id": one, "year": 2023, "amount_fen": 3_000, "by": office.by}
        refund = propose_refund(session, "credited", payee=Payee("单位", "622299990000"), **asked)
        approve_refunds(session, [refund], by=office.second, on=on)
        office.merge(one, two)
        over = {**asked, "amount_fen": 1_000, "payee": Payee("单位", "622299990000")}
        propose_refund(session, "over", **over)
        undo_match(session, teller.line(1), proposed_by=office.by, by=office.second, on=on)
        credit_late(session, late or 0, on=date(2024, 1, 2), by=office.by)
        number = refund_number(refund)
        teller.take((on, "-30.00", "某", number), (on, "30.00", "某", f"退回{number}"))
        approve_refunds(session, [refund], by=office.second, on=on)
        teller.take((on, "-30.00", "某", number))
        make_bundle(session, 2023, path)
        session.rollback()
    result = verify.examine(str(path))
    assert result["fault"] is None, result["fault"].says("en")
