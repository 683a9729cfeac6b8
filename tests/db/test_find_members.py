"""IDs are looked up by the thousand, and numbers drawn for whoever is no member yet."""

from sqlalchemy.orm import Session

from app.copies import blocks_of
from app.enrolment.identify import add_unknown, identify
from app.enrolment.to_write import ToWrite
from app.roster.members import add_members, certno_index, find_members, numbered
from app.roster.person import RosterRow
from tests.factories import make_id

ASKED = 5_003
"""More than are looked up in one go."""
KNOWN = range(0, ASKED, 3)


def test_the_known_are_found_and_the_others_get_numbers_of_their_own(database) -> None:
    certnos = [make_id(seed) for seed in range(ASKED)]
    with Session(database.engine) as session:
        added = add_members(session, [certnos[seed] for seed in KNOWN])
        found = find_members(session, certnos)
        by_certno = dict(zip(certnos, map(found.ids.get, found.indexes), strict=True))
        assert {certno: who for certno, who in by_certno.items() if who} == added
        assert len(found.numbers) == ASKED - len(KNOWN)
        assert found.numbers == sorted({*found.numbers} - {*added.values()})
        later = add_members(session, [make_id(ASKED)])
        assert max(found.numbers) < min(later.values())


def test_where_too_few_numbers_were_drawn_others_are(database) -> None:
    with Session(database.engine) as session:
        drawn = find_members(session, [make_id(seed) for seed in range(4)]).numbers
        assert numbered(session, drawn, 3) == drawn[:3]
        anew = numbered(session, drawn, 6)
        assert len({*anew}) == 6
        assert not {*anew} & {*drawn}


def test_of_one_block_numbers_are_given_in_the_order_in_which_ids_are_found(database) -> None:
    rows = [RosterRow(line, "赵", make_id(line), None) for line in range(2, ASKED)]
    with Session(database.engine) as session:
        member_of, newcomers = identify(session, rows)
        assert not member_of
        assert add_unknown(session, rows, member_of, newcomers, ToWrite(), by=1) == rows
    given = [member_of[row.line] for row in rows]
    assert sorted(given) == newcomers.numbers
    for block in blocks_of(len(rows)):
        indexes = [certno_index(row.certno) for row in rows[block]]
        assert [x for _, x in sorted(zip(indexes, given[block], strict=True))] == sorted(
            given[block]
        )
