"""A provider of sign-ins on this machine: discovery, keys, and ID tokens as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

from app.clock import now

CLIENT, SECRET = "huzhu", "the client's secret"


@dataclass
class Provider:
    """`claims` and `key` of the next answer; `asked`: what the browser brought, by code."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    signs_with: RSAKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)

    def go(self, address: str) -> str:
        """The person signs in there: the code the browser comes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code{len(self.asked)}"
        self.asked[code] = query
        return code

    def answer(self, given: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.asked.pop(given.get("code", ""), None)
        proven = asked and asked["code_challenge"] == create_s256_code_challenge(
            given["code_verifier"]
        )
        if not proven or not authorization.startswith("Basic "):
            return 400, {"error": "invalid_grant"}
        at = int(now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": at, "exp": at + 60}
        claims |= {"nonce": asked["nonce"]} | self.claims
        header = {"alg": "RS256", "kid": self.key.kid}
        signed = jwt.encode(
            header, {k: v for k, v in claims.items() if v is not None}, self.signs_with or self.key
        )
        return 200, {"id_token": signed, "access_token": "x", "token_type": "Bearer"} | self.says

    def told(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return {"keys": [self.key.as_dict(private=False)]} if path == "/keys" else None


@contextmanager
def served(provider: Provider) -> Iterator[Provider]:
    """The provider, listening."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = provider.told(self.path)
            self.say(200 if told else 404, told or {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.answer(given, self.headers.get("Authorization", "")))

        def say(self, code: int, told: dict[str, Any]) -> None:
            data = json.dumps(told).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
