"""The insurance bureau's interface: what is asked, how it is signed, what may go wrong.

    GET {url}/settlements?cursor=…&day=2024-05-01&size=1000
    X-App-Id, X-Timestamp (seconds), X-Nonce (32 hexadecimal digits, never used twice), X-Signature

The signature is HMAC-SHA-256 with the secret, in hexadecimal, over six lines joined by a line
feed: the method, the path, the query with its names in order, the app id, the timestamp, the nonce.
A bureau refuses a wrong signature, a timestamp too far from its clock, a nonce it has seen.

The answer is JSON: {"rows": [{"setl_id": …, …}], "next": "cursor or null"}, rows with the national
interface's names; numbers are read as they are written, never as floats. What is empty is null: a
name that no row of a page has is one that the interface no longer gives. Pages follow one another
by their cursor; the first is asked for without one. Redirections are not followed.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from app.clock import now
from app.errors import Refusal
from app.outside import Bureau

ROWS_A_PAGE: Final = 1_000
MAX_BYTES: Final = 64_000_000
MAX_ROWS: Final = 20_000
SECONDS: Final = 60
LONGEST_S: Final = 300
"""A page has come by then, or it comes drop by drop and is no answer in time."""
_BLOCK: Final = 1 << 16
TRIES: Final = 5
_FIRST_PAUSE_S: Final = 2
_DENIED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class PullFailed(Refusal):
    """A page could not be had; what came before it was taken."""

    passing = False
    """Whether the same may succeed a little later."""


class BureauTimedOut(PullFailed):
    """No answer in time."""

    passing = True


class BureauUnreachable(PullFailed):
    """No connection, or one that broke."""

    passing = True


class BureauInTrouble(PullFailed):
    """The bureau's server says that it is in trouble (5xx)."""

    passing = True


class PageBroken(PullFailed):
    """A page that is cut off or is not what was agreed."""

    passing = True


class BureauDenies(PullFailed):
    """The signature or the app id is not accepted (401, 403)."""


class BureauRefuses(PullFailed):
    """What is asked for is refused (another 4xx, or a redirection)."""


class CursorLoops(PullFailed):
    """The cursor leads back to where it has been."""


class PageLacks(PullFailed):
    """A page on which no row has some of the needed names."""


class Page(NamedTuple):
    """A page; `sha256` of its bytes."""

    rows: list[dict[str, Any]]
    following: str | None
    sha256: str


Pause = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Interface:
    """Asks for pages; `pause` waits so many seconds between two tries.

    `seconds`: how long without a byte; `longest`: until all of a page is there.
    """

    bureau: Bureau
    pause: Pause
    seconds: float = SECONDS
    longest: float = LONGEST_S

    def page(self, day: str, cursor: str | None) -> Page:
        """One page, tried again while that may help. Raises PullFailed."""
        for tried in range(1, TRIES + 1):
            try:
                return self._page(day, cursor)
            except PullFailed as trouble:
                if not trouble.passing or tried == TRIES:
                    raise
            self.pause(_FIRST_PAUSE_S**tried)
        raise AssertionError

    def _page(self, day: str, cursor: str | None) -> Page:
        asked = {"day": day, "size": str(ROWS_A_PAGE)} | ({"cursor": cursor} if cursor else {})
        query = urlencode(sorted(asked.items()))
        try:
            status, content = self._get(query)
        except TimeoutError:
            raise BureauTimedOut from None
        except http.client.IncompleteRead:
            raise PageBroken from None
        except (OSError, http.client.HTTPException):
            raise BureauUnreachable from None
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BureauInTrouble(status=status)
        if status in _DENIED:
            raise BureauDenies(status=status)
        if status != HTTPStatus.OK:
            raise BureauRefuses(status=status)
        return _read(content)

    def _get(self, query: str) -> tuple[int, bytes]:
        parts = urlsplit(self.bureau.url)
        path = f"{parts.path.rstrip('/')}/settlements"
        headers = signed(self.bureau, path, query, int(now().timestamp()), secrets.token_hex(16))
        with closing(_connection(parts.scheme, parts.netloc, self.seconds)) as connection:
            connection.request("GET", f"{path}?{query}", headers=headers)
            until = time.monotonic() + self.longest
            with connection.getresponse() as answer:
                return answer.status, _whole(answer, until)


def _whole(answer: http.client.HTTPResponse, until: float) -> bytes:
    """All of an answer. Raises PageBroken, TimeoutError."""
    promised, size = answer.length, 0
    blocks = []
    while block := answer.read1(_BLOCK):
        blocks.append(block)
        size += len(block)
        if size > MAX_BYTES:
            raise PageBroken
        if time.monotonic() > until:
            raise TimeoutError
    if promised is not None and size < promised:
        raise PageBroken
    return b"".join(blocks)


def signed(bureau: Bureau, path: str, query: str, at: int, nonce: str) -> dict[str, str]:
    """The headers that say who asks."""
    lines = ("GET", path, query, bureau.app_id, str(at), nonce)
    digest = hmac.new(bureau.secret.encode(), "\n".join(lines).encode(), hashlib.sha256)
    return {
        "Accept": "application/json",
        "X-App-Id": bureau.app_id,
        "X-Timestamp": str(at),
        "X-Nonce": nonce,
        "X-Signature": digest.hexdigest(),
    }


def _connection(scheme: str, host: str, seconds: float) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, timeout=seconds, context=context)
    return http.client.HTTPConnection(host, timeout=seconds)


def _read(content: bytes) -> Page:
    try:
        told = json.loads(content, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise PageBroken from None
    match told:
        case {"rows": list(rows), "next": None | str() as following} if len(rows) <= MAX_ROWS:
            if all(isinstance(row, dict) for row in rows):
                return Page(rows, following or None, hashlib.sha256(content).hexdigest())
    raise PageBroken
