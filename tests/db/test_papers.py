"""Papers read back: every number on them is the ledger's."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from app import boot
from app.accounts.models import Account
from app.banking.models import FundAccount, NoticeOrder
from app.banking.notice_order import (
    NOTICES,
    NoticesUnderWay,
    NoUnits,
    order_notices,
    write_notices,
)
from app.banking.papers import NoSuchReceipt, notice_of, receipt_of
from app.banking.propose_refund import Payee, propose_refund
from app.banking.refund import withdraw_refund
from app.contributions.receive import receive
from app.contributions.reference import Named, references_in
from app.contributions.standing import standing
from app.db import db, transaction
from app.errands import do_errands
from app.files.keep import kept, read
from app.jobs import MAKE_NOTICES, Job
from app.ledger.chart import Account as Number
from app.papers.frame import GlyphMissing
from app.papers.notice import notice_paper
from app.papers.receipt import receipt_paper
from app.papers.words import in_words
from app.texts.amounts import money
from app.unions.models import Union
from app.web.read.unit import years_of
from tests.db.asking import Asking
from tests.db.office import Office, person

DAY = date(2023, 1, 1)
EARLY = date(2022, 12, 1)
AMOUNT = re.compile(r"¥[0-9,]+\.[0-9]{2}")


def words(data: bytes) -> str:
    """All that a paper says, without the spaces of its layout."""
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def amounts(data: bytes) -> list[str]:
    pages = PdfReader(io.BytesIO(data)).pages
    return [found for page in pages for found in AMOUNT.findall(page.extract_text())]


@pytest.fixture
def office(session):
    made = Office(session)
    made.session.add(
        FundAccount(
            code="main",
            holder="市总工会互助保障专户",
            bank="某银行某支行",
            number="4105000011112222",
            statement_format="csv",
            payment_format="csv",
            recorded_by=made.by,
        )
    )
    session.flush()
    return made


def test_a_notice_says_what_the_ledger_says(office):
    first = office.enrol([1, 2, 3], DAY, unit=1)
    office.enrol([4, 5], DAY, unit=1)
    office.receive("100.00", EARLY, year=2023, unit=1)
    unit = office.unit(1)
    notice = notice_of(office.session, unit.id, 2023, made_on=EARLY, by=office.by)
    data = notice_paper(notice)
    due = standing(office.session, unit.id, 2023)
    said = words(data)
    assert first.due_fen == 150_00
    assert (due.due_fen, due.received_fen, due.missing_fen) == (250_00, 100_00, 150_00)
    for label, amount_fen in (("应缴合计", 250_00), ("已收", 100_00), ("尚应缴纳", 150_00)):
        assert f"{label}{money(amount_fen)}" in said
    assert f"人民币{in_words(150_00)}" in said
    assert references_in(said).right == (Named(unit.id, 2023),)
    held = -office.balance(Number.MONEY_HELD, 2023)
    assert money(held) == "¥100.00"
    for text_ in ("市总工会互助保障专户", "某银行某支行", "4105000011112222", unit.uscc, "经办"):
        assert text_ in said
    assert "最早的期限：2023-01-01" in said
    # Whoever lies in hospital when the cover begins is paid: the day of discharge counts.
    assert "此前出院或结算的医疗费用不予补助" in said
    assert notice_paper(notice) == data
    # A line a roster: unit, worker, both, union; then their sums.
    assert amounts(data)[:12] == [
        *("¥75.00", "¥75.00", "¥150.00", "¥75.00"),
        *("¥50.00", "¥50.00", "¥100.00", "¥50.00"),
        *("¥125.00", "¥125.00", "¥250.00", "¥125.00"),
    ]


def test_a_notice_of_what_is_paid_asks_for_nothing(office):
    office.covered([1, 2], DAY, unit=1)
    unit = office.unit(1)
    said = words(notice_paper(notice_of(office.session, unit.id, 2023, made_on=DAY, by=office.by)))
    assert "本年度应缴款项已收齐，无需缴纳。" in said
    assert "缴费办法" not in said
    assert "人民币零元整" in said


def test_a_notice_after_the_day_says_so(office):
    office.enrol([1], DAY, unit=1)
    late = notice_of(
        office.session, office.unit(1).id, 2023, made_on=date(2023, 1, 2), by=office.by
    )
    assert "已过期" in words(notice_paper(late))
    assert "已过期" not in words(notice_paper(replace(late, made_on=DAY)))


def test_many_rosters_go_on_over_pages(office):
    office.enrol([1], DAY, unit=1)
    unit = office.unit(1)
    notice = notice_of(office.session, unit.id, 2023, made_on=EARLY, by=office.by)
    long = replace(notice, parts=[replace(notice.parts[0], heads=n) for n in range(1, 91)])
    data = notice_paper(long)
    tables = [x for x in PdfReader(io.BytesIO(data)).pages if "花名册确认" in x.extract_text()]
    assert len(tables) >= 3
    whole = words(data)
    assert f"合计{sum(range(1, 91)):,}{money(25_00 * 90)}" in whole


def test_a_receipt_says_what_was_received(office):
    office.enrol([1, 2], DAY, unit=1)
    unit = office.unit(1)
    taken = office.receive("123.45", EARLY, year=2023, unit=1, ref="流水A-17")
    received = receipt_of(office.session, taken.receipt_id, made_on=DAY, by=office.by)
    data = receipt_paper(received)
    said = words(data)
    assert "¥123.45" in said
    assert "人民币壹佰贰拾叁元肆角伍分" in said
    for part in (unit.name, unit.uscc, "2023年度", "2022-12-01", "流水A-17", received.number):
        assert part in said
    assert "合计22¥100.00" in said, "heads, covered, and what filled the roster"
    assert "尚未用于花名册：¥23.45" in said
    assert receipt_paper(received) == data


def test_what_was_given_back_lies_no_more_with_the_unit(office):
    office.enrol([1, 2], DAY, unit=1)
    taken = office.receive("123.45", EARLY, year=2023, unit=1, ref="A-17")
    asked = {"unit_id": office.unit(1).id, "year": 2023, "amount_fen": 2_000, "by": office.by}
    refund = propose_refund(office.session, "over", payee=Payee("甲", "6222000012345678"), **asked)

    def seen() -> tuple[str, list[tuple[int, int]]]:
        paper = receipt_of(office.session, taken.receipt_id, made_on=DAY, by=office.by)
        [year] = years_of(office.session, office.unit(1).id)
        return words(receipt_paper(paper)), [
            (x.amount_fen, x.given_back_fen) for x in year.receipts
        ]

    said, listed = seen()
    assert listed == [(12_345, 2_000)], "the page says what the receipt says"
    assert years_of(office.session, office.unit(1).id)[0].over_fen == 345
    for part in ("¥123.45", "退回本单位：¥20.00", "尚未用于花名册：¥3.45", "合计22¥100.00"):
        assert part in said
    withdraw_refund(office.session, refund, by=office.by, on=DAY)
    said, listed = seen()
    assert (listed, "退回" in said) == ([(12_345, 0)], False)


def test_a_subsidys_receipt(office):
    paid = office.receive_subsidy("50.00", DAY, ref="S-1")
    received = receipt_of(office.session, paid.subsidy_id, made_on=DAY, by=office.by, of_union=True)
    said = words(receipt_paper(received))
    assert "今收到市总工会" in said
    assert "人民币伍拾元整" in said
    assert "工会补助" in said
    assert "款项去向" not in said


def test_money_that_never_came_has_no_receipt(office):
    with pytest.raises(NoSuchReceipt):
        receipt_of(office.session, 999, made_on=DAY, by=office.by)


def test_a_unit_whose_name_has_no_picture_holds_up_no_other(office, tmp_path):
    office.enrol([1], DAY, unit=1)
    office.session.execute(
        text(
            "INSERT INTO unit (uscc, name, union_id, unit_percent, recorded_by)"
            " SELECT '91410599000000999X', :name, union_id, 50, recorded_by FROM unit LIMIT 1"
        ),
        {"name": "没有字形\ue000的厂"},
    )
    bad = office.session.execute(text("SELECT max(id) FROM unit")).scalar_one()
    office.session.execute(
        text(
            "INSERT INTO roster (unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,"
            " unit_due_fen, worker_due_fen, union_due_fen, file_sha256, recorded_by)"
            " SELECT :unit, benefit_year, scheme_id, starts_on, confirmed_on, heads, unit_due_fen,"
            " worker_due_fen, union_due_fen, 'other', recorded_by FROM roster LIMIT 1"
        ),
        {"unit": bad},
    )
    with pytest.raises(GlyphMissing):
        notice_paper(notice_of(office.session, bad, 2023, made_on=DAY, by=office.by))
    union_id = office.session.get_one(Account, office.by).union_id
    told = []
    for name in ("a.zip", "b.zip"):
        left_out = write_notices(
            office.session,
            tmp_path / name,
            2023,
            union_id=union_id,
            made_on=DAY,
            by=office.by,
            watch=lambda done, of: told.append((done, of)),
        )
        assert left_out == 1
    assert told[-1] == (2, 2)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as bundle:
        notice, listed = bundle.namelist()
        assert notice == f"{office.unit(1).uscc} 单位1.pdf"
        assert "U+E000" in bundle.read(listed).decode()
        assert "¥50.00" in amounts(bundle.read(notice))


def test_an_order_of_notices_is_made_by_a_worker(database):
    with boot.start(database.settings).app_context():
        with transaction() as session:
            office = Office(session)
            office.enrol([1], DAY, unit=1)
            office.enrol([2], DAY, unit=2)
            district = Union(name="别处", parent_id=None)
            session.add(district)
            with pytest.raises(NoUnits):
                order_notices(session, 2019, by=office.by)
            order_id = order_notices(session, 2023, by=office.by)
            assert order_notices(session, 2023, by=office.by) == order_id
            with pytest.raises(NoticesUnderWay):
                order_notices(session, 2024, by=office.by)
        with transaction() as session:
            session.execute(text("DELETE FROM job WHERE kind = :kind"), {"kind": MAKE_NOTICES})
            NOTICES.promise_forgotten(session)
        assert do_errands() == 0
        with transaction() as session:
            order = session.get_one(NoticeOrder, order_id)
            assert (order.state, order.done, order.total) == ("ready", 2, 2)
            assert not session.scalars(select(Job.id).where(Job.kind == MAKE_NOTICES)).all()
            file = kept(session, order.file_id)
            data = b"".join(read(session, file))
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            assert len(bundle.namelist()) == 2
        with transaction() as session:
            NOTICES.give_up(session, order_id)
        with transaction() as session:
            assert session.get_one(NoticeOrder, order_id).trouble == "WorkerLost"
        db.engine.dispose()


def test_people_are_never_named_on_a_notice(office):
    office.enrol([person(7)], DAY, unit=1)
    notice = notice_of(office.session, office.unit(1).id, 2023, made_on=DAY, by=office.by)
    assert person(7).name not in words(notice_paper(notice))


def test_a_contact_who_prints_a_paper_has_not_made_it(session):
    """It is the union's word: an officer's name stands there, or the union's."""
    asking = Asking(session)
    done = asking.register(31)
    contact = asking.account(done.contact.login)
    money = {"year": 2023, "amount_fen": 1, "received_on": DAY, "reference": "x"}
    taken = receive(session, unit_id=done.unit_id, by=asking.by, **money)
    for by, mark in ((contact.id, "出具：北区总工会"), (asking.by, "制单：经办")):
        said = words(notice_paper(notice_of(session, done.unit_id, 2023, made_on=DAY, by=by)))
        assert mark in said
        assert contact.name not in said
        said = words(receipt_paper(receipt_of(session, taken.receipt_id, made_on=DAY, by=by)))
        assert ("经办：" in said) == (by == asking.by)
        assert contact.name not in said
