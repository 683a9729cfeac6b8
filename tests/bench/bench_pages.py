"""Every page of every role on a loaded city: server time and queries.

HUZHU_DATA=.data python3 -m deploy test bench tests/bench/bench_pages.py

With HUZHU_DATA it asks the city of that data directory (huzhu demo load --scale full); without, it
loads the small one. Pages are found as people find them, by following links from each role's
first page; a kind of page is measured on the first few met. What nobody's link leads to is listed.
"""

import html
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urldefrag, urljoin

import pytest
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import Client

from app.accounts.models import Role
from app.db import db, transaction
from app.embedded import start
from app.web import create_app
from deploy.trial import trial

TARGET_MS = 200
TIMES = 9
OF_A_KIND = 4
"""So many different addresses of one kind, a kind being an endpoint with the same questions."""

_LINK = re.compile(r'(?:href|action)="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Measured:
    """Requests for one kind of page, milliseconds each."""

    took_ms: list[float] = field(default_factory=list)
    queries: int = 0
    bytes: int = 0
    where: str = ""

    @property
    def p95_ms(self) -> float:
        return quantiles(self.took_ms, n=20)[-1]


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
    unseen = {rule.endpoint for rule in web.url_map.iter_rules() if "GET" in (rule.methods or ())}
    slow = []
    columns = "".join(f" {name:>8}" for name in ("least", "median", "p95", "queries"))
    print(f"\n{'role':8} {'page':44}{columns} {'KB':>6}")
    for role in (None, *Role):
        found = _walk(web, role)
        unseen -= {endpoint for endpoint, _ in found}
        for (endpoint, asked), seen in sorted(found.items(), key=lambda one: -one[1].p95_ms):
            page = endpoint + (f" ?{asked}" if asked else "")
            late = "  slow: " + seen.where if seen.p95_ms > TARGET_MS else ""
            slow += [f"{role}: {page}"] if late else []
            print(
                f"{role or 'nobody':8} {page:44} {min(seen.took_ms):6.0f}ms"
                f" {median(seen.took_ms):6.0f}ms {seen.p95_ms:6.0f}ms"
                f" {seen.queries:8} {seen.bytes / 1000:6.0f}{late}"
            )
    print(f"led to by no link: {', '.join(sorted(unseen)) or 'none'}")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"over {TARGET_MS} ms: {', '.join(slow) or 'none'} (load {load:.1f} on {cores} cores)")


def _walk(web: Flask, role: Role | None) -> dict[tuple[str, str], Measured]:
    """Follow all links of a role's pages, breadth first."""
    client = web.test_client()
    if role:
        _enter(web, client, role)
    found: dict[tuple[str, str], Measured] = defaultdict(Measured)
    waiting, met = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        kind = _kind(web, path)
        if kind is None or len(found[kind].took_ms) >= TIMES * OF_A_KIND:
            continue
        answer = _measure(web, client, path, found[kind])
        for link in _links(path, answer):
            if link not in met:
                met.add(link)
                waiting.append(link)
    return {kind: seen for kind, seen in found.items() if seen.took_ms}


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
    links = (urldefrag(urljoin(path, html.unescape(link)))[0] for link in _LINK.findall(page))
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


def _enter(web: Flask, client: Client, role: Role) -> None:
    """As the first of the demonstration's accounts of this role."""
    chosen = text(
        "SELECT id FROM account JOIN demo_account ON account_id = id WHERE role = :role "
        "ORDER BY id LIMIT 1"
    )
    with web.app_context(), transaction() as session:
        account = session.execute(chosen, {"role": role.value}).scalar_one()
    token = _TOKEN.search(client.get("/sign-in").text)
    assert token
    entered = client.post("/demonstration", data={"csrf_token": token[1], "account": account})
    assert entered.status_code == 302, entered.text
