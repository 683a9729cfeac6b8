"""Sealing, and the verifier of a signed bundle, over a city with many claims; as ratios.

HUZHU_CLAIMS=1000000 python3 -m deploy test bench tests/bench/bench_seal.py

Sealing: seconds a million rows, and against a bare COPY TO of the same tables. Verifying: against
Python's csv reading the same files, several times over. Processor's seconds beside the clock's:
others use the machine, too. Making a bundle: `bench_bundle`.
"""

import csv
import io
import os
import resource
import time
import zipfile
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
OWN_YEAR = 2024
MILLION, TIMES = 1_000_000, 5


def test_seal_and_verify(cluster, template, broker, tmp_path: Path) -> None:
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
        # The claims beneath the city are rows that no rule made: a year of its own is verified.
        own = tmp_path / f"{OWN_YEAR}.zip"
        with snapshot(engine, scratch=True) as session:
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
