"""`deploy run` as a person meets it: all of it starts, is shared, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from app.config import ROOT
from app.embedded.server import database

SOON_S = 60
# As a shell starts a job in the background: with SIGINT ignored.
IN_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")


def eventually(true: Callable[[], bool]) -> bool:
    looks, deadline = threading.Event(), time.monotonic() + SOON_S
    while not true():
        if time.monotonic() > deadline:
            return False
        looks.wait(0.05)
    return True


def environ(data_dir: Path) -> dict[str, str]:
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("HUZHU_", "DATABASE_"))}
    mine.pop("HOME", None)
    mine.pop("REDIS_URL", None)
    return {**mine, "HUZHU_DATA": str(data_dir), "HUZHU_LANG": "en"}


def command(*given: str) -> list[str]:
    return [sys.executable, "-m", "deploy.supervise", *given]


class Run:
    """A run under test, and every process it started."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [*IN_BACKGROUND, *command("--port", "0", "--empty")],
            cwd=ROOT,
            env=environ(data_dir),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def says(self, start: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith(start):
                return line.strip()
        raise AssertionError("\n".join(self.said))

    def family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def named(self, word: str) -> list[psutil.Process]:
        return [one for one in self.family() if word in words_of(one)]

    def end(self) -> str:
        said, _ = self.process.communicate(timeout=SOON_S)
        return "\n".join([*self.said, said])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path / "data of 互助")
    yield started
    family = started.family()
    started.process.kill()
    started.process.communicate()
    assert eventually(lambda: not any(map(lives, family))), "processes outlived the test"


def words_of(process: psutil.Process) -> str:
    """What it was started with; nothing where it has ended since it was found."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def serves(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url + "/healthz", timeout=2) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


def test_everything_starts_comes_back_when_killed_and_stops_when_asked(run: Run) -> None:
    url = run.says("http://127.0.0.1:")
    assert "password" in run.says("sign in as")
    assert serves(url)

    another = subprocess.run(
        command("--port", "0"),
        cwd=ROOT,
        env=environ(run.data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert another.returncode == 1
    assert f"running already: {url}" in another.stderr
    with database(run.data_dir) as where:
        assert where.redis_url

    assert eventually(lambda: len(run.named("celery -A workers worker")) == 3)
    web, server = run.named("gunicorn")[0], run.named("bin/postgres")[0]
    web.kill()
    run.says("web ended with code -9; starting it again")
    assert eventually(lambda: serves(url))
    server.kill()
    run.says("the database ended; starting it again")
    assert eventually(lambda: serves(url))

    family = run.family()
    assert len(family) > 8
    run.process.send_signal(signal.SIGINT)
    said = run.end()
    assert run.process.returncode == 0, said
    order = [said.index(f"stopping {name}") for name in ("web", "beat", "worker", "valkey", "the")]
    assert order == sorted(order)
    # The database has stopped; the process that kept it ends right after.
    assert eventually(lambda: not any(map(lives, family)))
    assert "Traceback" not in said


def test_kill_9_leaves_no_orphans(run: Run) -> None:
    run.says("http://127.0.0.1:")
    assert eventually(lambda: len(run.named("celery -A workers worker")) == 3)
    family = run.family()
    started = " ".join(map(words_of, family))
    assert "bin/postgres" in started
    assert "valkey-server" in started
    run.process.kill()
    run.end()
    assert eventually(lambda: not any(map(lives, family)))


def test_asked_to_stop_while_it_starts_it_stops(run: Run) -> None:
    run.says("preparing")
    family = run.family()
    run.process.send_signal(signal.SIGTERM)
    said = run.end()
    assert run.process.returncode == 0, said
    assert "stopped" in said
    # The database has stopped; the process that kept it ends right after.
    assert eventually(lambda: not any(map(lives, family)))


def test_a_busy_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            command("--port", port),
            cwd=ROOT,
            env=environ(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr
    assert "--port" in refused.stderr
    assert not (tmp_path / "pg").exists()


def test_a_database_of_ones_own_needs_keys_of_ones_own(tmp_path: Path) -> None:
    refused = subprocess.run(
        command("--port", "0"),
        cwd=ROOT,
        env={**environ(tmp_path), "DATABASE_URL": "postgresql://nowhere/huzhu"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    for name in ("REDIS_URL", "HUZHU_ENCRYPTION_KEY", "HUZHU_INDEX_KEY"):
        assert f"{name} is not set." in refused.stderr
