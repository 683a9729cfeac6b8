"""Follow an amount: from a sheet's line to its entry, its document, the bank's line or the claim.

And back: from a claim or a bank's line to the entries, and from those to the accounts. For officers
and auditors of the whole fund; the pieces of a union's part also for officers of that union.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, TypedDict

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from app.accounts.models import Role
from app.books.income import ACCOUNTS, By, Part, Split, part_named
from app.books.made_of import CARE_OF, cost_of_roster, has_pieces, made_of, part_of
from app.books.roster_claims import claims_of_roster, roster_named
from app.books.sheets import days_booked
from app.books.summaries import summaries
from app.books.table import Table
from app.claims.scope import reached
from app.db import db
from app.ledger.chart import NAMES, Account
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import asked, sealed_key, sealed_key_asked
from app.web.read.bank_lines import bank_line, bank_lines, entries_of_line
from app.web.read.entries import entry_seen
from app.web.read.entry_lists import entries_of_kind, page_of, rosters_of
from app.web.read.scope import Scope, reach, scope_of
from app.web.roles import serves
from app.web.words import happened

pages = Blueprint("entries", __name__)

DOCUMENTS: Final[dict[str, Any]] = {
    "batch": lazy_gettext("Payment batch sent to the bank"),
    "closing": lazy_gettext("Closing of a year"),
    "given_up": lazy_gettext("Given up by two officers"),
    "merger": lazy_gettext("Merger of two units"),
    "payout": lazy_gettext("Payout of online payments"),
    "receipt": lazy_gettext("Receipt"),
    "recovered": lazy_gettext("Money from who is liable"),
    "recovery": lazy_gettext("Recovery from who is liable"),
    "refund": lazy_gettext("Refund to a unit"),
    "repayment": lazy_gettext("Repayment by a member"),
    "resolution": lazy_gettext("Outcome of a payment found by two officers"),
    "return": lazy_gettext("The bank's answer to a payment batch"),
    "reversal": lazy_gettext("Reversal of an entry"),
    "roster": lazy_gettext("Roster"),
    "run": lazy_gettext("Run of the rules over bills"),
    "set_off": lazy_gettext("Set-off against what a member owed"),
    "statement": lazy_gettext("Bank statement"),
    "subsidy": lazy_gettext("Subsidy of a union"),
    "word": lazy_gettext("What was said of a bank line"),
}
"""The kinds of `app.books.documents`."""
_CLAIMS: Final = "claims_of_roster"
"""What the pages of such claims are sealed for."""
_SPLITS: Final[dict[str, Split]] = {"scheme": "scheme", "union": "union", "campaign": "campaign"}


@pages.get("/entries/<id:entry_id>")
@serves(Role.OFFICER, Role.AUDITOR)
def show(entry_id: int) -> ResponseReturnValue:
    _for_the_whole_fund()
    seen = entry_seen(db.session(), entry_id, asked()) or abort(404)
    month = seen.booked_on.replace(day=1)
    return render_template(
        "entries/show.html",
        entry=seen,
        documents=DOCUMENTS,
        said=happened,
        benefits=[account.value for account in CARE_OF],
        first=month,
        last=(month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1),
        **words(),
    )


@pages.get("/<int(min=1900, max=9999):year>/entries")
@serves(Role.OFFICER, Role.AUDITOR)
def of_kind(year: int) -> ResponseReturnValue:
    """A benefit year's entries of one kind."""
    _for_the_whole_fund()
    memo = request.args.get("kind", "")
    found = entries_of_kind(db.session(), year, memo, asked())
    page = {"year": year, "memo": memo, "entries": found, "kept": {"kind": memo}}
    return render_template("entries/of_kind.html", **page, **words())


@pages.get("/<int(min=1900, max=9999):year>/rosters")
@serves(Role.OFFICER, Role.AUDITOR)
def rosters(year: int) -> ResponseReturnValue:
    """Who is covered, by the rosters of a benefit year."""
    _for_the_whole_fund()
    found = rosters_of(db.session(), year, asked())
    return render_template("entries/rosters.html", year=year, rosters=found, **words())


@pages.get("/statements/<id:statement_id>")
@serves(Role.OFFICER, Role.AUDITOR)
def statement(statement_id: int) -> ResponseReturnValue:
    """A bank statement's lines, in the bank's order."""
    _for_the_whole_fund()
    lines = bank_lines(db.session(), statement_id, asked())
    if not lines.rows:
        abort(404)
    return render_template("entries/statement.html", lines=lines, statement_id=statement_id)


@pages.get("/lines/<id:line_id>")
@serves(Role.OFFICER, Role.AUDITOR)
def line(line_id: int) -> ResponseReturnValue:
    """One line of the bank's, and the entries it led to."""
    _for_the_whole_fund()
    session = db.session()
    seen = bank_line(session, line_id) or abort(404)
    entries = entries_of_line(session, line_id)
    return render_template("entries/line.html", line=seen, entries=entries, **words())


