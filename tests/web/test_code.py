"""Signing in by a one-time code, and what a stranger learns by trying."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, text, update

from app.accounts.code import MOST_SENT, TRIES, code_to_send, forget_codes
from app.accounts.factor import code_at, confirm_factor, secret_to_set, step_now
from app.accounts.models import (
    Account,
    DemoAccount,
    RecoveryCode,
    SecondFactor,
    SignInCode,
    SignInTry,
)
from app.db import db, transaction
from app.notices.address import set_phones
from app.notices.codes import MOST_A_DAY, write_codes
from app.notices.deliver import deliver_all
from app.notices.senders import ToFolder
from app.secrets import vault
from tests.factories import make_id
from tests.web.browser import Browser, words
from tests.web.fund import NOBODY, QIAN, ZHAO, Fund

PHONE, SHARED, UNKNOWN = "13900000001", "13900000002", "13911112222"
WITHOUT = 5
"""Somebody on a roster who has no account."""


@pytest.fixture(autouse=True)
def afresh(web: Flask, fund: Fund) -> Iterator[None]:
    """Phones known, nothing counted."""
    with web.app_context(), transaction() as session:
        members = [_member(session, seed) for seed in (ZHAO, QIAN, 3)]
        set_phones(session, dict(zip(members, (PHONE, SHARED, SHARED), strict=True)), by=None)
    yield
    with web.app_context(), transaction() as session:
        session.execute(delete(SignInTry))
        session.execute(delete(SignInCode))


def _member(session, seed: int) -> int:
    asked = {"index": vault().index("certno", make_id(seed))}
    return session.scalar(text("SELECT id FROM member WHERE certno_index = :index"), asked)


def ask(web: Flask, who: str) -> Browser:
    browser = Browser(web)
    answer = browser.post("/sign-in/ask", who=who)
    assert (answer.status_code, answer.location) == (302, "/sign-in/code?next=/")
    return browser


def code_of(web: Flask, who: int | None = None) -> str:
    """The newest code, as the sender gets it."""
    with web.app_context(), transaction() as session:
        newest = select(func.max(SignInCode.id))
        return code_to_send(session, session.scalar(newest))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize(
    "who", [PHONE, make_id(ZHAO), " +86 139-0000-0001 ", make_id(ZHAO).lower()]
)
def test_the_right_code_signs_in(web: Flask, fund: Fund, who: str) -> None:
    browser = ask(web, who)
    answer = browser.post("/sign-in/code", code=code_of(web), next="/my/claims")
    assert answer.location == "/my/claims"
    assert browser.get("/my/").status_code == 200


def test_who_has_set_a_second_step_is_asked_for_it_after_a_code(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        secret = secret_to_set(session, fund.zhao)
        assert isinstance(confirm_factor(session, fund.zhao, code_at(secret, step_now())), list)
    try:
        browser = ask(web, PHONE)
        answer = browser.post("/sign-in/code", code=code_of(web), next="/my/claims")
        assert answer.location == "/sign-in/second/?next=/my/claims"
        assert browser.get("/my/").status_code == 302
    finally:
        with web.app_context(), transaction() as session:
            session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == fund.zhao))
            session.execute(delete(SecondFactor).where(SecondFactor.account_id == fund.zhao))


def test_a_page_asked_for_before_comes_after_and_never_another_host(web: Flask, fund: Fund) -> None:
    browser = Browser(web)
    answer = browser.post("/sign-in/ask", who=PHONE, next="/my/claims")
    assert answer.location == "/sign-in/code?next=/my/claims"
    assert 'value="/my/claims"' in browser.get(answer.location).text
    answer = browser.post("/sign-in/code", code=code_of(web), next="//evil.example")
    assert answer.location == "/"


def test_known_or_not_the_answer_is_the_same(web: Flask, fund: Fund) -> None:
    asked = {who: ask(web, who) for who in (PHONE, make_id(ZHAO), UNKNOWN, make_id(NOBODY), SHARED)}
    pages = {words(browser.get("/sign-in/code").text) for browser in asked.values()}
    assert len(pages) == 1
    answers = [browser.post("/sign-in/code", code="12345x") for browser in asked.values()]
    assert {answer.status_code for answer in answers} == {403}
    assert len({words(answer.text) for answer in answers}) == 1
    with web.app_context(), transaction() as session:
        rows = session.execute(select(SignInCode.member_id).order_by(SignInCode.id)).all()
    assert [bool(row.member_id) for row in rows] == [True, True, False, False, False]


def test_82_the_same_statements_run_for_known_and_unknown(web: Flask, fund: Fund) -> None:
    """What takes time is what is asked of the database: the same for both, step by step."""
    seen: list[list[str]] = []
    for who in (PHONE, UNKNOWN, make_id(ZHAO), make_id(NOBODY)):
        browser, ran = Browser(web), []
        token = browser.token()
        with web.app_context():
            engine = db.engine

        def note(conn, cursor, statement, *rest, ran=ran) -> None:
            ran.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            browser.client.post("/sign-in/ask", data={"csrf_token": token, "who": who})
        finally:
            event.remove(engine, "before_cursor_execute", note)
        seen.append(ran)
    assert len(seen[0]) > 5
    assert seen[0] == seen[1] == seen[2] == seen[3]


def test_an_unknown_person_is_signed_in_by_no_code(web: Flask, fund: Fund) -> None:
    browser = ask(web, UNKNOWN)
    assert browser.post("/sign-in/code", code=code_of(web)).status_code == 403


def test_86_a_used_code_is_used(web: Flask, fund: Fund) -> None:
    browser = ask(web, PHONE)
    code, cookie = code_of(web), browser.cookie()
    assert browser.post("/sign-in/code", code=code).status_code == 302
    again = Browser(web)
    again.client.set_cookie("huzhu", cookie)
    assert again.post("/sign-in/code", code=code).status_code == 403


def test_45_eight_at_once_with_the_right_code_are_one_sign_in(web: Flask, fund: Fund) -> None:
    browser = ask(web, PHONE)
    token, cookie, code = browser.token("/sign-in/code"), browser.cookie(), code_of(web)

    def enter(_: int) -> int:
        other = Browser(web)
        other.client.set_cookie("huzhu", cookie)
        fields = {"csrf_token": token, "code": code}
        return other.client.post("/sign-in/code", data=fields).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(enter, range(8)))
    assert codes == [302] + [403] * 7


def test_five_tries_and_the_code_is_worth_nothing(web: Flask, fund: Fund) -> None:
    browser = ask(web, PHONE)
    code = code_of(web)
    for _ in range(TRIES):
        assert browser.post("/sign-in/code", code=wrong(code)).status_code == 403
    assert browser.post("/sign-in/code", code=code).status_code == 403


def test_only_the_newest_code_of_a_browser_counts(web: Flask, fund: Fund) -> None:
    browser = ask(web, PHONE)
    old = code_of(web)
    before = browser.cookie()
    browser.post("/sign-in/ask", who=PHONE)
    new = code_of(web)
    if old != new:
        assert browser.post("/sign-in/code", code=old).status_code == 403
    kept = Browser(web)
    kept.client.set_cookie("huzhu", before)
    assert kept.post("/sign-in/code", code=old).status_code == 403
    assert browser.post("/sign-in/code", code=new).status_code == 302


def test_84_nobody_spoils_anothers_code_by_asking_again_and_it_serves_no_other_browser(
    web: Flask, fund: Fund
) -> None:
    mine = ask(web, PHONE)
    code = code_of(web)
    other = ask(web, PHONE)
    if code != code_of(web):
        assert other.post("/sign-in/code", code=code).status_code == 403
    assert mine.post("/sign-in/code", code=code).status_code == 302


def test_a_code_ends_after_ten_minutes_and_is_swept_away(web: Flask, fund: Fund) -> None:
    browser = ask(web, PHONE)
    code = code_of(web)
    with web.app_context(), transaction() as session:
        past = SignInCode.recorded_at - timedelta(minutes=10, seconds=1)
        session.execute(update(SignInCode).values(recorded_at=past))
    assert browser.post("/sign-in/code", code=code).status_code == 403
    with web.app_context(), transaction() as session:
        assert forget_codes(session) == 1


def test_83_asking_too_often_from_an_address_is_refused_in_words(web: Flask, fund: Fund) -> None:
    browser = Browser(web)
    codes = [browser.post("/sign-in/ask", who=f"139{n:08d}").status_code for n in range(21)]
    assert codes == [302] * 20 + [429]
    answer = browser.post("/sign-in/ask", who=PHONE)
    assert answer.headers["Retry-After"] == "900"


def test_one_person_is_not_flooded_and_the_page_does_not_tell(web: Flask, fund: Fund) -> None:
    for n in range(MOST_SENT + 2):
        ask(web, PHONE if n % 2 else make_id(ZHAO))
    with web.app_context(), transaction() as session:
        sent = session.scalars(select(SignInCode.member_id).order_by(SignInCode.id)).all()
    assert [bool(each) for each in sent] == [True] * MOST_SENT + [False] * 2


def test_84_asking_for_somebody_else_does_not_keep_the_lock_shut(web: Flask, fund: Fund) -> None:
    for minutes in (10, 6):
        for _ in range(MOST_SENT):
            ask(web, PHONE)
        with web.app_context(), transaction() as session:
            earlier = SignInTry.at - text(f"interval '{minutes} min'")
            session.execute(update(SignInTry).values(at=earlier))
    ask(web, PHONE)
    with web.app_context(), transaction() as session:
        sent = session.scalars(select(SignInCode.member_id).order_by(SignInCode.id)).all()
    assert [bool(each) for each in sent] == [True] * MOST_SENT + [False] * MOST_SENT + [True]


def test_wrong_codes_are_counted_alike_for_known_and_unknown(web: Flask, fund: Fund) -> None:
    for who in (PHONE, UNKNOWN):
        codes = []
        for _ in range(3):
            browser = ask(web, who)
            code = wrong(code_of(web))
            codes += [browser.post("/sign-in/code", code=code).status_code for _ in range(TRIES)]
        assert codes == [403] * 10 + [429] * 5, who


def test_a_member_without_an_account_gets_one_at_the_first_right_code(
    web: Flask, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    for new in (1, 0):
        browser = ask(web, make_id(WITHOUT))
        assert browser.post("/sign-in/code", code=code_of(web)).status_code == 302
        assert browser.get("/my/").status_code == 200
        with web.app_context(), transaction() as session:
            after = session.scalar(select(func.count()).select_from(Account))
            assert after == before + new
            before = after
            made = session.scalars(select(Account).order_by(Account.id.desc()).limit(1)).one()
            assert (made.role, make_id(WITHOUT) in made.login) == ("member", False)


def test_a_disabled_account_gets_no_code(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        mine = update(Account).where(Account.login == "zhao")
        session.execute(mine.values(disabled_at=func.now()))
    browser = ask(web, PHONE)
    assert browser.post("/sign-in/code", code=code_of(web)).status_code == 403
    with web.app_context(), transaction() as session:
        session.execute(mine.values(disabled_at=None))


@pytest.mark.parametrize(
    "who", ["", "12345", "13900000001\0", "' OR 1=1 --", "x" * 50, "41059919600101001", "{{7*7}}"]
)
def test_what_is_no_number_is_named_and_kept(web: Flask, fund: Fund, who: str) -> None:
    answer = Browser(web).post("/sign-in/ask", who=who)
    assert answer.status_code == 400
    if who == "{{7*7}}":
        assert "{{7*7}}" in answer.text


@pytest.mark.parametrize("code", ["", "1", "x" * 41, "\0", "१२३४५६", "-12345"])
def test_no_code_breaks_the_form(web: Flask, fund: Fund, code: str) -> None:
    assert ask(web, PHONE).post("/sign-in/code", code=code).status_code in {400, 403}


def test_a_code_without_an_asking_is_wrong(browser: Browser, fund: Fund) -> None:
    assert browser.get("/sign-in/code").location == "/sign-in"
    assert browser.post("/sign-in/code", code="123456").status_code == 403


def test_neither_code_nor_number_stands_anywhere_in_clear(
    web: Flask, fund: Fund, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with web.app_context():
        deliver_all(ToFolder(tmp_path / "before"))  # what others have waited for
    browser = ask(web, PHONE)
    code = code_of(web)
    with browser.client.session_transaction() as cookie:
        assert code not in str(dict(cookie))
    assert code not in browser.get("/sign-in/code").text  # only in the demonstration
    with web.app_context(), transaction() as session:
        assert write_codes(session) == 1
        assert write_codes(session) == 0
        for table in ("sign_in_code", "sign_in_try", "notice", "notice_delivery", "job", "event"):
            kept = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert not any(PHONE in row or make_id(ZHAO) in row for row in kept)
            if table != "event":
                assert not any(re.search(rf"(?<!\d){code}(?!\d)", row) for row in kept)
    folder = ToFolder(tmp_path / "sent")
    with web.app_context():
        assert deliver_all(folder) == {"sent": 1}
    [file] = (tmp_path / "sent").iterdir()
    assert code in file.read_text()
    assert PHONE in file.read_text()
    folder.tidy()
    assert file.exists()
    past = file.stat().st_mtime - 601
    os.utime(file, (past, past))
    folder.tidy()
    assert not file.exists()
    assert code not in caplog.text
    assert PHONE not in caplog.text


def test_a_message_that_comes_too_late_is_never_sent(
    web: Flask, fund: Fund, tmp_path: Path
) -> None:
    ask(web, PHONE)
    with web.app_context():
        with transaction() as session:
            assert write_codes(session) == 1
            session.execute(delete(SignInCode))
        assert deliver_all(ToFolder(tmp_path)) == {"failed": 1}
        with transaction() as session:
            trouble = session.scalar(
                text("SELECT trouble FROM notice_delivery ORDER BY notice_id DESC LIMIT 1")
            )
    assert trouble == "expired"
    assert not list(tmp_path.iterdir())


def test_a_person_gets_so_many_codes_a_day_and_no_more(web: Flask, fund: Fund) -> None:
    sent = []
    for _ in range(MOST_A_DAY // MOST_SENT + 1):
        for _ in range(MOST_SENT):
            ask(web, make_id(4))
        with web.app_context(), transaction() as session:
            sent.append(write_codes(session))
            session.execute(delete(SignInTry))  # as after a quarter of an hour
    assert sent == [MOST_SENT] * (MOST_A_DAY // MOST_SENT) + [0]


# The last: a fund that is the demonstration stays it.
def test_the_demonstration_shows_the_code_and_says_so(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        session.add(DemoAccount(account_id=fund.zhao))
    for who in (PHONE, UNKNOWN):
        browser = ask(web, who).choose("en")
        page = browser.read("/sign-in/code")
        assert f"The code would be {code_of(web)}" in page
    # Behind a proxy nothing is shown.
    page = ask(web, PHONE).client.get("/sign-in/code", headers={"X-Forwarded-For": "::1"})
    assert code_of(web) not in page.text
