"""What payment notices and receipts say, read from the ledger's facts; `app.papers` prints it."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account as SignIn
from app.accounts.models import Role
from app.clock import today
from app.contributions.received import RECEIVED
from app.contributions.reference import notice_reference
from app.contributions.standing import standing_of
from app.errors import Refusal
from app.papers.notice import Account, Notice, Part
from app.papers.receipt import Filled, Received
from app.roster.now import standing_as_one
from app.schemes.publish import PUBLISHED
from app.together import Question, together


class NoSuchReceipt(Refusal):
    """No money was received under this number, or it was found not to be."""


_UNIT: Final = text(
    """
    SELECT u.id, u.name, u.uscc, CASE n.kind WHEN 'unit' THEN p.name ELSE n.name END AS "union"
    FROM unit_now u JOIN union_node n ON n.id = u.union_id
    LEFT JOIN union_node p ON p.id = n.parent_id
    WHERE u.id = (SELECT stands_id FROM unit_now WHERE id = :unit)
    """
)
_ROSTERS: Final = """
    SELECT r.scheme_id, r.confirmed_on, r.starts_on, r.heads, r.heads * r.unit_due_fen AS unit_fen,
           r.heads * r.worker_due_fen AS worker_fen, r.heads * r.union_due_fen AS union_fen,
           EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id) AS full
    FROM roster r WHERE r.unit_id = ANY(:units) AND r.benefit_year = :year AND NOT r.own_money
          AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
    ORDER BY r.id
"""


class _OfYear(NamedTuple):
    scheme_id: str
    confirmed_on: date
    starts_on: date
    heads: int
    unit_fen: int
    worker_fen: int
    union_fen: int
    full: bool


_OF_YEAR: Final = Question(_ROSTERS, _OfYear)
_ACCOUNTS: Final = Question(
    "SELECT holder, bank, number FROM fund_account_now"
    " WHERE ends_on IS NULL OR ends_on >= CAST(:today AS date) ORDER BY id LIMIT 1",
    Account,
)
_RECEIPT: Final = text(
    f"""
    SELECT c.id, u.name, u.uscc AS code, c.benefit_year, c.amount_fen, c.received_on, c.reference,
           c.from_year, c.amount_fen - kept.amount_fen AS given_back_fen
    FROM receipt c JOIN unit_now u ON u.id = c.unit_id
    JOIN {RECEIVED} kept ON kept.id = c.id
    WHERE c.id = :number
    """  # noqa: S608 - put together from constants
)
_SUBSIDY: Final = text(
    """
    SELECT s.id, n.name, NULL AS code, s.benefit_year, s.amount_fen, s.received_on, s.reference,
           NULL AS from_year, 0 AS given_back_fen
    FROM subsidy s JOIN union_node n ON n.id = s.union_id WHERE s.id = :number
    """
)
_FILLED: Final = text(
    """
    SELECT r.confirmed_on, r.heads,
           (SELECT count(*) FROM enrolment_outcome o
            WHERE o.roster_id = r.id AND o.outcome = 'covered') AS covered,
           s.amount_fen
    FROM receipt_share s JOIN roster r ON r.id = s.roster_id
    WHERE s.receipt_id = :number ORDER BY r.id
    """
)


def notice_of(session: Session, unit_id: int, year: int, *, made_on: date, by: int) -> Notice:
    """The payment notice of a unit's benefit year, as it stands.

    Of a unit that has gone into another it is that one's; withdrawn rosters are left out.
    """
    unit = session.execute(_UNIT, {"unit": unit_id}).one()
    units = standing_as_one(session, unit.id)
    asked = {"units": units, "year": year, "today": today()}
    found = together(session, asked, schemes=PUBLISHED, rosters=_OF_YEAR, accounts=_ACCOUNTS)
    schemes, rosters = {scheme.id: scheme for scheme in found["schemes"]}, found["rosters"]
    days = [schemes[row.scheme_id].pay_by_for(row.starts_on) for row in rosters]
    parts = [_part(row, pay_by) for row, pay_by in zip(rosters, days, strict=True)]
    waiting = [pay_by for row, pay_by in zip(rosters, days, strict=True) if not row.full]
    return Notice(
        unit=unit.name,
        uscc=unit.uscc,
        union=unit.union,
        year=year,
        reference=notice_reference(unit.id, year),
        parts=parts,
        received_fen=standing_of(session, units, year).received_fen,
        open_by=min(waiting, default=None),
        account=next(iter(found["accounts"]), None),
        made_on=made_on,
        made_by=name_of(session, by),
    )


def receipt_of(
    session: Session, number: int, *, made_on: date, by: int, of_union: bool = False
) -> Received:
    """The receipt of money from a unit, or from a union. Raises NoSuchReceipt."""
    asked = {"number": number}
    row = session.execute(_SUBSIDY if of_union else _RECEIPT, asked).one_or_none()
    if row is None:
        raise NoSuchReceipt(number=number)
    filled = [] if of_union else [Filled(*each) for each in session.execute(_FILLED, asked)]
    account = fund_account(session)
    return Received(
        number=f"{'BZ' if of_union else 'SJ'}{row.benefit_year}-{number:06d}",
        payer=row.name,
        code=row.code,
        what="职工医疗互助工会补助" if of_union else "职工医疗互助金",
        year=row.benefit_year,
        amount_fen=row.amount_fen,
        received_on=row.received_on,
        reference=row.reference,
        from_year=row.from_year,
        filled=filled,
        given_back_fen=row.given_back_fen,
        holder=account.holder if account else None,
        made_on=made_on,
        made_by=name_of(session, by),
    )


def fund_account(session: Session) -> Account | None:
    """Where units pay to: the fund's first account of those that have not ended."""
    return _ACCOUNTS.first(session, today=today())


def name_of(session: Session, account_id: int) -> str:
    """Who made a paper: an officer. Whoever else prints one has made nothing, and is not named."""
    asked = select(SignIn.name, SignIn.role).where(SignIn.id == account_id)
    name, role = session.execute(asked).one()
    return str(name) if role == Role.OFFICER else ""


def _part(row: _OfYear, pay_by: date) -> Part:
    return Part(
        confirmed_on=row.confirmed_on,
        starts_on=row.starts_on,
        pay_by=pay_by,
        heads=row.heads,
        unit_fen=row.unit_fen,
        worker_fen=row.worker_fen,
        union_fen=row.union_fen,
    )
