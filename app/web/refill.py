"""A page's form filled again with what was typed into it before.

Done on the finished page, by the names its fields have there: forms are made in many ways, and none
has to know. What the page itself put into the form (hidden fields: tokens, what was seen) stays as
the page has it now. Passwords and files are never filled in.

What hidden fields name is what the form is about: a debtor, a refund, which act. Words typed of one
are never put into the form of another, which may be the only one left. Of what was seen a newer
state counts as the same form; it is said that the page has changed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final, NamedTuple
from urllib.parse import urlsplit

Attrs = list[tuple[str, str | None]]
Edit = tuple[int, int, str]

_NEVER: Final = {"hidden", "password", "file", "submit", "button", "image", "reset"}
_CHOICES: Final = {"checkbox", "radio"}
_SEEN: Final = frozenset({"seen", "sums_seen", "digest", "sha256", "compared", "over"})
"""Hidden fields that hold what state of things the page showed."""
_OWN: Final = frozenset({"csrf_token", "request_key", "key", "kept", "after", "offered", "back"})
"""Hidden fields that are of one showing of a page, or of what stands around the form."""
ANCHOR: Final = "unsent-form"


class Refilled(NamedTuple):
    """The page. `form` is the id of the form that was filled in; "" where it was not there."""

    page: str
    form: str
    typed: bool
    left: list[str]
    """What found no place."""
    changed: bool = False
    """Whether the page shows another state of things than that which the form was sent of."""


@dataclass(slots=True)
class _Tag:
    name: str
    attrs: Attrs
    start: int
    end: int
    inside: tuple[int, ...]
    """Where the <details> around it begin."""
    close: int = 0
    options: list["_Tag"] = field(default_factory=list)
    fields: list["_Tag"] = field(default_factory=list)

    def get(self, name: str) -> str:
        return dict(self.attrs).get(name) or ""

    @property
    def kind(self) -> str:
        return (self.get("type") or "text") if self.name == "input" else self.name


class _Reader(HTMLParser):
    """The forms of a page with their fields, and where each stands in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Tag] = []
        self.details: dict[int, _Tag] = {}
        self.main: int | None = None
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._open: list[int] = []
        self._form: _Tag | None = None
        self._field: _Tag | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, name: str, attrs: Attrs) -> None:
        start = self._at()
        tag = _Tag(
            name, attrs, start, start + len(self.get_starttag_text() or ""), tuple(self._open)
        )
        if name == "details":
            self._open.append(start)
            self.details[start] = tag
        elif name == "main":
            self.main = tag.end
        elif name == "form":
            self._form = tag
            self.forms.append(tag)
        elif name == "option" and self._field:
            self._field.options.append(tag)
        elif name in {"input", "select", "textarea"} and self._form and tag.get("name"):
            self._form.fields.append(tag)
            self._field = tag

    def handle_endtag(self, name: str) -> None:
        if name == "form":
            self._form = None
        elif name == "details" and self._open:
            self._open.pop()
        elif name in {"select", "textarea"} and self._field:
            self._field.close = self._at()
            self._field = None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def refill(page: str, action: str, typed: list[tuple[str, str]], *, here: str) -> Refilled:
    """Fill in the form that posts to `action`; `here` is the page's own path."""
    read, values = _Reader(page), defaultdict(list)
    for name, value in typed:
        values[name].append(value)
    there = [x for x in read.forms if _posts_to(x, action, here) and _of_the_same(x, values)]
    if not there:
        return Refilled(page, "", False, [value for _, value in typed])
    form = max(there, key=lambda each: _alike(each, values))
    edits: list[Edit] = []
    met: Counter[str] = Counter()
    filled = [each for each in form.fields if _fill(each, values, met, edits)]
    opened = {x for each in (form, *filled) for x in each.inside}
    edits += [_again(read.details[x], {"open": None}) for x in opened]
    anchor = form.get("id") or ANCHOR
    edits.append(_again(form, {"id": anchor}))
    names = {each.get("name") for each in form.fields}
    left = [value for name, value in typed if name not in names]
    return Refilled(_edited(page, edits), anchor, bool(filled), left, _changed(form, values))


def after_main(page: str, said: str) -> str:
    """The page with something said before all else."""
    at = _Reader(page).main
    return page if at is None else page[:at] + said + page[at:]


def _posts_to(form: _Tag, action: str, here: str) -> bool:
    return form.get("method").lower() == "post" and (
        (urlsplit(form.get("action")).path or here) == action
    )


def _of_the_same(form: _Tag, values: dict[str, list[str]]) -> bool:
    """Whether it is about the same: a form of anything else is another form."""
    return all(
        each.get("value") in values.get(each.get("name"), [])
        for each in form.fields
        if each.kind == "hidden" and each.get("name") not in _SEEN | _OWN
    )


def _changed(form: _Tag, values: dict[str, list[str]]) -> bool:
    hidden = {x.get("name"): x.get("value") for x in form.fields if x.kind == "hidden"}
    return any([hidden[x]] != values.get(x) for x in _SEEN & hidden.keys())


def _alike(form: _Tag, values: dict[str, list[str]]) -> int:
    """How much the form looks like the one that was sent: several may post to one address."""
    score = 0
    for each in form.fields:
        name = each.get("name")
        if each.kind == "hidden":
            score += each.get("value") in values.get(name, [])
        elif name in values:
            score += 1
        elif each.kind not in _CHOICES | _NEVER:
            score -= 1
    return score


def _fill(each: _Tag, values: dict[str, list[str]], met: Counter[str], edits: list[Edit]) -> bool:
    """One field; whether something was typed into it."""
    name, kind = each.get("name"), each.kind
    mine = values.get(name, [])
    if kind in _NEVER:
        return False
    if kind in _CHOICES:
        ticked = (each.get("value") or "on") in mine
        edits.append(_again(each, {"checked": None} if ticked else {}, without={"checked"}))
        met[name] += ticked
        return ticked
    if kind == "select":
        for option in each.options:
            chosen = {"selected": None} if option.get("value") in mine else {}
            edits.append(_again(option, chosen, without={"selected"}))
        met[name] += bool(mine)
        return bool(mine)
    if met[name] >= len(mine):
        return False
    value = mine[met[name]]
    met[name] += 1
    if kind == "textarea":
        # A browser drops the first line end.
        edits.append((each.end, each.close, "\n" + escape(value)))
    else:
        edits.append(_again(each, {"value": value}))
    return bool(value)


def _again(
    tag: _Tag, more: Mapping[str, str | None], without: frozenset[str] | set[str] = frozenset()
) -> Edit:
    """The tag written anew with other attributes."""
    attrs = {name: value for name, value in tag.attrs if name not in without}
    attrs.update(more)
    told = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in attrs.items()
    )
    return tag.start, tag.end, f"<{tag.name}{told}>"


def _edited(page: str, edits: list[Edit]) -> str:
    parts, at = [], 0
    for start, end, told in sorted(edits):
        parts += [page[at:start], told]
        at = end
    return "".join([*parts, page[at:]])
