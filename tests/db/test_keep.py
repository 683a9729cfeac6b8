"""Files that are kept: whole, in ranges, sealed, and gone when they are let go."""

import os

import pytest
from sqlalchemy import text

from app.files.keep import PART, keep, kept, let_go, read
from tests.db.office import Office


@pytest.fixture
def officer(session):
    return Office(session).by


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART + 7])
def test_a_kept_file_comes_back_whole_and_in_ranges(session, officer, size):
    data = os.urandom(size)
    blocks = [data[at : at + 99_991] for at in range(0, size, 99_991)]
    file = keep(session, blocks, name="a.bin", media_type="application/octet-stream", by=officer)
    assert kept(session, file.id) == file
    assert b"".join(read(session, file)) == data
    for start, end in [(0, 1), (size // 3, size // 2), (size - 1, size + 5), (PART - 1, PART + 1)]:
        if 0 <= start <= size:
            assert b"".join(read(session, file, start, end)) == data[start:end]


def test_what_is_stored_is_sealed_and_can_be_let_go(session, officer):
    file = keep(session, [b"410599199001011234" * 10], name="a", media_type="b", by=officer)
    stored = session.execute(text("SELECT sealed FROM stored_part")).scalar_one()
    assert b"4105991990" not in bytes(stored)
    let_go(session, file.id)
    assert kept(session, file.id) is None
    assert session.execute(text("SELECT count(*) FROM stored_part")).scalar_one() == 0
