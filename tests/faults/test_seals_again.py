"""A bundle is the same whether the server keeps what is the year's in tables of its own or not.

A standby gives none, and the two ways ask in different words: claims of several years, sealed at
many times, show whether they say the same.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.make import NothingInYear, make_bundle
from app.evidence.note import SigningKey, new_key
from tests.conftest import Cluster, Database, copy_of
from tests.db.random_fund import RandomFund
from tests.sealing import sealed, signed

PHRASE = "a phrase for tests"
SEEDS = range(40 if os.environ.get("HUZHU_LONG") == "1" else 1)
SEALS, STEPS = 4, 18
YEARS = (2021, 2022)
SEVERAL = text(
    "SELECT count(*) FROM (SELECT FROM determination WHERE benefit_year IS NOT NULL"
    " GROUP BY member_id, claim_id HAVING count(DISTINCT benefit_year) > 1) turned"
)


@contextmanager
def lived(
    cluster: Cluster, template: str, broker: str, folder: Path, seed: int
) -> Iterator[Database]:
    """A fund that was sealed again and again, signed, and went on."""
    with copy_of(cluster, template, broker, folder) as made:
        key = SigningKey(new_key(PHRASE)[0], PHRASE)
        with Session(made.engine) as session, session.begin():
            password = "correct horse battery"
            admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, password, by=None)
            register_key(session, "huzhu", key.public, by=admin)
        with Session(made.engine) as session:
            fund = RandomFund(session, seed)
            session.commit()
            for _ in range(SEALS):
                fund.live(STEPS)
                session.commit()
                sealed(made.engine)
            session.commit()
            signed(made.engine, key, admin)
            fund.live(STEPS)
            session.commit()
        yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_with_tables_of_its_own_or_without_the_bytes_are_the_same(
    cluster: Cluster, template: str, broker: str, tmp_path: Path, seed: int
) -> None:
    compared = 0
    with lived(cluster, template, broker, tmp_path, seed) as made:
        for year in YEARS:
            for is_signed in (True, False):
                told = []
                for scratch in (True, False):
                    out = tmp_path / f"{year}-{is_signed}-{scratch}.zip"
                    with suppress(NothingInYear), snapshot(made.engine, scratch=scratch) as session:
                        told.append(make_bundle(session, year, out, signed=is_signed))
                assert len(set(told)) <= 1
                compared += len(told) > 1
                assert not (told and is_signed) or told[0].checkpoint
            result = verify.examine(str(out))
            assert result["fault"] is None, result["fault"].says("en")
        with Session(made.engine) as session:
            assert session.execute(SEVERAL).scalar_one()
    assert compared > len(YEARS)
