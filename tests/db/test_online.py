"""Online payments: each is received once, kept where it fits no order, and paid out to the bank."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import boot
from app.audit import verify
from app.audit.make import make_bundle
from app.books.derive import derived
from app.cli import main
from app.clock import now, today
from app.config import load
from app.contributions.models import Receipt
from app.contributions.receive import AmountNotPositive
from app.db import db, transaction
from app.enrolment.withdraw import withdraw_roster
from app.evidence.append import record
from app.ledger.balance import trial_balance
from app.ledger.chart import Account
from app.online.ask import ask_provider
from app.online.listed import kept_payments, online_orders
from app.online.models import OnlineNotice, OnlineOrder
from app.online.order import (
    NoSuchOnlineOrder,
    NothingMissing,
    OnlineAmountWrong,
    OrderOver,
    OrderPaid,
    PayerMayNot,
    close_order,
    offered,
    order,
    order_for_roster,
    order_for_unit,
    wanted,
)
from app.online.provided import provider_of
from app.online.provider import Paid
from app.online.settle import (
    PaymentsNotThere,
    PayoutKnown,
    PayoutSumWrong,
    settle_online,
    unsettled,
)
from app.online.take import NoSuchOnlinePayment, PaymentContradicts, take_kept, take_paid
from app.unions.models import Union
from tests import online
from tests.db.asking import Asking
from tests.db.districts import NORTH, SOUTH
from tests.db.office import Office, assert_sound
from tests.factories import make_uscc
from tests.faults.forge import Bundle

YEAR = today().year + 1
START = date(YEAR, 1, 1)


@pytest.fixture
def office(session):
    made = Office(session)
    made.enrol([1, 2], START, confirmed_on=today())
    return made


def asked(office, amount_fen: int = 100_00, unit: int = 1):
    return order_for_unit(
        office.session, office.unit(unit).id, YEAR, amount_fen, by=office.by, provider="wechat"
    )


def paid(of, transaction: str = "42001", amount_fen: int | None = None) -> Paid:
    return Paid(transaction, of.out_trade_no, amount_fen or of.amount_fen, now())


def take(office, said: Paid):
    return take_paid(office.session, "wechat", said, body=b"body")


def test_a_payment_is_received_and_covers_begin(office):
    of = asked(office)
    taken = take(office, paid(of))
    assert (taken.outcome, taken.begun, taken.again) == ("booked", 2, False)
    receipt = office.session.get_one(Receipt, taken.receipt_id)
    assert (receipt.amount_fen, receipt.reference) == (100_00, "42001")
    assert receipt.received_on == today()
    assert office.balance(Account.ONLINE_CLEARING, YEAR) == 100_00
    assert office.balance(Account.BANK, YEAR) == 0
    assert order(office.session, of.id).paid
    notice = office.session.get_one(OnlineNotice, taken.notice_id)
    assert notice.body_sha256 == sha256(b"body").hexdigest()
    assert_sound(office.session)


def test_what_is_told_again_changes_nothing(office):
    of = asked(office)
    first, before = take(office, paid(of)), office.counts()
    again = take(office, paid(of))
    assert (again.receipt_id, again.again) == (first.receipt_id, True)
    assert office.counts() == before
    with pytest.raises(PaymentContradicts):
        take(office, paid(of, amount_fen=1))


def test_a_late_payment_is_taken_and_listed(office):
    other = asked(office, 40_00)
    over = OnlineOrder(
        provider="wechat",
        out_trade_no="HZ20240101",
        unit_id=other.unit_id,
        benefit_year=YEAR,
        amount_fen=60_00,
        expires_at=now() - timedelta(minutes=1),
        created_by=office.by,
    )
    office.session.add(over)
    office.session.flush()
    assert not order(office.session, over.id).open
    assert take(office, paid(order(office.session, over.id))).outcome == "late"
    close_order(office.session, other.id, by=office.by)
    close_order(office.session, other.id, by=office.by)
    assert take(office, paid(other, "42002")).outcome == "late"
    states = {x.id: x.state for x in online_orders(office.session, None)}
    assert states[other.id] == "late"


def test_an_order_that_is_paid_twice(office):
    of = asked(office)
    take(office, paid(of))
    assert take(office, paid(of, "42002")).outcome == "again"
    assert -office.balance(Account.MONEY_HELD, YEAR) == 100_00, "more than is due waits"


def test_another_amount_is_kept_until_an_officer_says(office):
    of = asked(office)
    taken = take(office, paid(of, amount_fen=99_99))
    assert (taken.outcome, taken.receipt_id, taken.begun) == ("other_amount", None, 0)
    assert office.balance(Account.ONLINE_CLEARING, YEAR) == 0
    [kept] = kept_payments(office.session)
    assert (kept.amount_fen, kept.wanted_fen, kept.outcome) == (99_99, 100_00, "other_amount")
    assert not order(office.session, of.id).paid
    decided = take_kept(office.session, kept.id, office.unit(1).id, YEAR, by=office.by)
    assert office.session.get_one(Receipt, decided.receipt_id).amount_fen == 99_99
    assert kept_payments(office.session) == []
    with pytest.raises(NoSuchOnlinePayment):
        take_kept(office.session, kept.id, office.unit(1).id, YEAR, by=office.by)


def test_an_unknown_order_is_kept(office):
    said = Paid("42009", "HZnowhere", 500, now())
    assert take(office, said).outcome == "unknown_order"
    assert take(office, said).again
    [kept] = kept_payments(office.session)
    assert (kept.unit, kept.out_trade_no) == (None, "HZnowhere")


def test_a_number_that_was_typed_as_the_banks(office):
    of = asked(office)
    office.receive("100.00", today(), year=YEAR, ref="42001")
    with pytest.raises(NothingMissing):
        asked(office)
    with pytest.raises(PaymentContradicts):
        take(office, paid(of))


def test_what_can_be_asked_for(office):
    of = asked(office)
    assert asked(office) == of, "the same is not asked for twice"
    assert asked(office, 50_00).id != of.id
    for wrong in (0, -1, 100_01):
        with pytest.raises(OnlineAmountWrong):
            asked(office, wrong)
    with pytest.raises(NoSuchOnlineOrder):
        order(office.session, 999)


def test_one_roster_is_paid(office):
    second = office.enrol([3], START, confirmed_on=today(), unit=2)
    mine = {"by": office.by, "provider": "wechat"}
    of = order_for_roster(office.session, second.roster_id, 50_00, **mine)
    assert (of.roster_id, of.unit_id) == (second.roster_id, office.unit(2).id)
    assert take(office, paid(of)).begun == 1
    with pytest.raises(NothingMissing):
        order_for_roster(office.session, second.roster_id, 1, **mine)
    with pytest.raises(NoSuchOnlineOrder):
        order_for_roster(office.session, 999, 1, **mine)


def test_money_for_one_roster_fills_no_other_and_waits_when_that_is_taken_back(office):
    session, mine = office.session, {"by": office.by, "provider": "wechat"}
    later = office.enrol([3], START, confirmed_on=today())
    of = order_for_roster(session, later.roster_id, 50_00, **mine)
    assert take(office, paid(of)).begun == 1
    assert office.covers(1) == [], "the older roster of the same unit"
    gone = office.enrol([4], START, confirmed_on=today())
    of = order_for_roster(session, gone.roster_id, 50_00, **mine)
    withdraw_roster(session, gone.roster_id, by=office.by)
    kept = take(office, paid(of, "42002"))
    assert (kept.outcome, kept.receipt_id) == ("other_amount", None)
    assert take(office, paid(of, "42002")).again
    unit = office.unit(1).id
    assert take_kept(session, kept.notice_id, unit, YEAR, by=office.by).receipt_id
    assert_sound(session)


def test_an_order_that_is_over_is_not_made_known(office):
    of = asked(office)
    assert wanted(office.session, of.id).amount_fen == 100_00
    offered(office.session, of.id, "weixin://1")
    offered(office.session, of.id, "weixin://2")
    assert order(office.session, of.id).code_url == "weixin://1"
    close_order(office.session, of.id, by=office.by)
    with pytest.raises(OrderOver):
        wanted(office.session, of.id)
    take(office, paid(of))
    with pytest.raises(OrderPaid):
        wanted(office.session, of.id)
    with pytest.raises(OrderPaid):
        close_order(office.session, of.id, by=office.by)


def payout(office, **other):
    asked_for = {
        "provider": "wechat",
        "reference": "P-1",
        "booked_on": today(),
        "net_fen": 99_40,
        "fee_fen": 60,
        "transactions": ["42001"],
        "by": office.by,
    }
    return settle_online(office.session, **(asked_for | other))


def test_the_provider_pays_out_less_its_fee(office):
    take(office, paid(asked(office)))
    [one] = unsettled(office.session, "wechat")
    assert (one.amount_fen, one.benefit_year) == (100_00, YEAR)
    settled = payout(office)
    assert payout(office) == type(settled)(settled.payout_id, again=True)
    assert unsettled(office.session, "wechat") == []
    # The payment is of next year, the bank's money of this one: 1901 stands between.
    assert office.balance(Account.ONLINE_CLEARING, YEAR) == 0
    assert office.balance(Account.BETWEEN_YEARS, YEAR) == 100_00
    this = YEAR - 1
    assert office.balance(Account.BANK, this) == 99_40
    assert office.balance(Account.BANK_FEES, this) == 60
    assert office.balance(Account.BETWEEN_YEARS, this) == -100_00
    for year in (this, YEAR):
        assert trial_balance(office.session, year).closes
    office.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_payouts_that_are_refused(office):
    take(office, paid(asked(office)))
    before = office.counts()
    for wrong, refusal in (
        ({"net_fen": 99_39}, PayoutSumWrong),
        ({"net_fen": 100_01, "fee_fen": -1}, PayoutSumWrong),
        ({"net_fen": 0, "fee_fen": 100_00}, AmountNotPositive),
        ({"transactions": ["42001", "42002"]}, PaymentsNotThere),
        ({"transactions": []}, PaymentsNotThere),
        ({"provider": "simulated"}, PaymentsNotThere),
    ):
        with pytest.raises(refusal):
            payout(office, **wrong)
    assert office.counts() == before
    payout(office)
    with pytest.raises(PayoutKnown):
        payout(office, net_fen=99_41, fee_fen=59)
    with pytest.raises(PaymentsNotThere):
        payout(office, reference="P-2")


def test_the_database_refuses_a_receipt_of_another_amount(office):
    taken = take(office, paid(asked(office)))
    copied = text(
        "INSERT INTO online_notice (provider, transaction_id, out_trade_no, order_id, amount_fen,"
        " success_at, body_sha256, source, outcome, receipt_id)"
        " SELECT provider, 'other', out_trade_no, order_id, amount_fen - 1, success_at, '',"
        " source, outcome, :receipt FROM online_notice WHERE id = :notice"
    )
    receipt = office.receive("1.00", today(), year=YEAR).receipt_id
    with pytest.raises(IntegrityError, match="is not of the payment"):
        office.session.execute(copied, {"receipt": receipt, "notice": taken.notice_id})


def test_a_payout_that_does_not_add_up_is_refused_by_the_database(office):
    take(office, paid(asked(office)))
    payout(office)
    office.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(IntegrityError, match="not the sum"):
        office.session.execute(
            text(
                "INSERT INTO online_payout (provider, reference, booked_on, account, net_fen,"
                " fee_fen, recorded_by) SELECT provider, 'P-9', booked_on, account, 1, 0,"
                " recorded_by FROM online_payout"
            )
        )


@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_the_bundle_bears_online_money_and_forgeries_are_found(office, tmp_path, year):
    # As everybody has who was added by the program.
    said = {"role": "officer", "member": None}
    record(office.session, "account.added", by=None, about=office.by, **said)
    take(office, paid(asked(office)))
    payout(office)
    office.enrol([9], date(YEAR - 1, 12, 31), confirmed_on=today(), unit=3)
    made = tmp_path / "whole.zip"
    make_bundle(office.session, year, made)
    result = verify.examine(str(made))
    assert result["ok"], result["fault"] and result["fault"].says("en")
    found, other_day = 0, (today() - timedelta(days=1)).isoformat()
    for table in ("online_payment", "online_payout", "online_payout_year"):
        head, *rows = Bundle(made).table(table)
        for field, value in (
            *(("amount_fen", "1"), ("net_fen", "1"), ("fee_fen", "1"), ("account", "2103")),
            *(("transaction_id", "x"), ("by", ""), ("booked_on", other_day)),
        ):
            # Where the bank's money went is told in the year it came in.
            if field in head and rows and (field != "account" or year < YEAR):
                changed = Bundle(made)
                changed.put(table, [head, [*_with(rows[0], head.index(field), value)]])
                forged = changed.repair().zipped(tmp_path / "forged.zip")
                assert not verify.examine(str(forged))["ok"], (table, field)
                found += 1
        if rows:
            dropped = Bundle(made)
            dropped.put(table, [head])
            forged = dropped.repair().zipped(tmp_path / "forged.zip")
            assert not verify.examine(str(forged))["ok"], table
    assert found >= 6


def _with(row, place, value):
    return [*row[:place], value, *row[place + 1 :]]


def in_parallel(database, threads, work):
    made = boot.start(database.settings)
    together = threading.Barrier(threads)

    def one(number):
        with made.app_context():
            together.wait(timeout=60)
            return work(number)

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, range(threads)))
    with made.app_context():
        db.engine.dispose()
    return found


def test_eight_identical_notices_at_once_are_one_receipt(database):
    with Session(database.engine) as session, session.begin():
        made = Office(session)
        made.enrol([1, 2], START, confirmed_on=today())
        said = paid(asked(made))

    def tell(_number):
        with transaction() as session:
            return take_paid(session, "wechat", said)

    taken = in_parallel(database, 8, tell)
    assert sorted(x.again for x in taken) == [False, *[True] * 7]
    assert len({x.receipt_id for x in taken}) == 1
    with Session(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1
        assert sum(x.begun for x in taken) == 2


def test_two_payments_of_one_order_at_once_are_one_in_time_and_one_again(database):
    with Session(database.engine) as session, session.begin():
        made = Office(session)
        made.enrol([1, 2], START, confirmed_on=today())
        of = asked(made)

    def tell(number):
        with transaction() as session:
            return take_paid(session, "wechat", paid(of, f"4200{number}"))

    assert sorted(x.outcome for x in in_parallel(database, 2, tell)) == ["again", "booked"]


def test_orders_nobody_told_of_are_asked_about(database, tmp_path):
    """A lost call-back, one closed unpaid, one the provider never heard of; again: no change."""
    with online.platform() as platform:
        settings = load(database.environ | online.environ(tmp_path, platform.url))
        provider = provider_of(settings)
        with boot.start(settings).app_context():
            with transaction() as session:
                made = Office(session)
                made.enrol(range(1, 5), START, confirmed_on=today())
                lost, over, unheard = (asked(made, fen) for fen in (50_00, 60_00, 70_00))
            for each in (lost, over):
                with transaction() as session:
                    known = wanted(session, each.id)
                provider.create(known)
            platform.paid[lost.out_trade_no] = online.transaction(lost.out_trade_no, 50_00)
            provider.close(over.out_trade_no)
            assert ask_provider(provider).asked == 0, "each has some seconds yet"
            told = [ask_provider(provider, each.id) for each in (lost, over, unheard)]
            assert [x.paid for x in told] == [1, 0, 0]
            assert [x.closed for x in told] == [0, 1, 0]
            again = [ask_provider(provider, each.id) for each in (lost, over)]
            assert [x.paid for x in again] == [0, 0]
            with transaction() as session:
                known = wanted(session, unheard.id)
            provider.create(known)
            platform.signs_as = "somebody"
            assert ask_provider(provider, unheard.id).no_answer == 1
            with transaction() as session:
                assert session.scalar(select(func.count()).select_from(Receipt)) == 1
                assert order(session, over.id).closed
            db.engine.dispose()


def test_one_that_contradicts_the_books_holds_up_no_other(database, tmp_path):
    """Somebody typed the provider's number as money of the bank: a person must look at that one."""
    with online.platform() as platform:
        settings = load(database.environ | online.environ(tmp_path, platform.url))
        provider = provider_of(settings)
        with boot.start(settings).app_context():
            with transaction() as session:
                made = Office(session)
                made.enrol(range(1, 5), START, confirmed_on=today())
                orders = [asked(made, fen) for fen in (50_00, 60_00)]
            for number, each in zip(("42001", "42002"), orders, strict=True):
                with transaction() as session:
                    known = wanted(session, each.id)
                provider.create(known)
                platform.paid[each.out_trade_no] = online.transaction(
                    each.out_trade_no, each.amount_fen, number
                )
            with transaction() as session:
                Office(session).receive("7.00", today(), year=START.year, ref="42001")
            told = ask_provider(provider, patience_s=0)
            assert (told.asked, told.not_taken, told.paid) == (2, 1, 1)
            db.engine.dispose()


