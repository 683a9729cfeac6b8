"""A table as the file that was asked for: `?as=xlsx`, csv or pdf."""

from typing import Final

from flask import Response, abort, request

from app.books.paper import paper
from app.books.table import Table, as_csv
from app.books.workbook import workbook
from app.web.languages import language

TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def table_file(table: Table, name: str) -> Response:
    """The file; another kind than these is not there."""
    kind = request.args.get("as", "")
    if kind not in TYPES:
        abort(404)
    if kind == "pdf":
        data = paper(table, language())
    else:
        data = as_csv(table, language()) if kind == "csv" else workbook([table], language())
    answer = Response(data, content_type=TYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer
