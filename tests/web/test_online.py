"""Paying online by the pages, and the provider's call-back over HTTP."""

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.check import MOST_REQUESTS
from app.clock import today
from app.config import load
from app.db import db, transaction
from app.enrolment.self_enrol import open_gig_unit
from app.roster.units import add_unit
from app.units.ask import ask_contact
from app.units.asked import Contact
from app.units.decide import approve
from app.web import create_app
from tests import online
from tests.conftest import Cluster, copy_of
from tests.factories import make_account, make_id, make_uscc
from tests.web.browser import Browser
from tests.web.conftest import Filled
from tests.web.fund import Fund

LONGEST = 32 * 1024


@pytest.fixture(scope="module")
def platform() -> Iterator[online.Platform]:
    with online.platform() as running:
        yield running


@pytest.fixture(scope="module")
def web(
    cluster: Cluster,
    filled_fund: Filled,
    broker: str,
    tmp_path_factory: pytest.TempPathFactory,
    platform: online.Platform,
) -> Iterator[Flask]:
    """The filled fund's application, with a provider."""
    folder = tmp_path_factory.mktemp("online")
    with copy_of(cluster, filled_fund.database, broker, folder) as database:
        made = create_app(load(database.environ | online.environ(folder, platform.url)))
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture(scope="module")
def unit(web: Flask, fund: Fund) -> int:
    """The unit that misses 60.00 of 2021."""
    with web.app_context(), transaction() as session:
        found = session.execute(
            text("SELECT id FROM unit WHERE uscc = :uscc"), {"uscc": make_uscc(3)}
        )
        return int(found.scalar_one())


def count(web: Flask, table: str) -> int:
    with web.app_context(), transaction() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def asked(officer: Browser, unit: int, amount: str) -> tuple[str, str]:
    """An order's page and its number."""
    answer = officer.post(f"/office/unit/{unit}/2021/online", amount=amount)
    assert answer.status_code == 302, answer.text
    page = officer.get(answer.location).text
    return answer.location, re.search(r"HZ[0-9]{14}[0-9a-f]{12}", page)[0]


def tell(web: Flask, body: bytes, headers: dict[str, str] | None = None) -> int:
    """The provider calls back; it has no cookie and no token."""
    given = online.headers(body) if headers is None else headers
    answer = web.test_client().post(
        "/online/notice", data=body, headers=given, content_type="application/json"
    )
    return answer.status_code


def test_from_the_button_to_the_money(
    web: Flask, officer: Browser, unit: int, platform: online.Platform
) -> None:
    assert 'value="60.00"' in officer.get(f"/office/unit/{unit}/2021").text
    where, number = asked(officer, unit, "10.00")
    page = officer.get(where).text
    assert 'class="qr"' in page
    assert 'data-poll="3"' in page
    assert platform.orders[number]["amount"]["total"] == 10_00
    body = online.notice(online.transaction(number, 10_00, "T-1"))
    assert [tell(web, body) for _ in range(3)] == [200, 200, 200]
    page = officer.get(where).text
    assert "已缴" in page
    assert "data-poll" not in page
    assert "T-1" in officer.read(f"/office/unit/{unit}/2021")
    assert "¥50.00" in officer.read(f"/office/unit/{unit}/2021")


