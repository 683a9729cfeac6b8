"""The web as it is served, saying of every answer how long it took here and what it asked.

For gunicorn: `tests.bench.timed:create_app()`.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from flask import Flask, request
from sqlalchemy import Pool, event

from app import web

TOOK, ASKED, PAGE = "X-Took-Ms", "X-Asked", "X-Page"
ALIVE = ";"
"""What the pool asks of a connection that lay idle."""
_asked = threading.local()


class _Counting(psycopg.Cursor[Any]):
    def execute(self, query: Any, *given: Any, **more: Any) -> "_Counting":
        _asked.count = getattr(_asked, "count", 0) + (query != ALIVE)
        return super().execute(query, *given, **more)


def create_app() -> Flask:
    """The application with a stop-watch around it."""

    @event.listens_for(Pool, "connect")
    def count(connection: psycopg.Connection, _record: object) -> None:
        connection.cursor_factory = _Counting

    made = web.create_app()
    made.after_request(_named)
    made.wsgi_app = _Watch(made.wsgi_app)  # type: ignore[method-assign]
    return made


def _named(response: Any) -> Any:
    response.headers[PAGE] = request.endpoint or ""
    return response


class _Watch:
    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        began, _asked.count = time.perf_counter(), 0
        told: list[Any] = []

        def later(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            told.extend((status, headers))

        body = self._inner(environ, later)
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        took = (time.perf_counter() - began) * 1000
        status, headers = told
        start(status, [*headers, (TOOK, f"{took:.1f}"), (ASKED, str(_asked.count))])
        return [whole]
