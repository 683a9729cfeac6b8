"""Sixteen people at once on the web as it is served, with a million claims beneath.

HUZHU_BENCH_CLAIMS=1000000 python3 -m deploy test bench tests/bench/bench_web.py

The demonstration city is loaded, and beneath it that many claims of two for each of half as many
people, all determined. Gunicorn serves as in `deploy run`. Eight members, six officers and two
auditors ask for one page after the other, without a pause, each kind of page that their links lead
to; the first round warms up and is not counted. Server time is taken around the application, in the
server.
"""

import gzip
import html
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app import boot
from app.adjudication.drain import drain
from app.db import db, transaction
from deploy.prepare import load_city
from tests.bench.city import settle
from tests.bench.timed import ASKED, PAGE, TOOK

CLAIMS = int(os.environ.get("HUZHU_BENCH_CLAIMS", "1000000"))
USERS = {"member": 8, "officer": 6, "auditor": 2}
ROUNDS = int(os.environ.get("HUZHU_BENCH_ROUNDS", "10"))
TARGET_MS, MOST_QUERIES, MOST_BYTES = 200, 10, 100_000
OK, MOVED, WAIT_S = 200, 302, 300
_LONG_AGO = (
    (
        "INSERT INTO member_name (member_id, seq, name) SELECT id, 1, '某人'"
        " FROM member m WHERE NOT EXISTS (SELECT FROM member_name n WHERE n.member_id = m.id)"
    ),
    (
        "INSERT INTO searchable_name (member_id, seq, name, sort_key, tail_index)"
        " SELECT n.member_id, n.seq, n.name, 'mou3 ren2', m.certno_index FROM member_name n"
        " JOIN member m ON m.id = n.member_id WHERE NOT EXISTS"
        " (SELECT FROM searchable_name s WHERE s.member_id = n.member_id)"
    ),
    (
        "UPDATE claim_queue q SET state = 'paid' FROM claim c WHERE q.state = 'payable'"
        " AND (c.member_id, c.id) = (q.member_id, q.claim_id) AND c.setl_id LIKE 'B0%'"
    ),
    "VACUUM ANALYZE",
)
"""Claims beneath are of people with a name, and paid: no list of what waits holds a million."""
LEAST = 20
"""Answers of which a 95th percentile is told."""
_LINK = re.compile(r'href="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_PAGES = re.compile(r"/(?!/|static/|bootstrap/)")
_FILES = re.compile(r"/(file|log/file|template)(\W|$)|\?as=|/papers|\.csv|\.xlsx|\.pdf")


@dataclass
class Seen:
    """Answers for one kind of page."""

    took_ms: list[float] = field(default_factory=list)
    asked: int = 0
    wire: int = 0

    @property
    def p95_ms(self) -> float:
        return p95(self.took_ms)


def p95(took_ms: list[float]) -> float:
    return quantiles(took_ms, n=20)[-1] if len(took_ms) > 1 else took_ms[0]


class User:
    """A browser of one kept connection: cookies and forms, and nothing kept of pages."""

    def __init__(self, port: int, account: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""
        typed = {"csrf_token": _TOKEN.search(self.page("/")[2])[1], "account": str(account)}
        assert self._ask("POST", "/demonstration", urlencode(typed))[0].status == 302

    def page(self, path: str) -> tuple[http.client.HTTPResponse, int, str]:
        answer, body = self._ask("GET", path)
        packed = answer.headers.get("Content-Encoding") == "gzip"
        whole = gzip.decompress(body) if packed else body
        is_html = answer.headers.get_content_type() == "text/html"
        return answer, len(body) + len(str(answer.headers)), whole.decode() if is_html else ""

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Accept-Encoding": "gzip", "Cookie": self._cookie, "Accept-Language": "zh"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except ConnectionError:  # gunicorn keeps a connection for two seconds
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        content = answer.read()
        for said in answer.headers.get_all("Set-Cookie") or ():
            self._cookie = said.partition(";")[0]
        return answer, content


def test_sixteen_people_at_once(database) -> None:
    accounts = filled(database)
    with served(database) as port:
        ways = {role: pages_of(User(port, ids[0])) for role, ids in accounts.items()}
        found = walked(port, accounts, ways)
        first = first_page(User(port, accounts["member"][0]))
    print(f"\n{CLAIMS:,} claims, {sum(USERS.values())} users, load {os.getloadavg()[0]:.1f}")
    print(f"{'who':8} {'page':28} {'answers':>7} {'median':>8} {'p95':>8} {'queries':>7} {'KB':>5}")
    over = []
    for (role, page), seen in sorted(found.items(), key=lambda one: -one[1].p95_ms):
        print(
            f"{role:8} {page:28} {len(seen.took_ms):7} {median(seen.took_ms):6.0f}ms"
            f" {seen.p95_ms:6.0f}ms {seen.asked:7} {seen.wire / 1000:5.0f}"
        )
        if len(seen.took_ms) >= LEAST and seen.p95_ms > TARGET_MS:
            over.append(f"{role} {page}")
    every = [took for seen in found.values() for took in seen.took_ms]
    print(f"all {len(every)} answers: median {median(every):.0f} ms, p95 {p95(every):.0f} ms")
    print(f"over {TARGET_MS} ms: {', '.join(over) or 'none'}")
    asks_more = sorted({page for (_, page), seen in found.items() if seen.asked > MOST_QUERIES})
    print(f"more than {MOST_QUERIES} queries: {', '.join(asks_more) or 'none'}")
    print(f"a member's first page with all it brings: {first / 1000:.1f} KB over the wire")
    assert len(found) > 20
    assert first <= MOST_BYTES


def filled(database) -> dict[str, list[int]]:
    """The city and the claims beneath; the demonstration's accounts by role."""
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        load_city(database.settings)
    engine = create_engine(database.owner_url, poolclass=NullPool)
    with Session(engine) as session:
        run_id = settle(session, CLAIMS)
    with app.app_context():
        while _drained(run_id):
            pass
        db.engine.dispose()
    asked = text(
        "SELECT a.role, a.id FROM account a JOIN demo_account d ON d.account_id = a.id"
        " ORDER BY a.id"
    )
    found: dict[str, list[int]] = defaultdict(list)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in _LONG_AGO:
            connection.execute(text(statement))
        for role, account in connection.execute(asked):
            found[role].append(account)
    return {role: found[role] for role in USERS}


def _drained(run_id: int) -> bool:
    with transaction() as session:
        return bool(drain(session, run_id))


@contextmanager
def served(database) -> Iterator[int]:
    """Gunicorn as `deploy run` starts it; the port."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    told = ("--config", "python:deploy.web", "--bind", f"127.0.0.1:{port}")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *told, "tests.bench.timed:create_app()"],
        env={**os.environ, **database.environ},
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
        yield port
    finally:
        server.terminate()
        server.wait()


def pages_of(user: User) -> list[str]:
    """An address of each kind of page that links lead to, breadth first."""
    waiting, met = ["/"], {"/"}
    kinds: dict[tuple[str, ...], str] = {}
    while waiting:
        path = waiting.pop(0)
        answer, _, content = user.page(path)
        if answer.status == MOVED:
            content = f'href="{html.escape(answer.headers["Location"])}"'
        elif answer.status == OK and content:
            names = {part.partition("=")[0] for part in urlsplit(path).query.split("&")}
            kind = (answer.headers[PAGE], *sorted(names))
            content = "" if kind in kinds else content
            kinds.setdefault(kind, path)
        for link in _LINK.findall(content):
            to = urldefrag(urljoin(path, html.unescape(link)))[0]
            if _PAGES.match(to) and not _FILES.search(to) and to not in met:
                met.add(to)
                waiting.append(to)
    user.close()
    return [*kinds.values()]


def walked(
    port: int, accounts: dict[str, list[int]], ways: dict[str, list[str]]
) -> dict[tuple[str, str], Seen]:
    """What all of them met, together."""
    found: dict[tuple[str, str], Seen] = defaultdict(Seen)
    roles = [role for role, count in USERS.items() for _ in range(count)]
    together = threading.Barrier(len(roles))

    def walk(number: int) -> list[tuple[str, str, float, int, int]]:
        role = roles[number]
        way, user = ways[role], User(port, accounts[role][0])  # the addresses are this one's
        shift = number * len(way) // len(roles)
        met = []
        try:
            for turn in range(ROUNDS + 1):
                together.wait(WAIT_S)
                for path in (*way[shift:], *way[:shift]):
                    answer, wire, _ = user.page(path)
                    assert answer.status == OK, (role, path, answer.status)
                    said = answer.headers
                    row = role, said[PAGE], float(said[TOOK]), int(said[ASKED]), wire
                    met += [row] if turn else []
        except BaseException:
            together.abort()
            raise
        finally:
            user.close()
        return met

    with ThreadPoolExecutor(len(roles)) as people:
        walks = [people.submit(walk, number) for number in range(len(roles))]
    broken = [x.exception() for x in walks]
    told = [x for x in broken if x and not isinstance(x, threading.BrokenBarrierError)]
    assert not any(broken), told
    for role, page, took_ms, asked, wire in (row for x in walks for row in x.result()):
        seen = found[role, page]
        seen.took_ms.append(took_ms)
        seen.asked, seen.wire = max(seen.asked, asked), max(seen.wire, wire)
    return found


def first_page(user: User) -> int:
    """Bytes over the wire of the first page after signing in, for a browser that has nothing."""
    answer, _, _ = user.page("/")
    path = answer.headers["Location"]
    _, wire, content = user.page(path)
    files = set(re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(/[^"]+)"', content))
    whole = wire + sum(user.page(each)[1] for each in files)
    user.close()
    return whole