@pytest.fixture
def typed(database, tmp_path, monkeypatch, capsys):
    """Type a command on a fund with a payment in time and one of another amount."""
    with Session(database.engine) as session, session.begin():
        made = Office(session)
        made.enrol([1, 2], START, confirmed_on=today())
        take(made, paid(asked(made, 60_00)))
        take(made, paid(asked(made, 40_00), "42002", 39_00))
    with online.platform() as platform:
        environ = database.environ | online.environ(tmp_path, platform.url)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)

        def run(*given: str) -> tuple[int, dict[str, object]]:
            code = main(["online", *given, "--json"])
            return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])

        yield run


def test_online_payments_on_the_command_line(typed):
    code, said = typed("list")
    assert code == 1
    assert [x["state"] for x in said["orders"]] == ["other_amount", "booked"]
    [kept] = said["kept"]
    code, said = typed("query")
    assert (code, said["asked"]) == (0, 0)
    number = str(kept["payment"])
    asked_for = ("take", number, "--unit", make_uscc(1), "--year", str(YEAR), "--by", "clerk")
    code, said = typed(*asked_for)
    assert code == 0
    assert typed(*asked_for)[1]["error"] == "NoSuchOnlinePayment"
    day = today().isoformat()
    settle = ("settle", "--ref", "P-1", "--on", day, "--net", "98.40", "--by", "clerk")
    assert typed(*settle, "--fee", "0.50", "--until", day)[1]["error"] == "PayoutSumWrong"
    code, said = typed(*settle, "--fee", "0.60", "--until", day)
    assert (code, said["again"]) == (0, False)
    code, said = typed(*settle, "--fee", "0.60", "--transaction", "42001")
    assert (code, said["again"]) == (0, True)
    assert typed("list")[0] == 0
    assert main(["online", "list", "--lang", "zh"]) == 0


