"""The log of the whole fund for its auditors: who did what and when, to read and to take along.

Sentences are those that officers read (`app.web.acts`); besides, what officers are not told because
it belongs to another act. The file holds each event's own facts too: ids, counts, digests.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.asking import only_read
from app.books.table import safe
from app.db import db
from app.web.auth import signed_in
from app.web.filters import moment
from app.web.paging import asked
from app.web.read.events import Happened
from app.web.read.log import LogAsked, log, person_named
from app.web.read.scope import scope_of
from app.web.roles import serves
from app.web.words import happened, worded_acts

pages = Blueprint("log", __name__, url_prefix="/audit/log")

_AT_ONCE: Final = 1_000
_LONGEST: Final = 9
"""Digits of a number that may be asked for."""
ACTS: Final = worded_acts()
KINDS: Final[dict[str, tuple[Any, frozenset[str]]]] = {
    "accounts": (lazy_gettext("Accounts (log)"), frozenset({"account"})),
    "units": (lazy_gettext("Units and unions (log)"), frozenset({"unit", "union"})),
    "people": (
        lazy_gettext("Enrolment (log)"),
        frozenset({"roster", "cover", "changes", "member", "gift", "late"}),
    ),
    "money": (
        lazy_gettext("Money in (log)"),
        frozenset(
            {
                *("bank", "contribution", "credit", "line", "online", "receipt", "refund"),
                *("statement", "subsidy"),
            }
        ),
    ),
    "claims": (
        lazy_gettext("Claims (log)"),
        frozenset({"attachment", "claim", "claims", "injury", "settlements"}),
    ),
    "payments": (
        lazy_gettext("Payments out (log)"),
        frozenset({"benefit", "heir", "payments", "receivable", "recovery"}),
    ),
    "books": (lazy_gettext("Books and schemes (log)"), frozenset({"books", "scheme"})),
    "audit": (lazy_gettext("Audit (log)"), frozenset({"bundle", "paper"})),
    "other": (lazy_gettext("Other (log)"), frozenset()),
}
"""What a kind is called, and the nouns of its acts; the last one's are those of no other."""
_SORTED: Final = frozenset[str]().union(*(nouns for _, nouns in KINDS.values()))


@pages.get("/")
@serves(Role.AUDITOR)
def listed() -> ResponseReturnValue:
    wanted, kept = _wanted()
    session, page = db.session(), asked()
    found = log(session, wanted, after=page.after, size=page.size)
    return render_template(
        "log/list.html",
        events=found,
        said=said,
        kinds={name: words for name, (words, _) in KINDS.items()},
        kept=kept,
        person=person_named(session, wanted.by) if wanted.by else None,
        file=f"{url_for('log.file')}?{urlencode(kept)}",
    )


@pages.get("/file")
@serves(Role.AUDITOR)
def file() -> Response:
    """All that is asked for, as a file for a spreadsheet; written while it is fetched."""
    wanted, _ = _wanted()
    answer = Response(stream_with_context(_lines(wanted)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="huzhu-log.csv")
    return answer


def said(event: Happened) -> str:
    """An event in a sentence; one of an older edition by its own name."""
    return happened(event) if event.act in ACTS else event.act


def acts_of(kind: str) -> tuple[str, ...]:
    """The acts of a kind."""
    nouns = KINDS[kind][1]
    of_each = {act: act.partition(".")[0] for act in ACTS}
    if kind == "other":
        return tuple(act for act, noun in of_each.items() if noun not in _SORTED)
    return tuple(act for act, noun in of_each.items() if noun in nouns)


def _wanted() -> tuple[LogAsked, dict[str, str]]:
    """What the address asks for, and the same to keep in links; nonsense is refused."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)
    names = ("kind", "by", "year", "first", "last")
    kept = {x: request.args[x] for x in names if request.args.get(x)}
    kind = kept.get("kind")
    if kind is not None and kind not in KINDS:
        abort(404)
    numbers = {x: int(kept[x]) for x in ("by", "year") if _is_number(kept.get(x))}
    if len(numbers) < len(kept.keys() & {"by", "year"}):
        abort(400)
    try:
        days = {x: date.fromisoformat(kept[x]) for x in ("first", "last") if x in kept}
    except ValueError:
        abort(400)
    if any(day.year in {date.min.year, date.max.year} for day in days.values()):
        abort(400)
    acts = acts_of(kind) if kind else ()
    return LogAsked(acts, numbers.get("by"), numbers.get("year"), **days), kept


def _is_number(typed: str | None) -> bool:
    return typed is not None and typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST


def _lines(wanted: LogAsked) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    heads = [
        gettext("Number of the event"),
        gettext("When"),
        gettext("What happened"),
        gettext("Who acted"),
    ]
    writer.writerow([*heads, gettext("Benefit year"), "act", "about", "facts"])
    yield "\ufeff" + _taken(out)
    after: int | None = None
    only_read(db.session())  # again: the request itself is over when this is sent
    while True:
        found = log(db.session(), wanted, after=after, size=_AT_ONCE)
        db.session().rollback()  # a slow reader holds no connection
        writer.writerows(_row(event) for event in found.rows)
        yield _taken(out)
        if found.following is None:
            return
        after = found.following


def _row(event: Happened) -> list[str]:
    facts = json.dumps(event.facts, ensure_ascii=False, sort_keys=True)
    years = " ".join(map(str, event.years))
    told = [safe(x, x) for x in (said(event), event.by or "")]
    about = "" if event.about is None else str(event.about)
    return [str(event.id), moment(event.at), *told, years, event.act, about, facts]


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
