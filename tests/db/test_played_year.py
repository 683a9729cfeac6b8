"""A year of an office from an empty fund to closed books, by the calls an office makes."""

import io
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app import boot
from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.checkpoint import register_key
from app.audit.gather import snapshot
from app.audit.kept import HELD
from app.audit.log import leaves, root_of
from app.audit.make import make_bundle
from app.books.summaries import SUMMARIES
from app.contributions.reference import notice_reference
from app.db import aside, db, transaction
from app.demo.load import FundNotEmpty
from app.demo.played.paying import SentBatch
from app.demo.played.plan import YEAR
from app.demo.played.play import Told, play
from app.evidence.note import Note, SigningKey, fingerprint, new_key
from app.payments.send import Batch
from tests.conftest import Database
from tests.following import loose_ends
from tests.sealing import sealed, signed


def test_the_same_people_are_in_trouble_however_members_are_ordered():
    """A fund's own key decides the order of members, and so of a batch's lines."""
    batch = Batch(1, "P2024-0001", b"", "", 4, 2_400, ())
    payments = [("甲", 900), ("乙", 300), ("丙", 500), ("丁", 700)]
    for ordered in permutations(payments):
        lines = [(line, fen) for line, (_, fen) in enumerate(ordered, 1)]
        sent = SentBatch(batch, lines, third=False)
        assert [ordered[line - 1][0] for line in sent.smallest] == ["乙", "丙"]


@pytest.mark.parametrize("seed", [1])
def test_a_played_year_leaves_no_fen_unexplained(database, seed, tmp_path):
    boot.furnish(app := boot.start(database.settings))
    told: list[Told] = []

    def seal_now_and_then(each: Told) -> None:
        told.append(each)
        if len(told) % 6 == 1:
            sealed(database.engine)

    with app.app_context():
        office, checks = play(transaction, aside, database.settings, seed, seal_now_and_then)
        with transaction() as session:
            memos = set(session.scalars(text("SELECT DISTINCT memo FROM entry")))
            assert [*loose_ends(session)] == []
        with pytest.raises(FundNotEmpty):
            play(transaction, aside, database.settings, seed, told.append)
        assert [*unproven(database, tmp_path)] == []
        db.engine.dispose()
    for each in told:
        print(each.said.day, each.said.en)
    print(*checks, sep="\n")
    days = [each.said.day for each in told]
    assert days == sorted(days), "a year is told as it went by"
    for number, data in office.papers.items():
        [page] = PdfReader(io.BytesIO(data)).pages
        said = page.extract_text()
        assert notice_reference(office.units[number], YEAR) in said
        assert f"{office.due_fen[number] / 100:,.2f}" in said
    assert memos <= SUMMARIES.keys(), "every kind of entry has its words on a voucher"
    assert [each for each in checks if not each.holds] == []


def unproven(database: Database, folder: Path) -> Iterator[object]:
    """What does not hold of the year's bundles as of a checkpoint, and since the first seal."""
    key = SigningKey(new_key("phrase")[0], "phrase")
    with transaction() as session:
        for table, (above, ours, theirs) in HELD.items():
            together = f"SELECT count(*) FROM {table} x JOIN {above} a ON a.{theirs} = x.{ours}"
            apart = session.scalar(text(f"{together} WHERE x.xmin <> a.xmin"))
            if apart:
                yield table, "not made with the row it takes its time from"
        password = "correct horse battery"
        admin = add_account(session, "keeper", "戊", Role.AUDIT_ADMIN, password, by=None)
        register_key(session, "huzhu", key.public, by=admin)
        first = next(leaf.no for leaf in leaves(session) if leaf.seal > 1)
        early = Note("huzhu", first, root_of(leaves(session, first)))
    note = signed(database.engine, key, admin)
    for year in (YEAR - 1, YEAR):
        path = folder / f"{year}.zip"
        with snapshot(database.engine) as session:
            made = make_bundle(session, year, path)
        for since in (key.sign("huzhu", early), note):
            known = (fingerprint(key.public),)
            found = verify.examine(str(path), None, known, since.text)
            if found["fault"] or made.checkpoint != note.size:
                yield year, found["fault"]
