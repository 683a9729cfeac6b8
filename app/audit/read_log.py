"""The log of the whole fund as rows of a file: every event with its own facts, the last first."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.books.table import safe
from app.clock import CHINA
from app.errors import Refusal
from app.unions.tree import reach_of_union

HEADS: Final = ("event", "at", "act", "by", "benefit_years", "about", "facts")
_AT_ONCE: Final = 1_000


class LogOfWhole(Refusal):
    """The log is the whole fund's: only who acts for the city federation takes it along."""


def log_lines(
    session: Session, *, year: int | None, first: date | None, last: date | None, by: int
) -> Iterator[bytes]:
    """The log as a CSV file, in parts of whole lines. Raises LogOfWhole."""
    if reach_of_union(session, session.get_one(Account, by).union_id) is not None:
        raise LogOfWhole
    asked: dict[str, object] = {
        "year": year,
        "first": first and datetime.combine(first, time(), CHINA),
        "last": last and datetime.combine(last + timedelta(days=1), time(), CHINA),
        "most": _AT_ONCE,
    }
    return _lines(session, asked)


def _lines(session: Session, asked: dict[str, object]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _written([HEADS])
    before = 2**63 - 1
    while rows := session.execute(_LOG, {**asked, "before": before}).all():
        yield _written(
            (
                str(row.id),
                row.recorded_at.astimezone(CHINA).isoformat(timespec="seconds"),
                row.act,
                safe(row.name, row.name),
                " ".join(map(str, row.benefit_years)),
                "" if row.about is None else str(row.about),
                json.dumps(row.facts, ensure_ascii=False, sort_keys=True),
            )
            for row in rows
        )
        before = rows[-1].id


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


_LOG: Final = text(
    """
    SELECT e.id, e.recorded_at, e.act, coalesce(a.name, '') AS name, e.benefit_years, e.about,
           e.facts
    FROM event e LEFT JOIN account a ON a.id = e.by
    WHERE e.id < :before
          AND (CAST(:year AS int) IS NULL OR e.benefit_years @> ARRAY[CAST(:year AS int)])
          AND (CAST(:first AS timestamptz) IS NULL OR e.recorded_at >= :first)
          AND (CAST(:last AS timestamptz) IS NULL OR e.recorded_at < :last)
    ORDER BY e.id DESC LIMIT :most
    """
)
