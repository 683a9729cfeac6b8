"""The years ahead are counted exactly, however many members and however fast they become more."""

from itertools import pairwise

import numpy as np
import pytest

from app.simulation.answer import Answer, Changed, Side
from app.simulation.inputs import BANDS, GROUPS
from app.simulation.outlook import MOST_AHEAD, MOST_GROWTH, Ahead, outlook

OLDEST = BANDS - 1
EACH_FEN = 7_500


def one_year(heads: int, each_fen: int) -> Answer:
    """A year whose members are all of the last band of ages, of which none grows older."""
    empty = np.zeros((1, 2, 1, BANDS + 1), np.int64)
    groups = np.zeros((1, BANDS + 1, GROUPS), np.int64)
    groups[0, OLDEST] = heads // GROUPS
    owed = np.array([[heads * EACH_FEN]])
    side = Side(empty, empty, groups * each_fen, owed, np.zeros((1, 2), np.int64))
    return Answer((2024,), ("一",), empty[:, 0], groups, side, side, Changed(0, 0, 0, 0))


@pytest.mark.parametrize("heads", [1_000, 3_000_000, 300_000_000])
@pytest.mark.parametrize(("growth", "dearer"), [(0, 0), (1_000, 500), (MOST_GROWTH, MOST_GROWTH)])
def test_no_supposition_outgrows_the_figures(heads, growth, dearer):
    found = one_year(heads, 40_000)
    years = outlook(found, found.was, EACH_FEN, Ahead(MOST_AHEAD, growth, dearer))
    members, each = heads * 100, 40_000
    for before, year in pairwise(years):
        members += members * growth // 10_000
        each += each * dearer // 10_000
        assert (year.owed_fen, year.paid_fen) == (members * EACH_FEN // 100, members * each // 100)
        assert year.left_fen == before.left_fen + year.owed_fen - year.paid_fen
        assert year.low_fen <= year.left_fen <= year.high_fen
    assert len(years) == 1 + MOST_AHEAD
