"""A list as a file to take away: as a workbook or as CSV, on record before its first row."""

from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response, abort, request

from app.clock import today
from app.db import transaction
from app.lists.tables_out import Cell, csv_of, workbook_of
from app.lists.views import log_export
from app.web.auth import signed_in
from app.web.spooled import of_one_moment, spooled

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_file(
    what: str, called: str, filters: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response | None:
    """The file that the form asks for; None where a workbook would take a request too long.

    `what` names the list in the log, `called` says it to the reader, `filters` are those of its
    address: never whom it holds. The rows are of one moment, read by the request's own session.
    """
    form = request.form.get("form", "")
    if form not in {"csv", "xlsx"}:
        abort(400)
    with transaction() as session:
        log_export(session, what, filters=filters, form=form, by=signed_in().id)
    of_one_moment(session)
    if form == "csv":
        answer = spooled(session, csv_of(head, rows), "text/csv; charset=utf-8")
    elif made := workbook_of(called, head, rows):
        answer = Response(made, content_type=_XLSX)
    else:
        session.rollback()
        return None
    name = f"{what.replace('.', '-')}-{today().isoformat()}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
