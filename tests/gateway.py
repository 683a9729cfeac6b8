"""A gateway for messages on this machine, which checks what it gets as its documentation says."""

import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a secret of the gateway"


class Gateway(ThreadingHTTPServer):
    """`asked`: every request with a good signature; `codes`: what is answered, 200 when spent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.codes: list[int] = []
        self.before_answer: Callable[[], None] = lambda: None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"

    @property
    def sent(self) -> set[str]:
        """What it has sent on: each key once."""
        return {key for key, _ in self.asked}


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['X-Timestamp']}\n".encode() + body
        wanted = hmac.new(SECRET.encode(), signed, sha256).hexdigest()
        if not hmac.compare_digest(wanted, self.headers["X-Signature"]):
            self.send_error(403)
            return
        self.server.asked.append((self.headers["Idempotency-Key"], json.loads(body)))
        self.server.before_answer()
        self.send_response(self.server.codes.pop(0) if self.server.codes else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
