"""The audit administrator has things sealed, signs them where the key is, and keeps witnesses."""

import io
import re
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.audit.checkpoint import register_key
from app.db import db, transaction
from app.demo.checkpoint import NAME, demo_key
from app.dispatch import drain_all
from app.evidence.note import SigningKey, fingerprint, new_key, read_note
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, Fund

HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{4,} [a-z]{2,}")
PUBLIC = "302a300506032b6570032100"
"""What stands before an Ed25519 key in a file of its public half."""


@pytest.fixture(scope="module")
def keeper(web: Flask, fund: Fund) -> Browser:
    with web.app_context(), transaction() as session:
        add_account(session, "auditadmin", "戊", Role.AUDIT_ADMIN, PASSWORD, by=None)
    return Browser(web).sign_in("auditadmin")


def send(browser: Browser, path: str, content: bytes, **fields: str) -> TestResponse:
    data = {"csrf_token": browser.token(), "file": (io.BytesIO(content), "a"), **fields}
    return browser.client.post(path, data=data)


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def seal(web: Flask, keeper: Browser) -> None:
    assert keeper.post("/seals/").status_code == 302
    assert "data-poll" in keeper.get("/seals/").text
    with web.app_context():
        assert drain_all().in_trouble == 0
        db.session.remove()
    assert "data-poll" not in keeper.get("/seals/").text


def test_a_checkpoint_is_signed_by_openssl_and_witnessed(
    web: Flask, keeper: Browser, tmp_path: Path
) -> None:
    assert keeper.get("/seals/unsigned").status_code == 404
    assert "还没有封存" in keeper.read("/seals/")
    openssl(tmp_path, "genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    openssl(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-out", "key.pub")
    public = (tmp_path / "key.pub").read_bytes()
    assert send(keeper, "/seals/keys", public, name="a fund").status_code == 400
    for wrong in (b"", b"\0" * 100, (tmp_path / "key.pem").read_bytes()):
        refused = send(keeper, "/seals/keys", wrong, name="huzhu")
        assert refused.status_code == 409, "only the public half is taken"
        assert "没有这样的密钥" in words(refused.text)
    assert send(keeper, "/seals/keys", public, name="huzhu").status_code == 302
    assert send(keeper, "/seals/keys", public, name="huzhu").status_code == 409
    seal(web, keeper)
    unsigned = keeper.get("/seals/unsigned").data
    (tmp_path / "checkpoint.txt").write_bytes(unsigned)
    sign = "pkeyutl -sign -inkey key.pem -rawin -in checkpoint.txt -out checkpoint.sig"
    openssl(tmp_path, *sign.split())
    signature = (tmp_path / "checkpoint.sig").read_bytes()
    for wrong in (b"", bytes(64), signature[::-1], unsigned):
        refused = send(keeper, "/seals/signed", wrong)
        assert refused.status_code == 409
        assert 'role="alert"' in refused.text
    assert send(keeper, "/seals/signed", signature).status_code == 302
    assert "已封存的都已签署" in keeper.read("/seals/")
    saved = keeper.get("/seals/checkpoints/1").text
    note = read_note(saved)
    assert note.body.encode() == unsigned
    # Sent once more, as a signed note: what is kept stays.
    assert send(keeper, "/seals/signed", saved.encode()).status_code == 302
    assert keeper.get("/seals/checkpoints/2").status_code == 404
    for none in (saved, saved[:-6] + "AAAA=\n", saved + "— witness QUJDREVGR0hJSktMT\n"):
        assert send(keeper, "/seals/witnesses", none.encode()).status_code == 409
    pem, _ = new_key("a witness")
    seen = SigningKey(pem, "a witness").sign("witness", note)
    assert send(keeper, "/seals/witnesses", seen.text.encode()).status_code == 302
    assert send(keeper, "/seals/witnesses", b"no checkpoint").status_code == 409
    assert keeper.get("/seals/checkpoints/1").text == seen.text
    assert keeper.post("/seals/signed", demo="1").status_code == 404, "no demonstration"


def test_a_checkpoint_of_another_log_or_by_another_key_is_not_kept(
    web: Flask, keeper: Browser
) -> None:
    note = read_note(keeper.get("/seals/checkpoints/1").text)
    pem, public = new_key("another")
    key = SigningKey(pem, "another")
    other = key.sign("huzhu", type(note)("huzhu", note.size, note.root))
    assert send(keeper, "/seals/signed", other.text.encode()).status_code == 409
    file = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
    body = b64encode(bytes.fromhex(PUBLIC) + public)
    assert send(keeper, "/seals/keys", file % body, name="next").status_code == 302
    forked = key.sign("next", type(note)("next", note.size, bytes(32)))
    longer = key.sign("next", type(note)("next", note.size + 1, note.root))
    for wrong in (forked, longer):
        refused = send(keeper, "/seals/signed", wrong.text.encode())
        assert "与封存日志不符" in words(refused.text)
    good = key.sign("next", type(note)("next", note.size, note.root))
    assert send(keeper, "/seals/signed", good.text.encode()).status_code == 302


def test_the_demonstration_signs_with_its_own_key(web: Flask, keeper: Browser) -> None:
    with web.app_context(), transaction() as session:
        by = session.scalar(select(Account.id).where(Account.login == "auditadmin"))
        register_key(session, NAME, demo_key().public, by=by)
    assert "演示" in keeper.read("/seals/")
    assert keeper.post("/seals/signed", demo="1").status_code == 302
    assert fingerprint(demo_key().public) in keeper.read("/seals/")


def test_the_page_is_of_one_language(web: Flask, keeper: Browser) -> None:
    code = re.compile(
        r"<(pre|code).*?</\1>|<[^>]*code[^>]*>[^<]*<|huzhu-demo|huzhu|next", re.DOTALL
    )
    pages = [(x, *y) for x in ("/seals/", "/seals/erasures") for y in (("zh", LATIN), ("en", HAN))]
    for path, lang, others in pages:
        page = words(code.sub(" ", keeper.choose(lang).get(path).text))
        for name in ("English", "中文", "戊", "市总工会"):
            page = page.replace(name, "")
        assert others.findall(page) == []
    keeper.choose("zh")
