"""A calendar year of which nothing is known but bills that no cover held: signed like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.make import NothingInYear, make_bundle
from app.audit.order import order_bundle
from app.evidence.note import SigningKey, fingerprint, new_key
from tests.conftest import Cluster, copy_of
from tests.db.fund_year import bill, fund_year
from tests.sealing import signed

EARLY, YEAR, LATER = 2017, 2021, 2016
KEY = SigningKey(new_key("x", bytes(range(32)))[0], "x")
KNOWN = (fingerprint(KEY.public),)


@pytest.fixture(scope="module")
def engine(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A fund sealed and signed, and a bill of yet another year after that."""
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("early")) as made:
        with Session(made.engine) as session, session.begin():
            keeper = ("keeper", "戊", Role.AUDIT_ADMIN, "correct horse battery")
            by = add_account(session, *keeper, by=None)
            register_key(session, "huzhu", KEY.public, by=by)
            fund = fund_year(session)
            fund.feed(bill("E01", 9, f"{EARLY}-03-05", "5000.00"))
        signed(made.engine, KEY, by)
        with Session(made.engine) as session, session.begin():
            fund.session = session
            fund.feed(bill("E02", 9, f"{LATER}-03-05", "5000.00"))
        yield made.engine


def test_it_is_signed_alone_and_among_others(engine: Engine, tmp_path: Path) -> None:
    for n, years in enumerate(((EARLY,), (EARLY, YEAR))):
        out = tmp_path / f"{n}.zip"
        with snapshot(engine, scratch=True) as session:
            made = make_bundle(session, years, out)
        assert (made.checkpoint is None, made.lacks) == (False, None)
        told = verify.examine(str(out), None, KNOWN)
        assert told["fault"] is None, told["fault"].says("en")
        assert told["signed"]


def test_what_the_checkpoint_lacks_is_said_and_read_as_of_now(
    engine: Engine, tmp_path: Path
) -> None:
    out, plain = tmp_path / "both.zip", tmp_path / "plain.zip"
    with snapshot(engine, scratch=True) as session:
        made = make_bundle(session, (LATER, YEAR), out)
        make_bundle(session, (LATER, YEAR), plain, signed=False)
    assert (made.checkpoint, made.lacks) == (None, LATER)
    assert out.read_bytes() == plain.read_bytes()
    told = verify.examine(str(out))
    assert (told["fault"], told["signed"], told["determinations"] > 1) == (None, False, True)


def test_nothing_at_all_is_refused_and_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    with snapshot(engine) as session, pytest.raises(NothingInYear) as refused:
        make_bundle(session, (YEAR, 2040), tmp_path / "none.zip")
    assert refused.value.facts == {"year": 2040}
    assert not list(tmp_path.iterdir())


def test_an_auditor_may_ask_for_it(engine: Engine) -> None:
    with Session(engine) as session:
        by = add_account(session, "auditor", "己", Role.AUDITOR, "correct horse battery", by=None)
        assert order_bundle(session, EARLY, by=by)
        with pytest.raises(NothingInYear):
            order_bundle(session, 2040, by=by)
