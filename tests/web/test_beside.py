"""The audit administrator keeps stamps and SM2 signatures by file; each is checked and shown."""

import io
import re
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit.checkpoint import register_key, sign_checkpoint
from app.audit.models import BundleOrder
from app.audit.seal import begin_seal, seal
from app.audit.sm2 import IDENTITY
from app.db import db, transaction
from app.errands import do_errands
from app.evidence.note import SigningKey, new_key, read_note
from tests.db.test_beside import authority, openssl
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, Fund

__all__ = ["authority"]
HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{4,} [a-z]{2,}")


@pytest.fixture(scope="module")
def order(web: Flask, fund: Fund) -> int:
    """A signed bundle that an auditor asked for."""
    key = SigningKey(new_key("x", bytes(range(32)))[0], "x")
    with web.app_context():
        with transaction() as session:
            by = add_account(session, "auditadmin", "戊", Role.AUDIT_ADMIN, PASSWORD, by=None)
            register_key(session, "huzhu", key.public, by=by)
        with transaction() as session:
            until = begin_seal(session)
        with transaction() as session:
            seal(session, until)
            sign_checkpoint(session, key, by=by)
        db.session.remove()
    answer = Browser(web).sign_in("auditor").post("/audit/2021/bundles")
    with web.app_context():
        assert do_errands() == 0
        db.session.remove()
    return int(answer.location.rsplit("/", 1)[1])


@pytest.fixture(scope="module")
def keeper(web: Flask, order: int) -> Browser:
    return Browser(web).sign_in("auditadmin")


def send(browser: Browser, path: str, **files: bytes) -> TestResponse:
    data: dict[str, object] = {name: (io.BytesIO(x), name) for name, x in files.items()}
    return browser.client.post(path, data={"csrf_token": browser.token(), **data})


def stamped(folder: Path, digest: bytes, out: Path) -> bytes:
    """As an authority answers a request that comes by file."""
    (out / "digest").write_bytes(digest)
    openssl(out, "ts", "-query", "-data", "digest", "-sha256", "-cert", "-out", "q.tsq")
    asked = ["-queryfile", str(out / "q.tsq"), "-out", str(out / "a.tsr")]
    openssl(folder, "ts", "-reply", "-config", "ts.cnf", *asked)
    return (out / "a.tsr").read_bytes()


def beside(browser: Browser, path: str) -> dict[str, bytes]:
    answer = browser.get(path)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_a_stamp_by_file_is_checked_kept_and_given_to_the_auditor(
    web: Flask, keeper: Browser, order: int, authority: tuple[Path, object], tmp_path: Path
) -> None:
    folder, path = authority[0], f"/seals/beside/{order}"
    digest = keeper.get(f"{path}/digest").data
    assert digest.endswith(b"  huzhu-2021.zip\n")
    stamp, roots = stamped(folder, digest, tmp_path), (folder / "root.pem").read_bytes()
    other = stamped(folder, digest.replace(b"2021", b"2020"), tmp_path)
    none = (folder / "tsa.key").read_bytes()
    for wrong, by in ((other, roots), (stamp, none), (stamp[:-9], roots), (b"", b"")):
        refused = send(keeper, path, file=wrong, roots=by)
        assert refused.status_code == 409
        assert "不是这个资料包的时间戳" in words(refused.text)
    assert "核对相符" not in keeper.read("/seals/beside/")
    assert send(keeper, path, file=stamp, roots=roots).status_code == 302
    page = keeper.read("/seals/beside/")
    assert "核对相符" in page
    assert "tsa" in page
    assert send(keeper, path, file=stamp, roots=roots).status_code == 302, "nothing new"
    auditor = Browser(web).sign_in("auditor")
    found = beside(auditor, f"/audit/bundles/{order}/beside")
    assert found == beside(keeper, f"{path}/files")
    assert found["huzhu-2021.zip.sha256"] == digest
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    files = ["-in", "huzhu-2021.zip.sha256.tsr", "-data", "huzhu-2021.zip.sha256"]
    openssl(tmp_path, "ts", "-verify", *files, "-CAfile", "huzhu-2021.zip.sha256.roots.pem")
    # Of another bundle it says nothing.
    with web.app_context():
        for sha256 in ("0" * 64, digest.decode()[:64]):
            with transaction() as session:
                changed = update(BundleOrder).where(BundleOrder.id == order)
                session.execute(changed.values(sha256=sha256))
            db.session.remove()
            assert ("核对不符" in keeper.read("/seals/beside/")) == (sha256[0] == sha256[1] == "0")


