"""Who prepares, who trusts nothing, who gives rights: operator, auditor, administrators."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from app.accounts.factor import code_at, step_now
from tests.browser.books import Books
from tests.browser.test_auditor import checks
from tests.browser.visitor import Reader, Visitor

PAPER = "SELECT claim_id FROM claim_attachment ORDER BY claim_id LIMIT 1"
FREE = """
SELECT q.claim_id FROM review_queue q WHERE q.stage = %s AND NOT EXISTS (
    SELECT FROM review_hold h WHERE h.claim_id = q.claim_id AND h.until > clock_timestamp()
)
"""
"""Waits, and nobody has it open: an officer of another walk may have gone on to the next one."""
WITH_PAPERS = f"{FREE} AND EXISTS (SELECT FROM claim_attachment p WHERE p.claim_id = q.claim_id)"
PASSWORD = "a long row of words 7"


def test_an_operator_prepares_and_approves_nothing(
    visit: Callable[..., Visitor], walker: Reader, books: Books
) -> None:
    visitor = visit(walker).comes_as("许安澜")
    page, main = visitor.page, visitor.page.get_by_role("main")
    visitor.presses(walker.says("登记单位", "Register a unit"), main)
    visitor.goes_to("/office/reviews/")
    assert not page.locator("a[href*='/clean']").count()
    visitor.goes_to("/office/payments/")
    place = page.locator("main a[href*='/payments/batch/']").first.get_attribute("href") or ""
    visitor.goes_to(place)
    assert not page.locator("main form[action$='/approve']").count()
    visitor.goes_to(f"/office/reviews/{books.rows(FREE, 'approve')[0][0]}")
    assert not page.locator("[data-key=a]").count()
    # What is taken in is compared with its papers.
    visitor.goes_to(f"/office/reviews/{books.rows(WITH_PAPERS, 'accept')[0][0]}")
    page.wait_for_function("document.querySelector('main img').naturalWidth > 0")
    assert page.locator("[data-key=a]").count()


def test_an_auditor_takes_a_year_along_in_pieces_and_opens_a_claim(
    visit: Callable[..., Visitor], walker: Reader, books: Books, tmp_path: Path
) -> None:
    visitor = visit(walker).comes_as("auditor")
    page, main = visitor.page, visitor.page.get_by_role("main")
    purpose = walker.says(f"抽样 {walker.width}", f"Sample {walker.width}")
    visitor.names = ["抽样", *visitor.names]
    with page.expect_navigation():
        page.locator("main table.rows a").last.click()
    visitor.looks().presses(re.compile(walker.says("^生成", "^Make the bundle")), main)
    page.locator("#order:not([data-poll])").wait_for(timeout=90_000)
    place = visitor.looks().page.locator("#order a.btn-primary").get_attribute("href") or ""
    half = page.request.get(place, headers={"Range": "bytes=0-99999"})
    rest = page.request.get(place, headers={"Range": "bytes=100000-"})
    assert (half.status, rest.status) == (206, 206)
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(half.body() + rest.body())
    told = page.locator(".bundle-facts .code").inner_text()
    assert hashlib.sha256(bundle.read_bytes()).hexdigest() == told.replace(" ", "")
    assert checks(bundle, tmp_path / "unpacked", walker.lang).returncode == 0

    visitor.goes_to("/audit/claims")
    page.locator("#number").fill(str(books.number(PAPER)))
    page.locator("#purpose").fill(purpose)
    visitor.presses(walker.says("查看", "Open it"), main)
    visitor.reads(purpose)
    paper = page.locator("#attached .papers a").first.get_attribute("href") or ""
    assert page.request.get(paper).headers["content-type"] == "image/jpeg"
    visitor.goes_to("/audit/claims").reads(purpose)
    visitor.goes_to("/audit/log")
    with page.expect_download() as fetched:
        page.locator("a[href*='/file']").first.click()
    log = fetched.value.path().read_text(encoding="utf-8-sig")
    assert len(log.splitlines()) > 100


def test_an_account_is_made_gets_a_right_and_signs_in_twice(
    visit: Callable[..., Visitor], walker: Reader
) -> None:
    login = f"walker{walker.width}"
    system = visit(walker).comes_as("system_admin")
    system.presses(walker.says("开设账号", "Make an account"))
    system.page.locator("#login").fill(login)
    system.page.locator("#name").fill("周新来")
    system.presses(re.compile(walker.says("^开设", "^Make")), system.page.locator("main form"))
    first = system.page.locator("dd.code").last.inner_text()

    security = visit(walker).comes_as("security_admin")
    security.page.locator("#words").fill(login)
    security.presses(walker.says("查找", "Search"), security.page.get_by_role("main"))
    security.presses("周新来", security.page.get_by_role("main"))
    security.page.locator("#role").select_option("officer")
    security.page.locator("#union").select_option(index=1)
    with security.page.expect_navigation():
        security.page.locator("form[action$='/give'] .btn-primary").click()
    security.looks()

    officer = visit(walker).starts().goes_to("/sign-in")
    signs_in(officer, login, first)
    officer.page.locator("#old").fill(first)
    for name in ("new", "again"):
        officer.page.locator(f"#{name}").fill(PASSWORD)
    with officer.page.expect_navigation():
        officer.page.locator("main form .btn-primary").click()
    secret = sets_up_a_second_step(officer)
    officer.presses(walker.says("退出", "Sign out"))
    officer.goes_to("/sign-in")
    signs_in(officer, login, PASSWORD)
    officer.page.locator("#code").fill(code_at(secret, step_now() + 1))
    with officer.page.expect_navigation():
        officer.page.locator("main form .btn-primary").first.click()
    officer.looks()

    audit = visit(walker).comes_as("audit_admin").reads(login)
    audit.goes_to("/admin/changes").reads(login)


def signs_in(visitor: Visitor, login: str, password: str) -> None:
    visitor.page.locator("details.other-way summary").click()
    visitor.page.locator("#login").fill(login)
    visitor.page.locator("#password").fill(password)
    with visitor.page.expect_navigation():
        visitor.page.locator("form[action$='/sign-in'] .btn-primary").click()
    visitor.looks()


def sets_up_a_second_step(visitor: Visitor) -> str:
    """With the key that the page shows beside its picture."""
    visitor.goes_to("/account/second")
    secret = visitor.page.locator("main ol code.code").inner_text().replace(" ", "")
    visitor.page.locator("#code").fill(code_at(secret, step_now()))
    with visitor.page.expect_navigation():
        visitor.page.locator("main form .btn-primary").click()
    assert visitor.looks().page.locator(".codes li").count() == 10
    return secret
