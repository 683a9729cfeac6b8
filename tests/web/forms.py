"""The forms of a page as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = ("text", "search", "tel", "textarea", "date", "month", "number", "email", "url")


@dataclass
class Field:
    name: str
    kind: str
    attrs: dict[str, str | None]
    value: str = ""
    options: list[str] = field(default_factory=list)

    @property
    def ticked(self) -> bool:
        return "checked" in self.attrs


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def hidden(self) -> list[tuple[str, str]]:
        return [(x.name, x.value) for x in self.fields if x.kind == "hidden"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.last: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.inside)
        if self.inside is None:
            return
        if tag in {"input", "textarea", "select"}:
            kind = (given.get("type") or "text") if tag == "input" else tag
            name, value = given.get("name") or "", given.get("value") or ""
            self.last = Field(name, kind, given, value)
            self.inside.fields.append(self.last)
        elif tag == "option" and self.last:
            self.last.options.append(given.get("value") or "")
            if "selected" in given:
                self.last.value = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.last and self.last.kind == "textarea":
            self.last.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag in {"textarea", "select"}:
            self.last = None


def forms_of(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms
