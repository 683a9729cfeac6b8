"""An answer of many megabytes that nobody reads on: the next question is answered all the same."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit.gather import copied_joined

MUCH = (
    "SELECT n::bigint, convert_to(repeat('x', 1000000), 'UTF8'), NULL::bytea, NULL::bytea,"
    " NULL::bytea, NULL::bytea, NULL::bytea, NULL::bytea FROM generate_series(1, 30) n"
)


def test_what_is_broken_off_holds_nothing_up(session: Session) -> None:
    rows = copied_joined(session, MUCH, {})
    assert next(rows).rows == 1
    rows.close()
    assert session.scalar(text("SELECT 2")) == 2
