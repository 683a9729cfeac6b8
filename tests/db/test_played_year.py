"""A year of an office from an empty fund to closed books, by the calls an office makes."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app import boot
from app.books.summaries import SUMMARIES
from app.contributions.reference import notice_reference
from app.db import aside, db, transaction
from app.demo.load import FundNotEmpty
from app.demo.played.plan import YEAR
from app.demo.played.play import Told, play


@pytest.mark.parametrize("seed", [1])
def test_a_played_year_leaves_no_fen_unexplained(database, seed):
    boot.furnish(app := boot.start(database.settings))
    told: list[Told] = []
    with app.app_context():
        office, checks = play(transaction, aside, database.settings, seed, told.append)
        with transaction() as session:
            memos = set(session.scalars(text("SELECT DISTINCT memo FROM entry")))
        with pytest.raises(FundNotEmpty):
            play(transaction, aside, database.settings, seed, told.append)
        db.engine.dispose()
    for each in told:
        print(each.said.day, each.said.en)
    print(*checks, sep="\n")
    for number, data in office.papers.items():
        [page] = PdfReader(io.BytesIO(data)).pages
        said = page.extract_text()
        assert notice_reference(office.units[number], YEAR) in said
        assert f"{office.due_fen[number] / 100:,.2f}" in said
    assert memos <= SUMMARIES.keys(), "every kind of entry has its words on a voucher"
    assert [each for each in checks if not each.holds] == []
