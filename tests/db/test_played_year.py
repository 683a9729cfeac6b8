"""A year of an office from an empty fund to closed books, by the calls an office makes."""

import pytest

from app import boot
from app.db import db, transaction
from app.demo.played.play import Told, play


@pytest.mark.parametrize("seed", [1])
def test_a_played_year_leaves_no_fen_unexplained(database, seed):
    boot.furnish(app := boot.start(database.settings))
    told: list[Told] = []
    with app.app_context():
        _, checks = play(transaction, database.settings, seed, told.append)
        db.engine.dispose()
    for each in told:
        print(each.said.day, each.said.en)
    print(*checks, sep="\n")
    assert [each for each in checks if not each.holds] == []
