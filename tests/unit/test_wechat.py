"""The adapter against a platform that signs and checks as the documentation says."""

import json
from datetime import timedelta

import pytest

from app.clock import now
from app.config import Misconfigured, load
from app.online.provided import provider_of
from app.online.provider import (
    NoticeNotGenuine,
    ProviderRefused,
    ProviderUnreachable,
    State,
    Wanted,
)
from tests import online
from tests.conftest import KEY

ENVIRON = {**KEY, "HUZHU_EMBEDDED": "1", "DATABASE_URL": "postgresql://x@y/z"}
NUMBER = "HZ20240101000000abcdef"


@pytest.fixture(scope="module")
def platform():
    with online.platform() as running:
        yield running


@pytest.fixture
def provider(platform, tmp_path):
    platform.signs_as = "platform"
    return provider_of(load(ENVIRON | online.environ(tmp_path, platform.url)))


def wanted(number: str = NUMBER, amount_fen: int = 12345) -> Wanted:
    return Wanted(number, amount_fen, "2024年度职工医疗互助金", now() + timedelta(minutes=30))


def test_an_order_is_made_as_documented(provider, platform):
    assert provider.create(wanted()) == f"weixin://wxpay/bizpayurl?pr={NUMBER}"
    order = platform.orders[NUMBER]
    assert order["amount"] == {"total": 12345, "currency": "CNY"}
    assert order["mchid"] == online.MCHID
    assert order["notify_url"] == "https://huzhu.example/online/notice"
    assert order["time_expire"].endswith("+08:00")
    assert order["description"] == "2024年度职工医疗互助金"


def test_an_order_is_asked_about_and_closed(provider, platform):
    number = f"{NUMBER}1"
    assert provider.query(number).state is State.UNKNOWN
    provider.create(wanted(number))
    assert provider.query(number) == (State.OPEN, None)
    provider.close(number)
    assert provider.query(number) == (State.CLOSED, None)
    platform.paid[number] = online.transaction(number, 12345)
    found = provider.query(number)
    assert found.state is State.PAID
    assert found.paid[:3] == ("4200000001", number, 12345)


def test_an_answer_that_somebody_else_signed_is_not_believed(provider, platform):
    provider.create(wanted(f"{NUMBER}2"))
    platform.paid[f"{NUMBER}2"] = online.transaction(f"{NUMBER}2", 12345)
    platform.signs_as = "somebody"
    with pytest.raises(ProviderUnreachable):
        provider.query(f"{NUMBER}2")
    with pytest.raises(ProviderUnreachable):
        provider.create(wanted())


def test_the_platform_refuses_what_another_signed(platform, tmp_path):
    environ = online.environ(tmp_path, platform.url) | {"HUZHU_WECHAT_SERIAL": "OTHER"}
    other = provider_of(load(ENVIRON | environ))
    with pytest.raises(ProviderRefused) as refused:
        other.create(wanted())
    assert refused.value.facts == {"code": "SIGN_ERROR"}


def test_nobody_answers(provider, tmp_path):
    gone = provider_of(load(ENVIRON | online.environ(tmp_path, "http://127.0.0.1:1")))
    with pytest.raises(ProviderUnreachable):
        gone.query(NUMBER)


def test_a_genuine_notice_is_read(provider):
    body = online.notice(online.transaction(NUMBER, 500, "42001"))
    paid = provider.read_notice(online.headers(body), body, now())
    assert paid[:3] == ("42001", NUMBER, 500)
    assert abs(paid.success_at - now()) < timedelta(minutes=1)


def test_what_is_no_success_is_nothing(provider):
    body = online.notice(online.transaction(NUMBER, 500, trade_state="CLOSED"))
    assert provider.read_notice(online.headers(body), body, now()) is None


