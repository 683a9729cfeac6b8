"""A list as a file to take away: as a workbook or as CSV, on record before its first row."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flask import Response, abort, request, stream_with_context
from sqlalchemy.orm import Session

from app.clock import today
from app.db import db, transaction
from app.lists.tables_out import Cell, csv_of, workbook_of
from app.lists.views import log_export
from app.web.auth import signed_in

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_file(
    what: str, called: str, filters: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response | None:
    """The file that the form asks for; None where a workbook would take a request too long.

    `what` names the list in the log, `called` says it to the reader, `filters` are those of its
    address: never whom it holds.
    """
    form = request.form.get("form", "")
    if form not in {"csv", "xlsx"}:
        abort(400)
    with transaction() as session:
        log_export(session, what, filters=filters, form=form, by=signed_in().id)
    if form == "csv":
        lines = stream_with_context(_given_back(db.session(), csv_of(head, rows)))
        answer = Response(lines, content_type="text/csv; charset=utf-8")
    elif made := workbook_of(called, head, rows):
        answer = Response(made, content_type=_XLSX)
    else:
        return None
    name = f"{what.replace('.', '-')}-{today().isoformat()}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _given_back(session: Session, lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines; then what they were read by is given back, also where nobody reads on.

    They are read when the request is over and its session closed: it begins anew, and nobody else
    would end it. Fifteen of those, and the server has no connection left.
    """
    try:
        yield from lines
    finally:
        session.close()
