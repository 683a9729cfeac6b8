"""Sealing, a signed bundle and its verifier over a city with many claims, as ratios of bare work.

HUZHU_CLAIMS=1000000 python3 -m deploy test bench tests/bench/bench_seal.py

Sealing: seconds a million rows, and against a bare COPY TO of the same tables. A bundle: against
COPY TO of its rows, SHA-256 and deflate at level 1 of the same bytes. Verifying: against Python's
csv reading the same files, several times over. Processor's seconds beside the clock's: others use
the machine, too.
"""

import csv
import hashlib
import io
import os
import resource
import time
import zipfile
import zlib
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.audit import verify
from app.audit.gather import snapshot
from app.audit.kept import KEPT
from app.audit.make import make_bundle
from app.audit.seal import begin_seal, seal
from app.demo.checkpoint import sign_demo
from app.secrets import Keys, set_keys
from tests.bench.copying import connect, copied_out
from tests.bench.processor import backend, measured
from tests.bench.standing_claims import standing

CLAIMS = int(os.environ.get("HUZHU_CLAIMS", "1000000"))
YEAR, OWN_YEAR = 2022, 2024
MILLION, TIMES = 1_000_000, 5


def test_seal_bundle_verify(cluster, template, broker, tmp_path: Path) -> None:
    with standing(cluster, template, broker, CLAIMS, tmp_path) as made:
        use = made.settings
        set_keys(Keys(use.encryption_key, use.index_key, use.pseudonym_key))
        engine = create_engine(made.app_url)
        with connect(made.owner_url) as bare:
            rows = _seal(engine, bare)
        print(f"{rows} rows sealed")
        with Session(engine) as session, session.begin():
            chosen = select(Account.id).where(Account.role == Role.AUDIT_ADMIN)
            sign_demo(session, by=session.scalars(chosen).first())
        path = tmp_path / f"{YEAR}.zip"
        with snapshot(engine) as session, measured(backend(session)) as taken:
            bundle = make_bundle(session, YEAR, path)
        with zipfile.ZipFile(path) as whole:
            files = {x: whole.read(x) for x in whole.namelist() if x.startswith("data/")}
        packed = _bare_bundle(made.owner_url, files)
        print(f"bundle of {bundle.rows} rows, {bundle.size} bytes: {taken}")
        print(f"  against COPY TO + SHA-256 + deflate: {taken.processor_s / packed:.2f} x")
        # The claims beneath the city are rows that no rule made: a year of its own is verified.
        own = tmp_path / f"{OWN_YEAR}.zip"
        with snapshot(engine) as session:
            make_bundle(session, OWN_YEAR, own)
        with zipfile.ZipFile(own) as whole:
            files = {x: whole.read(x) for x in whole.namelist() if x.startswith("data/")}
        _verify(own, files)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  memory at most {most} MB, with what this bench itself holds")
        engine.dispose()


def _seal(engine, bare) -> int:
    with Session(engine) as session, session.begin():
        until = begin_seal(session)
    with Session(engine) as session, session.begin(), measured(backend(session)) as taken:
        sealed = seal(session, until)
    with measured(bare.info.backend_pid) as copied:
        for table in KEPT:
            where = "(SELECT 1) x" if table == "online_payment" else table
            copied_out(bare, f"SELECT * FROM {where}")
    a_million = MILLION / max(sealed.rows, 1)
    print(
        f"sealed {sealed.rows} rows: {taken}; a million {taken.clock_s * a_million:.1f} s by the"
        f" clock, {taken.processor_s * a_million:.1f} s of the processor (bound: 10);"
        f" {taken.processor_s / copied.processor_s:.1f} x a bare COPY TO"
    )
    return sealed.rows


def _bare_bundle(owner_url: str, files: dict[str, bytes]) -> float:
    """Seconds of the processor for the same bytes: the server's COPY, a digest, deflate."""
    with connect(owner_url) as bare, measured(bare.info.backend_pid) as copied:
        for name, content in files.items():
            table = Path(name).stem
            count = content.count(b"\n") - 1
            known = bare.execute("SELECT to_regclass(%s)", [table]).fetchone()
            if known and known[0] and count > 0:
                copied_out(bare, f"SELECT * FROM {table} LIMIT {count}")
    began = time.process_time()
    for content in files.values():
        hashlib.sha256(content).digest()
    digested = time.process_time() - began
    began = time.process_time()
    size = sum(len(zlib.compress(content, 1)) for content in files.values())
    deflated = time.process_time() - began
    print(f"COPY TO {copied}, SHA-256 {digested:.2f} s, deflate {deflated:.2f} s: {size} bytes")
    return copied.processor_s + digested + deflated


def _verify(path: Path, files: dict[str, bytes]) -> None:
    began = time.process_time()
    for _ in range(TIMES):
        for content in files.values():
            for _row in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")):
                pass
    read = (time.process_time() - began) / TIMES
    began = time.process_time()
    for _ in range(TIMES):
        result = verify.examine(str(path))
        assert result["fault"] is None, result["fault"].says("en")
    took = (time.process_time() - began) / TIMES
    size = sum(map(len, files.values()))
    print(
        f"verify {took:.2f} s, csv reads the same {size} bytes in {read:.2f} s:"
        f" {took / read:.1f} x (bound: 4)"
    )
