"""Open a scheme from another, and change its figures. Every result is whole and checked. Pure.

A figure that changes loses its source: what was said of the old figure is not said of the new one.
Whoever changes it says where the new one comes from; else it is marked as an assumption.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from app.benefits.fields import SchemeFieldUnknown, SchemeFieldWrong
from app.benefits.scheme import Scheme, Source
from app.benefits.window import years_later

ASSUMED: Final = Source((), "set when this year was opened", "assumption of this system", True)
OPENED: Final = Source((), "opened from the scheme before it", "assumption of this system", True)
NONE: Final = "none"
"""Takes an optional field away: the last day of covers, the enrolment window."""
_OPTIONAL: Final = ("covers_starting.to", "enrolment")


def opened_from(scheme: Scheme, scheme_id: str, starts_on: date) -> Scheme:
    """The next scheme: the same rules for covers from `starts_on` on, its days moved along."""
    years = starts_on.year - scheme.starts_from.year
    changes: dict[str, object] = {
        "id": scheme_id,
        "covers_starting.from": starts_on.isoformat(),
        "covers_starting.to": NONE,
    }
    if scheme.pay_by:
        changes["pay_by"] = years_later(scheme.pay_by, years).isoformat()
    if scheme.enrolment:
        changes["enrolment"] = scheme.enrolment.later(years).document()
    return changed(scheme, changes, default=OPENED)


def changed(
    scheme: Scheme,
    changes: Mapping[str, object],
    sources: Mapping[str, Source] | None = None,
    *,
    default: Source = ASSUMED,
) -> Scheme:
    """The scheme with fields set, by dotted name, all at once. Raises SchemeFault.

    `sources`: by figure, where it comes from; of a changed figure that has none there, `default`.
    """
    document = json.loads(scheme.canonical())
    before = dict(_figures(document, scheme.figures()))
    for name, value in changes.items():
        _put(document, name, value)
    after = dict(_figures(document, _names(document, scheme)))
    given = dict(sources or {})
    given |= {
        name: default
        for name, value in after.items()
        if name not in given and before.get(name) != value
    }
    document["source"] = _sourced(document["source"], given, set(after))
    return Scheme.from_document(document)


def figure_of(name: str, scheme: Scheme) -> str:
    """The figure a dotted name is of, or is a part of."""
    figures = {*scheme.figures(), "enrolment"}
    return next((x for x in figures if name == x or name.startswith(f"{x}.")), name)


def _names(document: dict[str, Any], scheme: Scheme) -> list[str]:
    names = [name for name in scheme.figures() if name != "enrolment"]
    return names + (["enrolment"] if "enrolment" in document else [])


def _figures(document: dict[str, Any], names: Iterable[str]) -> Iterable[tuple[str, object]]:
    for name in names:
        found: Any = document
        for part in name.split("."):
            found = found[part]
        yield name, copy.deepcopy(found)


def _put(document: dict[str, Any], name: str, value: object) -> None:
    """Set one field that a scheme has; nothing else can come in."""
    *path, last = name.split(".")
    if path == ["enrolment"]:
        document.setdefault("enrolment", {})
    table: Any = document
    for part in path:
        if not isinstance(table.get(part), dict):
            raise SchemeFieldUnknown(field=name, known=_known(table, path))
        table = table[part]
    if last == "source":
        raise SchemeFieldUnknown(field=name, known=_known(table, path))
    if value == NONE and name in _OPTIONAL:
        table.pop(last, None)
        return
    known = last in table or name in _OPTIONAL or path == ["enrolment"]
    if not known:
        raise SchemeFieldUnknown(field=name, known=_known(table, path))
    if isinstance(table.get(last), dict) and name != "enrolment":
        raise SchemeFieldWrong(field=name, expected=", ".join(f"{name}.{x}" for x in table[last]))
    table[last] = copy.deepcopy(value)  # a document is taken apart when it is read


def _known(table: Mapping[str, object], path: list[str]) -> str:
    """What can be set there, also what this scheme has not yet; sources are said beside figures."""
    at = ".".join(path)
    optional = {x.rpartition(".")[2] for x in _OPTIONAL if x.rpartition(".")[0] == at}
    return ", ".join(sorted({*table, *optional} - {"source"}))


def _sourced(
    old: list[dict[str, Any]], given: Mapping[str, Source], figures: set[str]
) -> list[dict[str, Any]]:
    """The sources with those of `given` in the place of what was said before."""
    kept = []
    for source in old:
        meant = {x for x in figures for of in source["of"] if x == of or x.startswith(f"{of}.")}
        left = sorted(meant - given.keys())
        whole = [of for of in source["of"] if of in left]
        if meant and left:
            kept.append(source | {"of": whole if len(whole) == len(left) else left})
    said: dict[tuple[str, str, bool], list[str]] = {}
    for name, new in sorted(given.items()):
        if name in figures:
            said.setdefault((new.says, new.where, new.assumption), []).append(name)
    return kept + [
        {"of": names, "says": says, "where": where} | ({"assumption": True} if assumed else {})
        for (says, where, assumed), names in said.items()
    ]
