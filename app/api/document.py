"""The description of the API: OpenAPI, and a plain page of it, both in the asked language.

The package writes down paths, shapes and parameters from the routes themselves; what is said of an
operation comes from `app.texts`, so that both languages have it (a test names what is missing).
Of each operation only those problems are named that it can have.
"""

import re
from copy import deepcopy
from itertools import zip_longest
from typing import Any, Final

from apispec import APISpec
from flask import Blueprint, Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import fields

from app.api.door import asked_by, asks_nothing
from app.api.problems import KIND, asked_language
from app.api.shapes import Said
from app.texts import LANGUAGES, word
from app.texts.api import FIELDS_SAID

_SPEC: Final = "api_spec"
_ARGUMENT: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_ALWAYS: Final = (400, 401, 403, 429, 500)
_WITH_BODY: Final = (409, 413, 415, 422, 503)

routes = Blueprint("document", __name__, url_prefix="/api/v1", template_folder="templates")


class FaultSaid(Said):
    """What is wrong with one field or one row."""

    field = fields.String()
    name = fields.String()
    detail = fields.String()
    facts = fields.Dict()


class ProblemSaid(Said):
    """RFC 9457. `name` is what a program goes by, `detail` what a person reads."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    name = fields.String()
    facts = fields.Dict()
    faults = fields.List(fields.Nested(FaultSaid))


def install(api: Flask, spec: APISpec) -> None:
    """Serve the document; after all routes are there."""
    spec.components.schema("Problem", schema=ProblemSaid)
    api.extensions[_SPEC] = spec
    api.register_blueprint(routes)


@routes.get("/openapi.json")
@asks_nothing
def openapi() -> ResponseReturnValue:
    return jsonify(document(current_app, asked_language()))


@routes.get("/")
@asks_nothing
def page() -> ResponseReturnValue:
    lang = request.args.get("lang", "")
    lang = lang if lang in LANGUAGES else asked_language()
    return render_template(
        "document.html",
        told=document(current_app, lang),
        lang=lang,
        other="zh" if lang == "en" else "en",
        said=lambda key: word(key, lang),
        kind_of=kind_of,
        coded=coded,
    )


def document(api: Flask, lang: str) -> dict[str, Any]:
    """The whole description in one language."""
    made: dict[str, Any] = deepcopy(api.extensions[_SPEC].to_dict())
    made["info"] = {"title": word("ApiTitle", lang), "version": "1"}
    made["info"]["description"] = word("ApiAbout", lang)
    made["servers"] = [{"url": "/", "description": word("ApiServer", lang)}]
    made["tags"] = [
        {"name": each["name"], "description": word(f"ApiTag_{each['name']}", lang)}
        for each in made["tags"]
    ]
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    said = {"description": word("ApiProblem", lang), "content": {KIND: problem}}
    made["components"]["responses"] = {"Problem": said}
    for unused in ("Error", "PaginationMetadata"):  # the package's own
        made["components"]["schemas"].pop(unused, None)
    for field, each in made["components"]["schemas"]["ClaimGiven"]["properties"].items():
        if about := field_said(field, lang):
            each["description"] = about
    made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, method, endpoint in operations(api):
        _say(api, made["paths"][path][method], path, endpoint, lang)
    return made


def field_said(field: str, lang: str) -> str:
    """What a field of a settlement sheet is, where its name does not say it; or ""."""
    known = FIELDS_SAID.get(field.removesuffix("_fen"))
    return (known.en if lang == "en" else known.zh) if known else ""


def operations(api: Flask) -> list[tuple[str, str, str]]:
    """Every operation that asks for a scope: its path, its method and its endpoint."""
    return sorted(
        (_ARGUMENT.sub(r"{\1}", rule.rule), method.lower(), rule.endpoint)
        for rule in api.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if asked_by(api, rule.endpoint) is not None
    )


def _say(api: Flask, told: dict[str, Any], path: str, endpoint: str, lang: str) -> None:
    """Word one operation, and name its scope and its problems."""
    scope = asked_by(api, endpoint)
    told["operationId"] = endpoint.replace(".", "_")
    told["summary"] = word(f"Api_{endpoint}", lang)
    told.pop("description", None)
    told["security"] = [{"token": []}]
    told["x-scope"] = scope
    problems = {*_ALWAYS}
    problems |= {404} if "{" in path else set()
    problems |= {*_WITH_BODY} if "requestBody" in told else set()
    problems |= {422} if told.get("parameters") else set()
    done = {code: each for code, each in told["responses"].items() if code < "300"}
    for each in done.values():
        each["description"] = word("ApiDone", lang)
    said = {"$ref": "#/components/responses/Problem"}
    told["responses"] = {**done, **{str(code): said for code in sorted(problems)}}


def coded(text: str) -> Markup:
    """A text whose names in `backticks` are code."""
    parts = text.split("`")
    odd = (Markup("<code>{}</code>").format(part) for part in parts[1::2])
    even = (Markup("{}").format(part) for part in parts[::2])
    return Markup("").join(x for pair in zip_longest(even, odd, fillvalue="") for x in pair)


def kind_of(schema: dict[str, Any]) -> tuple[str, str]:
    """What kind of value a schema takes, in a word, and the shape it names, if any."""
    if "$ref" in schema:
        return "", schema["$ref"].rpartition("/")[2]
    kind = schema.get("type", "")
    if isinstance(kind, list):
        named = [str(schema.get("format", each)) if each == "string" else each for each in kind]
        return " / ".join(named), ""
    if kind == "array":
        inner, shape = kind_of(schema["items"])
        return f"array {inner}".strip(), shape
    return f"{kind} {schema.get('format', '')}".strip(), ""
