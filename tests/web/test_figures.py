"""The years' figures are the ledger's and the facts': in charts, their words and their tables."""

import re
from datetime import date
from xml.etree import ElementTree

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.summaries import SUMMARIES
from app.claims.lifecycle import State
from app.contributions.subsidise import receive_subsidy
from app.db import db, transaction
from app.enrolment.enrol import Asked as EnrolmentAsked
from app.enrolment.enrol import enrol
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import open_gift
from app.ledger.balance import trial_balance
from app.ledger.chart import Account
from app.reports.years import Payer, YearFigures, figures
from app.roster.person import RosterRow
from app.roster.units import unit_of
from app.texts.amounts import money
from app.web import create_app
from app.web.read.books import book_years, memo_totals, waiting_claims
from app.web.read.events import latest
from app.web.read.scope import Scope
from tests.conftest import Database
from tests.factories import make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser, words
from tests.web.fund import Fund

_PAYERS = {
    Account.UNIT_PART: (Payer.UNIT,),
    Account.WORKER_PART: (Payer.WORKER,),
    Account.UNION_PART: (Payer.UNION, Payer.GIFT),
}
_CARES = {Account.INPATIENT: "inpatient", Account.CHRONIC: "chronic"}


def one(session: Session, statement: str, **facts: object) -> int:
    return int(session.execute(text(statement), facts).scalar_one())


