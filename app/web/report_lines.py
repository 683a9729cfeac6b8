"""The lines of a report, each with the list of what it is made of: down to the claim, and back."""

from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.claims.booked import BOOKED, BookedLine
from app.db import db
from app.reports.opens import CARE, OUTCOMES, TITLES, lines_known, lists_of
from app.reports.pieces import PIECES, START, Piece, Span, Sum, listed, sum_of, takes_long
from app.reports.pieces_live import COUNTS_IN
from app.together import Question, together
from app.web import entries
from app.web.languages import language
from app.web.paging import asked, sealed_keys, sealed_keys_asked
from app.web.read.report_lines import campaigns_of, unions_told
from app.web.roles import serves

pages = Blueprint("lines", __name__)

_BACK: Final = 4
_FIRST_YEAR: Final = 1900
_KEYS: Final = len(START)
_COUNTS_IN: Final = Question(COUNTS_IN, lambda *row: row)


class Way(NamedTuple):
    """One line, and where it leads."""

    name: str
    url: str


class Group(NamedTuple):
    """Lines of one section."""

    title: str
    ways: list[Way]


@pages.get(
    "/<int(min=1900, max=9998):year>/<int(min=0, max=12):of_month>"
    f"/<any({', '.join(PIECES)}):of_what>/<string(maxlength=19):of_line>"
)
@serves(Role.OFFICER, Role.AUDITOR)
def show(year: int, of_month: int, of_what: str, of_line: str) -> ResponseReturnValue:
    """What one line is made of.

    Counted and added up when asked, and some lists are made when asked: of a large city that takes
    seconds.
    """
    if of_what not in lists_of(month=bool(of_month)):
        abort(404)
    session, span, en = db.session(), Span(year, of_month), language() == "en"
    name = _names(of_what, year).get(of_line) or abort(404)
    sealed, page = (f"report {of_what} {of_line}", year * 100 + of_month), asked()
    after = sealed_keys_asked(_KEYS, *sealed) or START
    key = (after[0], after[1])
    whole = request.args.get("whole") == "1"
    long = not whole and takes_long(session, of_what)
    size = page.size + 1
    found = [] if long else listed(session, of_what, of_line, span, after=key, size=size)
    rows, more = found[: page.size], len(found) > page.size
    known = not more and not long and key == START
    return render_template(
        "reports/line.html",
        year=year,
        month=of_month,
        period=_period(span),
        kind=PIECES[of_what].kind,
        of_what=of_what,
        of_line=of_line,
        title=TITLES[of_what][en],
        name=name,
        rows=rows,
        long=long,
        following=sealed_keys((rows[-1].k1, rows[-1].k2), *sealed) if more else None,
        together=_together(of_what, of_line, span, rows if known else None),
        kept=({"sum": "1"} if _counted() else {}) | ({"whole": "1"} if whole else {}),
        **entries.words(),
    )


def groups(year: int, of_month: int) -> list[Group]:
    """Every line of a report, by section."""
    en, found = language() == "en", []
    if not of_month:
        income = url_for("books.of_year", year=year)
        by_union = url_for("books.of_year", year=year, per="union")
        words = ("收入与支出", "Income and expenditure"), ("按工会", "By union")
        together = ("合计", "Together")
        ways = [Way(together[en], income), Way(words[1][en], by_union)]
        found.append(Group(words[0][en], ways))
    for of_what in lists_of(month=bool(of_month)):
        ways = [
            Way(name, _url(year, of_month, of_what, line))
            for line, name in _names(of_what, year).items()
        ]
        if of_month and [*(lines_known(of_what) or ())] == ["all"]:
            ways = [
                Way(_period(each), _url(*each, of_what, "all"))
                for each in _beside(Span(year, of_month))
            ]
        if ways:
            found.append(Group(TITLES[of_what][en], ways))
    if not of_month:
        title = ("五年比较", "Five years")
        years = range(max(year - _BACK, _FIRST_YEAR), year + 1)
        ways = [Way(str(x), url_for("reports.show", year=x, of_month=0)) for x in years]
        found.append(Group(title[en], ways))
    return found


def booked_and_counted(
    session: Session, member_id: int, claim_id: int
) -> tuple[list[BookedLine], list[Way]]:
    """A claim's lines in the books, and the lines of its year's report in which it counts."""
    asked_of = {"member": member_id, "claim": claim_id}
    found = together(session, asked_of, booked=BOOKED, counts_in=_COUNTS_IN)
    en, ways = language() == "en", []
    for year, outcome, care in found["counts_in"]:
        lines = [("outcome", outcome, OUTCOMES), *([("care", care, CARE)] if care else [])]
        for what, line, names in lines:
            ways.append(Way(f"{TITLES[what][en]} · {names[line][en]}", _url(year, 0, what, line)))
    return found["booked"], ways


def _url(year: int, of_month: int, of_what: str, line: str) -> str:
    names: dict[str, Any] = {"year": year, "of_month": of_month}
    return url_for("reports.lines.show", **names, of_what=of_what, of_line=line)


def _names(of_what: str, year: int) -> dict[str, str]:
    """What the lines of a section are called."""
    en, session = language() == "en", db.session()
    known = lines_known(of_what)
    if known is not None:
        return {line: said[en] for line, said in known.items()}
    if of_what.startswith("union_"):
        return unions_told(session, en)
    return campaigns_of(session, year)


def _period(span: Span) -> str:
    return f"{span.year}-{span.month:02d}" if span.month else str(span.year)


def _beside(span: Span) -> list[Span]:
    """A month, the one before, and that of a year ago: the rows of its report."""
    year, month = span
    before = Span(year - (month == 1), (month - 2) % 12 + 1)
    return [x for x in (span, before, Span(year - 1, month)) if x.year >= _FIRST_YEAR]


def _counted() -> bool:
    """Whether the list is to be added up."""
    return request.args.get("sum") == "1"


def _together(of_what: str, line: str, span: Span, rows: list[Piece] | None) -> Sum | None:
    """What a list comes to, where that is asked or its one page has all `rows`."""
    if rows is None:
        return sum_of(db.session(), of_what, line, span) if _counted() else None
    members = {each.member_id for each in rows} - {None}
    counted, fen = sum(x.counted for x in rows), sum(x.fen for x in rows)
    return Sum(len(rows), len(members), counted, fen)