def test_another_unions_orders_are_not_listed(office):
    asked(office)
    other = Union(name="别处")
    office.session.add(other)
    office.session.flush()
    assert online_orders(office.session, [other.id]) == []
    assert len(online_orders(office.session, None)) == 1


@pytest.fixture
def asking(session):
    return Asking(session)


def written(session, sql, **values):
    """Insert as the application's role may, past the domain."""
    with session.begin_nested():
        session.execute(text(sql), values)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_a_contact_asks_to_pay_for_the_own_unit_alone(asking):
    session, done = asking.session, asking.register()
    contact = asking.account(done.contact.login)
    how = {"by": contact.id, "provider": "wechat"}
    with pytest.raises(NothingMissing):
        order_for_unit(session, done.unit_id, YEAR, 1, **how)
    for other in (asking.unit_id(NORTH), asking.unit_id(SOUTH)):
        with pytest.raises(PayerMayNot):
            order_for_unit(session, other, YEAR, 1, **how)
    order_of = (
        "INSERT INTO online_order (provider, out_trade_no, unit_id, benefit_year, amount_fen,"
        " expires_at, created_by) VALUES ('wechat', :number, :unit, 2021, 1, now(), :by)"
    )
    written(session, order_of, number="x", unit=done.unit_id, by=contact.id)
    with pytest.raises(IntegrityError, match="by an officer or the unit's contact"):
        written(session, order_of, number="y", unit=asking.unit_id(NORTH), by=contact.id)
    asking.name_contact(done.unit_id)
    with pytest.raises(PayerMayNot):
        order_for_unit(session, done.unit_id, YEAR, 1, **how)
    with pytest.raises(IntegrityError, match="by an officer or the unit's contact"):
        written(session, order_of, number="z", unit=done.unit_id, by=contact.id)


