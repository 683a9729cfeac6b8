"""Papers of claims by HTTP: added, shown to who may see the claim, and to nobody else."""

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from app.attachments.storage import set_storage
from tests.conftest import PAPERS
from tests.pictures import pdf, photo, photo_with_exif
from tests.web.browser import Browser, words
from tests.web.fund import Fund

MINE, OFFICE = "/my/claims/1/papers", "/office/members/1/claims/1/papers"


def send(browser: Browser, path: str, *files: bytes, kind: str = "invoice") -> TestResponse:
    named = [(io.BytesIO(data), f"../../x{place}.svg") for place, data in enumerate(files)]
    fields = {"csrf_token": browser.token(), "kind": kind, "papers": named}
    return browser.client.post(path, data=fields, content_type="multipart/form-data")


@pytest.fixture(scope="module")
def filled(web: Flask, fund: Fund) -> None:
    """Claim 1, Zhao's, has a photo of Zhao's and two pages from an officer."""
    zhao, officer = Browser(web).sign_in("zhao"), Browser(web).sign_in("officer1")
    assert send(zhao, MINE, photo_with_exif(6)).status_code == 302
    assert send(officer, OFFICE, pdf(2), kind="discharge_record").status_code == 302


def test_both_see_what_either_added(web: Flask, filled: None, member: Browser) -> None:
    officer = Browser(web).sign_in("officer1")
    for browser, page in ((member, "/my/claims/1"), (officer, "/office/members/1/claims/1")):
        shown = browser.get(page).text
        path = MINE if browser is member else OFFICE
        for no in (1, 2, 3):
            assert f'href="{path}/{no}"' in shown
            full, small = browser.get(f"{path}/{no}"), browser.get(f"{path}/{no}/small")
            for answer in (full, small):
                assert answer.status_code == 200
                assert answer.content_type == "image/jpeg"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                assert answer.headers["Cache-Control"] == "no-store"
            assert max(Image.open(io.BytesIO(small.data)).size) == 320
            assert len(full.data) > len(small.data)
        assert browser.get(f"{path}/4").status_code == 404


def test_92_the_papers_of_somebody_else_do_not_exist(web: Flask, filled: None) -> None:
    for login, path in (("qian", MINE), ("north", OFFICE)):
        browser = Browser(web).sign_in(login)
        assert browser.get(f"{path}/1").status_code == 404
        assert browser.get(f"{path}/1/small").status_code == 404
        assert send(browser, path, photo("foreign")).status_code == 404
    for login, path in (("auditor", OFFICE), ("officer1", MINE), ("zhao", OFFICE)):
        browser = Browser(web).sign_in(login)
        assert browser.get(f"{path}/1").status_code == 403
        assert send(browser, path, photo("foreign")).status_code == 403


def test_the_same_paper_again_is_no_other(filled: None, member: Browser) -> None:
    before = member.get("/my/claims/1").text.count("/small")
    assert send(member, MINE, photo_with_exif(6)).status_code == 302
    assert member.get("/my/claims/1").text.count("/small") == before


def test_68_the_same_paper_on_another_claim_is_shown_to_officers(
    web: Flask, filled: None, officer: Browser
) -> None:
    qian, zhao = Browser(web).sign_in("qian"), Browser(web).sign_in("zhao")
    theirs = qian.get("/my/claims").text
    claim = int(theirs.split('href="/my/claims/', 2)[2].split('"', 1)[0].split("?")[0])
    assert send(qian, f"/my/claims/{claim}/papers", photo_with_exif(6)).status_code == 302
    assert f"申请 {claim} 也有这张" in words(officer.get("/office/members/1/claims/1").text)
    assert "也有这张" not in words(zhao.get("/my/claims/1").text)


def test_good_files_go_in_and_bad_ones_are_named(filled: None, member: Browser) -> None:
    answer = send(member, MINE, photo("good"), b"<svg/>", b"")
    page = words(answer.text)
    assert answer.status_code == 409
    assert "已添加 1 页" in page
    assert "第 2 个文件“x1.svg”" in page
    assert "只能上传照片" in page
    assert "第 3 个文件" in page
    assert "文件是空的" in page


def test_a_storage_that_is_down_is_said_and_nothing_is_added(
    filled: None, member: Browser, tmp_path: Path
) -> None:
    before = member.get("/my/claims/1").text.count("/small")
    (tmp_path / "file").touch()
    set_storage(f"file://{tmp_path}/file")
    try:
        answers = [send(member, MINE, photo("down")), member.get(f"{MINE}/1")]
    finally:
        set_storage(f"file://{PAPERS}")
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "120"
        assert "暂时不能保存或读取材料" in answer.text
    assert member.get("/my/claims/1").text.count("/small") == before
    assert send(member, MINE, photo("down")).status_code == 302


@pytest.mark.parametrize("kind", ["", "passport"])
def test_what_paper_it_is_must_be_said(filled: None, member: Browser, kind: str) -> None:
    answer = send(member, MINE, photo("kind"), kind=kind)
    assert (answer.status_code, "请选择是什么材料" in answer.text) == (400, True)


def test_no_file_and_too_many_are_refused(filled: None, member: Browser) -> None:
    assert send(member, MINE).status_code == 400
    assert send(member, MINE, *[b"x"] * 11).status_code == 400


def test_four_gigabytes_are_refused_before_they_come(filled: None, member: Browser) -> None:
    answer = member.client.post(
        MINE,
        data=b"x",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
        environ_overrides={"CONTENT_LENGTH": str(4 << 30)},
    )
    assert answer.status_code == 413
    assert "100 MB" in answer.text
