"""How much a page takes in. Only pages that take files take more than a form.

The limit is raised before the form is looked at (the token's check reads it), and only for who
has signed in, or out again in another tab: a stranger's request ends at the usual limit.
"""

from typing import Final

from flask import Flask, abort, request, session

LEFT: Final = "left"
"""The cookie's key for that somebody has signed out of this browser."""
_FILE: Final = 20_500_000
_TAKE_FILES: Final = (
    *("rosters.send", "changes.send", "changes.send_fates", "change_lists.send"),
    *("money.send", "payments.answer", "unit_asks.import_file", "gifts.send"),
)
_FILES: Final = 100_500_000
_TAKE_PHOTOS: Final = (
    *("claim_papers.add_mine", "claim_papers.add", "counter.send"),
    "file_papers.send",
)
LARGE: Final = dict.fromkeys(_TAKE_FILES, _FILE) | dict.fromkeys(_TAKE_PHOTOS, _FILES)
"""Bytes of a request, by endpoint: a file of 20 MB, or photos together, and the form around it."""
_MOST_READ: Final = 200_000_000
_BLOCK: Final = 1 << 20


def install(web: Flask) -> None:
    """Raise the limit of such pages; before anything reads a request's body."""
    web.before_request(_raise)


def largest_file() -> str | None:
    """What a file on this page may hold, in words; None where it takes none, or size is no matter.

    A form of thousands of fields is too large, too.
    """
    limit = LARGE.get(request.endpoint or "") if _was_here() else None
    small = limit and 0 <= (request.content_length or -1) <= limit
    return f"{limit // 1_000_000} MB" if limit and not small else None


def _was_here() -> bool:
    """Whether this browser has signed in: only we write that into its cookie."""
    return "token" in session or LEFT in session


def _raise() -> None:
    limit = LARGE.get(request.endpoint or "")
    if limit is None or not _was_here() or request.method != "POST":
        return
    request.max_content_length = limit
    length = request.content_length or 0
    if limit < length <= _MOST_READ:
        _read_away()
        abort(413)


def _read_away() -> None:
    """A browser shows our answer only when all it sends was taken from it."""
    stream = request.environ["wsgi.input"]
    left = request.content_length or 0
    while left > 0 and (block := stream.read(min(left, _BLOCK))):
        left -= len(block)
