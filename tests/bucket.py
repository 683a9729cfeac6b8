"""A bucket that speaks as much of S3 as is asked of it: put, get, remove, list; with a signature.

The well-kept servers for tests are larger than the whole application; what is tested here is that
the storage's library and its settings reach a server of that kind.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY = "canary-key"


class Bucket(BaseHTTPRequestHandler):
    """Objects by path, `/bucket/key`."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    down: bool

    def do_PUT(self) -> None:
        self._received = self.rfile.read(int(self.headers["Content-Length"]))
        if self._may():
            self.objects[self._path()] = self._received
            self._say(200)

    def do_GET(self) -> None:
        if not self._may():
            return
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._say(200, self._listed(asked.get("prefix", [""])[0]))
        elif self._path() in self.objects:
            self._say(200, self.objects[self._path()])
        else:
            self._say(404, b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>")

    def do_HEAD(self) -> None:
        if self._may():
            self._say(200 if self._path() in self.objects else 404)

    def do_DELETE(self) -> None:
        if self._may():
            self.objects.pop(self._path(), None)
            self._say(204)

    def log_message(self, *_: object) -> None:
        """Nothing to standard error."""

    def _may(self) -> bool:
        signed = f"Credential={KEY}/" in self.headers.get("Authorization", "")
        if self.down or not signed:
            self._say(503 if self.down else 403)
        return signed and not self.down

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _listed(self, prefix: str) -> bytes:
        bucket = self._path().strip("/")
        keys = [path.removeprefix(f"/{bucket}/") for path in sorted(self.objects)]
        rest = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
        folders = sorted({each.split("/")[0] for each in rest if "/" in each})
        found = "".join(
            f"<Contents><Key>{escape(prefix + each)}</Key><Size>1</Size>"
            "<LastModified>2024-01-01T00:00:00.000Z</LastModified></Contents>"
            for each in rest
            if "/" not in each
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + each)}/</Prefix></CommonPrefixes>"
            for each in folders
        )
        head = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        return f"{head}<IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()

    def _say(self, code: int, body: bytes = b"") -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def bucket() -> Iterator[tuple[str, type[Bucket]]]:
    """Its address, and what it holds."""
    holds = type("Holds", (Bucket,), {"objects": {}, "down": False})
    with ThreadingHTTPServer(("127.0.0.1", 0), holds) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", holds
        finally:
            server.shutdown()
