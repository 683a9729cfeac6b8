"""An auditor gives a key, gets the right from another, and an edition that only the key opens."""

import errno
import io
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.govern import MayNotGovern
from app.accounts.models import Role
from app.audit import verify
from app.audit.auditor_key import (
    NoIdentifiedRight,
    add_auditor_key,
    give_auditor_key,
    key_with_right,
)
from app.audit.gather import snapshot
from app.audit.identify import NotABundle, identify
from app.audit.make import make_bundle
from app.audit.pack import BundleTooLarge
from app.db import db, transaction
from app.errands import do_errands
from app.evidence.models import Event
from app.roster.models import MemberName
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, Fund

YEAR = 2021
MINE = pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def security(web: Flask, fund: Fund) -> Browser:
    with web.app_context(), transaction() as session:
        add_account(session, "secadmin", "己", Role.SECURITY_ADMIN, PASSWORD, by=None)
    return Browser(web).sign_in("secadmin")


@pytest.fixture(scope="module")
def order(web: Flask, fund: Fund) -> int:
    auditor = Browser(web).sign_in("auditor")
    made = int(auditor.post(f"/audit/{YEAR}/bundles").location.rsplit("/", 1)[1])
    done(web)
    return made


def done(web: Flask) -> None:
    with web.app_context():
        assert do_errands() == 0
        db.session.remove()


def test_only_the_auditors_own_key_opens_it_and_the_bundle_inside_verifies(
    web: Flask, fund: Fund, auditor: Browser, security: Browser, order: int, tmp_path: Path
) -> None:
    page, ask = f"/audit/bundles/{order}", f"/audit/identified/bundles/{order}"
    assert auditor.post(ask, purpose="年度审计抽样").status_code == 302
    assert "没有查看姓名的权限" in auditor.read(page)
    assert auditor.post("/audit/identified/key", recipient="age1x").status_code == 400
    mine = str(MINE.to_public())
    assert auditor.post("/audit/identified/key", recipient=mine).status_code == 302
    assert "还没有授权" in auditor.read("/audit/identified/key")
    assert auditor.post(ask, purpose="年度审计抽样").status_code == 302
    assert "没有查看姓名的权限" in auditor.read(page)
    where = f"/admin/rights/{fund.auditor}"
    assert "核对指纹" in security.read(where)
    assert security.post(f"{where}/key", act="give").status_code == 302
    auditor.post(ask, purpose="")
    assert "用途" in auditor.read(page)
    assert auditor.post(ask, purpose="年度审计抽样").status_code == 302
    done(web)
    assert "下载" in words(auditor.get(page).text)
    sealed = auditor.get("/audit/identified/1/file").data
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])
    whole = pyrage.decrypt(sealed, [MINE])
    assert whole[:100] not in sealed
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.testzip() is None
        who = {name: opened.read(name).decode() for name in opened.namelist() if "who/" in name}
        inner = tmp_path / "bundle.zip"
        inner.write_bytes(opened.read(f"huzhu-{YEAR}.zip"))
    assert inner.read_bytes() == auditor.get(f"{page}/file").data
    assert verify.examine(str(inner))["ok"]
    with zipfile.ZipFile(inner) as masked:
        members = masked.read("data/member.csv").decode().splitlines()[1:]
        staff = masked.read("data/staff.csv").decode().splitlines()[1:]
    named = [x.split(",") for x in who["who/member.csv"].splitlines()[1:]]
    assert sorted(x[0] for x in named) == sorted(x.split(",")[0] for x in members)
    assert len(who["who/staff.csv"].splitlines()) == len(staff) + 1
    with web.app_context():
        names = set(db.session().scalars(select(MemberName.name)))
    assert named
    assert {x[1] for x in named} <= names
    assert all(len(x[2]) == 18 for x in named)


def test_an_edition_of_several_years_names_the_people_of_each(
    web: Flask, fund: Fund, tmp_path: Path
) -> None:
    bundle, out = tmp_path / "two.zip", io.BytesIO()
    with web.app_context(), snapshot(db.engine) as seen:
        make_bundle(seen, (YEAR, YEAR + 1), bundle, signed=False)
        identify(seen, bundle, str(MINE.to_public()), out)
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(out.getvalue(), [MINE]))) as opened:
        named = opened.read("who/member.csv").decode().splitlines()[1:]
    told: set[str] = set()
    with zipfile.ZipFile(bundle) as masked:
        for year in (YEAR, YEAR + 1):
            rows = masked.read(f"{year}/data/member.csv").decode().splitlines()[1:]
            assert rows, year
            told |= {row.partition(",")[0] for row in rows}
    assert {row.partition(",")[0] for row in named} == told


