"""A claim filed, with its commit, against pgbench inserting the rows that such a claim leaves.

python3 -m deploy test bench -k filing

One connection each, in the same run, on the same durable server. The rows are read back from one
filing (all that its transaction wrote), so that a table more is a table more for both; keys are
made different by the number that pgbench draws.
"""

import subprocess
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app import boot
from app.db import db, transaction
from app.embedded import binaries
from app.evidence.append import record
from app.tables import METADATA
from tests.db.office import Office
from tests.db.typed import file_with_consent, member_of, sheet

TIMES, ROUNDS, PEOPLE = 60, 5, 60
SECONDS = 2
_FAR = 10_000_000_000
"""Numbers that nothing else has."""


def test_filing(database, tmp_path: Path) -> None:
    app = boot.start(database.settings)
    with app.app_context():
        with transaction() as session:
            office = Office(session)
            office.covered(range(PEOPLE), date(2023, 1, 1))
            members = [member_of(session, seed) for seed in range(PEOPLE)]
            by = office.by
        first = _file(members[0], by, "first")
        rows = written(database.owner_url, first)
        assert {"claim", "settlement", "filed_claim", "run", "event", "job"} <= {t for t, _ in rows}
        script = tmp_path / "file.sql"
        script.write_text(as_script(rows), encoding="utf-8")
        ours, theirs = [], []
        for turn in range(ROUNDS):
            began = time.perf_counter()
            for number in range(TIMES):
                # Not of the first: pgbench gives that one thousands of claims.
                _file(members[1 + number % (PEOPLE - 1)], by, f"{turn}-{number}")
            ours.append(TIMES / (time.perf_counter() - began))
            theirs.append(pgbench(database.owner_url, script))
        log = _logged_s(by)
        events = sum(table == "event" for table, _ in rows)
        db.engine.dispose()
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(
        f"\nfiled {median(ours):.0f} a second; pgbench, the same {len(rows)} rows:"
        f" {median(theirs):.0f}; ratio {median(ratios):.2f}"
        f" ({min(ratios):.2f}–{max(ratios):.2f}); wanted 0.10"
    )
    share = events * log * median(ours)
    print(f"the evidence log: {events} events, {share:.1%} of filing a claim; wanted 5 %")
    assert len(rows) > 5


def _file(member: int, by: int, key: str) -> int:
    with transaction() as session:
        file_with_consent(session, sheet(f"N{key}"), member, by, key)
        found: int = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    return found


def _logged_s(by: int) -> float:
    """Seconds that one event adds to a transaction: as it is appended, with what watches it."""
    facts = {"setl_id": "HZ-2023-000001", "version": 1, "member": 1}
    with transaction() as session:
        began = time.perf_counter()
        for number in range(TIMES * ROUNDS):
            record(session, "claim.filed", by=by, about=number + 1, years=[2023], **facts)
        return (time.perf_counter() - began) / (TIMES * ROUNDS)


def written(owner_url: str, transaction_id: int) -> list[tuple[str, dict[str, Any]]]:
    """The rows that a transaction wrote, in the order in which it did."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    engine = create_engine(owner_url, poolclass=NullPool)
    with Session(engine) as session:
        for table in METADATA.tables:
            asked = text(
                "SELECT x.cmin::text::int, to_jsonb(x) - 'recorded_at' - 'made_in'"
                f" FROM {table} x WHERE x.xmin::text::bigint = :made % 4294967296"
            )
            rows = session.execute(asked, {"made": transaction_id})
            found += [(order, table, row) for order, row in rows]
    return [(table, row) for _, table, row in sorted(found, key=lambda one: one[0])]


def as_script(rows: list[tuple[str, dict[str, Any]]]) -> str:
    """One transaction of pgbench: the same rows, under other keys."""
    named = dict(rows)
    claim = named["filed_claim"]
    other = {
        claim["setl_id"]: "'HZ-1999-' || (1000000 + :n)",
        claim["request_key"]: "'key:n'",
        claim["stated_setl_id"]: "'S:n'",
        named["claim"]["id"]: f"{_FAR} + :n",
        named["run"]["id"]: f"{_FAR} + :n",
    }
    lines = ["\\set n random(1, 2000000000)", "BEGIN;"]
    for table, row in rows:
        own = {"id"} if table not in {"claim", "run"} else set()
        told = {name: value for name, value in row.items() if name not in own}
        values = ", ".join(_literal(other, name, value) for name, value in told.items())
        lines.append(f"INSERT INTO {table} ({', '.join(map(_quoted, told))}) VALUES ({values});")
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def _literal(other: dict[Any, str], name: str, value: Any) -> str:
    keys = name in {"id", "run_id", "claim_id", "subject_id", "about"} or isinstance(value, str)
    if keys and value in other:
        return other[value]
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "'{" + ",".join(map(str, value)) + "}'"
    if isinstance(value, dict):
        return "'{}'"
    return "'" + str(value).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return f'"{name}"'


def pgbench(owner_url: str, script: Path) -> float:
    """Transactions a second of one connection."""
    url = make_url(owner_url)
    told = ["-n", "-c", "1", "-T", str(SECONDS), "-f", script, "-h", url.query["host"]]
    done = subprocess.run(
        [binaries.postgres("pgbench"), *told, "-U", url.username, url.database],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return float(said.split()[2])
