"""Two officers of the whole fund have personal data erased; nobody else, and none alone."""

from contextlib import suppress
from datetime import date

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.adjudication.drain import drain
from app.audit.erase import open_with
from app.claims.decide import decide
from app.claims.decided import Reason, What
from app.db import db, transaction
from app.money import yuan
from app.payments.batch import NothingToPay, prepare_batch
from app.payments.lines import sent_lines
from app.payments.returns import take_return
from tests.conftest import Database
from tests.db.typed import member_of
from tests.factories import return_file
from tests.pictures import photo
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, QIAN, ZHAO, Fund
from tests.web.test_claim_papers import MINE, send

PATH = "/office/erasures/"


@pytest.fixture(scope="module")
def second(web: Flask, fund: Fund) -> Browser:
    with web.app_context(), transaction() as session:
        add_account(session, "second", "乙二", Role.OFFICER, PASSWORD, by=None)
    return Browser(web).sign_in("second")


def number(web: Flask, asks: str) -> int:
    with web.app_context():
        found: int = db.session.execute(text(asks)).scalar_one()
        db.session.remove()
    return found


def test_one_asks_another_approves_and_it_is_gone(
    web: Flask, officer: Browser, second: Browser
) -> None:
    with web.app_context(), transaction() as session:
        qian = member_of(session, QIAN)
    assert f'value="{qian}"' in officer.get(f"{PATH}?member={qian}").text
    assert f"{PATH}?member={qian}" in officer.get(f"/office/members/{qian}").text
    asked = {"scope": "reached_by", "why": "person_asks"}
    assert officer.post(PATH, **asked, member="").status_code == 409, "of nobody"
    assert officer.post(PATH, **asked, member="0").status_code == 400
    assert officer.post(PATH, scope="everything", why="person_asks").status_code == 400
    assert officer.post(PATH, **asked, member=str(qian)).status_code == 302
    asked_id = number(web, "SELECT max(id) FROM erasure_asked")
    assert "须由另一名经办人办理" in officer.read(PATH) or "另一名" in officer.read(PATH)
    alone = officer.post(f"{PATH}{asked_id}", sure="1")
    assert alone.status_code == 409
    assert second.post(f"{PATH}{asked_id}").status_code == 400, "not confirmed"
    assert number(web, "SELECT count(*) FROM erasure") == 0
    assert second.post(f"{PATH}{asked_id}", sure="1").status_code == 302
    assert number(web, "SELECT count(*) FROM erasure") == 1
    assert "已删除" in second.read(PATH)
    assert second.post(f"{PATH}{asked_id}", sure="1").status_code == 409, "once"


def test_what_must_be_kept_is_not_even_asked_for(
    web: Flask, copied: Database, officer: Browser, second: Browser
) -> None:
    asked = {"scope": "statements", "why": "kept_long_enough"}
    refused = officer.post(PATH, **asked, before="2021")
    assert refused.status_code == 409
    assert "保管期限未满" in words(refused.text)
    assert number(web, "SELECT count(*) FROM erasure_asked WHERE scope = 'statements'") == 0
    # Ten full years from the end of the last year they are of; the day of asking is the database's.
    year = number(web, "SELECT extract(year FROM current_date)::int")
    assert officer.post(PATH, **asked, before=str(year - 9)).status_code == 409
    assert officer.post(PATH, **asked, before=str(year - 10)).status_code == 302
    asked_id = number(web, "SELECT max(id) FROM erasure_asked")
    # What must be kept longer since it was asked for stays, in the same words.
    keep = "UPDATE retention SET years = %s WHERE kind = 'statement'"
    with psycopg.connect(copied.owner_url.replace("+psycopg", "")) as owner:
        owner.execute(keep, [11])
    later = second.post(f"{PATH}{asked_id}", sure="1")
    with psycopg.connect(copied.owner_url.replace("+psycopg", "")) as owner:
        owner.execute(keep, [10])
    assert later.status_code == 409
    assert "保管期限未满" in words(later.text)


def settled(session: Session, fund: Fund, member: int) -> None:
    """Nothing is open any more: decided, and what is due paid in every year."""
    fund.session = session
    held = "SELECT claim_id FROM claim_queue WHERE member_id = :m AND state = 'held'"
    for claim in session.scalars(text(held), {"m": member}).all():
        two = {"by": fund.officer, "approved_by": fund.second}
        decide(session, claim, What.REFUSE, reason=Reason.OTHERS_LIABLE, **two)
    for run in session.scalars(
        text("SELECT DISTINCT subject_id FROM job WHERE kind = 'determine'")
    ):
        drain(session, run)
    for year in (2019, 2021, 2022):
        with suppress(NothingToPay):
            two = {"prepared_by": fund.officer, "approved_by": fund.second}
            batch = prepare_batch(session, year, **two, made_on=date(2023, 1, 10))
            sent = sent_lines(session, batch.id)
            lines = [(x.line, yuan(x.amount_fen), "成功", "2023-01-11") for x in sent]
            take_return(session, return_file(batch.number, lines), by=fund.second)
    assert not any(open_with(session, member))


def test_with_whom_something_is_open_is_not_forgotten(web: Flask, officer: Browser) -> None:
    with web.app_context(), transaction() as session:
        zhao = member_of(session, ZHAO)
    asked = {"scope": "person", "why": "kept_long_enough", "member": str(zhao)}
    assert officer.post(PATH, **asked | {"member": "9" * 30}).status_code == 400
    refused = officer.post(PATH, **asked)
    assert refused.status_code == 409
    assert "未结清" in words(refused.text)
    assert number(web, "SELECT count(*) FROM erasure_asked WHERE scope = 'person'") == 0


def test_papers_of_an_erased_person_say_so(
    web: Flask,
    fund: Fund,
    copied: Database,
    officer: Browser,
    second: Browser,
    auditor: Browser,
) -> None:
    assert send(Browser(web).sign_in("zhao"), MINE, photo("a bill")).status_code == 302
    opened = auditor.post("/audit/claims/", number="1", purpose="2021 年度审计").location
    assert auditor.get(f"{opened}/papers/1").status_code == 200
    zhao = number(web, "SELECT member_id FROM claim_attachment LIMIT 1")
    with web.app_context(), transaction() as session:
        settled(session, fund, zhao)
    asked = {"scope": "person", "why": "kept_long_enough", "member": str(zhao)}
    assert "保管期限未满" in words(officer.post(PATH, **asked).text)
    with psycopg.connect(copied.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("UPDATE retention SET years = 1")
    assert officer.post(PATH, **asked).status_code == 302
    asked_id = number(web, "SELECT max(id) FROM erasure_asked")
    assert second.post(f"{PATH}{asked_id}", sure="1").status_code == 302
    page = auditor.get(opened).text
    assert "已随个人信息一并删除" in words(page)
    assert "/papers/1" not in page
    assert "两名经办人办理" in words(auditor.get(f"{opened}/papers/1").text)
    assert f"/office/members/{zhao}" in officer.get(PATH).text


def test_a_district_and_others_have_no_such_page(web: Flask, fund: Fund, officer: Browser) -> None:
    for login in ("north", "auditor", "qian"):
        browser = Browser(web).sign_in(login)
        assert browser.get(PATH).status_code == 403
        assert browser.post(PATH, scope="statements", why="person_asks").status_code == 403
    assert officer.client.post(PATH, data={"scope": "statements"}).status_code == 400, "no token"
