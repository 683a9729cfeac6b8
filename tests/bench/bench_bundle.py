"""A signed bundle of a city with many claims, as a ratio of bare work on the same rows.

HUZHU_CLAIMS=1000000 python3 -m deploy test bench tests/bench/bench_bundle.py

Against COPY TO of the same rows, SHA-256 and isal's deflate at level 1 of the same bytes, by turns.
A third of the claims are of the year that is bundled: bare COPY TO chooses its rows as plain SQL
would, with what they are drawn from found once and kept in temporary tables; it sorts, joins
and masks none. Beside it, as a harder measure, COPY TO of as many rows from the start of each
table, which chooses none. The processor's seconds of the program and of the whole server beside
the clock's: others use the machine, too.
"""

import hashlib
import os
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from isal import isal_zlib
from sqlalchemy import URL, create_engine, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.audit.gather import snapshot
from app.audit.log import checkpoints
from app.audit.make import make_bundle
from app.audit.reader import asked_with
from app.audit.seal import begin_seal, seal
from app.audit.select import FROM
from app.demo.checkpoint import sign_demo
from app.secrets import Keys, set_keys
from tests.bench import same_rows, told
from tests.bench.copying import connect, copied_out
from tests.bench.processor import Taken, backend, measured, server_s
from tests.bench.standing_claims import standing

CLAIMS = int(os.environ.get("HUZHU_CLAIMS", "1000000"))
YEAR, ROUNDS, BLOCK = 2022, 3, 1 << 20
MOST_MB = 300
_BY_WHO_APPEARS = {"staff", "run", "event"}
"""A few rows of these are in by what other tables name, or by what was signed."""


def test_bundle(cluster, template, broker, tmp_path: Path) -> None:
    with standing(cluster, template, broker, CLAIMS, tmp_path) as made:
        use = made.settings
        set_keys(Keys(use.encryption_key, use.index_key, use.pseudonym_key))
        engine = create_engine(made.app_url)
        _sign(engine)
        path, ours, bare = tmp_path / f"{YEAR}.zip", list[Taken](), list[_Bare]()
        for _ in range(ROUNDS):
            ours.append(_bundle(engine, path))
            bare.append(_bare(made.owner_url, path))
            print(f"  packing {bare[-1].packing}\n  COPY TO of the same rows {bare[-1].same}")
            print(f"  COPY TO of as many rows {bare[-1].as_many}")
        with zipfile.ZipFile(path) as whole:
            size = sum(x.compress_size for x in whole.infolist() if x.filename.startswith("data/"))
        clock, processor = _ratios(ours, [each.packing + each.same for each in bare])
        harder, _ = _ratios(ours, [each.packing + each.as_many for each in bare])
        note = f"against as many rows from the start of each table {harder:.2f}"
        told.tell("bundle", clock, "x bare work", most=1.0, processor=processor, note=note)
        told.tell("bundle's tables", size / bare[-1].size, "x isal level 1", most=1.0)
        engine.dispose()
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            keys = (use.encryption_key, use.index_key, use.pseudonym_key)
            most = alone.submit(_alone, made.app_url, keys, tmp_path / "alone.zip").result()
        assert (tmp_path / "alone.zip").read_bytes() == path.read_bytes()
        told.tell("bundle's memory", most, "MB", most=MOST_MB)


@dataclass(frozen=True)
class _Bare:
    """How small isal makes the tables, and what bare work takes."""

    size: int
    packing: Taken
    same: Taken
    as_many: Taken


def _ratios(ours: list[Taken], bare: list[Taken]) -> tuple[float, float]:
    """By the clock and by the processor."""
    pairs = list(zip(ours, bare, strict=True))
    return (
        median(x.clock_s / y.clock_s for x, y in pairs),
        median(x.processor_s / y.processor_s for x, y in pairs),
    )


def _sign(engine) -> None:
    """Have everything sealed and signed: the city below the claims was, before they came."""
    with Session(engine) as session, session.begin():
        until = begin_seal(session)
    with Session(engine) as session, session.begin():
        size = seal(session, until).size
    with Session(engine) as session, session.begin():
        if not checkpoints(session) or checkpoints(session)[-1].note.size < size:
            chosen = select(Account.id).where(Account.role == Role.AUDIT_ADMIN)
            sign_demo(session, by=session.scalars(chosen).first())


def _alone(url: URL, keys: tuple[bytes, bytes, bytes], path: Path) -> int:
    """What a process takes that does nothing else, as a worker does: this one filled the city."""
    set_keys(Keys(*keys))
    with snapshot(create_engine(url), scratch=True) as session:
        make_bundle(session, YEAR, path)
    return _most_mb()


def _bundle(engine, path: Path) -> Taken:
    with snapshot(engine, scratch=True) as session:
        began = _now(backend(session))
        made = make_bundle(session, YEAR, path)
        taken = _since(began, backend(session))
    print(f"{made.rows} rows, {made.size} bytes: {taken}")
    return taken


def _bare(owner_url: str, path: Path) -> _Bare:
    """What the same bytes take to be packed, and the rows to be copied."""
    with zipfile.ZipFile(path) as whole:
        names = whole.namelist()
        tables = {Path(x).stem: whole.read(x) for x in names if x.startswith("data/")}
        rules = {x: whole.read(x) for x in names if x.startswith("schemes/")}
    rows = {table: content.count(b"\n") - 1 for table, content in tables.items()}
    with connect(owner_url) as bare:
        pid = bare.info.backend_pid
        with measured(pid) as packing:
            size = sum(map(_packed, tables.values()))
        with measured(pid) as as_many:
            for table, count in rows.items():
                _copied(bare, table, count)
        runs = [number for (number,) in bare.execute("SELECT id FROM run")]
        asked = asked_with(YEAR, rules, []) | {"staff": [], "runs": runs}
        with measured(pid) as same:
            same_rows.find(bare, asked)
            found = {table: same_rows.copy(bare, table, asked) for table in FROM}
        assert {x for x, count in found.items() if count != rows[x]} <= _BY_WHO_APPEARS
    return _Bare(size, packing, same, as_many)


def _copied(bare, table: str, count: int) -> None:
    known = bare.execute("SELECT to_regclass(%s)", [table]).fetchone()
    if known and known[0] and count > 0:
        copied_out(bare, f"SELECT * FROM {table} LIMIT {count}")


def _packed(content: bytes) -> int:
    hashlib.sha256(content).digest()
    deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    blocks = (content[at : at + BLOCK] for at in range(0, len(content), BLOCK))
    return sum(len(deflate.compress(block)) for block in blocks) + len(deflate.flush())


def _now(pid: int) -> tuple[float, float, float]:
    """The server first: to look for its processes takes this one's time, which is not measured."""
    server = server_s(pid)
    return time.perf_counter(), time.process_time(), server


def _since(began: tuple[float, float, float], pid: int) -> Taken:
    clock, own = time.perf_counter(), time.process_time()
    return Taken(clock - began[0], own - began[1], server_s(pid) - began[2])


def _most_mb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
