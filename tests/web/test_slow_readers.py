"""Readers who take their time hold no connection; and where none is left, that is said soon."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import api as programs
from app.config import ROOT
from app.db import db, transaction
from app.evidence.append import record
from app.roster.make_findable import make_all_findable
from app.roster.members import add_members, set_names
from app.texts import word
from app.web import create_app
from app.web.errors import BUSY_S
from app.web.spooled import of_one_moment, spooled
from tests.conftest import Database
from tests.factories import make_id, make_name
from tests.web.browser import Browser, words
from tests.web.program import Program, token_of

CONNECTIONS, READERS = 2, 4
MEMBERS, EVENTS = 4_000, 1_500
LONG = 100_000
"""Bytes of an answer: many times what sockets hold that nobody reads."""
SMALL = 4_096
LIST, LOG = "/office/lists/members/file", "/audit/log/file"


class Reader:
    """Asks over a socket that takes in little, and reads what it is told to."""

    def __init__(self, port: int, browser: Browser, path: str, form: dict[str, str] | None) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.socket.settimeout(60)
        self.socket.connect(("127.0.0.1", port))
        body = urlencode(form).encode() if form else b""
        head = [
            f"{'POST' if form else 'GET'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Cookie: huzhu={browser.cookie()}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode() + body)
        self.got = b""

    def read(self, least: int = sys.maxsize) -> bytes:
        """So many bytes in all, or everything."""
        while len(self.got) < least and (some := self.socket.recv(SMALL)):
            self.got += some
        return self.got

    @property
    def status(self) -> int:
        return int(self.got.split(b" ", 2)[1])


@contextmanager
def served(environ: dict[str, str], said: Path) -> Iterator[int]:
    """The program's own web server with few connections, and a thread for each who asks."""
    with socket.create_server(("127.0.0.1", 0)) as listening, said.open("wb") as out:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        number = listening.fileno()
        gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:deploy.web")
        more = ("--workers", "1", "--threads", str(3 * READERS), "--bind", f"fd://{number}")
        process = subprocess.Popen(
            [*gunicorn, *more, "app.front:create_app()"],
            cwd=ROOT,
            env={**os.environ, **environ, "HUZHU_CONNECTIONS": str(CONNECTIONS)},
            pass_fds=(number,),
            stdout=out,
            stderr=out,
        )
        try:
            yield listening.getsockname()[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


@pytest.fixture
def long(filled_database: Database) -> Flask:
    """The fund with a list and a log that no socket holds."""
    web = create_app(filled_database.settings)
    with web.app_context(), transaction() as session:
        certnos = [make_id(10_000 + n) for n in range(MEMBERS)]
        numbers = add_members(session, certnos).values()
        set_names(session, {who: make_name(n) for n, who in enumerate(numbers)}, {}, by=None)
        make_all_findable(session)
        for _ in range(EVENTS):
            record(session, "books.closed", by=None, years=[2021], through="2021-12-31")
    return web


def test_slow_readers_hold_no_connection(
    long: Flask, filled_database: Database, tmp_path: Path
) -> None:
    """More readers than connections, of a list and of the log: a page is answered beside them."""
    officer, auditor = Browser(long).sign_in("officer1"), Browser(long).sign_in("auditor")
    form = {"csrf_token": officer.token("/office/"), "form": "csv"}
    said = tmp_path / "said"
    with served(filled_database.environ, said) as port, ExitStack() as stack:
        begun = []
        for who, path, fields in ((officer, LIST, form), (auditor, LOG, None)):
            for _ in range(READERS):
                begun.append(Reader(port, who, path, fields))
                stack.callback(begun[-1].socket.close)
                begun[-1].read(3 * SMALL)  # rows are coming, and no more of them is taken
                assert begun[-1].status == 200, said.read_text()
                assert len(begun[-1].got) >= 3 * SMALL
        for who, path in ((officer, "/office/lists/members"), (auditor, "/audit/log/")):
            page = Reader(port, who, path, None)
            stack.callback(page.socket.close)
            page.read(SMALL)
            assert page.status == 200, said.read_text()
        assert len(begun[0].read()) > LONG
        assert begun[0].got.count(b"\r\n") > MEMBERS


def test_a_file_is_gone_with_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where he breaks off, or where a row fails; and it never had a name."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def failing() -> Iterator[bytes]:
        yield b"x" * LONG * 20
        assert len(open_in(tmp_path)) == 1
        raise ZeroDivisionError

    with Session() as session:
        with pytest.raises(ZeroDivisionError):
            spooled(session, failing(), "text/csv")
        assert not open_in(tmp_path)
        answer = spooled(session, [b"x" * LONG] * 20, "text/csv")
    assert answer.content_length == 20 * LONG
    assert next(iter(answer.response))
    assert len(open_in(tmp_path)) == 1
    assert not [*tmp_path.iterdir()]
    answer.close()
    assert not open_in(tmp_path)


def open_in(folder: Path) -> list[str]:
    """What this process has open in a folder, named or not."""
    links = (os.readlink(each.path) for each in os.scandir("/proc/self/fd") if each.is_symlink())
    return [link for link in links if link.startswith(str(folder))]


def test_a_file_is_of_one_moment(filled_database: Database) -> None:
    web = create_app(filled_database.settings)
    people = text("SELECT count(*) FROM member")

    def counted(session: Session) -> Iterator[bytes]:
        yield b"%d," % session.scalar(people)
        with Session(filled_database.engine) as beside, beside.begin():
            add_members(beside, [make_id(20_000)])
        yield b"%d" % session.scalar(people)

    with web.app_context():
        session = db.session()
        of_one_moment(session)
        first, second = spooled(session, counted(session), "text/csv").get_data().split(b",")
        assert first == second
        assert session.scalar(people) == int(first) + 1
        level = text("SHOW transaction_isolation")
        assert session.scalar(level) == "read committed"


def test_where_no_connection_is_left_that_is_said(filled_database: Database) -> None:
    """To people in their language and to programs, at once and not after half a minute."""
    few = replace(filled_database.settings, connections=CONNECTIONS, connection_wait_s=0)
    web, api = create_app(few), programs.create_app(few)
    zhao, officer = Browser(web).sign_in("zhao"), Browser(web).sign_in("officer1").choose("en")
    _, token = token_of(web, "zhao")
    form = officer.token("/office/")
    with all_taken(web):
        asked = [
            ("zh", zhao.get("/my/")),
            ("zh", zhao.get("/my/claims/1")),
            ("en", officer.get("/office/lists/members")),
            ("en", officer.client.post(LIST, data={"csrf_token": form, "form": "csv"})),
        ]
        for lang, answer in asked:
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == str(BUSY_S)
            assert word("Busy", lang, seconds=BUSY_S) in words(answer.text)
            assert not re.search(r"QueuePool|None", answer.text)
        assert zhao.get("/healthz").status_code == 503
    with all_taken(api):
        for lang in ("zh", "en"):
            answer = Program(api, token, lang).get("/my/cover")
            assert answer.status_code == answer.json["status"] == 503
            assert answer.headers["Retry-After"] == str(BUSY_S)
            assert answer.mimetype == "application/problem+json"
            assert (answer.json["name"], answer.json["facts"]) == ("Busy", {"seconds": BUSY_S})
            assert answer.json["detail"] == word("Busy", lang, seconds=BUSY_S)
    assert zhao.get("/my/").status_code == officer.get("/office/").status_code == 200
    assert Program(api, token).get("/my/cover").status_code == 200


@contextmanager
def all_taken(app: Flask) -> Iterator[None]:
    """Others have every connection that the process may have."""
    with app.app_context(), ExitStack() as stack:
        for _ in range(CONNECTIONS):
            stack.enter_context(db.engine.connect())
        yield
