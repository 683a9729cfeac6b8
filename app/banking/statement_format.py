"""How each bank writes its statements, as data: a TOML file a bank in `statement_formats/`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.errors import Refusal

_FOLDER: Final = Path(__file__).parent / "statement_formats"


class NoSuchStatementFormat(Refusal):
    """No bank's statements are known by this name (facts: format, known)."""


@dataclass(frozen=True, slots=True)
class StatementFormat:
    """A bank's statement.

    `columns`: field -> the headings it may have; several headings of `remark` are joined.
    `facts`: what stands beside a label outside the lines. `words`: what interest and fees are
    called. `day`: how days are written; `whole_fen`: amounts are fen, not yuan. `signs`: where a
    column `direction` says which way an amount went, its words -> 1 for what came, else -1.
    """

    id: str
    says: str
    kind: str
    day: str
    whole_fen: bool
    newest_first: bool
    trailer: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    facts: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    signs: dict[str, int]


@cache
def statement_formats() -> dict[str, StatementFormat]:
    """All of them, by name."""
    files = sorted(_FOLDER.glob("*.toml"))
    return {x.stem: _read(x.stem, tomllib.loads(x.read_text(encoding="utf-8"))) for x in files}


def statement_format(name: str) -> StatementFormat:
    """The format of this name. Raises NoSuchStatementFormat."""
    known = statement_formats()
    if name not in known:
        raise NoSuchStatementFormat(format=name, known=", ".join(known))
    return known[name]


def _read(name: str, said: dict[str, Any]) -> StatementFormat:
    return StatementFormat(
        id=name,
        says=said["says"],
        kind=said["kind"],
        day=said.get("day", "%Y-%m-%d"),
        whole_fen=said.get("in") == "fen",
        newest_first=said.get("newest_first", False),
        trailer=tuple(said.get("trailer", ())),
        columns=_lists(said.get("columns", {})),
        facts=_lists(said.get("facts", {})),
        words=_lists(said["words"]),
        signs={
            word: sign
            for way, sign in (("in", 1), ("out", -1))
            for word in said.get("directions", {}).get(way, ())
        },
    )


def _lists(said: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {field: tuple(names) for field, names in said.items()}
