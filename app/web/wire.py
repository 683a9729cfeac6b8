"""Pages and style sheets go over the wire compressed, where nothing of the request comes back.

Done here and not left to whatever stands in front: the embedded run has nothing in front, and only
here it is known what an answer repeats. Who can make a browser ask for addresses of his choice and
see how long the answers are could guess what stands beside a word he put there (BREACH). So an
answer to a form, or to an address with a question mark, goes as it is. A path is no way in: it
answers 200 only where it is one of the routes' own. The form's token is signed anew each second.

Style sheets are the same for everybody: they are compressed once, and best.
"""

import gzip
from typing import Final

from flask import Flask, Response, request

from app.web.roles import ASSETS

_KINDS: Final = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "application/javascript"),
        *("application/json", "image/svg+xml"),
    }
)
_LEAST: Final = 1_000
"""Bytes; less fits into one packet anyway."""
_PAGE, _BEST = 5, 9
_OK: Final = 200

_assets: dict[str, bytes] = {}
"""By the ETag, which is of the file's time and size: as many as there are files."""


def install(web: Flask) -> None:
    """Compress what may be."""
    web.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if response.mimetype not in _KINDS:
        return response
    response.vary.add("Accept-Encoding")
    asset = request.endpoint in ASSETS
    if not (
        response.status_code == _OK
        and request.accept_encodings.quality("gzip") > 0
        and "Content-Encoding" not in response.headers
        and (asset or _repeats_nothing(response))
    ):
        return response
    etag, _ = response.get_etag()
    packed = _asset(response, etag) if asset and etag else _page(response)
    if packed is None:
        return response
    response.set_data(packed)
    response.content_encoding = "gzip"
    response.headers.pop("Accept-Ranges", None)  # ranges would be of the other bytes
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _repeats_nothing(response: Response) -> bool:
    asked = request.method in {"GET", "HEAD"} and not request.query_string
    return asked and not response.is_streamed


def _page(response: Response) -> bytes | None:
    content = response.get_data()
    return gzip.compress(content, _PAGE, mtime=0) if len(content) >= _LEAST else None


def _asset(response: Response, etag: str) -> bytes:
    response.direct_passthrough = False
    content = response.get_data()  # also where it is not needed: the file is closed by that
    if etag not in _assets:
        _assets[etag] = gzip.compress(content, _BEST, mtime=0)
    return _assets[etag]
