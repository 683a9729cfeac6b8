"""What an officer types of a scheme: amounts in yuan, shares in percent, days; and back again."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext

from app.benefits.fields import SchemeFieldWrong
from app.benefits.scheme import Scheme, Source
from app.benefits.scheme_edit import ASSUMED, NONE
from app.benefits.scheme_file import basis_points
from app.money import NotAnAmount, fen, yuan
from app.schemes.difference import source_of
from app.texts.amounts import share
from app.texts.sources import said
from app.texts.steps import CARES

_BAND: Final = re.compile(r"\s*(?:([0-9][0-9,.]*)\s+)?([0-9.]+)\s*[%\uff05]?\s*")
"""A percentage alone begins at 0."""
_NUMBER: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_LONGEST: Final = 500


class Line(NamedTuple):
    """A field: its dotted name, what it is called, how it is typed, and what to know of it."""

    name: str
    label: Any
    kind: str
    about: Any = ""


class Group(NamedTuple):
    """Figures that one source speaks of, by the first of them."""

    figures: tuple[str, ...]
    title: Any
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        return self.figures[0]

    def holds(self, field: str) -> bool:
        """Whether a refusal that names `field`, a figure or a whole table, is about these."""
        names = {*self.figures, *(line.name for line in self.lines)}
        return any(x == field or x.startswith(f"{field}.") for x in names if field)


_PARTS: Final = ("total_fen", "unit_and_worker_fen", "union_fen")
_EMPTY_START: Final = lazy_gettext("Empty: the day the cover starts.")
_EMPTY_YEAR: Final = lazy_gettext("In months. Empty: to 31 December of the year it starts in.")
_FIXED: Final = (
    Group(
        ("covers_starting",),
        lazy_gettext("Covers of this scheme"),
        (
            Line(
                "id", lazy_gettext("Id of the scheme"), "text", lazy_gettext("Letters and digits.")
            ),
            Line("covers_starting.from", lazy_gettext("Covers start from"), "day"),
            Line(
                "covers_starting.to",
                lazy_gettext("until"),
                "day",
                lazy_gettext("Empty: until the next scheme starts."),
            ),
        ),
    ),
    Group(
        ("enrolment",),
        lazy_gettext("Enrolment window"),
        (
            Line(
                "enrolment.from",
                lazy_gettext("Units enrol from"),
                "day",
                lazy_gettext("Empty: on any day."),
            ),
            Line("enrolment.to", lazy_gettext("until"), "day"),
            Line("enrolment.mid_year", lazy_gettext("Joiners are taken within the year"), "flag"),
        ),
    ),
    Group(
        tuple(f"contribution.{part}" for part in _PARTS),
        lazy_gettext("Contribution a head"),
        (
            Line("contribution.total_fen", lazy_gettext("Contribution together"), "yuan"),
            Line("contribution.unit_and_worker_fen", lazy_gettext("Unit and worker"), "yuan"),
            Line("contribution.union_fen", lazy_gettext("The union"), "yuan"),
        ),
    ),
    Group(
        ("pay_by",),
        lazy_gettext("When money is due"),
        (Line("pay_by", lazy_gettext("Paid in full by"), "day", _EMPTY_START),),
    ),
    Group(
        ("term_months",),
        lazy_gettext("Term of cover"),
        (Line("term_months", lazy_gettext("Length of a cover"), "number", _EMPTY_YEAR),),
    ),
    Group(
        ("waiting_days",),
        lazy_gettext("Waiting period"),
        (Line("waiting_days", lazy_gettext("Days, of a first cover"), "number"),),
    ),
    Group(
        ("renewal_gap_days",),
        lazy_gettext("Renewal of a cover"),
        (
            Line(
                "renewal_gap_days",
                lazy_gettext("Confirmed so many days after the last cover, at most"),
                "number",
            ),
        ),
    ),
    Group(
        ("filing_days",),
        lazy_gettext("Filing deadline"),
        (Line("filing_days", lazy_gettext("Days, for people's own claims"), "number"),),
    ),
)


def groups(scheme: Scheme, lang: str) -> list[Group]:
    """The fields of a scheme, in order."""
    return [*_FIXED, *(each for x in scheme.benefits for each in _of_care(x.care, lang))]


def _of_care(care: str, lang: str) -> list[Group]:
    words = CARES[care]
    named = words.en.capitalize() if lang == "en" else words.zh
    at = f"benefit.{care}"
    above = lazy_gettext("A line a band: above how many yuan, and the percent.")
    none = lazy_gettext("A member a year, in yuan. Empty: none.")
    bands = Line(f"{at}.bands", lazy_gettext("Share paid"), "bands", above)
    cap = Line(f"{at}.cap_fen", lazy_gettext("Yearly cap"), "yuan", none)
    return [Group((f"{at}.bands",), named, (bands,)), Group((f"{at}.cap_fen",), named, (cap,))]


def shown(scheme: Scheme, lang: str) -> dict[str, str]:
    """What stands in each field, and in those of its source."""
    document = json.loads(scheme.canonical())
    texts = {}
    for group in groups(scheme, lang):
        for line in group.lines:
            texts[line.name] = _shown(line, _found(document, line.name))
        source = source_of(scheme, group.key)
        texts[f"says.{group.key}"] = said(source.says, lang) if source else ""
        texts[f"where.{group.key}"] = said(source.where, lang) if source else ""
        texts[f"assumed.{group.key}"] = "1" if source and source.assumption else ""
    return texts


def changes_in(
    scheme: Scheme, typed: Mapping[str, str], lang: str
) -> tuple[dict[str, object], dict[str, Source]]:
    """The fields typed otherwise than they were shown, and the sources. Raises SchemeFault."""
    before = shown(scheme, lang)
    changes: dict[str, object] = {}
    sources: dict[str, Source] = {}
    for group in groups(scheme, lang):
        for line in group.lines:
            text = typed.get(line.name, "").replace("\r\n", "\n").strip()
            if text != before[line.name]:
                changes[line.name] = _read(line, text)
        keys = [f"{part}.{group.key}" for part in ("says", "where", "assumed")]
        says, where, assumed = (typed.get(key, "").strip()[:_LONGEST] for key in keys)
        if [says, where, assumed] != [before[key] for key in keys]:
            source = _source(says, where, assumed=bool(assumed))
            sources |= dict.fromkeys(group.figures, source)
    return _without_window(changes, typed), sources


def _without_window(changes: dict[str, object], typed: Mapping[str, str]) -> dict[str, object]:
    """Both days of the window empty: there is none."""
    days = ("enrolment.from", "enrolment.to")
    names = [name for name in changes if name.startswith("enrolment.")]
    if not names:
        return changes
    kept = {name: value for name, value in changes.items() if name not in names}
    if not any(typed.get(name, "").strip() for name in days):
        return kept | {"enrolment": NONE}
    parts = {name.split(".")[1]: _day(typed.get(name, "").strip(), name) for name in days}
    return kept | {"enrolment": parts | {"mid_year": bool(typed.get("enrolment.mid_year"))}}


def _source(says: str, where: str, *, assumed: bool) -> Source:
    return Source((), says or ASSUMED.says, ASSUMED.where if assumed else where, assumed)


def _found(document: dict[str, Any], name: str) -> Any:
    found: Any = document
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _shown(line: Line, found: Any) -> str:
    if found is None or found in ("start", "none", "calendar_year"):
        return ""
    if line.kind == "flag":
        return "1" if found else ""
    if line.kind == "yuan":
        return yuan(found)
    if line.kind == "bands":
        pairs = ((yuan(x["over_fen"]), share(x["basis_points"])) for x in found)
        return "\n".join(map(" ".join, pairs))
    return str(found)


def _read(line: Line, text: str) -> object:
    if line.kind == "flag":
        return bool(text)
    if line.kind == "bands":
        return [_band(each, line.name) for each in text.splitlines() if each.strip()]
    if not text and line.name in _MAY_BE_EMPTY:
        return _MAY_BE_EMPTY[line.name]
    if not text and line.name.endswith(".cap_fen"):
        return "none"
    return _READS[line.kind](text, line.name)


_MAY_BE_EMPTY: Final = {
    "covers_starting.to": NONE,
    "pay_by": "start",
    "term_months": "calendar_year",
    "enrolment.from": NONE,
    "enrolment.to": NONE,
}


def _day(text: str, name: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SchemeFieldWrong(field=name, expected="2027-01-31") from None


def _fen(text: str, name: str) -> int:
    try:
        return fen(text.replace(",", ""))
    except NotAnAmount:
        raise SchemeFieldWrong(field=name, expected="1234.50") from None


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise SchemeFieldWrong(field=name, expected="30")
    return int(text)


def _band(text: str, name: str) -> dict[str, int]:
    found = _BAND.fullmatch(text)
    if not found:
        raise SchemeFieldWrong(field=name, expected="1000 50")
    try:
        percent = Decimal(found[2])
    except InvalidOperation:
        raise SchemeFieldWrong(field=name, expected="1000 50") from None
    return {"over_fen": _fen(found[1] or "0", name), "basis_points": basis_points(percent)}


_READS: Final[dict[str, Callable[[str, str], object]]] = {
    "yuan": _fen,
    "number": _number,
    "day": _day,
    "text": lambda text, name: text,
}
