"""A signed bundle of a city with many claims, as a ratio of bare work on the same rows.

HUZHU_CLAIMS=1000000 python3 -m deploy test bench tests/bench/bench_bundle.py

Against COPY TO of as many rows of the same tables, SHA-256 and isal's deflate at level 1 of the
same bytes, by turns. The processor's seconds of the program and of the whole server beside the
clock's: others use the machine, too. A third of the claims are of the year that is bundled; bare
COPY TO reads its rows from the start of each table, and chooses and sorts none.
"""

import hashlib
import os
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
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
from app.audit.seal import begin_seal, seal
from app.demo.checkpoint import sign_demo
from app.secrets import Keys, set_keys
from tests.bench import told
from tests.bench.copying import connect, copied_out
from tests.bench.processor import Taken, backend, middle, server_s
from tests.bench.standing_claims import standing

CLAIMS = int(os.environ.get("HUZHU_CLAIMS", "1000000"))
YEAR, ROUNDS, BLOCK = 2022, 3, 1 << 20
MOST_MB = 300


def test_bundle(cluster, template, broker, tmp_path: Path) -> None:
    with standing(cluster, template, broker, CLAIMS, tmp_path) as made:
        use = made.settings
        set_keys(Keys(use.encryption_key, use.index_key, use.pseudonym_key))
        engine = create_engine(made.app_url)
        _sign(engine)
        path, ours, bare = tmp_path / f"{YEAR}.zip", list[Taken](), list[Taken]()
        for _ in range(ROUNDS):
            ours.append(_bundle(engine, path))
            least, taken = _bare(made.owner_url, path)
            bare.append(taken)
        with zipfile.ZipFile(path) as whole:
            size = sum(x.compress_size for x in whole.infolist() if x.filename.startswith("data/"))
        us, them = middle(ours), middle(bare)
        print(f"bundle {us}\nCOPY TO + SHA-256 + isal {them}\n{size} bytes against {least}")
        for name, ours_s, bare_s in (
            ("here: COPY's rows one by one, or pseudonyms and lines", us.own_s, them.own_s),
            ("in the server: COPY TO, or find, join, sort and write", us.server_s, them.server_s),
        ):
            print(f"  {name}: {ours_s:.2f} s against {bare_s:.2f}")
        cause = "the server finds the year's rows among all, joins and sorts them"
        by = us.processor_s / them.processor_s
        ratio = median(x.clock_s / y.clock_s for x, y in zip(ours, bare, strict=True))
        told.tell("bundle", ratio, "x bare work", most=1.0, cause=cause, processor=by)
        told.tell("bundle's tables", size / least, "x isal level 1", most=1.0)
        engine.dispose()
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            keys = (use.encryption_key, use.index_key, use.pseudonym_key)
            most = alone.submit(_alone, made.app_url, keys, tmp_path / "alone.zip").result()
        assert (tmp_path / "alone.zip").read_bytes() == path.read_bytes()
        told.tell("bundle's memory", most, "MB", most=MOST_MB)


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


def _bare(owner_url: str, path: Path) -> tuple[int, Taken]:
    """The same bytes: how small isal makes them, and what it all takes."""
    size, taken = 0, Taken()
    with zipfile.ZipFile(path) as whole, connect(owner_url) as bare:
        for name in whole.namelist():
            if name.startswith("data/"):
                content = whole.read(name)
                began = _now(bare.info.backend_pid)
                size += _worked(bare, Path(name).stem, content)
                more = _since(began, bare.info.backend_pid)
                taken = Taken(
                    taken.clock_s + more.clock_s,
                    taken.own_s + more.own_s,
                    taken.server_s + more.server_s,
                )
    return size, taken


def _worked(bare, table: str, content: bytes) -> int:
    known = bare.execute("SELECT to_regclass(%s)", [table]).fetchone()
    count = content.count(b"\n") - 1
    if known and known[0] and count > 0:
        copied_out(bare, f"SELECT * FROM {table} LIMIT {count}")
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