def test_figures_are_what_the_ledger_and_the_facts_say(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        seen = figures(session)
        assert [each.year for each in seen] == [2019, 2021]
        for each in seen:
            by_account = {x.account: x for x in trial_balance(session, each.year).lines}
            for account, payers in _PAYERS.items():
                came = sum(each.in_fen[payer] for payer in payers)
                assert came == -by_account[account].balance_fen > 0
            for account, care in _CARES.items():
                line = by_account.get(account)
                assert each.out_fen[care] == (line.balance_fen if line else 0)
            assert each.paid_fen == by_account[Account.BANK].credit_fen
            covers = "SELECT count(*) FROM cover WHERE benefit_year = :year"
            assert each.covers + each.gifts == one(session, covers, year=each.year)
        assert seen[1].payments == one(
            session, "SELECT count(*) FROM payment_outcome WHERE outcome = 'paid'"
        )
        # Two of the three units of 2021 have paid in full.
        assert [each.units for each in seen] == [1, 2]


def test_the_books_of_each_year_close_and_say_what_is_open(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        years = book_years(session)
        assert [book.year for book in years] == [2021, 2019]
        for book in years:
            assert book.closes
            waits = waiting_claims(session, book.year)
            # The injury of 2021 waits for a person, and has no benefit year of its own.
            assert waits.get(State.HELD, (0, 0))[0] == _held(session, book.year)
            assert book.at_bank_fen == waits.get(State.SENT, (0, 0))[1]
            assert book.to_pay_fen == sum(
                waits.get(state, (0, 0))[1]
                for state in (State.REVIEW, State.PAYABLE, State.CARD_WANTED)
            )
            totals = memo_totals(session, book.year)
            balance = trial_balance(session, book.year)
            assert sum(x.entries for x in totals) == balance.entries
            assert sum(x.debit_fen for x in totals) == balance.debit_fen
            assert sum(x.credit_fen for x in totals) == balance.credit_fen
            assert {x.memo for x in totals} <= set(SUMMARIES)


def test_the_years_table_says_what_the_balance_says(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    """In full, account by account, and what was paid beyond the bills as they are now too."""
    with web.app_context(), transaction() as session:
        books = {book.year: book for book in book_years(session)}
        for year, book in books.items():
            lines = trial_balance(session, year).lines
            assert book.turnover == {x.account: (x.debit_fen, x.credit_fen) for x in lines}
        recover = {year: _paid_beyond(session, year) for year in books}
        assert {year: book.to_recover_fen for year, book in books.items()} == recover
        assert recover[2021] > 0
    page = auditor.get("/audit/").text
    rows = re.findall(r'<tr>\s*<td class="lead-cell">.*?</tr>', page, re.DOTALL)
    for (year, book), row in zip(books.items(), rows, strict=True):
        shown = re.search(r'data-label="应追回" class="num">([^<]+)<', row)
        assert (str(year) in row, shown and shown[1]) == (True, money(book.to_recover_fen))
    assert f"应追回 {money(recover[2021])}" in auditor.read("/audit/2021")
    assert f"To recover {money(recover[2021])}" in auditor.choose("en").read("/audit/2021")


def _paid_beyond(session: Session, year: int) -> int:
    """From the facts: what each claim was paid, beyond its live determination."""
    statement = """
        SELECT coalesce(sum(greatest(paid.fen - live.payable_fen, 0)), 0) FROM (
            SELECT p.member_id, p.claim_id, sum(p.amount_fen) AS fen FROM payment p
            JOIN payment_outcome o USING (member_id, grant_no, attempt)
            JOIN payment_batch b ON b.id = p.batch_id
            WHERE o.outcome = 'paid' AND b.benefit_year = :year GROUP BY 1, 2
        ) paid
        JOIN LATERAL (
            SELECT d.payable_fen FROM determination d
            WHERE (d.member_id, d.claim_id) = (paid.member_id, paid.claim_id)
            ORDER BY d.seq DESC LIMIT 1
        ) live ON true"""
    return one(session, statement, year=year)


def test_gifts_are_told_apart_from_what_units_pay_for(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        [before] = figures(session, 2021, 2021)
        gift = open_gift(
            session,
            name="骑手保障行动",
            union_id=session.execute(text("SELECT min(id) FROM union_node")).scalar_one(),
            quota=10,
            term_months=6,
            opens_on=date(2021, 7, 1),
            closes_on=date(2021, 12, 31),
            by=fund.officer,
        )
        rows = [RosterRow(n, make_name(n), make_id(n), "") for n in (70, 71, 72)]
        asked = GiftAsked(gift, date(2021, 7, 1), date(2021, 6, 20), "0" * 64)
        given = give(session, asked, rows, by=fund.officer)
        assert len(given.enrolled) == 3
        [after] = figures(session, 2021, 2021)
        assert (before.gifts, after.gifts) == (0, 3)
        assert (after.covers, after.units) == (before.covers, before.units)
        assert after.in_fen == before.in_fen | {Payer.GIFT: given.union_due_fen}
        assert given.union_due_fen > 0
        session.rollback()


def test_what_came_into_the_bank_is_of_units_and_of_the_union(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    """2019: 60.00 and 30.00; 2021: 390.00 of units, 100.00 of the 150.00 that are due."""
    with web.app_context(), transaction() as session:
        came = {book.year: book.received_fen for book in book_years(session)}
        assert came == {2019: 90_00, 2021: 490_00}
        assert {x.memo for x in memo_totals(session, 2021)} >= {"subsidy received"}
    page = auditor.read("/audit/2019")
    assert "已到银行账户 ¥90.00 工会补助尚未到账 ¥0.00" in page
    page = auditor.read("/audit/2021")
    assert "收工会补助" in page
    assert "已到银行账户 ¥490.00 工会补助尚未到账 ¥50.00" in page
    english = auditor.choose("en").read("/audit/2021")
    assert "Came into the bank account ¥490.00 Still due from the union ¥50.00" in english


def test_a_year_that_has_nothing_yet_but_money(database: Database) -> None:
    """Paid ahead by the union, before any cover of the year."""
    web = create_app(database.settings)
    with web.app_context(), transaction() as session:
        fund = Fund(session)
        receive_subsidy(
            session,
            union_id=fund.city.id,
            year=2023,
            amount_fen=7_00,
            received_on=date(2022, 12, 20),
            reference="S-1",
            by=fund.officer,
        )
        [only] = figures(session)
        assert (only.year, only.covers, sum(only.in_fen.values())) == (2023, 0, 0)
    auditor = Browser(web).sign_in("auditor")
    assert "2023" in auditor.read("/audit/")
    page = auditor.read("/audit/2023")
    assert "已到银行账户 ¥7.00 工会预付 ¥7.00" in page
    assert "工会补助尚未到账" not in page
    with web.app_context():
        db.engine.dispose()


def test_the_unions_money_is_among_what_happened(officer: Browser, web: Flask, fund: Fund) -> None:
    """Whoever sees the union sees it: the city all, the district its own."""
    page = officer.read("/office/")
    assert "收到市总工会 2019 年度工会补助 ¥30.00" in page
    assert "收到北区总工会 2021 年度工会补助 ¥100.00" in page
    page = Browser(web).sign_in("north").choose("en").read("/office/")
    assert "¥100.00 received from the union (北区总工会) for 2021." in page
    assert "2019" not in page


def test_a_district_sees_what_happened_to_its_own_and_nothing_else(web: Flask, fund: Fund) -> None:
    """As the whole log says, unit by unit; also of a roster that only brought another account."""
    with web.app_context(), transaction() as session:
        unit = unit_of(session, make_uscc(2))
        district = one(session, "SELECT union_id FROM unit WHERE id = :unit", unit=unit.id)
        asked = EnrolmentAsked(unit, 2021, date(2021, 1, 1), date(2021, 1, 1), 50, "0" * 64)
        rows = [RosterRow(2, make_name(5), make_id(5), make_account(99))]
        assert enrol(session, asked, rows, by=fund.officer).roster_id is None
        gift = open_gift(
            session,
            name="北区骑手",
            union_id=district,
            quota=10,
            term_months=6,
            opens_on=date(2021, 7, 1),
            closes_on=date(2021, 12, 31),
            by=fund.officer,
        )
        names = {"北区第三小学", "北区总工会", "北区骑手"}
        give(
            session,
            GiftAsked(gift, date(2021, 7, 1), date(2021, 6, 20), "0" * 64),
            [RosterRow(2, make_name(70), make_id(70), "")],
            by=fund.officer,
        )
        every = latest(session, Scope([], whole=True), 1_000)
        own = latest(session, Scope([district], whole=False), 1_000)
        assert own == [event for event in every if event.unit in names]
        imported = [event for event in own if event.act == "roster.imported"]
        assert [event.about is None for event in imported] == [True, False]
        acts = {"roster.imported", "cover.granted", "contribution.received", "subsidy.received"}
        assert {event.act for event in own} == acts | {"gift.opened", "gift.given", "unit.added"}
        assert own[:3] == latest(session, Scope([district], whole=False), 3)
        assert latest(session, Scope([], whole=False), 9) == []
        session.rollback()


def _held(session: Session, year: int) -> int:
    statement = """
        SELECT count(*) FROM claim_queue q
        JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
        JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
        WHERE q.state = 'held' AND extract(year FROM s.enddate) = :year AND s.version = 1"""
    return one(session, statement, year=year)


def test_the_charts_tell_the_figures_in_words_and_in_a_table(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    with web.app_context(), transaction() as session:
        seen = figures(session)
    page = auditor.get("/audit/").text
    pictures = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    tables = re.findall(r'<details class="figures">.*?</details>', page, re.DOTALL)
    assert len(pictures) == len(tables) == 3
    for figure_of, picture, table in zip(
        (_participation, _payments, _money), pictures, tables, strict=True
    ):
        svg = ElementTree.fromstring(picture)  # noqa: S314 - our own page
        told = "".join(next(svg.iter("desc")).itertext())
        rows = words(table)
        for each in seen:
            assert str(each.year) in told
            for name, figure in figure_of(each):
                assert f"{name} {figure}" in told
                assert figure in rows


def _participation(each: YearFigures) -> list[tuple[str, str]]:
    return [("单位参保", str(each.covers)), ("工会赠送", "0"), ("参保单位", str(each.units))]


def _payments(each: YearFigures) -> list[tuple[str, str]]:
    return [("已发放补助金", money(each.paid_fen)), ("发放笔数", str(each.payments))]


def _money(each: YearFigures) -> list[tuple[str, str]]:
    named = {"单位缴纳": Payer.UNIT, "职工缴纳": Payer.WORKER, "工会补助": Payer.UNION}
    came = [(name, money(each.in_fen[payer])) for name, payer in named.items()]
    went = [
        ("补助金：住院", each.out_fen["inpatient"]),
        ("补助金：门诊慢性病", each.out_fen["chronic"]),
    ]
    return came + [(name, money(fen)) for name, fen in went]
