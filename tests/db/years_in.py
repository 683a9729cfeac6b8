"""Put the made-up covers and bills of the kernel's tests into a database, and read the answers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.drain import PLAIN_FROM, drain
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.jobs import DETERMINE
from app.roster.members import add_members, members_by_index
from app.secrets import vault
from tests.db.office import Office
from tests.unit.model import Bill, Cover, scheme_on
from tests.unit.model import text as yuan
from tests.unit.runs import settlements_csv

_ROSTER = text(
    "INSERT INTO roster (unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,"
    " unit_due_fen, worker_due_fen, union_due_fen, file_sha256)"
    " VALUES (:unit, 2021, '2021', '2021-01-01', '2021-01-01', 1, 0, 0, 0, '') RETURNING id"
)
_COVER = text(
    "INSERT INTO cover (member_id, id, roster_id, scheme_id, benefit_year, starts_on, ends_on,"
    " waits_until, cares) VALUES (:member, nextval('cover_number'), :roster, :scheme, :year,"
    " :starts_on, :ends_on, :waits_until, :cares) RETURNING id"
)
_TERM = text(
    "INSERT INTO cover_term (member_id, cover_id, term)"
    " VALUES (:member, :cover, daterange(:starts_on, :ends_on, '[]'))"
)
_ANSWERS = text(
    "SELECT DISTINCT ON (c.setl_id) c.setl_id, d.care, d.scheme_id, d.base_fen, d.gross_fen,"
    " d.room_fen, d.payable_fen, d.refusal FROM claim c"
    " JOIN determination d ON d.member_id = c.member_id AND d.claim_id = c.id"
    " ORDER BY c.setl_id, d.seq DESC"
)


def in_a_scheme(covers: Iterable[Cover]) -> list[Cover]:
    """The covers a fund can have: those that start under some scheme."""
    return [cover for cover in covers if scheme_on(cover.starts_on)]


def store_covers(session: Session, covers: Sequence[Cover]) -> None:
    """Make the members of these covers, with these covers."""
    office = Office(session)
    roster = session.scalar(_ROSTER, {"unit": office.unit(1).id})
    wanted = dict.fromkeys(cover.certno for cover in covers)
    known = members_by_index(session, [vault().index("certno", who) for who in wanted])
    new = [who for who in wanted if vault().index("certno", who) not in known]
    members = add_members(session, new)
    for who, member in members.items():
        session.execute(
            text(
                "INSERT INTO roster_line (member_id, roster_id, line, starts_on)"
                " VALUES (:member, :roster, 1, '2021-01-01')"
            ),
            {"member": member, "roster": roster},
        )
        for cover in covers:
            if cover.certno == who:
                _store(session, member, roster or 0, cover)


def _store(session: Session, member: int, roster: int, cover: Cover) -> None:
    facts = {
        "member": member,
        "roster": roster,
        "scheme": scheme_on(cover.starts_on),
        "year": cover.starts_on.year,
        "starts_on": cover.starts_on,
        "ends_on": cover.ends_on,
        "waits_until": cover.waits_until,
        "cares": sorted(cover.cares),
    }
    cover_id = session.scalar(_COVER, facts)
    session.execute(_TERM, facts | {"cover": cover_id})


def feed(session: Session, bills: Sequence[Bill]) -> int | None:
    """Take bills as a file; the run they make."""
    found = read_settlements(settlements_csv(bills), anybody=True)
    assert not found.faults
    return take_feed(session, found, file_sha256="", by=Office(session).by).run_id


def drain_in_pieces(
    session: Session, run_id: int | None, pieces: Sequence[int], plain_from: int = PLAIN_FROM
) -> None:
    """Drain a run, `pieces` members at a time (over and over)."""
    at = 0
    while run_id and drain(session, run_id, pieces[at % len(pieces)], plain_from) is not None:
        at += 1


def answers(session: Session) -> dict[str, tuple[str, ...]]:
    """The live determination of every bill, as `huzhu determine` words it behind the ID."""
    found = {}
    for setl_id, care, scheme, base, gross, room, payable, refusal in session.execute(_ANSWERS):
        cells = [care or "", scheme or "", *map(_money, (base, gross, room, payable))]
        found[setl_id] = (*cells, refusal or "")
    return found


def _money(fen: int | None) -> str:
    return "" if fen is None else yuan(fen)


def due_members(session: Session) -> int:
    rows = session.scalar(text("SELECT count(*) FROM job WHERE kind = :k"), {"k": DETERMINE})
    return rows or 0
