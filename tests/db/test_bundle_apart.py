"""A bundle is the same whether the server may keep tables of its own, and however numbers lie."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.make import make_bundle
from app.evidence.note import SigningKey, new_key
from tests.conftest import Database
from tests.db.fund_year import bill
from tests.db.random_fund import PEOPLE, RandomFund
from tests.sealing import signed

YEARS = (2021, 2022)
FAR = 1 << 26
"""Further than numbers have a bit each."""


@pytest.mark.parametrize("sequence", ["", "claim_number", "grant_number", "member_id_seq"])
def test_how_rows_are_found_changes_no_byte(
    database: Database, tmp_path: Path, sequence: str
) -> None:
    """Found by bits, by what is kept, or anew for each table; with numbers on end or far apart."""
    with Session(database.engine) as session, session.begin():
        fund = RandomFund(session, 3)
        fund.live(30)
    if sequence:
        with psycopg.connect(database.owner_url.replace("+psycopg", "")) as owner:
            owner.execute("SELECT setval(%s, %s)", [sequence, FAR])
    with Session(database.engine) as session, session.begin():
        fund.session = fund.fund.session = session
        fund.live(60)
        # Of members whom no cover holds, too: no year has their claims but that of the bill.
        fund.fund.feed(*(bill(f"U{x}", x, f"{YEARS[0]}-01-02", "90.00") for x in range(PEOPLE)))
        fund.fund.drain_runs()
        key = SigningKey(new_key("phrase")[0], "phrase")
        password = "correct horse battery"
        admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, password, by=None)
        register_key(session, "huzhu", key.public, by=admin)
    signed(database.engine, key, admin)
    claims = paid = 0
    for year in YEARS:
        made = [tmp_path / f"{year}-{own}.zip" for own in (True, False)]
        for path, own in zip(made, (True, False), strict=True):
            with snapshot(database.engine, scratch=own) as session:
                assert make_bundle(session, year, path).checkpoint
        assert made[0].read_bytes() == made[1].read_bytes(), year
        result = verify.examine(str(made[0]))
        assert result["fault"] is None, result["fault"].says("en")
        claims, paid = claims + result["determinations"], paid + result["payments"]
    assert claims > 20
    assert paid > 5
