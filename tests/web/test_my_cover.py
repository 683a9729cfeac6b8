"""What a member sees of covers and claims, as they stand on the day of looking."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import open_gift
from app.money import yuan
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.returns import take_return
from app.roster.person import RosterRow
from app.web import create_app
from app.web.read.covers import CoverSeen, Standing, Status
from tests.conftest import Cluster, copy_of
from tests.factories import make_account, make_id, make_name, return_file
from tests.web.browser import Browser, words
from tests.web.fund import Fund, bill, feed

DAY = date(2024, 6, 15)


def cover(starts_on: str, ends_on: str, **changed: object) -> CoverSeen:
    fields: dict[str, object] = {
        "rooms": [],
        "id": 1,
        "starts_on": date.fromisoformat(starts_on),
        "ends_on": date.fromisoformat(ends_on),
        "in_force": True,
        "granted_to": date.fromisoformat(ends_on),
        "scheme_id": "2023",
        "benefit_year": 2024,
        "waits_until": None,
        "unit": "某厂",
        "campaign": None,
        "unit_due_fen": 0,
        "worker_due_fen": 0,
        "union_due_fen": 0,
    }
    return CoverSeen(**{**fields, **changed})


PAST = cover("2023-01-01", "2023-12-31")
RUNS = cover("2024-01-01", "2024-12-31")
NEXT = cover("2025-01-01", "2025-12-31")
CUT = cover("2024-01-01", "2024-05-31", granted_to=date(2024, 6, 30))
GONE = cover("2024-02-01", "2024-01-31", in_force=False, granted_to=date(2024, 6, 30))


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (PAST, Status.ENDED),
        (RUNS, Status.COVERED),
        (NEXT, Status.STARTS),
        (CUT, Status.SHORTENED),
        (GONE, Status.VOID),
        (cover("2024-06-01", "2025-05-31", waits_until=date(2024, 7, 1)), Status.WAITING),
        (cover("2024-05-16", "2025-05-15", waits_until=DAY), Status.COVERED),
        (cover("2024-06-15", "2024-06-15"), Status.COVERED),
        (cover("2024-01-01", "2024-06-14"), Status.ENDED),
    ],
)
def test_how_a_cover_stands(seen: CoverSeen, status: Status) -> None:
    assert seen.status(DAY) is status


def test_the_cover_that_runs_comes_first() -> None:
    standing = Standing.on(DAY, [NEXT, RUNS, PAST])
    assert (standing.counts, standing.later, standing.earlier) == (RUNS, [NEXT], [PAST])


def test_without_one_the_next_comes_first_and_then_the_last() -> None:
    assert Standing.on(DAY, [NEXT, CUT]).counts == NEXT
    assert Standing.on(DAY, [GONE, CUT, PAST]).counts == CUT
    assert Standing.on(DAY, [GONE, CUT, PAST]).earlier == [GONE, PAST]
    assert Standing.on(DAY, []).counts is None


@pytest.fixture(scope="module")
def year(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Covers around today: a gift, one cut short by a paid cover, one of next year."""
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("year")) as database:
        web = create_app(database.settings)
        with web.app_context(), transaction() as session:
            _enrol(Fund(session), today().year)
        yield web
        with web.app_context():
            db.engine.dispose()


def _enrol(fund: Fund, this: int) -> None:
    works = fund._unit(1, "市纺织机械厂", fund.city.id)
    late = fund._unit(3, "滨河物业服务有限公司", fund.city.id)
    gift = open_gift(
        fund.session,
        name="暖心骑手",
        union_id=fund.city.id,
        quota=10,
        term_months=12,
        opens_on=date(this, 1, 1),
        closes_on=date(this, 12, 31),
        by=fund.officer,
    )
    people = [RosterRow(n, make_name(n), make_id(n), make_account(n)) for n in (2, 3)]
    start = date(this, 1, 1)
    give(fund.session, GiftAsked(gift, start, start, "0" * 64), people, by=fund.officer)
    # The second one's unit pays from the first of February on: the gift ends the day before.
    fund._enrol(works, this, [3], f"{this}-02-01", paid="50.00")
    fund._enrol(works, this + 1, [4], f"{this + 1}-01-01", paid="50.00")
    fund._enrol(late, this, [5, 6], f"{this}-01-01", paid="60.00")
    for seed in (2, 3, 4, 5):
        fund._account(f"m{seed}", make_name(seed), Role.MEMBER, certno=make_id(seed))
    fund.take(feed(bill("S1", 2, f"{this}-01-01", "3000.00")))
    officers = {"prepared_by": fund.officer, "approved_by": fund.second}
    batch = prepare_batch(fund.session, this, made_on=start, **officers)
    [line] = sent_lines(fund.session, batch.id)
    bounced = (line.line, yuan(line.amount_fen), "失败", f"{this}-01-01", "账户已销户")
    take_return(fund.session, return_file(batch.number, [bounced]), by=fund.officer)


