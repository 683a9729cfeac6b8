"""The embedded database: shared, stopped by its last user, and never left behind.

Each test uses a cluster of its own and kills the processes it started, by number.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.config import ROOT
from app.embedded import cluster, keys, launch, locks, server
from app.embedded.cluster import DatabaseUnavailable
from app.embedded.files import answers
from app.embedded.server import POSTGRES_SOCKET, Where, database

SOON_S = 20
USER = """
import sys
from pathlib import Path
from app.embedded.server import database
with database(Path(sys.argv[1]), durable=False) as where:
    print(where.sockets, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped cluster to copy: making one takes the time."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with database(folder, durable=False):
        pass
    return folder


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "a place with spaces, 互助 and a long name" / ("x" * 100) / "data"
    shutil.copytree(made, folder)
    yield folder
    assert eventually(lambda: not server.is_up(folder)), "the server outlived the test"


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it comes true soon; looks often, waits on nothing else."""
    looks, deadline = threading.Event(), time.monotonic() + SOON_S
    while not true():
        if time.monotonic() > deadline:
            return False
        looks.wait(0.02)
    return True


def one(url: str, statement: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        done = connection.execute(statement.encode())
        row = done.fetchone() if done.description else None
    return row[0] if row else None


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "pg" / "postmaster.pid").read_text().splitlines()[0])


def keeper(data_dir: Path) -> int:
    return int(json.loads((data_dir / "server.json").read_text())["keeper"])


def runs(pid: int) -> bool:
    """Whether a process lives; one that ended and waits for its parent does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


class User:
    """Another process that uses the database until it is told to leave, or is killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def arrived(self) -> Where:
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        assert line, "it could not use the database"
        return Where(Path(line))

    def leave(self) -> None:
        self.process.communicate(timeout=SOON_S)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=SOON_S)


def test_a_first_start_makes_the_two_roles_and_gives_the_application_nothing(
    data_dir: Path,
) -> None:
    with database(data_dir, durable=False) as where:
        assert one(where.app_url, "SELECT current_user") == cluster.APP
        assert one(where.owner_url, "SELECT current_user") == cluster.OWNER
        assert one(where.app_url, "SHOW timezone") == "Asia/Shanghai"
        assert one(where.app_url, "SHOW server_encoding") == "UTF8"
        assert one(where.app_url, "SHOW listen_addresses") == ""
        one(where.owner_url, "CREATE TABLE fact (id int)")
        for statement in ("CREATE TABLE mine (id int)", "SELECT * FROM fact"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                one(where.app_url, statement)
        assert where.redis_url is None
        assert stat.S_IMODE(where.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((data_dir / "pg").stat().st_mode) == 0o700
    assert not where.sockets.exists()


def test_two_first_starts_at_once_share_one_server(tmp_path: Path) -> None:
    users = [User(tmp_path / "data") for _ in range(3)]
    assert len({user.arrived() for user in users}) == 1
    for user in users:
        user.leave()
    assert not server.is_up(tmp_path / "data")


def test_the_starter_may_leave_before_those_who_joined(data_dir: Path) -> None:
    starter, joiner = User(data_dir), User(data_dir)
    where = starter.arrived()
    joiner.arrived()
    starter.leave()
    assert one(where.app_url, "SELECT 1") == 1
    joiner.leave()
    assert not server.is_up(data_dir)


def test_coming_and_going_at_once_cuts_nobody_off(data_dir: Path) -> None:
    troubles: list[BaseException] = []
    served = []

    def come_and_go() -> None:
        try:
            for _ in range(4):
                with database(data_dir, durable=False) as where:
                    served.append(one(where.app_url, "SELECT 1"))
        except BaseException as trouble:  # a thread's failure must reach the test
            troubles.append(trouble)

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles
    assert served == [1] * 16


def test_a_killed_user_leaves_nothing_behind(data_dir: Path) -> None:
    user = User(data_dir)
    where = user.arrived()
    kept, served = keeper(data_dir), postmaster(data_dir)
    user.kill()
    assert eventually(lambda: not runs(kept) and not runs(served))
    assert not where.sockets.exists()


def test_a_killed_user_does_not_take_the_server_from_another(data_dir: Path) -> None:
    starter, joiner = User(data_dir), User(data_dir)
    where = starter.arrived()
    joiner.arrived()
    starter.kill()
    assert one(where.app_url, "SELECT 1") == 1
    joiner.leave()


def test_a_killed_keeper_takes_its_server_along_and_another_start_waits_for_that(
    data_dir: Path,
) -> None:
    user = User(data_dir)
    user.arrived()
    served = postmaster(data_dir)
    os.kill(keeper(data_dir), signal.SIGKILL)
    assert eventually(lambda: not server.is_up(data_dir))
    with database(data_dir, durable=False) as where:
        assert one(where.app_url, "SELECT 1") == 1
        assert not runs(served)
        user.leave()


def test_a_killed_server_comes_back_with_what_was_committed(data_dir: Path) -> None:
    with server.used(data_dir) as in_use:
        where = server.join(data_dir, in_use)
        one(where.owner_url, "CREATE TABLE fact AS SELECT 7 AS n")
        served = postmaster(data_dir)
        os.kill(served, signal.SIGKILL)
        assert eventually(lambda: not server.is_reachable(data_dir, where))
        where = server.join(data_dir, in_use)
        assert postmaster(data_dir) != served
        assert one(where.owner_url, "SELECT n FROM fact") == 7


def test_sockets_swept_from_under_a_server_are_made_anew(data_dir: Path) -> None:
    with server.used(data_dir) as in_use:
        where = server.join(data_dir, in_use, durable=False)
        shutil.rmtree(where.sockets)
        assert not server.is_reachable(data_dir, where)
        where = server.join(data_dir, in_use, durable=False)
        assert answers(where.sockets / POSTGRES_SOCKET)
        assert one(where.app_url, "SELECT 1") == 1


def test_a_number_now_borne_by_a_stranger_does_not_stop_a_start(data_dir: Path) -> None:
    (data_dir / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{data_dir / 'pg'}\n0\n")
    with database(data_dir, durable=False) as where:
        assert one(where.app_url, "SELECT 1") == 1
    assert runs(os.getpid())


def test_an_unfinished_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "pg.unfinished" / "base").mkdir(parents=True)
    with database(tmp_path, durable=False) as where:
        assert one(where.app_url, "SELECT 1") == 1


def test_a_cluster_of_another_version_is_left_alone(data_dir: Path) -> None:
    version = data_dir / "pg" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL 16"), database(data_dir):
        pass


def test_keys_are_made_once_and_never_over_a_database_that_needs_others(
    data_dir: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert keys.keys(fresh) == keys.keys(fresh)
    assert stat.S_IMODE((fresh / keys.FILE).stat().st_mode) == 0o600
    with pytest.raises(DatabaseUnavailable, match="backup"):
        keys.keys(data_dir)
    (fresh / keys.FILE).write_text("{")
    with pytest.raises(DatabaseUnavailable, match="damaged"):
        keys.keys(fresh)


def test_where_the_kernel_tells_nobody_a_watchdog_ends_the_child(tmp_path: Path) -> None:
    told = tmp_path / "told"
    watched = subprocess.Popen(
        [
            *(sys.executable, "-I", "-S", launch.__file__, "--watch"),
            *("--parent", str(os.getpid()), "--signal", str(int(signal.SIGTERM)), "--"),
            *("/bin/sh", "-c", f"echo $$ > '{told}'; exec sleep 600"),
        ],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    assert eventually(lambda: told.exists() and told.read_text().endswith("\n"))
    watched.communicate(timeout=SOON_S)  # closes the pipe, as our end would
    assert watched.returncode == 128 + signal.SIGTERM
    assert not runs(int(told.read_text()))


def test_a_lock_frees_itself_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / locks.RUN
    with locks.opened(path) as held:
        assert locks.try_alone(held)
        assert locks.is_held(path)
    assert not locks.is_held(path)
