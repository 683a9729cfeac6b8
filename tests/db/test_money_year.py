"""A year of statements: the books are the bank's, it verifies, and each thing happens once."""

import zipfile
from datetime import date

import openpyxl
import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import ask, verify
from app.audit.make import make_booked, make_bundle
from app.banking.resolve import resolve_taken_back
from app.banking.undo import undo_match
from app.books.derive import derived
from app.clock import today
from app.contributions.reference import notice_reference
from app.ledger.balance import trial_balance
from tests.db.money_year import DAY, Teller, money_year
from tests.db.office import Office, keys
from tests.following import loose_ends


def test_the_bank_account_is_the_statements(session):
    teller = money_year(session)
    bank = sum(
        line.balance_fen
        for year in (2023, 2024, today().year)  # what was typed wrongly is reversed today
        for line in trial_balance(session, year, "booked_on").lines
        if line.account == "1001"
    )
    assert bank == teller.balance_fen
    office = teller.office
    assert office.balance("2103", 2023) == 0
    assert office.balance("2103", 2024) == -300, "what was undone waits again"
    assert office.balance("1901", 2023) == -office.balance("1901", 2024)
    assert office.balance("2101", 2024) == -(2_000 + 3_200), "over, less refunded; part of unit 2"
    assert office.balance("5101", 2023) == 1_200
    assert office.balance("4101", 2024) == -200, "undone once, and said again"


def test_every_line_is_taken_once(session):
    money_year(session)
    rows = session.execute(
        text("SELECT taken_as, count(*) FROM statement_line GROUP BY 1 ORDER BY 1")
    ).all()
    assert dict(map(tuple, rows)) == {
        "bounced": 1,
        "fee": 1,
        "interest": 1,
        "receipt": 3,
        "refund": 3,
        "suspense": 6,
        "unexplained": 2,
    }


def test_its_bundles_verify_and_every_amount_can_be_followed(session, tmp_path):
    money_year(session)
    assert [*loose_ends(session)] == []
    for year in (2023, 2024):
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        result = verify.examine(str(path))
        assert result["ok"], result["fault"].says("en")


def test_what_the_bank_takes_back_in_the_next_year_verifies(session, tmp_path):
    """Nothing but the taking back holds the two years together."""
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    teller = Teller(Office(session))
    back = date(2024, 1, 5)
    teller.take((DAY, "44.00", "路人", ""))
    teller.take((back, "-44.00", "路人", "冲正"), (back, "-5.00", "", "手续费"))
    lines = {"line_id": teller.line(2), "other_line_id": teller.line(1)}
    resolve_taken_back(session, **lines, by=teller.office.by, on=back)
    _verify(session, tmp_path)


def test_a_match_undone_across_the_turn_of_the_year_verifies(session, tmp_path):
    """Money of December for the next year: its undoing is in both years' bundles."""
    keys()
    add_account(session, "clerk", "甲", Role.OFFICER, "correct horse battery", by=None)
    office = Office(session)
    teller = Teller(office)
    office.enrol([0, 1], date(2024, 1, 1), confirmed_on=date(2023, 11, 1))
    teller.take((DAY, "20.00", "单位1", notice_reference(office.unit(1).id, 2024)))
    undo_match(session, teller.line(1), proposed_by=office.by, by=teller.second(), on=DAY)
    _verify(session, tmp_path)


def _verify(session, tmp_path):
    for year in (2023, 2024):
        path = tmp_path / f"{year}.zip"
        make_bundle(session, year, path)
        result = verify.examine(str(path))
        assert result["ok"], result["fault"].says("en")


def test_every_voucher_names_who_entered_it(session):
    """Who imported the statement, said what a line is, or undid it; with the second person.

    Of money paid online nobody entered anything.
    """
    money_year(session)
    _, found = derived(session, date(2023, 12, 1), date(2024, 1, 31))
    assert len(found) > 15
    assert {x.papers.entered_by for x in found} == {"甲", "微信支付"}
    assert {x.papers.approved_by for x in found} == {"", "乙"}
    paid_out = [x.papers for x in found if any("待查款项" in line.sub for line in x.lines)]
    assert ("甲", "乙") in [(x.entered_by, x.approved_by) for x in paid_out]


def test_its_bundles_say_what_the_bank_has(session, tmp_path):
    money_year(session)
    made = {name: tmp_path / f"{name}.zip" for name in ("2023", "both", "booked")}
    make_bundle(session, 2023, made["2023"], reports=True)
    make_bundle(session, (2023, 2024), made["both"])
    make_booked(session, 2024, made["booked"])
    for path in made.values():
        result = verify.examine(str(path))
        assert result["ok"], result["fault"].says("en")
    with zipfile.ZipFile(made["2023"]) as bundle:
        bundle.extractall(tmp_path / "unpacked")
    # Books and bank agree at the year's end, as the report says.
    book = openpyxl.load_workbook(tmp_path / "unpacked" / "reports" / "annual.xlsx")
    [sheet] = [x for x in book if x.title.startswith("银行存款余额调节表")]
    assert sheet.cell(sheet.max_row, 4).value == 0
    assert sheet.max_row > 8
    # Each statement leads to the next, and what is unexplained is what waits for an officer.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ask, "HERE", str(tmp_path / "unpacked"))
        [asks] = [x for number, _, x in ask.questions() if number == 17]
        names, rows = ask.answered(ask.loaded(2023), asks, 2023)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert found
    assert {row["off_fen"] for row in found} == {0}
    waits = text(
        "SELECT count(*) FROM statement_line l WHERE taken_as IN ('suspense', 'unexplained')"
        " AND statement_id = ANY(:shown)"
        " AND NOT EXISTS (SELECT FROM line_resolution r WHERE r.line_id = l.id)"
    )
    shown = [row["statement_id"] for row in found]
    assert sum(row["unexplained"] for row in found) == session.scalar(waits, {"shown": shown})