def test_money_that_nobody_entered_is_a_providers(office):
    row = (
        "INSERT INTO receipt (unit_id, benefit_year, amount_fen, received_on, reference)"
        " VALUES (:unit, :year, 1, :day, 'x')"
    )
    with pytest.raises(IntegrityError, match="money that nobody entered"):
        written(office.session, row, unit=office.unit(1).id, year=YEAR, day=today())
    taken = take(office, paid(asked(office)))
    office.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert office.session.get_one(Receipt, taken.receipt_id).recorded_by is None


def test_money_of_an_officer_is_not_made_a_providers(office, tmp_path):
    said = {"role": "officer", "member": None}
    record(office.session, "account.added", by=None, about=office.by, **said)
    office.receive("100.00", today(), year=YEAR)
    made = tmp_path / "whole.zip"
    make_bundle(office.session, YEAR, made)
    assert verify.examine(str(made))["ok"]
    changed = Bundle(made)
    for table, of in (("receipt", ""), ("event", "contribution.received")):
        head, *rows = changed.table(table)
        by = head.index("by")
        changed.put(table, [head, *(_with(x, by, "") if of in ("", x[1]) else x for x in rows)])
    fault = verify.examine(str(changed.repair().zipped(tmp_path / "forged.zip")))["fault"]
    assert fault.record.startswith("receipt")


def test_the_voucher_of_what_nobody_entered_names_the_provider(office):
    take(office, paid(asked(office)))
    _, found = derived(office.session, today(), today())
    named = {x.papers.entered_by for x in found if x.summary.startswith("收互助金")}
    assert named == {"微信支付"}
