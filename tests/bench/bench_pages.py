"""Every page of everybody on a loaded city: server time and queries.

HUZHU_DATA=.data python3 -m deploy test bench tests/bench/bench_pages.py

With HUZHU_DATA it asks the city of that data directory (huzhu demo load --scale full); without, it
loads the small one. Officers come from the federation, from the largest district, and from a large
and a small unit's own union: what each sees is asked for in another way. Their accounts are added,
and disabled again; a large roster is sent, and not confirmed.

Pages are found as people find them, by following links and asking the search fields from each
one's first page; a kind of page is measured on the first few met, lists also at their longest. A
page of the URL map that was not met fails the bench.
"""

import html
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from statistics import median, quantiles
from urllib.parse import urldefrag, urlencode, urljoin

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from werkzeug.test import Client

from app.accounts.add import add_account
from app.accounts.change import disable
from app.accounts.models import Role
from app.accounts.password import made_up
from app.clock import today
from app.db import db, transaction
from app.embedded import start
from app.enrolment.upload import Wish, take_upload
from app.enrolment.upload_check import check_upload
from app.jobs import CHECK_ROSTER, Job, forget
from app.web import create_app
from app.web.roles import ASSETS
from deploy.trial import trial
from tests.bench.standing_city import certno
from tests.factories import make_name, roster_xlsx

TARGET_MS = 200
TIMES = 7
OF_A_KIND = 8
"""So many different addresses of one kind, a kind being an endpoint with the same questions."""
UNMET = {
    *ASSETS,
    *("health.healthz", "audit.bundles.show", "audit.bundles.file"),
    *("register.sent", "unit_requests.show", "found.show", "public_lists.robots"),
    *(f"public_lists.{page}" for page in ("index", "show", "look", "paper")),
}
"""What no page need lead to: style sheets, the supervisor's page, a bundle nobody asked for, what
comes after a form, requests nobody has made, lists nobody shows publicly."""
ASKED = {"q": "机械", "size": "100"}
ASKABLE = {"q": 'name="q"', "size": 'class="pager"'}
"""By what a page shows that it can be asked."""
PEOPLE = 3_000
_OFFICER = "SELECT min(id) FROM account WHERE role = 'officer'"
_LARGEST = """
    SELECT unit_id FROM roster WHERE unit_id IS NOT NULL
    GROUP BY 1 ORDER BY sum(heads) DESC, 1 LIMIT 1
"""
_DISTRICT = """
    SELECT n.id FROM union_node n JOIN union_node above ON above.id = n.parent_id
    JOIN unit u ON u.union_id = n.id WHERE above.parent_id IS NULL
    GROUP BY n.id ORDER BY count(*) DESC, n.id LIMIT 1
"""
_UNITS_OWN = """
    SELECT n.id FROM union_node n JOIN union_node above ON above.id = n.parent_id
    JOIN unit u ON u.union_id = n.id JOIN roster r ON r.unit_id = u.id
    WHERE above.parent_id IS NOT NULL GROUP BY n.id ORDER BY sum(r.heads) {}, n.id LIMIT 1
"""

_LINK = re.compile(r'(?:href|action)="([^"]+)"')
_POSTED = re.compile(r'<form [^>]*method="post"[^>]*>')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Measured:
    """Requests for one kind of page, milliseconds each."""

    took_ms: list[float] = field(default_factory=list)
    queries: int = 0
    bytes: int = 0
    where: str = ""

    @property
    def worst_ms(self) -> float:
        return max(self.took_ms)

    @property
    def slow(self) -> bool:
        """One answer in twenty may meet somebody else's work on this machine."""
        return quantiles(self.took_ms, n=20)[-1] > TARGET_MS


@pytest.fixture
def web() -> Iterator[Flask]:
    named = os.environ.get("HUZHU_DATA")
    if named:
        yield from _opened({**os.environ, "HUZHU_DATA": named})
        return
    with trial() as run:
        yield from _opened({"HUZHU_DATA": str(run.data_dir)})


def _opened(environ: Mapping[str, str]) -> Iterator[Flask]:
    assert Path(environ["HUZHU_DATA"]).is_dir()
    with start.ready(environ) as settings:
        made = create_app(settings)
        yield made
        with made.app_context():
            db.engine.dispose()


def test_pages(web: Flask) -> None:
    unmet = {rule.endpoint for rule in web.url_map.iter_rules() if "GET" in (rule.methods or ())}
    slow = []
    columns = "".join(f" {name:>8}" for name in ("least", "median", "worst", "queries"))
    print(f"\n{'who':8} {'page':44}{columns} {'KB':>6}")
    _send_roster(web)
    with _visitors(web) as visitors:
        for who, client in visitors.items():
            found = _walk(web, client)
            unmet -= {endpoint for endpoint, _ in found}
            for (endpoint, asked), seen in sorted(found.items(), key=lambda one: -one[1].worst_ms):
                page = endpoint + (f" ?{asked}" if asked else "")
                late = "  slow: " + seen.where if seen.slow else ""
                slow += [f"{who}: {page}"] if late else []
                print(
                    f"{who:8} {page:44} {min(seen.took_ms):6.0f}ms"
                    f" {median(seen.took_ms):6.0f}ms {seen.worst_ms:6.0f}ms"
                    f" {seen.queries:8} {seen.bytes / 1000:6.0f}{late}"
                )
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"over {TARGET_MS} ms: {', '.join(slow) or 'none'} (load {load:.1f} on {cores} cores)")
    assert unmet <= UNMET, f"no link leads to {unmet - UNMET}"