class _Full(io.BytesIO):
    """A disk that is full after a while."""

    def write(self, block: Any) -> int:
        if self.tell() > 100_000:
            raise OSError(errno.ENOSPC, "full")
        return super().write(block)


def test_what_is_no_bundle_too_large_or_finds_no_room_is_refused(
    web: Flask, fund: Fund, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, other, key = tmp_path / "one.zip", tmp_path / "other.zip", str(MINE.to_public())
    with web.app_context(), snapshot(db.engine) as seen:
        make_bundle(seen, YEAR, bundle, signed=False)
        other.write_bytes(b"no bundle")
        for cut in (other, tmp_path / "cut.zip"):
            with pytest.raises(NotABundle) as refused:
                identify(seen, cut, key, io.BytesIO())
            assert refused.value.facts == {"path": cut.name}
            (tmp_path / "cut.zip").write_bytes(bundle.read_bytes()[:-1])
        with pytest.raises(OSError, match="full"):
            identify(seen, bundle, key, _Full())
        monkeypatch.setattr("app.audit.identify.MOST_BYTES", 1 << 20)
        with pytest.raises(BundleTooLarge):
            identify(seen, bundle, key, io.BytesIO())


def test_its_making_is_logged_without_a_name_and_the_right_can_be_taken(
    web: Flask, fund: Fund, auditor: Browser, security: Browser, order: int
) -> None:
    with web.app_context(), transaction() as session:
        told = session.scalars(select(Event).where(Event.act == "bundle.identified")).all()
        assert [(x.by, x.facts["key"]) for x in told] == [(fund.auditor, 1)]
        assert "审计" not in str(told[0].facts)
    other = Browser(web).sign_in("officer1")
    assert other.get("/audit/identified/1/file").status_code == 403
    page, file = f"/audit/bundles/{order}", "/audit/identified/1/file"
    assert file in auditor.get(page).text
    assert security.post(f"/admin/rights/{fund.auditor}/key", act="take").status_code == 302
    assert file not in auditor.get(page).text
    assert auditor.get(file).status_code == 404
    auditor.post(f"/audit/identified/bundles/{order}", purpose="再看一次")
    assert "没有查看姓名的权限" in auditor.read(f"/audit/bundles/{order}")
    # A new key has no right from the one before.
    security.post(f"/admin/rights/{fund.auditor}/key", act="give")
    fresh = pyrage.x25519.Identity.generate()
    auditor.post("/audit/identified/key", recipient=str(fresh.to_public()))
    with web.app_context(), transaction() as session, pytest.raises(NoIdentifiedRight):
        key_with_right(session, fund.auditor)


def test_nobody_gives_it_to_himself_by_the_domain_or_by_sql(web: Flask, fund: Fund) -> None:
    add = 'INSERT INTO auditor_key_step (key_id, seq, given, "by") VALUES (:key, 9, true, :by)'
    edition = (
        "INSERT INTO identified_edition (order_id, key_id, purpose, state, asked_by)"
        " SELECT id, :key, 'x', 'making', :by FROM bundle_order LIMIT 1"
    )
    with web.app_context():
        with transaction() as session:
            admin = session.execute(text("SELECT id FROM account WHERE login = 'secadmin'"))
            key = add_auditor_key(session, str(MINE.to_public()), by=fund.auditor)
            boss = admin.scalar_one()
        for statement, by in ((add, fund.auditor), (add, fund.officer), (edition, fund.auditor)):
            with db.engine.connect() as connection, pytest.raises(IntegrityError, match="right"):
                connection.execute(text(statement), {"key": key, "by": by})
        with transaction() as session, pytest.raises(NoIdentifiedRight):
            add_auditor_key(session, str(MINE.to_public()), by=boss)
        # An administrator is nothing else besides: two accounts of one person there are none.
        with transaction() as session, pytest.raises(MayNotGovern):
            give_auditor_key(session, key, given=True, by=fund.officer)
