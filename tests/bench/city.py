"""A city's worth of covers and bills, put into a fresh database by COPY for the benches.

The rows are what the import paths would have written; the paths themselves are not measured here.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app import boot
from app.claims.bills import Bills, NewBill, new_run, promise_claims, write_bills
from app.claims.rows import bill_rows
from app.claims.settlement import Settlement
from app.cover.place import Term
from app.cover.terms import NewCover, begin
from app.db import copy_in, db, numbers

YEAR = 2023
CLAIMS_A_MEMBER = 2
TERM = Term(date(2023, 1, 1), date(2023, 12, 31))
_AMOUNTS = Settlement._fields[Settlement._fields.index("medfee_sumamt") :]
_BLANK = dict.fromkeys(Settlement._fields, "") | dict.fromkeys(_AMOUNTS, 0)


def settled(database, claims: int) -> int:
    """A furnished database with a city in it; the run in which all its claims are promised."""
    app = boot.start(database.settings)
    boot.furnish(app)
    with app.app_context():
        db.engine.dispose()
    engine = create_engine(database.owner_url, poolclass=NullPool)
    with Session(engine) as session:
        return settle(session, claims)


def settle(session: Session, claims: int) -> int:
    """Members, covers and bills; returns the run in which all claims are promised."""
    members = _members(session, claims // CLAIMS_A_MEMBER)
    cover(session, members)
    run_id = new_run(session, "feed", file_sha256=None, by=None)
    written = write_bills(session, run_id, Bills.of(_bills(members, claims)))
    promise_claims(session, run_id, written)
    session.commit()
    for table in ("member", "cover", "cover_term", "claim", "settlement", "settlement_key", "job"):
        session.execute(text(f"ANALYZE {table}"))
    session.commit()
    return run_id


def _members(session: Session, count: int) -> list[int]:
    ids = numbers(session, "member_id_seq", count)
    columns = ("id", "certno_cipher", "certno_index")
    copy_in(session, "member", columns, ((n, b"", n.to_bytes(16, "big")) for n in ids))
    return ids


def cover(session: Session, members: list[int]) -> None:
    """Covers of a unit's people for the year, paid."""
    unit_id = session.execute(
        text(
            "WITH node AS (INSERT INTO union_node (name) VALUES ('city') RETURNING id)"
            " INSERT INTO unit (uscc, name, union_id, unit_percent)"
            " SELECT 'bench', 'bench', id, 50 FROM node RETURNING id"
        )
    ).scalar_one()
    roster_id = session.execute(
        text(
            "INSERT INTO roster (unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,"
            " unit_due_fen, worker_due_fen, union_due_fen, file_sha256) VALUES"
            " (:unit, 2023, '2023', '2023-01-01', '2022-12-01', :heads, 2500, 2500, 2500, '')"
            " RETURNING id"
        ),
        {"unit": unit_id, "heads": len(members)},
    ).scalar_one()
    lines = ((m, roster_id, n, TERM.starts_on) for n, m in enumerate(members, 2))
    copy_in(session, "roster_line", ("member_id", "roster_id", "line", "starts_on"), lines)
    begin(session, [NewCover(m, roster_id, "2023", TERM, None) for m in members], by=None)


def _bills(members: list[int], claims: int) -> list[NewBill]:
    return [
        NewBill(members[number // CLAIMS_A_MEMBER], 1, row.content, row)
        for number, row in enumerate(bill_rows([*_settlements(claims)]))
    ]


def _settlements(claims: int) -> Iterator[Settlement]:
    for number in range(claims):
        discharged_on = TERM.starts_on + timedelta(days=number % 28)
        row = Settlement(
            **_BLANK
            | {
                "line": number + 2,
                "setl_id": f"B{number:012d}",
                "med_type": "21" if number % 5 else "14",
                "mdtrt_id": f"V{number:012d}",
                "invono": f"{number:020d}",
                "begndate": discharged_on,
                "enddate": discharged_on,
                "setl_time": datetime.combine(discharged_on, datetime.min.time()),
                "inscp_scp_amt": 100_000 + number * 7919 % 9_000_000,
                "hifp_pay": 50_000,
                "psn_part_amt": None,
                "certno_changed": False,
                "refd_setl_flag": False,
            }
        )
        yield row
