"""Send a kept file, whole or from where a download broke off (RFC 9110, sections 13 and 14).

One range is answered with just its bytes. Several ranges at once, other units and what cannot be
read are answered with the whole, as the RFC allows: nobody resumes a download that way. The file
is read a part at a time, each in a transaction of its own, so that a slow reader holds no
connection.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.db import db
from app.files.keep import PART, Kept, read

KEPT_FILES: Final = frozenset({"audit.bundles.file", "list_orders.file", "papers.file"})
_WHOLE: Final = 200
_PART: Final = 206
_UNCHANGED: Final = 304
_ONE_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII | re.IGNORECASE)


def install(web: Flask) -> None:
    """Answer ranges of kept files alone: what else there is, is small and comes whole.

    The packages' own reading of ranges refuses what the RFC lets one ignore.
    """
    web.before_request(_ignore_elsewhere)


def _ignore_elsewhere() -> None:
    if request.endpoint not in KEPT_FILES:
        request.environ.pop("HTTP_RANGE", None)


def send(file: Kept) -> Response:
    """The answer to a GET or HEAD for this file. Raises RequestedRangeNotSatisfiable."""
    if request.if_none_match.contains(file.sha256):
        return _headed(Response(status=_UNCHANGED), file)
    asked = _asked(file)
    start, end = asked or (0, file.size)
    # The body is read after the request has ended, and with it the request's own session.
    # It is read as whoever asked for it.
    asker = db.session().connection().engine
    body = () if request.method == "HEAD" else _blocks(asker, file, start, end)
    answer = _headed(Response(body, status=_PART if asked else _WHOLE), file)
    answer.mimetype = file.media_type
    answer.headers.set("Content-Disposition", "attachment", **_named(file.name))
    answer.content_length = end - start
    if asked:
        answer.content_range.set(start, end, file.size)
    return answer


def _named(name: str) -> dict[str, str]:
    """A name as a header may have it (RFC 6266): the server sends no other than these letters."""
    if name.isascii():
        return {"filename": name}
    plain = name.encode("ascii", "ignore").decode().lstrip("-")
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}


def _headed(answer: Response, file: Kept) -> Response:
    answer.set_etag(file.sha256)
    answer.accept_ranges = "bytes"
    return answer


def _asked(file: Kept) -> tuple[int, int] | None:
    """The one range asked for, from and up to; None: the whole file.

    Werkzeug's own reading refuses a suffix longer than the file and takes a suffix of nothing for
    everything; the RFC has it the other way round.
    """
    if request.method != "GET" or not _still_the_same(file):
        return None
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = found.groups() if found else ("", "")
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    start = int(first) if first else max(file.size - int(last), 0)
    if start >= file.size:
        raise RequestedRangeNotSatisfiable(file.size)
    return start, min(int(last) + 1, file.size) if first and last else file.size


def _still_the_same(file: Kept) -> bool:
    """Whether the reader's first part is of this file. A date, or a weak tag, does not say so."""
    given = request.headers.get("If-Range")
    return given is None or given.strip() == f'"{file.sha256}"'


def _blocks(engine: Engine, file: Kept, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        until = min(start - start % PART + PART, end)
        with Session(engine) as session:
            block = b"".join(read(session, file, start, until))
        yield block
        start = until
