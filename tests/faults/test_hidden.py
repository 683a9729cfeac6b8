"""Rows that count because they are not there cannot be hidden, though no signature is broken.

A bundle need not show rows of other years: whoever makes one could call a row such, and put its
hash where the row was. That nobody had died, and that nobody helped, would follow from that.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.make import make_bundle
from app.enrolment.fates import FateRow, import_fates
from app.evidence.note import SigningKey, fingerprint, new_key
from tests.conftest import Cluster, copy_of
from tests.db.fund_year import keys
from tests.factories import make_id, make_name
from tests.faults.forge import Bundle
from tests.faults.hide import hide
from tests.faults.test_tamper_helping import helped_year
from tests.sealing import signed

YEAR = 2021
Sealed = tuple[Path, str, str]


@pytest.fixture(scope="module")
def sealed(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sealed]:
    """A signed bundle, the key's fingerprint and the checkpoint. Member 6 died after the year."""
    folder = tmp_path_factory.mktemp("hidden")
    with copy_of(cluster, template, broker, folder) as made:
        key = SigningKey(new_key("x", bytes(range(32)))[0], "x")
        with Session(made.engine) as session, session.begin():
            admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, "correct horse", by=None)
            register_key(session, "huzhu", key.public, by=admin)
            helped_year(session)
            by = add_account(session, "registrar", "己", Role.OFFICER, "correct horse", by=None)
            died = FateRow(2, make_name(6), make_id(6), "died", date(2023, 2, 1))
            assert import_fates(session, [died], file_sha256="f", by=by).died == 1
        keys()
        note = signed(made.engine, key, admin)
        with snapshot(made.engine) as session:
            make_bundle(session, YEAR, folder / "2021.zip")
        yield folder / "2021.zip", fingerprint(key.public), note.text


def fault_of(sealed: Sealed, bundle: Bundle, tmp_path: Path) -> str:
    path = bundle.repair().zipped(tmp_path / "hidden.zip")
    fault = verify.examine(str(path), None, (sealed[1],), sealed[2])["fault"]
    return fault.check if fault else ""


def test_the_bundle_holds(sealed: Sealed) -> None:
    result = verify.examine(str(sealed[0]), None, (sealed[1],), sealed[2])
    assert (result["fault"], result["outside"]) == (None, ["key", "since"])


def test_a_death_is_not_hidden(sealed: Sealed, tmp_path: Path) -> None:
    bundle = Bundle(sealed[0])
    assert len(bundle.table("member_fate")) == 2
    hide(bundle, "member_fate", 1)
    assert fault_of(sealed, bundle, tmp_path) == "chunk"


def test_that_somebody_helps_is_not_hidden(sealed: Sealed, tmp_path: Path) -> None:
    """Of who did nothing, with the word that it had ended."""
    bundle = Bundle(sealed[0])
    assert [row[1] for row in bundle.table("help_ended")[1:]] == ["member"]
    hide(bundle, "help_ended", 1)
    assert fault_of(sealed, bundle, tmp_path) == "missing"
    hide(bundle, "help_consent", 2)
    assert fault_of(sealed, bundle, tmp_path) == "missing"


def test_a_consent_is_not_hidden(sealed: Sealed, tmp_path: Path) -> None:
    for row in range(1, len(Bundle(sealed[0]).table("claim_consent"))):
        bundle = Bundle(sealed[0])
        hide(bundle, "claim_consent", row)
        assert fault_of(sealed, bundle, tmp_path)
