"""How a year stands, and its notices, as far as an officer sees."""

import pytest
from sqlalchemy import text

from app.db import db, transaction
from app.notices.write import write
from tests.web.browser import Browser


@pytest.fixture(scope="module")
def told(web, fund) -> None:
    """Unit 1 is the city's, unit 2 the district's; member 1 is covered by the city's unit."""
    with web.app_context(), transaction() as session:
        for unit_id in (1, 2):
            facts = {"amount_fen": 1_000 + unit_id, "pay_by": "2026-12-31"}
            write(
                session,
                "money_missing",
                dedupe=f"m:{unit_id}",
                unit_id=unit_id,
                year=2026,
                **facts,
            )
        write(session, "paid", dedupe="p:1", member_id=1, amount_fen=5, tail="0001")
        session.execute(text("UPDATE notice_delivery SET state = 'failed', trouble = 'timeout'"))


def states(web) -> list[str]:
    with web.app_context():
        asked = text(
            "SELECT d.state FROM notice_delivery d JOIN notice n ON n.id = d.notice_id"
            " WHERE n.kind IN ('money_missing', 'paid') ORDER BY n.id"
        )
        return list(db.session.scalars(asked))


def test_an_officer_sees_and_retries_what_is_below(web, told) -> None:
    north, city = Browser(web).sign_in("north"), Browser(web).sign_in("officer1")
    page = north.read("/office/notices/?state=failed")
    assert "北区第三小学：2026 年度互助金还差 ¥10.02" in page.replace(" ¥", " ¥")
    assert "市纺织机械厂" not in page
    assert "¥0.05" not in page
    assert "重发未发出的通知" in page
    assert north.post("/office/notices/retry").status_code == 302
    assert states(web) == ["failed", "waiting", "failed"]
    page = city.read("/office/notices/?year=2026")
    assert "市纺织机械厂" in page
    assert "北区第三小学" in page
    assert "¥0.05" not in page
    assert "¥0.05" in city.read("/office/notices/?kind=paid")
    assert city.post("/office/notices/retry").status_code == 302
    assert states(web) == ["waiting"] * 3
    assert "重发未发出的通知" not in city.read("/office/notices/"), "nothing is left to send again"


def test_filters_that_name_nothing_are_no_pages(officer: Browser) -> None:
    for wrong in ("state=x", "kind=x"):
        assert officer.get(f"/office/notices/?{wrong}").status_code == 404
    assert "没有这样的通知" in officer.read("/office/notices/?year=1999")
    assert officer.get("/office/year/0").status_code == 404
    assert officer.get("/office/year/9999").status_code == 404


def test_a_year_stands_as_its_units_do(web, told) -> None:
    city = Browser(web).sign_in("officer1").read("/office/year/2021")
    assert "¥450.00" in city  # nine people of three units
    assert "¥390.00" in city
    north = Browser(web).sign_in("north").read("/office/year/2021")
    assert "¥100.00" in north
    assert "¥450.00" not in north
