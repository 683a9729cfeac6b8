"""IDs are looked up by the thousand, and numbers drawn for whoever is no member yet."""

from sqlalchemy.orm import Session

from app.roster.members import add_members, find_members, numbered
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
