"""What a bank's template says about its files: read from TOML, whole and checked. Pure.

A template is the fund's data, not a person's input: what is wrong in one is a fault of the program
and raises TemplateWrong when the templates are read.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

FileKind = Literal["csv", "fixed", "xlsx"]
Unit = Literal["yuan", "fen"]
FIELDS: Final = frozenset(
    {
        *("batch", "made_on", "count", "total", "payer", "payer_account"),
        *("line", "name", "account", "amount", "remark"),
    }
)
BACK: Final = ("line", "amount", "outcome", "booked_on", "reason", "account")
NEEDED: Final = ("line", "amount", "outcome")


class TemplateWrong(Exception):
    """A template that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a record: a text that stands there, or a field of the batch or its line.

    `width` counts bytes in files of fixed width, characters in a workbook's columns. `left` fills
    before the text, as numbers want it.
    """

    text: str = ""
    field: str = ""
    heading: str = ""
    width: int = 0
    pad: Literal["left", "right"] = "right"
    fill: str = " "
    number: bool = False


@dataclass(frozen=True, slots=True)
class Out:
    """The file to the bank."""

    kind: FileKind
    encodings: tuple[str, ...]
    amounts: Unit
    days: str
    columns: tuple[Cell, ...]
    header: tuple[tuple[Cell, ...], ...] = ()
    trailer: tuple[tuple[Cell, ...], ...] = ()
    separator: str = ","
    newline: str = "\r\n"
    sheet: str = ""

    @property
    def headed(self) -> bool:
        """Whether a record of headings stands above the lines."""
        return any(cell.heading for cell in self.columns)


@dataclass(frozen=True, slots=True)
class Back:
    """The file from the bank. `columns`: what each column of ours is called there.

    In files of fixed width there are no headings: `detail` has the fields in order, with widths,
    and `columns` only says what a refusal calls them.
    """

    kind: FileKind
    amounts: Unit
    batch: str
    trailer: str
    columns: dict[str, str]
    outcomes: dict[str, str]
    header: tuple[int, ...] = ()
    trailing: tuple[int, ...] = ()
    detail: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """One bank's way of writing payments and of answering them."""

    name: str
    title: dict[str, str]
    out: Out
    back: Back

    @property
    def suffix(self) -> str:
        """How files to the bank end."""
        return "txt" if self.out.kind == "fixed" else self.out.kind


def template_of(name: str, written: dict[str, Any]) -> Template:
    """The template a TOML document says. Raises TemplateWrong."""
    try:
        return Template(name, written["title"], _out(written["out"]), _back(written["back"]))
    except (KeyError, TypeError) as wrong:
        raise TemplateWrong(f"{name}: {wrong}") from wrong


def _out(written: dict[str, Any]) -> Out:
    given = dict(written)
    out = Out(
        encodings=tuple(given.pop("encodings")),
        columns=_cells(given.pop("column")),
        header=tuple(map(_cells, given.pop("header"))),
        trailer=tuple(map(_cells, given.pop("trailer"))),
        **given,
    )
    cells = [*out.columns, *(cell for record in (*out.header, *out.trailer) for cell in record)]
    strange = {cell.field for cell in cells if cell.field} - FIELDS
    if strange or (out.kind == "fixed" and not all(cell.width for cell in cells)):
        raise TemplateWrong(f"fields {sorted(strange)}, or a field of no width")
    return out


def _cells(written: list[dict[str, Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(**cell) for cell in written)


def _back(written: dict[str, Any]) -> Back:
    given = dict(written)
    said = given.pop("outcomes")
    detail = tuple(given.pop("detail", {}).items())
    columns = given.pop("columns", None) or {name: name for name, _ in detail}
    if set(said) != {"paid", "failed", "unknown"} or not set(NEEDED) <= set(columns):
        raise TemplateWrong("outcomes or columns are missing")
    return Back(
        columns=columns,
        outcomes={word: outcome for outcome, words in said.items() for word in words},
        header=tuple(given.pop("header", ())),
        trailing=tuple(given.pop("trailing", ())),
        detail=detail,
        **given,
    )
