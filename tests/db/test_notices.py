"""Notices are made once, sent once, tried again, and say nothing that is nobody's business."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app import boot
from app.db import db, transaction
from app.enrolment.withdraw import withdraw_roster
from app.notices.address import member_phones, set_phones
from app.notices.deliver import MOST_TRIES, NoSuchNotice, deliver_all, deliver_one, try_again
from app.notices.models import KINDS
from app.notices.outbox import listed
from app.notices.senders import ToFolder, ToGateway, WrongSender, sender_of
from app.notices.write import write
from app.schemes.draft import open_next, set_figures
from app.schemes.publish_draft import publish_draft
from app.secrets import Keys, set_keys
from app.texts.notices import MESSAGES, message_of
from app.year.remind import remind
from app.year.standing import year_standing
from tests.clear import in_the_clear
from tests.db.drafting import Federation
from tests.db.office import bill, person
from tests.db.typed import member_of
from tests.factories import make_account, make_id, return_file
from tests.gateway import SECRET, gateway

PHONE = "13900000001"
NOW = date(2025, 12, 10)


@pytest.fixture
def city(session):
    return Federation(session)


def kinds(session) -> list[str]:
    return list(session.scalars(text("SELECT kind FROM notice ORDER BY id")))


def states(session) -> list[str]:
    return list(session.scalars(text("SELECT state FROM notice_delivery ORDER BY notice_id")))


def due_now(session) -> None:
    session.execute(text("UPDATE notice_delivery SET due_at = transaction_timestamp()"))


def test_a_notice_is_written_once(session, city):
    unit = city.unit().id
    first = write(session, "contact_changed", dedupe="c:1", unit_id=unit)
    assert first
    assert write(session, "contact_changed", dedupe="c:1", unit_id=unit) is None
    assert write(session, "contact_changed", dedupe="c:2", unit_id=unit) > first
    assert states(session) == ["waiting", "waiting"]


def test_every_kind_is_worded_in_both_languages():
    assert set(MESSAGES) == set(KINDS)
    facts = dict.fromkeys(("opens_on", "closes_on", "days", "pay_by", "heads", "claim", "code"), 1)
    for kind in KINDS:
        for lang in ("zh", "en"):
            known = {"amount_fen": 123456, "tail": "1234", "unit": "厂", "year": 2025, "number": 7}
            said = message_of(kind, known | facts, lang)
            assert "%" not in said
            assert "None" not in said


def with_window(city: Federation, year: int, opens: date, closes: date) -> None:
    opened = open_next(city.session, year, from_year=year - 1, by=city.by)
    window = {"from": str(opens), "to": str(closes), "mid_year": True}
    new = set_figures(city.session, opened.id, {"enrolment": window}, by=city.by)
    second = city.officer(f"second{year}")
    publish_draft(city.session, opened.id, digest=new.digest, by=second)


def test_windows_are_told_when_they_open_and_before_they_close(session, city):
    with_window(city, 2026, date(2025, 10, 8), date(2025, 12, 20))
    for seed in (1, 2):
        city.unit(seed)
    assert remind(session, date(2025, 10, 7)) == 0
    assert remind(session, date(2025, 10, 8)) == 2
    assert remind(session, date(2025, 12, 12)) == 0
    city.enrol([person(1)], date(2026, 1, 1), unit=1, confirmed_on=date(2025, 10, 9))
    assert remind(session, date(2025, 12, 13)) == 1
    assert remind(session, date(2025, 12, 14)) == 0
    assert kinds(session).count("window_closes") == 1
    assert remind(session, date(2025, 12, 21)) == 0


def test_money_that_is_missing_is_told_after_the_roster_and_before_it_is_due(session, city):
    city.enrol([1, 2], date(2026, 1, 1), confirmed_on=NOW)
    assert remind(session, NOW) == 2
    assert kinds(session) == ["roster_confirmed", "money_missing"]
    assert remind(session, NOW + timedelta(days=1)) == 0
    city.receive("40.00", NOW, year=2026)
    assert remind(session, date(2025, 12, 27)) == 1
    told = listed(session)[0]
    assert (told.kind, told.facts) == (
        "money_missing",
        {"amount_fen": 6_000, "pay_by": "2026-01-01"},
    )
    assert remind(session, date(2025, 12, 28)) == 0
    city.receive("60.00", date(2025, 12, 28), year=2026)
    assert remind(session, date(2026, 1, 1)) == 0


def test_money_that_is_due_within_days_of_its_roster_is_told_once(session, city):
    sent_on = date(2025, 12, 28)
    city.enrol([1], date(2026, 1, 1), confirmed_on=sent_on)
    assert remind(session, sent_on) == 2
    assert kinds(session) == ["roster_confirmed", "money_missing"]
    # Joiners a day later are of the same money; an older roster is told of again in the last days.
    city.enrol([2], date(2026, 1, 1), confirmed_on=sent_on + timedelta(days=1))
    remind(session, sent_on + timedelta(days=1))
    assert kinds(session).count("money_missing") == 1


def paid_and_failed(city: Federation) -> tuple[int, int]:
    """Two claims: one paid, one that the bank sent back; whose they are."""
    from app.payments.batch import prepare_batch
    from app.payments.lines import sent_lines
    from app.payments.returns import take_return

    people = [person(n, n + 2, account=n) for n in (1, 2)]
    city.covered(people, date(2025, 1, 1))
    city.determine(bill("A", 1, "2025-05-10", "1000.00"), bill("B", 2, "2025-05-11", "600.00"))
    second = city.officer("second")
    batch = prepare_batch(city.session, 2025, prepared_by=city.by, approved_by=second, made_on=NOW)
    lines = sent_lines(city.session, batch.id)
    said = [("成功", str(NOW), ""), ("失败", str(NOW), "户名不符")]
    answers = [
        (x.line, f"{x.amount_fen / 100:.2f}", *each) for x, each in zip(lines, said, strict=True)
    ]
    take_return(city.session, return_file(batch.number, answers), by=city.by)
    return member_of(city.session, 1), member_of(city.session, 2)


def test_members_are_told_of_money_paid_and_of_cards_wanted(session, city, tmp_path):
    one, other = paid_and_failed(city)
    made = remind(session, NOW)
    told = {each.kind: each for each in listed(session) if each.to == "member"}
    assert set(told) == {"paid", "card_wanted"}
    assert made >= 2
    assert remind(session, NOW) == 0
    set_phones(session, {one: PHONE, other: "13900000002"}, by=city.by)
    while deliver_one(session, ToFolder(tmp_path)):
        pass
    files = {x.name: x.read_text() for x in tmp_path.iterdir()}
    assert len(files) == len(kinds(session))
    said = "".join(files.values())
    for seed in (1, 2):
        assert make_id(seed) not in said
        assert make_account(seed) not in said
        assert make_account(seed)[-4:] in said
    assert "¥500.00 已转入尾号" in said
    assert PHONE in said


def test_old_news_is_not_told(session, city):
    paid_and_failed(city)
    assert remind(session, NOW + timedelta(days=400)) == 0


def test_phones_are_kept_sealed_and_only_when_they_change(session, city):
    city.covered([person(1)], date(2025, 1, 1))
    who = member_of(session, 1)
    assert set_phones(session, {who: PHONE}, by=city.by) == [who]
    assert set_phones(session, {who: PHONE}, by=city.by) == []
    assert set_phones(session, {who: "13900000009"}, by=city.by) == [who]
    assert member_phones(session, [who]) == {who: "13900000009"}
    stored = session.execute(text("SELECT phone_cipher, tail FROM member_phone")).all()
    assert len(stored) == 2
    assert not any(in_the_clear(sealed, [PHONE]) for sealed, _ in stored)


@pytest.fixture
def told(session, city):
    """A notice to a member who has a phone; its number."""
    city.covered([person(1)], date(2025, 1, 1))
    who = member_of(session, 1)
    set_phones(session, {who: PHONE}, by=city.by)
    facts = {"amount_fen": 50_000, "tail": "0008"}
    return write(session, "paid", dedupe="paid:1", member_id=who, year=2025, **facts)


@pytest.mark.parametrize("way", ["sms", "wechat"])
def test_a_gateway_gets_what_its_documentation_says(session, told, way, tmp_path):
    with gateway() as server:
        sender = sender_of(f"{way}+{server.address}", SECRET, tmp_path)
        assert deliver_one(session, sender) == "sent"
        assert deliver_one(session, sender) is None
        [(key, body)] = server.asked
    text_of = body["text"] if way == "sms" else body["data"]["content"]["value"]
    assert text_of == "您的一笔医疗互助补助 ¥500.00 已转入尾号 0008 的账户。"
    assert PHONE in {body.get("phone"), body.get("touser")}
    assert way == "sms" or body["client_msg_id"] == key


def test_what_fails_is_tried_later_each_time_then_given_up_and_tried_again_by_word(
    session, city, told
):
    left = text("SELECT extract(epoch FROM due_at - transaction_timestamp()) FROM notice_delivery")
    with gateway() as server:
        sender = ToGateway("sms", server.address, SECRET.encode())
        server.codes = [500] * MOST_TRIES
        waits = []
        for _ in range(MOST_TRIES - 1):
            assert deliver_one(session, sender) == "retry"
            waits.append(session.scalar(left))
            assert deliver_one(session, sender) is None
            due_now(session)
        assert waits == sorted(set(waits))
        assert deliver_one(session, sender) == "failed"
        assert (listed(session)[0].state, listed(session)[0].trouble) == ("failed", "answer 500")
        due_now(session)
        assert deliver_one(session, sender) is None
        assert try_again(session, [told], by=city.by) == [told]
        assert deliver_one(session, sender) == "sent"
        assert len(server.sent) == 1
    with pytest.raises(NoSuchNotice):
        try_again(session, [told], by=city.by)


def test_a_wrong_signature_and_a_gateway_that_is_not_there(session, told):
    with gateway() as server:
        assert deliver_one(session, ToGateway("sms", server.address, b"another")) == "retry"
        assert server.asked == []
    due_now(session)
    assert deliver_one(session, ToGateway("sms", server.address, SECRET.encode())) == "retry"
    assert listed(session)[0].trouble == "unreachable"


def test_without_a_phone_nothing_is_sent_and_that_is_listed(session, city):
    write(session, "contact_changed", dedupe="c:1", unit_id=city.unit().id)
    write(session, "roster_refused", dedupe="r:1", account_id=city.by, year=2025)
    sender = ToGateway("sms", "http://127.0.0.1:9/", b"x")
    assert [deliver_one(session, sender) for _ in range(3)] == ["no_address", "no_address", None]
    assert [each.state for each in listed(session, state="no_address")] == ["no_address"] * 2


def test_a_setting_that_names_no_sender_is_refused(tmp_path):
    assert sender_of("", "", tmp_path) == ToFolder(tmp_path / "notices")
    for setting, secret in (
        ("sms+http://example.org/", "s"),
        ("ftp+https://example.org/", "s"),
        ("sms+https://example.org/", ""),
        ("sms", "s"),
        ("sms+https://", "s"),
    ):
        with pytest.raises(WrongSender):
            sender_of(setting, secret, tmp_path)
    assert SECRET not in repr(sender_of("sms+https://example.org/", SECRET, tmp_path))


SEND = """
import os
from app import boot, config
from app.notices.deliver import deliver_all
from app.notices.senders import sender_of
settings = config.load(os.environ)
with boot.start(settings).app_context():
    deliver_all(sender_of(settings.notices, settings.notices_secret, settings.data_dir))
