"""What the pages show is what the tables hold."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.db import db, transaction
from app.texts.amounts import money
from app.unions.models import Union
from app.unions.tree import subtree
from app.web import create_app
from tests.conftest import Database
from tests.factories import make_id, make_uscc
from tests.web.browser import Browser, words
from tests.web.fund import FIRST_FEED, ZHAO, Fund


@contextmanager
def statements(web: Flask) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    seen: list[str] = []
    with web.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_member_sees_cover_payer_waiting_and_room(member: Browser) -> None:
    page = member.read("/my/")
    assert "2021-01-01 – 2021-12-31" in page
    assert "市纺织机械厂" in page
    assert "单位 ¥25.00" in page
    assert "等待期最后一天 2021-01-30" in page
    assert "还可补助 ¥0.00" in page  # the year's cap, used up to the fen
    assert "还可补助 ¥2,860.00" in page
    assert "2019-10-01 – 2020-09-30" in page


def test_a_members_claims_say_where_they_stand(member: Browser) -> None:
    page = member.read("/my/claims")
    for said in ("当天没有保障", "在等待期内", "待人工处理", "已发放", "不在补助范围"):
        assert said in page
    assert "¥90,000.00" in page
    # Two pages of the same list: nothing twice, nothing lost.
    links = re.compile(r'href="(/my/claims/[0-9]+)"')
    first = member.get("/my/claims?size=4").text
    found = links.findall(first)
    while following := re.search(r'href="(/my/claims[^"]*after=[0-9]+)"', first):
        first = member.get(following[1] + "&size=4").text
        found += links.findall(first)
    assert found == links.findall(member.get("/my/claims").text)
    assert len(found) == len(set(found)) == 13
    # The first page shows the latest of them, below the bills that were found.
    assert links.findall(member.get("/my/").text)[-3:] == found[:3]


def test_every_determination_is_told_to_the_fen(web: Flask, fund: Fund) -> None:
    zhao, qian = Browser(web).sign_in("zhao"), Browser(web).sign_in("qian")
    with web.app_context(), transaction() as session:
        rows = session.execute(
            text(
                "SELECT d.member_id, d.claim_id, d.base_fen, d.gross_fen, d.payable_fen, d.refusal"
                " FROM determination d WHERE NOT EXISTS (SELECT FROM determination l"
                " WHERE l.member_id = d.member_id AND l.claim_id = d.claim_id AND l.seq > d.seq)"
            )
        ).all()
        zhao_is = session.execute(text("SELECT min(id) FROM member")).scalar_one()
    assert len(rows) >= 15
    for member_id, claim_id, base_fen, gross_fen, payable_fen, refusal in rows:
        page = (zhao if member_id == zhao_is else qian).read(f"/my/claims/{claim_id}")
        assert "与记录的金额不一致" not in page
        assert "第二十四条" in page
        if refusal is None:
            assert f"补助基数是 {money(base_fen)}" in page
            assert money(gross_fen) in page
            assert f"因此这张结算单补助 {money(payable_fen)}" in page or "因此" in page


def test_a_corrected_bill_shows_what_was_said_before(web: Flask, fund: Fund) -> None:
    page = Browser(web).sign_in("qian").read("/my/")
    assert "¥1,500.00" in page
    corrected = Browser(web).sign_in("qian")
    link = next(
        path
        for path in re.findall(r'href="(/my/claims/[0-9]+)"', corrected.get("/my/").text)
        if "¥1,500.00" in corrected.read(path)
    )
    page = corrected.read(link)
    assert "以前的结果" in page
    assert "¥2,000.00" in page


def test_a_refunded_bill_says_so(web: Flask, fund: Fund) -> None:
    assert "医保局已撤销结算" in Browser(web).sign_in("qian").read("/my/")


def test_the_office_says_what_the_imports_did(officer: Browser) -> None:
    page = officer.read("/office/")
    assert f"结算单文件 {FIRST_FEED.count(b'S0') + FIRST_FEED.count(b'S1')} 行" in page
    assert "收到滨河物业服务有限公司 2021 年度缴费 ¥90.00" in page
    assert "北区第三小学 2021 年度花名册" in page
    assert "未成功 1 笔" in page


def test_the_tiles_count_what_the_lists_hold(officer: Browser) -> None:
    page = officer.get("/office/").text
    tiles = re.findall(r'href="(/office/claims/[a-z_]+)"><strong>([0-9]+)</strong>', page)
    assert len(tiles) == 5
    for path, count in tiles:
        rows = officer.get(path).text.count("/office/members/")
        assert rows == int(count), path


def test_a_lists_pages_follow_each_other(officer: Browser) -> None:
    everything = re.findall(
        r"/office/members/[0-9]+/claims/[0-9]+", officer.get("/office/claims/held").text
    )
    assert len(everything) > 2
    found, page = [], officer.get("/office/claims/held?size=1").text
    found += re.findall(r"/office/members/[0-9]+/claims/[0-9]+", page)
    while following := re.search(r'href="[^"]*([?]after=[0-9]+)"', page):
        page = officer.get(f"/office/claims/held{following[1]}&size=1").text
        found += re.findall(r"/office/members/[0-9]+/claims/[0-9]+", page)
    assert found == everything


def test_the_units_say_what_is_due_and_missing(officer: Browser) -> None:
    page = officer.read("/office/units/2021")
    assert "还差 ¥60.00" in page
    assert make_uscc(1) in page
    assert officer.get("/office/units/").location == "/office/units/2021"


def test_a_run_lists_refused_and_unknown_lines(web: Flask, officer: Browser, fund: Fund) -> None:
    page = officer.read(f"/office/runs/{fund.first_run}")
    asked = "SELECT sum(payable_fen)::bigint FROM determination WHERE run_id = :run"
    with web.app_context():
        granted_fen = db.session().execute(text(asked), {"run": fund.first_run}).scalar_one()
    assert f"¥{granted_fen / 100:,.2f}" in page
    assert "结果 补助申请 补助金额" in page
    assert "S013" in page
    assert "此人未参保" in page
    assert "inscp_scp_amt" in page
    paged = words(officer.get(f"/office/runs/{fund.first_run}?size=1").text)
    assert "下一页" in paged


def test_an_officer_sees_masked_ids_only(officer: Browser) -> None:
    page = officer.get("/office/members/1/claims/1").text
    certno = make_id(ZHAO)
    assert certno not in page
    assert f"{certno[:6]}********{certno[-4:]}" in page


def test_the_auditor_sees_balances_that_close(auditor: Browser) -> None:
    assert "2021" in auditor.read("/audit/")
    page = auditor.read("/audit/2021")
    assert "借贷平衡" in page
    assert "借贷不平" not in page
    assert "生成 2021 年度资料包" in page
    assert auditor.get("/audit/1999").status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/office/", 20),  # a look at each part for what waits there
        ("/office/claims/held", 11),
        ("/office/units/2021", 11),
        ("/office/runs/1", 11),
        ("/office/units/2021?paid=none", 11),
        ("/office/unit/1", 11),
        ("/office/unit/1/upload", 11),
        ("/office/upload", 11),
        ("/office/rosters/", 11),
        ("/office/rosters/1", 11),
        ("/office/members/1/claims/1", 14),
    ],
)
def test_a_page_takes_few_statements(web: Flask, officer: Browser, path: str, most: int) -> None:
    with statements(web) as seen:
        assert officer.get(path).status_code == 200
    assert 0 < len(seen) <= most, seen


def test_a_members_page_takes_few_statements(web: Flask, member: Browser) -> None:
    for path in ("/my/", "/my/claims", "/my/claims/1", "/my/claims/new/"):
        with statements(web) as seen:
            assert member.get(path).status_code == 200
        assert len(seen) <= 10, seen


def test_pages_write_nothing_but_when_they_were_seen(web: Flask, officer: Browser) -> None:
    with statements(web) as seen:
        officer.get("/office/")
        officer.get("/office/units/2021")
    assert not [x for x in seen if re.match(r"\s*(INSERT|UPDATE|DELETE)", x) and "sign_in" not in x]


def test_a_subtree_is_the_node_and_all_below(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        north = session.scalars(select(Union).where(Union.name == "北区总工会")).one()
        units = session.scalars(select(Union.id).where(Union.kind == "unit")).all()
        below = Union(name="某校工会", parent_id=north.id)
        session.add(below)
        session.flush()
        assert sorted(subtree(session, north.id)) == sorted([north.id, *units, below.id])
        assert set(subtree(session, north.parent_id)) == {
            north.parent_id,
            north.id,
            *units,
            below.id,
        }
        assert subtree(session, 10**12) == []
        session.rollback()


def test_an_empty_fund_says_what_comes_here(database: Database) -> None:
    web = create_app(database.settings)
    with web.app_context():
        with transaction() as session:
            Fund(session)
        db.engine.dispose()
    officer = Browser(web).sign_in("officer1")
    assert "这里还没有人参保" in officer.read("/office/")
    assert "登记单位" in officer.read("/office/units/")
    for state in ("review", "held", "payable", "closed", "sent", "paid", "card_wanted"):
        assert "没有" in officer.read(f"/office/claims/{state}")
    assert "账上还没有记录" in Browser(web).sign_in("auditor").read("/audit/")
    with web.app_context():
        db.engine.dispose()
