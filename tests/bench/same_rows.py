"""A benefit year's rows as plain COPY TO gives them: chosen, but not sorted, joined or masked.

What tables are drawn from (`SCRATCH`) is found once and kept in temporary tables, as whoever copies
a year by hand would.
"""

from collections.abc import Sequence

import psycopg

from app.audit.as_of import EVENTS
from app.audit.chosen import SCRATCH
from app.audit.parts import PARTS
from app.audit.select import FROM, with_needed
from tests.bench.copying import copied_out

_Asked = dict[str, object]


def find(bare: "psycopg.Connection[tuple[object, ...]]", asked: _Asked) -> None:
    """Find what is drawn from, for the length of the transaction."""
    for n, part in enumerate(SCRATCH):
        found = _with(f"SELECT * FROM {part}", (part,), list(SCRATCH)[:n])
        bare.execute(f"CREATE TEMP TABLE {part} ON COMMIT DROP AS {found}".encode(), asked)
        bare.execute(f"ANALYZE {part}".encode())


def copy(bare: "psycopg.Connection[tuple[object, ...]]", table: str, asked: _Asked) -> int:
    """Copy the rows of a table out, and say how many these are."""
    parts, rows, _ = FROM[table]
    rows = EVENTS if table == "event" else rows
    data = copied_out(bare, _with(f"SELECT t.* FROM {rows}", parts, list(SCRATCH)), asked)
    return data.count(b"\n")


def _with(found: str, parts: Sequence[str], ready: Sequence[str]) -> str:
    wanted = with_needed(parts, ready)
    named = ", ".join(f"{name} AS ({sql})" for name, sql in PARTS.items() if name in wanted)
    return f"WITH {named} {found}" if named else found
