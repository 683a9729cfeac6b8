"""What cannot be done, as RFC 9457 says it (application/problem+json), in the asked language.

A refusal is told by its name, its facts and its sentence from `app.texts`: a program goes by the
name, a person reads the sentence. What went wrong inside goes to the log, without words that
somebody sent.
"""

from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import BadRequest, HTTPException

from app.accounts.token import ScopeMissing, TokenTooOften, TokenWrong
from app.api.door import TokenInAddress
from app.attachments.faults import StorageDown
from app.claims.file import (
    MemberOutOfReach,
    RequestKeyMalformed,
    RequestKeyUsed,
    SheetFaulty,
)
from app.claims.sheet import AMOUNTS
from app.db import TurnTaken
from app.enrolment.reach import ConfirmerMayNot, SenderMayNot
from app.enrolment.upload import FormUsedAgain
from app.errors import FileFault, Refusal, RowFault
from app.texts import say, word
from app.web.errors import BUSY_S, without_words
from app.web.languages import wished

KIND: Final = "application/problem+json"
_CODES: Final[dict[type[Refusal], int]] = {
    TokenInAddress: 400,
    TokenWrong: 401,
    ScopeMissing: 403,
    MemberOutOfReach: 403,
    SenderMayNot: 403,
    ConfirmerMayNot: 403,
    FileFault: 422,
    SheetFaulty: 422,
    RequestKeyMalformed: 422,
    TokenTooOften: 429,
    StorageDown: 503,
    TurnTaken: 503,
}
"""Every other refusal is 409: what is asked for does not go with what is there."""
_NAMES: Final = {404: "NotFound", 405: "MethodWrong", 413: "BodyTooLarge", 415: "BodyOfOtherKind"}
_SERVER: Final = 500
_UNPROCESSABLE: Final = 422
_HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "60"},
    503: {"Retry-After": str(BUSY_S)},
}


def install(app: Flask) -> None:
    """Answer errors with problems."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refusal, refused)
    # A body of thousands of brackets: nothing of ours goes so deep.
    app.register_error_handler(RecursionError, lambda _error: _http(BadRequest()))
    app.register_error_handler(NoConnectionLeft, _busy)
    app.register_error_handler(Exception, _broken)


def asked_language() -> str:
    """The language of this request: "zh" or "en"."""
    return wished(request.accept_languages)


def refused(refusal: Refusal) -> Response:
    """A refusal of the domain."""
    said = say(refusal, asked_language())
    if isinstance(refusal, FormUsedAgain | RequestKeyUsed):  # a program has no forms, it has keys
        refusal, said = RequestKeyUsed(), word("KeyUsedAgain", asked_language())
    current_app.logger.info("refused: %s", refusal.name)
    code = next((code for kind, code in _CODES.items() if isinstance(refusal, kind)), 409)
    faults = refusal.faults if isinstance(refusal, SheetFaulty) else []
    told = [_as_sent(fault_said(each)) for each in faults]
    return problem(code, refusal.name, said, refusal.facts, told)


def problem(
    code: int,
    name: str,
    detail: str,
    facts: dict[str, object] | None = None,
    faults: list[dict[str, Any]] | None = None,
) -> Response:
    """One problem; `name` is what a program goes by."""
    answer = jsonify(
        type=f"urn:huzhu:problem:{name}",
        title=HTTPStatus(code).phrase,
        status=code,
        detail=detail,
        name=name,
        facts=plain(facts or {}),
        faults=faults or [],
    )
    answer.mimetype, answer.status_code = KIND, code
    answer.headers.update(_HEADERS.get(code, {}))
    return answer


def fault_said(fault: RowFault) -> dict[str, Any]:
    """What is wrong with one field or row, by name and in words."""
    worded = say(fault, asked_language())
    told = {"field": fault.field, "name": fault.reason, "facts": plain(fault.facts)}
    return {**told, "detail": worded}


def _as_sent(told: dict[str, Any]) -> dict[str, Any]:
    """A fault of a sheet, under the field's name in the request: amounts come in fen."""
    return told | {"field": f"{told['field']}_fen"} if told["field"] in AMOUNTS else told


def plain(facts: dict[str, object]) -> dict[str, object]:
    """Facts as JSON has them."""
    return {
        name: fact if isinstance(fact, int | str | bool | None) else str(fact)
        for name, fact in facts.items()
    }


def _http(error: HTTPException) -> Response:
    """What HTTP has a number for, and what webargs found wrong."""
    code = error.code or _SERVER
    if code >= _SERVER:
        return _broken(error)
    messages = getattr(error, "data", {}).get("messages", {})
    faults = [_field(name) for name in _paths(messages)] if code == _UNPROCESSABLE else []
    name = _NAMES.get(code, "NotAsDescribed")
    answer = problem(code, name, word(name, asked_language()), faults=faults)
    answer.headers.update({k: v for k, v in error.get_headers() if k == "Allow"})
    return answer


def _paths(messages: object) -> list[str]:
    """The fields that webargs names, below where they stand (json, query, headers)."""
    if not isinstance(messages, dict):
        return []
    found = []
    for fields in messages.values():
        found += [_encodable(str(name)) for name in fields] if isinstance(fields, dict) else []
    return sorted(set(found))


def _encodable(name: str) -> str:
    """A name that was sent, without halves of signs, which JSON can hold and UTF-8 cannot."""
    return name.encode("utf-8", "replace").decode()


def _field(name: str) -> dict[str, Any]:
    key, facts = "FieldNotAsDescribed", {"field": name}
    return {"field": name, "name": key, "detail": word(key, asked_language(), **facts), "facts": {}}


def _busy(_error: NoConnectionLeft) -> Response:
    current_app.logger.error("no connection to the database is left")
    facts: dict[str, object] = {"seconds": BUSY_S}
    return problem(503, "Busy", word("Busy", asked_language(), **facts), facts)


def _broken(error: Exception) -> Response:
    number = uuid4().hex[:8]
    current_app.logger.error("error %s", number, exc_info=without_words(error))
    detail = word("BrokeDown", asked_language(), number=number)
    return problem(_SERVER, "BrokeDown", detail, {"number": number})
