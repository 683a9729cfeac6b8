"""`deploy run` on servers of somebody's own: over TCP, with passwords, and rights given sparingly.

The servers are those of the packages, started here as an administrator would set them up: the
database's owner is no superuser and may make roles, and the broker asks for a password.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from app.embedded import binaries, children
from app.embedded.cluster import as_root
from deploy.trial import Trial, trial
from tests.conftest import KEY
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, roster_xlsx
from tests.workers.commands import Person, of_its_own
from tests.workers.running import eventually, stopped
from tests.workers.town import BILL

SECRET = "a password"
FILLED = () if os.environ.get("HUZHU_LONG") == "1" else ("--empty",)
"""By hand with the demonstration city, which it takes long to load over TCP."""
HOST = "127.0.0.1"
SET_UP = (
    f"CREATE ROLE fund LOGIN CREATEROLE PASSWORD '{SECRET}'",
    "CREATE DATABASE fund OWNER fund",
)
DAYS = ("2023-03-01", "2023-03-09", "2023-03-09 10:00:00")


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="huzhu-test-", dir="/tmp") as folder:
        yield Path(folder)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A cluster that is not ours: passwords everywhere. Gives the superuser's address."""
    data, asked, port = folder / "pg", folder / "password", free_port()
    asked.write_text(SECRET)
    folder.chmod(0o755)  # as root, the server runs without root's rights
    told = ("--username=admin", "--auth=scram-sha-256", f"--pwfile={asked}", "--locale=C.UTF-8")
    make = [binaries.postgres("initdb"), "-D", data, *told]
    subprocess.run(as_a_user(make), check=True, capture_output=True)
    options = {
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
    }
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with running([binaries.postgres("postgres"), "-D", data, *words], folder / "pg.log"):
        address = f"postgresql://admin:{urllib.parse.quote(SECRET)}@{HOST}:{port}/postgres"
        assert eventually(lambda: answers(address)), (folder / "pg.log").read_text()
        yield address


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A broker that is not ours."""
    port = free_port()
    options = {
        "port": port,
        "bind": HOST,
        "dir": folder,
        "requirepass": SECRET,
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    with running([binaries.valkey(), *words], folder / "valkey.log"):
        address = f"redis://:{urllib.parse.quote(SECRET)}@{HOST}:{port}/3"

        def up() -> bool:
            with suppress(RedisConnectionError), closing(Redis.from_url(address)) as asked:
                return bool(asked.ping())
            return False

        assert eventually(up), (folder / "valkey.log").read_text()
        yield address


def as_a_user(argv: list[str | Path]) -> list[str]:
    return children.command(argv, dies_by=signal.SIGKILL, unprivileged=as_root(), keep_input=True)


@contextmanager
def running(argv: list[object], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        program = subprocess.Popen(
            as_a_user([str(word) for word in argv]),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with stopped(program):
        yield


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def answers(address: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(address):
        return True
    return False


@pytest.fixture
def own(place: Path) -> Iterator[dict[str, str]]:
    """What an administrator writes into the environment."""
    with ExitStack() as stack:
        admin = stack.enter_context(postgres(place))
        with psycopg.connect(admin, autocommit=True) as connection:
            for statement in SET_UP:
                connection.execute(statement)
        fund = urllib.parse.urlsplit(admin)._replace(path="/fund").geturl()
        yield {
            "DATABASE_URL": fund.replace("//admin:", "//fund:"),
            "REDIS_URL": stack.enter_context(valkey(place)),
            **KEY,
        }


class Reader:
    """Somebody with a browser that knows cookies and forms."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(jar).open

    def reads(self, path: str, **typed: str) -> str:
        data = urllib.parse.urlencode(typed).encode() if typed else None
        with self._open(self.url + path, data, timeout=30) as answer:
            return str(answer.read().decode())

    def signs_in(self, said: str) -> None:
        """With the password of the first officer, as the run told it."""
        found = re.search(r"sign in as (officer1) with the password (\S+)", said)
        assert found, said
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.reads("/sign-in"))
        assert token
        page = self.reads("/sign-in", csrf_token=token[1], login=found[1], password=found[2])
        assert "/sign-out" in page


def test_it_works_on_a_database_and_a_broker_of_ones_own(own: dict[str, str], place: Path) -> None:
    with trial(*FILLED, **own) as run:
        officer = Person({**of_its_own(run.data_dir), **own})
        _enrol(officer, place)
        before = officer.asks("replay", 2023)["determinations"]
        feed = place / "feed.csv"
        feed.write_bytes(_feed())
        taken = officer.asks("settlements", "import", feed, "--by", "officer1")
        assert taken["promised"] == 5
        # Nobody types drain: a worker heard the bell.
        assert eventually(lambda: officer.asks("replay", 2023)["determinations"] == before + 5)
        assert officer.asks("replay", 2023)["differences"] == []
        assert "DATABASE_AUDITOR_URL is not set" in run.said
        reader = Reader(run.url)
        reader.signs_in(run.said)
        assert "2,500.00" in reader.reads(f"/office/runs/{taken['run']}")
        assert not (run.data_dir / "pg").exists()
        _lies_there(own, run)


def _lies_there(own: dict[str, str], run: Trial) -> None:
    """The data is in the servers named, and the application's role cannot change a fact."""
    with psycopg.connect(own["DATABASE_URL"]) as connection:
        (units,) = connection.execute("SELECT count(*) FROM unit").fetchone() or (0,)
        assert units >= 1
        connection.execute("SET ROLE huzhu_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE determination SET payable_fen = 0")
    with closing(Redis.from_url(own["REDIS_URL"])) as broker:
        assert broker.dbsize() > 0
    log = "\n".join(path.read_text(errors="replace") for path in run.data_dir.glob("log/*.log"))
    assert SECRET not in urllib.parse.unquote(log)


def _enrol(officer: Person, place: Path) -> None:
    people = [[make_name(n), make_id(n), make_account(n)] for n in range(5)]
    roster = place / "roster.xlsx"
    roster.write_bytes(roster_xlsx(people))
    unit, by = ("--unit", make_uscc(1), "--year", 2023), ("--by", "officer1")
    officer.asks("unit", "add", "--uscc", make_uscc(1), "--name", "第一机械厂", *by)
    officer.asks("roster", "import", roster, *unit, "--confirmed-on", "2022-12-01", *by)
    paid = ("--amount", "250.00", "--on", "2022-12-20", "--ref", "流水1")
    assert officer.asks("contributions", "receive", *unit, *paid, *by)["covers_begun"] == 5


def _feed() -> bytes:
    rows = [
        (f"OWN{n}", make_id(n), make_name(n), "21", *DAYS, "1000.00", "0", "0", "0", f"V{n}", "")
        for n in range(5)
    ]
    return csv_bytes([BILL, *rows])
