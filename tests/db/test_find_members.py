"""IDs are looked up by the thousand, and numbers drawn for whoever is no member yet."""

from datetime import date

from sqlalchemy.orm import Session

from app.enrolment.identify import add_unknown, identify
from app.enrolment.to_write import ToWrite
from app.roster.members import (
    account_indexes,
    add_members,
    certno_index,
    certno_indexes,
    find_members,
    numbered,
)
from app.roster.person import RosterRow
from tests.factories import make_account, make_id

ASKED = 5_003
"""More than are looked up in one go."""
KNOWN = range(0, ASKED, 3)
DAY = date(2024, 1, 1)


def test_the_known_are_found_and_the_others_get_numbers_of_their_own(database) -> None:
    certnos = [make_id(seed) for seed in range(ASKED)]
    with Session(database.engine) as session:
        added = add_members(session, [certnos[seed] for seed in KNOWN])
        found = find_members(session, certnos)
        by_certno = dict(zip(certnos, found.members.tolist(), strict=True))
        assert {certno: who for certno, who in by_certno.items() if who} == added
        assert found.indexes == certno_indexes(certnos)
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


def test_what_is_made_meanwhile_changes_nothing_of_what_is_found(database) -> None:
    rows = [
        RosterRow(x, "赵", make_id(x), make_account(x) if x % 3 else None) for x in range(2, ASKED)
    ]
    with Session(database.engine) as session:
        added = add_members(session, [row.certno for row in rows[::2]])
        for expected in (False, True):
            member_of, newcomers = identify(session, rows, expected=expected)
            assert member_of == {row.line: added[row.certno] for row in rows[::2]}
            assert len(newcomers.numbers) == len(rows) - len(added)
        indexes = newcomers.people.account_indexes
        assert indexes is not None
        assert indexes[:2] == [account_indexes([rows[0].bank_account])[0], None]
        assert indexes.count(None) == sum(row.bank_account is None for row in rows)
        some = newcomers.those(rows[3:9])
        assert [*some.indexes] == [certno_index(row.certno) for row in rows[3:9]]


def test_numbers_are_given_in_the_order_in_which_ids_are_found(database) -> None:
    accounts = {3: "1" * 8, 4: "2" * 19, 5: None}
    rows = [RosterRow(x, f"赵{'甲' * (x % 3)}", make_id(x), accounts.get(x)) for x in range(2, 900)]
    with Session(database.engine) as session:
        member_of, newcomers = identify(session, rows)
        assert not member_of
        to_write = ToWrite()
        assert add_unknown(session, rows, member_of, newcomers, to_write, by=1) == rows
        found = sorted(rows, key=lambda row: certno_index(row.certno))
        assert [member_of[row.line] for row in found] == newcomers.numbers
        to_write.lines(1, rows, [DAY] * len(rows), member_of)
        members, names, lines, paid = (
            [*zip(*each.blocks, strict=True)] for each in to_write.copies
        )
    assert [x for block in members[2] for x in block] == [certno_index(x.certno) for x in found]
    assert [x for block in names[2] for x in block] == [row.name for row in found]
    tails = {
        who: tail
        for at in zip(paid[0], paid[4], strict=True)
        for who, tail in zip(*at, strict=True)
    }
    assert tails == {member_of[3]: "1111", member_of[4]: "2222"}
    assert [x for block in lines[2] for x in block] == [row.line for row in found]