BODY = online.notice(online.transaction(NUMBER, 500))
OLD = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        (lambda: online.headers(BODY, by="somebody"), BODY, "signature"),
        (lambda: online.headers(BODY, serial="PUB_KEY_ID_99"), BODY, "signature"),
        (lambda: online.headers(BODY), BODY + b" ", "signature"),
        (
            lambda: online.headers(BODY) | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/x"},
            BODY,
            "signature",
        ),
        (lambda: online.headers(BODY) | {"Wechatpay-Nonce": "other"}, BODY, "signature"),
        (lambda: online.headers(BODY) | {"Wechatpay-Timestamp": "²"}, BODY, "time"),
        (lambda: online.headers(BODY) | {"Wechatpay-Timestamp": "9" * 99}, BODY, "time"),
        (dict, BODY, "time"),
        (lambda: online.headers(BODY, at=now() - OLD), BODY, "time"),
        (lambda: online.headers(BODY, at=now() + OLD), BODY, "time"),
        (lambda: online.headers(b"{"), b"{", "contents"),
        (lambda: online.headers(b"[]"), b"[]", "contents"),
    ],
)
def test_what_is_not_genuine(provider, headers, body, why):
    """Headers are made when the test runs: after five minutes they would be too old."""
    with pytest.raises(NoticeNotGenuine) as refused:
        provider.read_notice(headers(), body, now())
    assert refused.value.facts == {"why": why}


def test_an_old_body_under_new_headers_of_another_is_no_notice(provider):
    """Its headers are fresh, but only the platform can sign them."""
    fresh = online.headers(BODY, by="merchant")
    with pytest.raises(NoticeNotGenuine):
        provider.read_notice(fresh, BODY, now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"mchid": "1900000002"},
        {"amount": {"total": 1.5}},
        {"amount": {"total": 0}},
        {"amount": {"total": True}},
        {"amount": {"total": 500, "currency": "USD"}},
        {"success_time": "2024-01-01T00:00:00"},
        {"success_time": "yesterday"},
        {"transaction_id": ""},
        {"out_trade_no": 7},
    ],
)
def test_contents_that_are_no_payment_to_us(provider, wrong):
    body = online.notice(online.transaction(NUMBER, 500) | wrong)
    with pytest.raises(NoticeNotGenuine):
        provider.read_notice(online.headers(body), body, now())


def test_contents_under_another_key(provider):
    body = online.notice(online.transaction(NUMBER, 500), sealing_key=b"x" * 32)
    with pytest.raises(NoticeNotGenuine):
        provider.read_notice(online.headers(body), body, now())
    plain = json.loads(BODY)
    plain["resource"]["algorithm"] = "none"
    body = json.dumps(plain).encode()
    with pytest.raises(NoticeNotGenuine):
        provider.read_notice(online.headers(body), body, now())


def test_without_settings_nobody_takes_payments(tmp_path):
    assert provider_of(load(ENVIRON)) is None
    some = online.environ(tmp_path, "https://x")
    del some["HUZHU_WECHAT_APPID"], some["HUZHU_WECHAT_SERIAL"]
    with pytest.raises(Misconfigured, match="HUZHU_WECHAT_APPID, HUZHU_WECHAT_SERIAL"):
        load(ENVIRON | some)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUZHU_WECHAT_KEY_FILE", "platform.pem"),
        ("HUZHU_WECHAT_KEY_FILE", "nowhere"),
        ("HUZHU_WECHAT_APIV3_KEY_FILE", "key.pem"),
        ("HUZHU_WECHAT_PLATFORM_KEYS", "X=apiv3"),
        ("HUZHU_WECHAT_PLATFORM_KEYS", "apiv3"),
        ("HUZHU_WECHAT_NOTIFY_URL", "http://huzhu.example/online/notice"),
        ("HUZHU_WECHAT_NOTIFY_URL", "https://huzhu.example/online/notice?x=1"),
        ("HUZHU_WECHAT_URL", "http://pay.example"),
        ("HUZHU_WECHAT_MCHID", "19 00"),
    ],
)
def test_settings_that_are_wrong_stop_the_start(tmp_path, monkeypatch, name, value):
    right = online.environ(tmp_path, "https://pay.example")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misconfigured):
        provider_of(load(ENVIRON | right | {name: value}))


def test_keys_are_never_shown(provider):
    shown = repr(provider)
    assert "RSA" not in shown
    assert online.APIV3_KEY.decode() not in shown
