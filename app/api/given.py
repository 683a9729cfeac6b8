"""How what a program sends is read: what could be read two ways is not read at all.

JSON lets a name stand twice, and readers take one or the other: of two amounts one would be filed
and the other meant. (So with a parameter of the address: `app.api.door`.) And a body built to be
read without end (a number of thousands of digits, brackets in brackets) is as wrong as one that is
no JSON.
"""

import json
from typing import Any, NoReturn

import flask_smorest
from flask import Request, abort
from marshmallow import Schema
from webargs.flaskparser import FlaskParser


class Routes(flask_smorest.Blueprint):  # type: ignore[misc]  # the package has no types
    """A part of the API."""

    class _Parser(FlaskParser):
        def load_json(self, req: Request, schema: Schema) -> Any:
            if not (req.is_json and req.get_data(cache=True)):
                return super().load_json(req, schema)
            try:
                return json.loads(
                    req.get_data(cache=True), object_pairs_hook=_once, parse_constant=_no_number
                )
            except (ValueError, RecursionError):
                abort(400)

    ARGUMENTS_PARSER = _Parser()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError("no number of JSON's")