"""


def test_a_worker_killed_between_sending_and_marking_loses_and_doubles_nothing(database):
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context(), gateway() as server:
        with transaction() as session:
            city = Federation(session)
            told = database.settings  # the worker's keys, not those of the tests
            set_keys(Keys(told.encryption_key, told.index_key, told.pseudonym_key))
            city.covered([person(1)], date(2025, 1, 1))
            who = member_of(session, 1)
            set_phones(session, {who: PHONE}, by=city.by)
            for n in range(3):
                write(session, "papers_wanted", dedupe=f"p:{n}", member_id=who, claim=n)
        known = {"HUZHU_NOTICES": f"sms+{server.address}", "HUZHU_NOTICES_SECRET": SECRET}
        environ = os.environ | database.environ | known
        worker = subprocess.Popen([sys.executable, "-c", SEND], env=environ)
        # It has been taken, and whoever sent it never hears so.
        server.before_answer = lambda: os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
        server.before_answer = lambda: None
        assert len(server.asked) == 1
        with transaction() as session:
            assert states(session) == ["waiting"] * 3
        done = deliver_all(ToGateway("sms", server.address, SECRET.encode()))
        assert done == {"sent": 3}
        assert (len(server.asked), len(server.sent)) == (4, 3)
        assert deliver_all(ToGateway("sms", server.address, SECRET.encode())) == {}
        db.session.remove()
        db.engine.dispose()


def test_a_year_is_told_in_figures(session, city):
    with_window(city, 2026, date(2025, 10, 8), date(2025, 12, 20))
    city.unit(2)
    city.enrol([1, 2], date(2025, 1, 1))
    city.receive("30.00", date(2025, 1, 5))
    remind(session, date(2025, 1, 1))
    found = year_standing(session, 2025)
    assert (found.units, found.with_roster, found.without_roster) == (2, 1, 1)
    assert (found.due_fen, found.received_fen, found.missing_fen) == (10_000, 3_000, 7_000)
    assert (found.window, found.notices) == (None, {"waiting": 2})
    assert year_standing(session, 2026).window.closes_on == date(2025, 12, 20)
    assert year_standing(session, 2025, reach=[]).units == 0
    roster = city.enrol([3], date(2025, 1, 1)).roster_id
    assert year_standing(session, 2025).missing_fen == 12_000
    withdraw_roster(session, roster, by=city.by)
    found = year_standing(session, 2025)
    assert (found.missing_fen, found.over_fen) == (7_000, 0)
    city.receive("75.00", date(2025, 1, 6))
    found = year_standing(session, 2025)
    assert (found.missing_fen, found.over_fen) == (0, 500)