def test_what_is_not_genuine_writes_nothing(
    web: Flask, officer: Browser, unit: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, number = asked(officer, unit, "1.00")
    body = online.notice(online.transaction(number, 1_00, "T-forged"))
    before = count(web, "online_notice"), count(web, "event"), count(web, "receipt")
    caplog.set_level(logging.INFO)
    assert tell(web, body, online.headers(body, by="somebody")) == 401
    assert tell(web, body + b" ", online.headers(body)) == 401
    assert tell(web, body, {}) == 401
    assert (count(web, "online_notice"), count(web, "event"), count(web, "receipt")) == before
    said = [x.getMessage() for x in caplog.records if x.name == "app.web"]
    assert "online notice refused: signature" in said
    assert number not in caplog.text


def test_a_body_that_is_too_long(web: Flask) -> None:
    body = b"x" * (LONGEST + 1)
    assert tell(web, body) == 413


def test_another_amount_is_kept_and_booked_by_an_officer(
    web: Flask, officer: Browser, unit: int
) -> None:
    where, number = asked(officer, unit, "2.00")
    body = online.notice(online.transaction(number, 1_99, "T-other"))
    before = count(web, "receipt")
    assert tell(web, body) == 200
    assert count(web, "receipt") == before
    shown = officer.get(where).text
    assert "金额与应缴的不同" in shown
    assert "扫码缴费" not in shown
    assert "<form" not in shown.split('id="online"')[1].split("</section>")[0]
    assert asked(officer, unit, "2.00")[0] == where, "nor by a page that was open before"
    page = officer.get("/office/online/").text
    assert "T-other" in page
    north = Browser(web).sign_in("north")
    assert "T-other" not in north.get("/office/online/").text
    path = re.search(r'action="(/office/online/kept/[^"]+)"', page)[1]
    assert north.post(path).status_code == 404
    assert officer.post(path).status_code == 302
    assert count(web, "receipt") == before + 1
    assert officer.post(path).status_code == 409
    assert "金额与应缴的不同" not in officer.get(where).text
    assert asked(officer, unit, "2.00")[0] != where, "what was paid once is not offered again"


def test_an_unknown_order_is_kept(web: Flask, officer: Browser) -> None:
    body = online.notice(online.transaction("HZunknown", 1_99, "T-unknown"))
    assert tell(web, body) == 200
    page = officer.get("/office/online/").text
    [path] = re.findall(r'action="(/office/online/kept/[0-9]+/unit)"', page)
    assert re.search(r'data-label="原因">[^<]*<span[^>]*>HZunknown</span>', page)
    assert '<td data-label="单位">—</td>' in page
    before = count(web, "receipt")
    whose = {"uscc": make_uscc(3), "year": "2021"}
    assert Browser(web).sign_in("north").post(path, **whose).status_code == 404
    assert officer.post(path, **(whose | {"year": "x"})).status_code == 400
    assert officer.post(path, **(whose | {"uscc": make_uscc(77)})).status_code == 409
    assert count(web, "receipt") == before
    assert officer.post(path, **whose).status_code == 302
    assert count(web, "receipt") == before + 1
    assert officer.post(path, **whose).status_code == 409


def test_a_payment_after_closing_is_taken(web: Flask, officer: Browser, unit: int) -> None:
    where, number = asked(officer, unit, "3.00")
    assert officer.post(f"{where}/close").status_code == 302
    assert "已关闭" in officer.get(where).text
    before = count(web, "receipt")
    assert tell(web, online.notice(online.transaction(number, 3_00, "T-late"))) == 200
    assert count(web, "receipt") == before + 1
    assert "逾时已缴" in officer.get("/office/online/").text


def test_a_lost_call_back_is_asked_for(
    web: Flask, officer: Browser, unit: int, platform: online.Platform
) -> None:
    where, number = asked(officer, unit, "4.00")
    platform.paid[number] = online.transaction(number, 4_00, "T-lost")
    for _ in range(2):
        assert officer.post(f"{where}/again").status_code == 302
    assert "已缴" in officer.get(where).text
    assert count(web, "receipt WHERE reference = 'T-lost'") == 1


def test_an_order_is_made_known_later_where_nobody_answered(
    web: Flask, officer: Browser, unit: int, platform: online.Platform
) -> None:
    platform.signs_as = "somebody"
    where, number = asked(officer, unit, "5.00")
    assert "支付平台暂时没有答复" in officer.get(where).text
    platform.signs_as = "platform"
    officer.post(f"{where}/again")
    assert 'class="qr"' in officer.get(where).text
    assert number in platform.orders


def test_what_is_refused(web: Flask, officer: Browser, unit: int) -> None:
    for amount in ("", "0", "x", "-1.00", "1e9", "999999.00"):
        answer = officer.post(f"/office/unit/{unit}/2021/online", amount=amount)
        assert answer.status_code == 409, amount
    north = Browser(web).sign_in("north")
    assert north.post(f"/office/unit/{unit}/2021/online", amount="1.00").status_code == 404
    where, _ = asked(officer, unit, "6.00")
    for path in (where, f"{where}/again"):
        assert north.get(where).status_code == 404
        assert north.post(path if path != where else f"{where}/close").status_code == 404
    assert officer.post(f"{where}/simulate").status_code == 409, "no demonstration"
    assert officer.get("/office/online/999999").status_code == 404


def test_a_contact_pays_for_the_own_unit_until_another_is_named(
    web: Flask, fund: Fund, unit: int
) -> None:
    with web.app_context(), transaction() as session:
        fund.session = session
        fund._enrol(make_uscc(4), today().year, [40, 41], today().isoformat(), paid="10.00")
    contact = Browser(web).sign_in(fund.contact)
    path = f"/office/unit/{fund.kindergarten}/{today().year}/online"
    assert f'action="{path}"' in contact.get("/unit/").text
    made = contact.post(path, amount="90.00")
    assert made.status_code == 302, made.text
    page = contact.get(made.location).text
    assert '/office/online/"' not in page, "the list is the officers'"
    number = re.search(r"HZ[0-9]{14}[0-9a-f]{12}", page)[0]
    # Another unit's, and another unit's order.
    assert contact.post(f"/office/unit/{unit}/2021/online", amount="1.00").status_code == 404
    assert contact.get(f"/office/online/{fund.online}").status_code == 404
    assert contact.post(f"/office/online/{fund.online}/close").status_code == 404
    assert tell(web, online.notice(online.transaction(number, 90_00, "T-contact"))) == 200
    assert "已缴" in contact.get(made.location).text
    assert count(web, "receipt WHERE reference = 'T-contact' AND recorded_by IS NULL") == 1
    token = contact.token("/unit/")
    with web.app_context(), transaction() as session:
        named = Contact("郑新", "13800001234")
        wish = ask_contact(session, fund.kindergarten, named, by=fund.officer)
        approve(session, wish.request_id, by=fund.second)
    refused = contact.client.post(path, data={"csrf_token": token, "amount": "1.00"})
    assert refused.status_code == 401
    assert contact.get(made.location).location.startswith("/sign-in")
    assert count(web, f"online_order WHERE unit_id = {fund.kindergarten}") == 1


@pytest.fixture(scope="module")
def gig(web: Flask, fund: Fund) -> int:
    """A unit that gig workers enrol in by themselves."""
    with web.app_context(), transaction() as session:
        given = {"name": "市总工会骑手之家", "union_id": 1, "unit_percent": 0}
        unit_id = add_unit(session, uscc=make_uscc(8), by=fund.officer, **given)
        open_gig_unit(session, unit_id, by=fund.officer)
    return unit_id


def test_a_gig_worker_enrols_and_pays_right_there(
    web: Flask, gig: int, officer: Browser, platform: online.Platform
) -> None:
    rider = Browser(web)
    fields = {"unit_id": str(gig), "name": "某人", "certno": make_id(800), "occupation": "rider"}
    fields |= {"phone": "13900000000", "account": make_account(800), "consent": "y"}
    token = rider.token("/join")
    answer = rider.client.post("/join", data={"csrf_token": token, "key": "0" * 32, **fields})
    path = re.search(r'action="(/join/(G[A-Z0-9]{8})/online)"', answer.text)[1]
    where = path.removesuffix("/online")
    assert make_id(800) not in answer.text
    # Sent twice, it is one order.
    for _ in range(2):
        assert rider.client.post(path, data={"csrf_token": token}).location == where
    page = rider.get(where).text
    assert 'class="qr"' in page
    assert 'data-poll="3"' in page
    with web.app_context():
        asked_for = "SELECT out_trade_no, created_by FROM online_order WHERE roster_id IS NOT NULL"
        [(number, maker)] = db.session().execute(text(asked_for)).all()
    assert (maker, platform.orders[number]["amount"]["total"]) == (None, 50_00)
    # The call-back is lost, and the payer looks again.
    platform.paid[number] = online.transaction(number, 50_00, "T-rider")
    assert rider.client.post(f"{where}/again", data={"csrf_token": token}).status_code == 302
    page = rider.get(where).text
    assert "已缴清" in page
    assert "data-poll" not in page
    assert rider.client.post(path, data={"csrf_token": token}).status_code == 409
    assert count(web, "cover c JOIN roster r ON r.id = c.roster_id WHERE r.own_money") == 1
    for nobody in ("/join/GAAAAAAAA", "/join/x", "/join/G%00AAAAAAA", f"/join/{number}"):
        assert rider.get(nobody).status_code in {400, 404}, nobody
        answer = rider.client.post(f"{nobody}/online", data={"csrf_token": token})
        assert answer.status_code in {400, 404}, nobody
    assert "自行参保的人多缴" not in (shown := officer.read(f"/office/unit/{gig}"))
    assert "某人" in shown
    twice = online.notice(online.transaction(number, 50_00, "T-again"))
    assert tell(web, twice) == 200
    assert "自行参保的人多缴 ¥50.00" in officer.read(f"/office/unit/{gig}")


def test_who_guesses_references_waits_and_who_looks_at_their_own_does_not(
    web: Flask, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        reference = session.execute(text("SELECT reference FROM self_enrolment")).scalar_one()
    rider, place = Browser(web), {"environ_base": {"REMOTE_ADDR": "203.0.113.10"}}

    def looked(at: str) -> int:
        return rider.client.get(f"/join/{at}", **place).status_code

    own = [looked(reference) for _ in range(MOST_REQUESTS + 5)]
    assert own == [200] * (MOST_REQUESTS + 5), "a page that waits looks again and again"
    guessed = [looked(f"GAAAAAA{n:02d}") for n in range(MOST_REQUESTS)]
    assert guessed == [404] * MOST_REQUESTS
    answer = rider.client.get(f"/join/{reference}", **place)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert looked("GAAAAAAAA") == 429, "nobody learns whether a guess was right"
    assert Browser(web).get(f"/join/{reference}").status_code == 200


def test_strangers_ask_to_pay_so_often_and_no_more(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        reference = session.execute(text("SELECT reference FROM self_enrolment")).scalar_one()
    rider = Browser(web)
    token, place = rider.token("/join"), {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    paths = [f"/join/{reference}/online"] * (MOST_REQUESTS + 1)
    said = [rider.client.post(x, data={"csrf_token": token}, **place).status_code for x in paths]
    assert said == [409] * MOST_REQUESTS + [429]


def test_a_gig_worker_who_paid_another_amount_is_not_told_to_pay_again(
    web: Flask, gig: int, officer: Browser
) -> None:
    rider = Browser(web)
    fields = {"unit_id": str(gig), "name": "某人", "certno": make_id(801), "occupation": "rider"}
    fields |= {"phone": "13900000001", "account": make_account(801), "consent": "y"}
    answer = rider.post("/join", key="1" * 32, **fields)
    path = re.search(r'action="(/join/G[A-Z0-9]{8}/online)"', answer.text)[1]
    where = path.removesuffix("/online")
    assert rider.post(path).status_code == 302
    with web.app_context(), transaction() as session:
        newest = "SELECT out_trade_no FROM online_order ORDER BY id DESC LIMIT 1"
        number = session.execute(text(newest)).scalar_one()
    assert 'class="qr"' in rider.get(where).text
    assert tell(web, online.notice(online.transaction(number, 49_99, "T-less"))) == 200
    page = rider.get(where).text
    assert "金额与应缴的不同" in page
    assert 'class="qr"' not in page
    assert path not in page
    assert "data-poll" not in page
    # Nor by a page that was open before.
    assert rider.post(path).status_code == 302
    assert rider.get(where).text == page
    # An officer takes it: it is this person's, and the rest is to pay.
    [kept] = re.findall(
        r'action="(/office/online/kept/[^"]+)"', officer.get("/office/online/").text
    )
    assert officer.post(kept).status_code == 302
    page = rider.get(where).text
    assert "¥0.01" in page
    assert path in page
