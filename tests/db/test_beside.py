"""What lies beside a bundle: a time-stamp by an authority, an SM2 signature, by openssl's word."""

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.audit import sm2
from app.audit.beside import beside
from app.audit.checkpoint import keep_witness, register_key, sign_checkpoint
from app.audit.seal_models import Seal, SealLeaf
from app.audit.stamp import NotStamped, stamp
from app.evidence.note import SigningKey, new_key
from app.outside import Tsa

CONFIG = """
[tsa]
default_tsa = here
[here]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[v3]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
"""


def openssl(folder: Path, *words: str, check: bool = True) -> int:
    done = subprocess.run(["openssl", *words], cwd=folder, check=False, capture_output=True)
    assert not check or done.returncode == 0, done.stderr
    return done.returncode


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Tsa]]:
    """A time-stamping authority of openssl's, behind a little web server."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "ts.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    for name, subject in (("root", "/CN=root"), ("tsa", "/O=here/CN=tsa")):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        made = ["-subj", subject, "-keyout", f"{name}.key"]
        how = ["-x509", "-out", "root.pem", "-extensions", "root", "-days", "9999"]
        rest = how if name == "root" else ["-out", "tsa.csr"]
        openssl(folder, "req", "-config", _request(folder), *key, *made, *rest)
    by = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "9999"]
    more = ["-extfile", "ts.cnf", "-extensions", "v3", "-out", "tsa.pem"]
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *by, *more)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "asked.tsq").write_bytes(asked)
            files = ["-queryfile", "asked.tsq", "-out", "told.tsr"]
            openssl(folder, "ts", "-reply", "-config", "ts.cnf", *files)
            told = (folder / "told.tsr").read_bytes()
            if self.path == "/cut":
                told = told[:-40]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, Tsa(f"http://127.0.0.1:{server.server_address[1]}/", folder / "root.pem")
    server.shutdown()
    server.server_close()


def _request(folder: Path) -> str:
    (folder / "req.cnf").write_text(f"[req]\ndistinguished_name = dn\n[dn]\n{CONFIG}")
    return "req.cnf"


def test_a_stamp_is_checked_before_it_is_kept_and_by_openssl(
    authority: tuple[Path, Tsa], tmp_path: Path
) -> None:
    folder, tsa = authority
    (tmp_path / "said").write_bytes(b"0123  2021.zip\n")
    (tmp_path / "stamp").write_bytes(stamp(b"0123  2021.zip\n", tsa))
    verify = ["ts", "-verify", "-in", "stamp", "-CAfile", str(folder / "root.pem"), "-data"]
    openssl(tmp_path, *verify, "said")
    (tmp_path / "said").write_bytes(b"0124  2021.zip\n")
    assert openssl(tmp_path, *verify, "said", check=False) != 0
    other = ["req", "-config", _request(folder), "-x509", "-newkey", "rsa:2048", "-nodes"]
    openssl(folder, *other, "-subj", "/CN=other", "-keyout", "other.key", "-out", "other.pem")
    for wrong in (
        Tsa(f"{tsa.url}cut", tsa.roots),
        Tsa(tsa.url, folder / "other.pem"),
        Tsa(tsa.url, folder / "none.pem"),
        Tsa("http://127.0.0.1:9/", tsa.roots),
    ):
        with pytest.raises(NotStamped):
            stamp(b"x", wrong)


def test_all_that_lies_beside_a_bundle(
    session: Session, authority: tuple[Path, Tsa], tmp_path: Path
) -> None:
    by = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, "correct horse battery", by=None)
    key = SigningKey(new_key("x", bytes(range(32)))[0], "x")
    register_key(session, "huzhu", key.public, by=by)
    session.add(Seal(id=1, until=session.get_one(Account, by).recorded_at))
    session.flush()
    session.add(SealLeaf(no=0, seal_id=1, table_name="unit", years="-", rows=1, root=bytes(32)))
    session.flush()
    note = sign_checkpoint(session, key, by=by)
    (tmp_path / "body").write_text(note.body)
    openssl(tmp_path, "genpkey", "-algorithm", "SM2", "-out", "sm2.key")
    openssl(tmp_path, "pkey", "-in", "sm2.key", "-pubout", "-out", "sm2.pub")
    identity = ["-pkeyopt", f"distid:{sm2.IDENTITY.decode()}", "-rawin", "-digest", "sm3"]
    openssl(
        tmp_path, "pkeyutl", "-sign", "-inkey", "sm2.key", "-in", "body", "-out", "sig", *identity
    )
    public, signature = (tmp_path / "sm2.pub").read_bytes(), (tmp_path / "sig").read_bytes()
    for wrong in (b"", signature[:-1], signature[:-1] + bytes([signature[-1] ^ 1])):
        with pytest.raises(sm2.NotSm2Signed):
            sm2.keep_sm2(session, public, wrong, by=by)
    with pytest.raises(sm2.NotAnSm2Key):
        sm2.keep_sm2(session, b"no key", signature, by=by)
    assert sm2.keep_sm2(session, public, signature, by=by).note == note
    witness = SigningKey(new_key("w", bytes(32))[0], "w").sign("witness", note)
    keep_witness(session, witness.text, by=by)
    digest = hashlib.sha256(b"bundle").hexdigest()
    (tmp_path / "2021.zip").write_bytes(b"bundle")
    for name, content in beside(session, "2021.zip", digest, note.size, authority[1]):
        (tmp_path / name).write_bytes(content)
    files = ["-in", "2021.zip.checkpoint.txt", "-sigfile", "2021.zip.checkpoint.sm2.sig"]
    check = ["pkeyutl", "-verify", "-pubin", "-inkey", "2021.zip.checkpoint.sm2.pub"]
    openssl(tmp_path, *check, *files, *identity)
    subprocess.run(["sha256sum", "-c", "2021.zip.sha256"], cwd=tmp_path, check=True)
    assert (tmp_path / "2021.zip.witnesses.txt").read_text() == witness.text
    assert (tmp_path / "2021.zip.sha256.tsr").exists()
    assert dict(beside(session, "2021.zip", digest, None, None)).keys() == {"2021.zip.sha256"}
