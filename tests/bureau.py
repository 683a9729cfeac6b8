"""A bureau's interface on this machine: it checks signatures, and misbehaves as it is told."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from app.outside import Bureau

APP_ID, SECRET = "fund-1", "a secret of the bureau's"


class Server(ThreadingHTTPServer):
    """`days`: rows by day; `wrong`: what goes wrong with the next requests, in order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.days: dict[str, list[dict[str, object]]] = {}
        self.a_page = 2
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.nonces: set[str] = set()
        self.go_on = threading.Event()

    def bureau(self, secret: str = SECRET) -> Bureau:
        return Bureau(f"http://127.0.0.1:{self.server_port}/v1", APP_ID, secret, "clerk")


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
        if not self._is_signed(parts.path, parts.query):
            self.send_error(401)
            return
        cursor = int(asked.get("cursor", "000")[:3])
        self.server.asked.append(f"{asked['day']} {cursor}")
        wrong = self.server.wrong.pop(0) if self.server.wrong else ""
        if wrong == "late":
            self.server.go_on.wait(20)  # the client leaves first
            return
        if wrong.isdigit():
            self.send_error(int(wrong))
            return
        rows = self.server.days.get(asked["day"], [])
        following = cursor + self.server.a_page
        told = {
            "repeated": lambda: (rows[max(cursor - self.server.a_page, 0) : cursor], cursor),
            "loop": lambda: (rows[cursor:following], 0),
        }.get(wrong, lambda: (rows[cursor:following], following))
        page, then = told()
        more = wrong in {"loop", "repeated"} or then < len(rows)
        body = json.dumps(
            {"rows": page, "next": self._next(then, wrong) if more else None}
        ).encode()
        if wrong == "drops":
            self._drop_by_drop(body)
            return
        self._answer(body, cut=wrong == "cut", broken=wrong == "broken")

    @staticmethod
    def _next(then: int, wrong: str) -> str:
        return f"{then:03}{wrong if wrong == 'repeated' else ''}"

    def _answer(self, body: bytes, *, cut: bool, broken: bool) -> None:
        body = body[:-5] if broken else body
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:-5] if cut else body)

    def _drop_by_drop(self, body: bytes) -> None:
        """A few bytes now and then, none too late by themselves: the client leaves first."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            for n in range(0, len(body), 16):
                self.wfile.write(body[n : n + 16])
                if self.server.go_on.wait(0.02):
                    break

    def _is_signed(self, path: str, query: str) -> bool:
        told = self.headers
        lines = ("GET", path, query, told["X-App-Id"], told["X-Timestamp"], told["X-Nonce"])
        wanted = hmac.new(SECRET.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        new = told["X-Nonce"] not in self.server.nonces
        self.server.nonces.add(told["X-Nonce"])
        return new and hmac.compare_digest(wanted, told["X-Signature"])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def bureau(told: Callable[[Server], None] = lambda server: None) -> Iterator[Server]:
    with Server() as server:
        told(server)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            thread.join()
