"""Whether every amount in the books can be followed down and back up: what does not lead on."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.documents import document_of
from app.books.income import By, Split, income_by
from app.books.made_of import CARE_OF, Piece, cost_of_roster, has_pieces, made_of, part_of
from app.books.roster_claims import claims_of_roster
from app.claims.booked import BOOKED
from app.ledger.chart import Account
from app.web.paging import Asked
from app.web.read.bank_lines import entries_of_line
from app.web.read.entries import entry_seen

ALL = 10_000
A_PAGE = 7


def loose_ends(session: Session) -> Iterator[object]:
    """Entries without a document; claims, bank's lines and parts that lead to other entries."""
    for number, memo, about in session.execute(text("SELECT id, memo, about FROM entry")):
        if document_of(session, memo, about) is None:
            yield number, memo, "stands on nothing"
    yield from _claims(session)
    yield from _bank_lines(session)
    yield from _money(session)
    yield from _parts(session)


def _claims(session: Session) -> Iterator[object]:
    kept: dict[tuple[int, int], Counter[tuple[int, str, int]]] = {}
    asked = text(
        "SELECT member_id, claim_id, entry_id, account, amount_fen FROM posting"
        " WHERE claim_id IS NOT NULL"
    )
    for member_id, claim_id, *line in session.execute(asked):
        kept.setdefault((member_id, claim_id), Counter())[tuple(line)] += 1
    for (member_id, claim_id), lines in kept.items():
        told = BOOKED.all(session, member=member_id, claim=claim_id)
        own = [x for x in told if not x.memo.startswith("recovery ")]
        if Counter((x.entry_id, x.account, x.amount_fen) for x in own) != lines:
            yield claim_id, lines, own


def _bank_lines(session: Session) -> Iterator[object]:
    """A line is in an entry; what came with statements is in one of a line of theirs."""
    led_to: set[int] = set()
    asked = text(
        "SELECT l.id, l.taken_as, EXISTS (SELECT FROM line_resolution x WHERE x.line_id = l.id)"
        " FROM statement_line l"
    )
    for line_id, taken_as, said in session.execute(asked).all():
        found = {each.id for each in entries_of_line(session, line_id)}
        led_to |= found
        if not found and (said or taken_as not in {"unexplained", "batch"}):
            yield "line", line_id, taken_as, "leads nowhere"
    made = text("SELECT id, memo FROM entry WHERE memo LIKE 'statement %'")
    for number, memo in session.execute(made):
        if number not in led_to:
            yield number, memo, "comes from no line"


def _money(session: Session) -> Iterator[object]:
    """Money that came, and does not lead to a roster that it filled."""
    shares = text(
        "SELECT receipt_id, roster_id, amount_fen FROM receipt_share s WHERE NOT EXISTS"
        " (SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)"
    )
    led_to: set[tuple[int, int, int]] = set()
    came = text(
        "SELECT id FROM entry WHERE memo IN ('money received', 'credit used', 'statement received')"
    )
    for number in session.scalars(came).all():
        seen = entry_seen(session, number, Asked(after=None, size=1))
        led_to |= {(x.receipt_id, x.roster_id, x.amount_fen) for x in seen.fills}
    for receipt_id, roster_id, fen in session.execute(shares):
        if (receipt_id, roster_id, fen) not in led_to:
            yield "receipt", receipt_id, "does not lead to roster", roster_id, fen


def _parts(session: Session) -> Iterator[object]:
    for year in session.scalars(text("SELECT DISTINCT benefit_year FROM entry")).all():
        for split in get_args(Split):
            for by in ("benefit_year", "booked_on"):
                for part in income_by(session, year, split, by):
                    for account, fen in part.fen.items():
                        if not (part.key and fen and has_pieces(account)):
                            continue
                        of = (session, account, year, by, split, part.key)
                        found = made_of(*of, after=0, size=ALL)
                        added = sum(piece.amount_fen for piece in found.pieces)
                        if not fen == found.together_fen == added:
                            yield year, split, part.name, account, fen, found.together_fen, added
                        if account in CARE_OF and split == "union":
                            yield from _rosters(session, account, year, by, part.key, found.pieces)


def _rosters(
    session: Session, account: Account, year: int, by: By, key: str, pieces: list[Piece]
) -> Iterator[object]:
    """What rosters cost a union and their claims do not: page by page, as they are read."""
    unions = part_of(session, key)
    for piece in pieces:
        found, after = 0, 0
        while page := claims_of_roster(
            session,
            piece.roster_id,
            CARE_OF[account],
            year,
            by,
            unions=unions,
            after=after,
            size=A_PAGE,
        ):
            found += sum(each.amount_fen for each in page)
            after = page[-1].claim_id
        told = cost_of_roster(session, account, year, by, piece.roster_id, unions=unions)
        if not piece.amount_fen == told == found:
            yield "roster", piece.roster_id, account, year, by, piece.amount_fen, told, found
