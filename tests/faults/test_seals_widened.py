"""Samples, findings and consents of before their tables were sealed: the next seal takes them in.

As after an upgrade: they were recorded, and their events sealed, when no seal had a chunk for them.
"""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import seal, verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.kept import KEPT, WIDENED
from app.audit.make import make_bundle
from app.evidence.note import SigningKey, fingerprint, new_key
from tests.conftest import Database
from tests.db.fund_year import fund_year, keys
from tests.faults.forge import Bundle
from tests.sealing import signed

YEAR = 2021
PHRASE = "a phrase for tests"
CONSENTS = ("claim_consent", "consent_rule")
LATER = ("audit_sample", "audit_sample_item", "audit_finding", "audit_finding_step")


def rows_of(path: Path) -> int:
    return sum(len(Bundle(path).table(name)) - 1 for name in LATER)


def test_what_lay_before_is_sealed_with_what_comes(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = new_key(PHRASE)
    key = SigningKey(private, PHRASE)
    with Session(database.engine) as session, session.begin():
        admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, "correct horse", by=None)
        register_key(session, "huzhu", public, by=admin)
        fund_year(session)
    with monkeypatch.context() as before:
        unknown = (*LATER, *CONSENTS)
        before.setattr(seal, "KEPT", {x: kept for x, kept in KEPT.items() if x not in unknown})
        first = signed(database.engine, key, admin)
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as owner:
        # What the migration does.
        for table in WIDENED:
            asks = "INSERT INTO seal_widening SELECT %s, max(until) FROM seal"
            owner.execute(asks, (table,))
        owner.execute("UPDATE consent_rule SET recorded_at = now()")
    keys()
    with snapshot(database.engine) as session:
        make_bundle(session, YEAR, tmp_path / "before.zip")
    known = (fingerprint(public),)
    result = verify.examine(str(tmp_path / "before.zip"), None, known, first.text)
    assert (result["fault"], result["signed"]) == (None, True)
    assert rows_of(tmp_path / "before.zip") == 0
    signed(database.engine, key, admin)
    with snapshot(database.engine) as session:
        make_bundle(session, YEAR, tmp_path / "after.zip")
    result = verify.examine(str(tmp_path / "after.zip"), None, known, first.text)
    assert (result["fault"], result["open_findings"]) == (None, 2)
    assert rows_of(tmp_path / "after.zip") == 1 + 3 + 3 + 4
    agreed = Bundle(tmp_path / "after.zip").table("claim_consent")
    assert len(agreed) > 1
    assert len(Bundle(tmp_path / "before.zip").table("claim_consent")) == 1