@pages.get("/income/<int(min=1900, max=9999):year>/<account>")
@serves(Role.OFFICER, Role.AUDITOR)
def pieces(year: int, account: str) -> ResponseReturnValue:
    """What one amount of an income and expenditure sheet in parts is made of."""
    if account not in set(Account) or not has_pieces(Account(account)):
        abort(404)
    scope, kept, page = _scope(), _part_asked(), asked()
    split, key, by = kept["per"], kept["of"], kept["by"]
    if not scope.whole and split != "union":
        abort(403)
    session, of = db.session(), (Account(account), year, by, split, key)
    below = None if scope.whole else scope.unions
    found = made_of(session, *of, below=below, after=page.after or 0, size=page.size + 1)
    if below is not None and not found.pieces and key not in map(str, below):
        abort(403)
    return render_template(
        "entries/pieces.html",
        year=year,
        of_account=account,
        costs=Account(account) in CARE_OF,
        of=part_named(session, split, key),
        found=found,
        pieces=page_of(found.pieces, page.size, "key"),
        kept=kept,
        whole=scope.whole,
        **words(),
    )


@pages.get("/income/<int(min=1900, max=9999):year>/<account>/rosters/<id:roster_id>")
@serves(Role.OFFICER, Role.AUDITOR)
def claims(year: int, account: str, roster_id: int) -> ResponseReturnValue:
    """What one roster's people cost, claim by claim.

    The amounts are the part's: what was booked while they stood there. Whose unit has gone to
    another district since, or who has gone from it, is that one's: such a claim has no number here.
    """
    session, scope, kept, page = db.session(), _scope(), _part_asked(), asked()
    roster = roster_named(session, roster_id) or abort(404)
    if account not in set(Account) or Account(account) not in CARE_OF:
        abort(404)
    unions = part_of(session, kept["of"]) if kept["of"] and kept["per"] == "union" else None
    if not scope.whole:
        unions = {*scope.unions} if unions is None else unions & {*scope.unions}
        if not unions & {*roster.unions}:
            abort(403)
    # The last claim of a page may be one that has no number here.
    care, by, after = CARE_OF[Account(account)], kept["by"], sealed_key_asked(_CLAIMS, roster_id)
    of = (session, roster_id, care, year, by)
    found = claims_of_roster(*of, unions=unions, after=after, size=page.size + 1)
    told = page_of(found, page.size, "claim_id")
    following = told.following and sealed_key(told.following, _CLAIMS, roster_id)
    return render_template(
        "entries/claims.html",
        year=year,
        of_account=account,
        roster=roster,
        together_fen=cost_of_roster(session, Account(account), year, by, roster_id, unions=unions),
        claims=told,
        following=following,
        reached=reached(session, reach(scope), {each.member_id for each in told.rows}),
        kept=kept,
        **words(),
    )


def links_of_income(
    table: Table, parts: Sequence[Part], year: int, by: By, per: str, *, whole: bool
) -> dict[tuple[int, int], str]:
    """Where an income sheet's amounts lead: accounts to their sheets, parts to their pieces."""
    found: dict[tuple[int, int], str] = {}
    accounts = {account.value: account for account in ACCOUNTS}
    days: dict[str, Any] = {}
    if whole:
        booked = days_booked(db.session(), year) if by == "benefit_year" else None
        start, end = booked or (date(year, 1, 1), date(year, 12, 31))
        days = {"from": start, "to": end, "year": year if by == "benefit_year" else None}
    for at, row in enumerate(table.rows):
        account = accounts.get(str(row[0]))
        if account is None:
            continue
        if whole:
            found[at, 0] = url_for("books.account", number=account, **days)
        for place, part in enumerate(parts, 2):
            if per and part.key and part.fen.get(account) and has_pieces(account):
                asked: dict[str, Any] = {"per": per, "of": part.key, "by": by}
                found[at, place] = url_for(
                    "books.entries.pieces", year=year, account=account, **asked
                )
    return found


def words() -> dict[str, Any]:
    """What accounts and entries are called, and who looks: for `entries/` in templates."""
    english = language() == "en"
    return {
        "names": {account.value: said[english] for account, said in NAMES.items()},
        "memos": summaries(language()),
        "auditor": signed_in().role == Role.AUDITOR,
    }


class _Part(TypedDict):
    """Which part of a sheet the address asks for, and by which year."""

    per: Split
    of: str
    by: By


def _part_asked() -> _Part:
    per = request.args.get("per", "union")
    split: Split = _SPLITS.get(per) or abort(404)
    by: By = "booked_on" if request.args.get("by") == "booked_on" else "benefit_year"
    return {"per": split, "of": request.args.get("of", ""), "by": by}


def _scope() -> Scope:
    return scope_of(db.session(), signed_in().union_id)


def _for_the_whole_fund() -> None:
    if not _scope().whole:
        abort(403)