def _walk(web: Flask, client: Client) -> dict[tuple[str, str], Measured]:
    """Follow all links of somebody's pages, breadth first."""
    found: dict[tuple[str, str], Measured] = defaultdict(Measured)
    waiting, met = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        kind = _kind(web, path)
        if kind is None or len(found[kind].took_ms) >= TIMES * OF_A_KIND:
            continue
        page = _measure(web, client, path, found[kind])
        for link in (*_links(path, page), *_questions(path, page)):
            if link not in met:
                met.add(link)
                waiting.append(link)
    return {kind: seen for kind, seen in found.items() if seen.took_ms}


def _questions(path: str, page: str) -> list[str]:
    """What a list can be asked that no link asks."""
    if "?" in path:
        return []
    asked = [name for name, mark in ASKABLE.items() if mark in page]
    return [f"{path}?{urlencode({name: ASKED[name]})}" for name in asked]


def _measure(web: Flask, client: Client, path: str, seen: Measured) -> str:
    """Ask TIMES times; gives the page's HTML, or the address it leads on to."""
    asked = [0]

    def count(*_: object) -> None:
        asked[0] += 1

    with web.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    client.get(path)  # its template and plans
    for _ in range(TIMES):
        asked[0] = 0
        begun = time.perf_counter()
        answer = client.get(path)
        body = answer.get_data()
        took_ms = (time.perf_counter() - begun) * 1000
        seen.where = path if took_ms >= max(seen.took_ms, default=0) else seen.where
        seen.took_ms.append(took_ms)
        assert answer.status_code < 400, (path, answer.status_code)
    event.remove(engine, "before_cursor_execute", count)
    seen.queries, seen.bytes = max(seen.queries, asked[0]), max(seen.bytes, len(body))
    if answer.location:
        return f'href="{html.escape(answer.location)}"'
    return body.decode() if answer.mimetype == "text/html" else ""


def _links(path: str, page: str) -> list[str]:
    links = (
        urldefrag(urljoin(path, html.unescape(link)))[0]
        for link in _LINK.findall(_POSTED.sub("", page))
    )
    return [link for link in links if link.startswith("/") and not link.startswith("//")]


def _kind(web: Flask, path: str) -> tuple[str, str] | None:
    """Endpoint, and the names of what is asked; None for what is only posted to, and assets."""
    where, _, asked = path.partition("?")
    adapter = web.url_map.bind("127.0.0.1")
    if not adapter.test(where, "GET"):
        return None
    endpoint, _ = adapter.match(where, "GET")
    if endpoint.endswith("static"):
        return None
    names = sorted({part.partition("=")[0] for part in asked.split("&") if part})
    return endpoint, "&".join(names)


@contextmanager
def _visitors(web: Flask) -> Iterator[dict[str, Client]]:
    """Nobody, the demonstration's first account of each role, and officers of lower unions."""
    clients: dict[str, Client] = {"nobody": web.test_client()}
    for role in (Role.OFFICER, Role.MEMBER, Role.AUDITOR):
        clients[role.value] = _enter(web, role)
    made = {
        "district": _union_of(web, _DISTRICT),
        "large": _union_of(web, _UNITS_OWN.format("DESC")),
        "small": _union_of(web, _UNITS_OWN.format("ASC")),
        "contact": _union_of(web, _UNITS_OWN.format("DESC")),
    }
    logins = {who: f"bench-{token_hex(4)}" for who in made}
    for who, union_id in made.items():
        password = made_up()
        with web.app_context(), transaction() as session:
            role = Role.CONTACT if who == "contact" else Role.OFFICER
            add_account(session, logins[who], who, role, password, by=None, union_id=union_id)
        clients[who] = web.test_client()
        typed = {"login": logins[who], "password": password}
        entered = clients[who].post("/sign-in", data={**typed, "csrf_token": _token(clients[who])})
        assert entered.status_code == 302, entered.text
    try:
        yield clients
    finally:
        with web.app_context(), transaction() as session:
            for login in logins.values():
                disable(session, login, by=None)


def _send_roster(web: Flask) -> None:
    """Of the unit with the most people, read and not confirmed: a draft; every tenth row faulty."""
    rows = [[make_name(n), certno(n) if n % 10 else "410", ""] for n in range(PEOPLE)]
    content, day = roster_xlsx(rows), today()
    with web.app_context(), transaction() as session:
        by = session.execute(
            text("SELECT min(id) FROM account WHERE role = 'officer'")
        ).scalar_one()
        unit_id = session.execute(text(_LARGEST)).scalar_one()
        wish = Wish(unit_id, day.year, day, day, token_hex(16), "zh")
        upload_id = take_upload(session, wish, content, name="roster.xlsx", by=by)
        check_upload(session, upload_id)
        forget(session, session.scalars(select(Job.id).where(Job.kind == CHECK_ROSTER)))


def _union_of(web: Flask, statement: str) -> int:
    with web.app_context(), transaction() as session:
        return int(session.execute(text(statement)).scalar_one())


def _token(client: Client) -> str:
    found = _TOKEN.search(client.get("/sign-in").text)
    assert found
    return found[1]


def _enter(web: Flask, role: Role) -> Client:
    """As the first of the demonstration's accounts of this role."""
    chosen = text(
        "SELECT id FROM account JOIN demo_account ON account_id = id WHERE role = :role "
        "ORDER BY id LIMIT 1"
    )
    client = web.test_client()
    with web.app_context(), transaction() as session:
        account = session.execute(chosen, {"role": role.value}).scalar_one()
    data = {"csrf_token": _token(client), "account": account}
    entered = client.post("/demonstration", data=data)
    assert entered.status_code == 302, entered.text
    return client