def test_a_gift_names_its_campaign_and_who_pays(year: Flask) -> None:
    page = Browser(year).sign_in("m2").read("/my/")
    assert f"您有保障，到 {today().year}-12-31 为止" in page
    assert "赠送活动 暖心骑手" in page
    assert "工会赠送， ¥75.00 由工会承担" in page
    assert "住院 还可补助 ¥98,500.00" in page
    assert "门诊慢性病 还可补助" not in page


def test_a_gift_cut_short_says_why(year: Flask) -> None:
    this = today().year
    page = Browser(year).sign_in("m3").read("/my/")
    assert f"{this}-02-01 – {this}-12-31" in page
    over = today() >= date(this, 2, 1)
    assert ("以前的 1 期保障" in page) is over
    assert f"{this}-01-01 – {this}-01-31" in page
    assert f"原来赠送到 {this}-12-31" in page
    assert (page.index("市纺织机械厂") < page.index("暖心骑手")) is over


def test_a_cover_of_next_year_says_when_it_begins(year: Flask) -> None:
    page = Browser(year).sign_in("m4").read("/my/")
    assert f"您今天没有保障。保障从 {today().year + 1}-01-01 开始" in page


def test_who_is_enrolled_and_not_covered_is_told_why(year: Flask) -> None:
    page = Browser(year).sign_in("m5").read("/my/")
    assert "您还没有保障" in page
    assert f"滨河物业服务有限公司，{today().year} 年度：" in page
    assert "单位缴费到账后保障开始" in page


def test_who_has_no_claims_is_told_how_they_come(year: Flask) -> None:
    browser = Browser(year).sign_in("m5")
    for path in ("/my/", "/my/claims"):
        assert "不用您申请" in browser.read(path)
        assert 'href="/my/claims/new/"' in browser.get(path).text


def test_a_claim_shows_its_way_and_the_card_it_went_to(web: Flask, fund: Fund) -> None:
    member = Browser(web).sign_in("zhao")
    page = member.read("/my/claims")
    assert "结算单到达" in page
    assert "已送银行 2021-10-01" in page
    assert "已到账 2021-10-02" in page
    paid = member.read("/my/claims/1")
    assert f"尾号 {make_account(0)[-4:]}" in paid
    assert make_account(0) not in member.get("/my/claims/1").text


def test_what_is_determined_between_two_readings_is_looked_at_again(web: Flask, fund: Fund) -> None:
    """Read before a worker's commit it stands as filed, though its answer is there by then."""
    take = text("DELETE FROM claim_queue WHERE claim_id = 1 RETURNING member_id, state, seq")
    back = text("INSERT INTO claim_queue (member_id, claim_id, state, seq) VALUES (:m, 1, :s, :q)")
    member = Browser(web).sign_in("zhao")
    with web.app_context(), transaction() as session:
        kept = session.execute(take).one()
    page = member.get("/my/claims/1").text
    with web.app_context(), transaction() as session:
        session.execute(back, dict(zip("msq", kept, strict=True)))
    assert 'data-poll="1"' in page
    assert "正在计算" in words(page)
    assert "已计算" not in words(page)
    assert "data-poll" not in member.get("/my/claims/1").text


def test_who_was_not_paid_is_told_why_and_whom_to_ask(year: Flask) -> None:
    member = Browser(year).sign_in("m2")
    page = member.read("/my/claims")
    assert f"银行未能发放 {today().year}-01-01" in page
    assert "下一步：您本人" in page
    assert "请提供本人名下的另一张银行卡" in page
    path = re.search(r'href="(/my/claims/[0-9]+)"', member.get("/my/claims").text)[1]
    page = member.read(path)
    assert f"尾号 {make_account(2)[-4:]} 的账户" in page
    assert "账户已销户" in page
