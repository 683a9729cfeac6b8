"""What is refused whatever the page: before any view, and before the database is asked.

An address is written into logs, histories and other people's sight, so it must not hold an ID
number; the form that takes one posts it.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from flask import Flask, abort, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from app.roster.identity import check_citizen_id, check_uscc

_MOST: Final = 2**63 - 1
_MOST_FIELDS: Final = 200
"""No page has a form half as long."""
_FORMS: Final = {"application/x-www-form-urlencoded", "multipart/form-data"}
_ID_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class IdInAddress(BadRequest):
    """The address holds what looks like a citizen ID."""


class RowId(IntegerConverter):
    """An id in a path: what is no BIGINT is no page."""

    def __init__(self, url_map: object) -> None:
        super().__init__(url_map, min=1, max=_MOST)  # type: ignore[arg-type]


def install(web: Flask) -> None:
    """Refuse such requests; add `<id:…>` to paths."""
    web.url_map.converters["id"] = RowId
    web.before_request(_refuse)


def _refuse() -> None:
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""  # the page that says so reads it, too
        abort(400)
    for name, value in request.args.items(multi=True):
        if _CONTROL.search(name + value):
            abort(400)
        text = unicodedata.normalize("NFKC", f"{name} {value}")
        if any(not _is_units(found) for found in _ID_NUMBER.findall(text)):
            raise IdInAddress
    if request.mimetype in _FORMS:
        _refuse_garbled()


def _refuse_garbled() -> None:
    """Too many fields, and signs that no keyboard makes: what is typed is stored and shown."""
    fields = list(request.form.items(multi=True))
    # Forms with files have MAX_FORM_PARTS; plain ones have nothing of the kind.
    if len(fields) > _MOST_FIELDS:
        abort(413)
    if any(_CONTROL.search(name + value) for name, value in fields):
        abort(400)


def _is_units(number: str) -> bool:
    """A unit's code of digits alone, which may be looked for, and no ID that somebody has."""
    return check_uscc(number) is None and check_citizen_id(number, date.max) is not None