def test_an_sm2_signature_and_a_witness_are_checked_and_shown(
    keeper: Browser, order: int, tmp_path: Path
) -> None:
    saved = keeper.get("/seals/checkpoints/1").text
    (tmp_path / "body").write_text("".join(saved.splitlines(keepends=True)[:3]))
    openssl(tmp_path, "genpkey", "-algorithm", "SM2", "-out", "sm2.key")
    openssl(tmp_path, "pkey", "-in", "sm2.key", "-pubout", "-out", "sm2.pub")
    how = ["-pkeyopt", f"distid:{IDENTITY.decode()}", "-rawin", "-digest", "sm3"]
    openssl(tmp_path, "pkeyutl", "-sign", "-inkey", "sm2.key", "-in", "body", "-out", "sig", *how)
    public, signature = (tmp_path / "sm2.pub").read_bytes(), (tmp_path / "sig").read_bytes()
    private = (tmp_path / "sm2.key").read_bytes()
    for key, wrong in ((private, signature), (public, signature[:-1]), (b"", b"")):
        assert send(keeper, "/seals/beside/sm2", public=key, file=wrong).status_code == 409
    assert send(keeper, "/seals/beside/sm2", public=public, file=signature).status_code == 302
    openssl(tmp_path, "genpkey", "-algorithm", "ed25519", "-out", "w.key")
    openssl(tmp_path, "pkey", "-in", "w.key", "-pubout", "-out", "w.pub")
    witness, known = SigningKey(new_key("w", bytes(32))[0], "w"), tmp_path / "w.pub"
    text = witness.sign("witness", read_note(saved)).text.encode()
    refused = send(keeper, "/seals/witnesses", file=text, public=known.read_bytes())
    assert refused.status_code == 409, "another key than the one that signed"
    assert "见证人" in words(refused.text)
    assert (
        send(keeper, "/seals/witnesses", file=text, public=pem(witness.public)).status_code == 302
    )
    unknown = SigningKey(new_key("v", bytes([1] * 32))[0], "v").sign("village", read_note(saved))
    assert send(keeper, "/seals/witnesses", file=unknown.text.encode()).status_code == 302
    for path in ("/seals/", "/seals/beside/"):
        page = keeper.read(path)
        assert page.count("核对相符") >= 2
        assert "未给出公钥" in page
        assert "village" in page
    names = beside(keeper, f"/seals/beside/{order}/files")
    assert {x.removeprefix("huzhu-2021.zip.") for x in names} >= {
        *("sha256", "witnesses.txt", "checkpoint.sm2.pub", "checkpoint.sm2.sig"),
    }


def pem(public: bytes) -> bytes:
    body = b64encode(bytes.fromhex("302a300506032b6570032100") + public)
    return b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % body


def test_nobody_else_keeps_anything_and_nothing_without_a_token(
    web: Flask, keeper: Browser, order: int
) -> None:
    for path in (f"/seals/beside/{order}", "/seals/beside/sm2"):
        assert keeper.client.post(path, data={}).status_code == 400, "no token"
    assert keeper.get("/seals/beside/999/files").status_code == 404
    assert keeper.get("/seals/beside/999/digest").status_code == 404
    auditor = Browser(web).sign_in("auditor")
    assert auditor.get("/seals/beside/").status_code == 403
    assert keeper.get(f"/audit/bundles/{order}/beside").status_code == 403


def test_the_page_is_of_one_language(keeper: Browser) -> None:
    code = re.compile(r"<(pre|code).*?</\1>|<[^>]*code[^>]*>[^<]*<", re.DOTALL)
    for lang, others in (("zh", LATIN), ("en", HAN)):
        page = words(code.sub(" ", keeper.choose(lang).get("/seals/beside/").text))
        for name in ("English", "中文", "戊", "市总工会"):
            page = page.replace(name, "")
        assert others.findall(page) == []
    keeper.choose("zh")
