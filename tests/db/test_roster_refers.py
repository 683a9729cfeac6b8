"""Names, accounts and lines that come by the thousand name members, rosters and accounts there are.

Whether they do is told by counting where the members' numbers lie close, one by one where not.
"""

from collections.abc import Sequence

import numpy as np
import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import copy_in, numbers
from app.roster.compare_known import by_row, known_otherwise
from app.roster.members import add_members, set_accounts, set_names
from app.secrets import vault
from tests.db.changing import Changing
from tests.factories import make_account, make_id, make_name

MANY = 40
_ROSTER = text(
    "INSERT INTO roster (unit_id, benefit_year, scheme_id, starts_on, confirmed_on, heads,"
    " unit_due_fen, worker_due_fen, union_due_fen, file_sha256)"
    " VALUES (:unit, 2021, '2021', '2021-01-01', '2021-01-01', 1, 0, 0, 0, '') RETURNING id"
)


class Bulk(Changing):
    """Rows of members, written as a roster's are."""

    def members(self, seeds: Sequence[int]) -> list[int]:
        return [*add_members(self.session, [make_id(seed) for seed in seeds]).values()]

    def apart(self) -> list[int]:
        """Members whose numbers lie far from each other."""
        first = self.members(range(MANY))
        numbers(self.session, "member_id_seq", 10_000)
        return first + self.members(range(MANY, 2 * MANY))

    def roster(self) -> int:
        return self.session.scalar(_ROSTER, {"unit": self.unit(1).id}) or 0

    def names(self, members: Sequence[int], by: Sequence[int | None]) -> None:
        rows = [(who, 1, "赵", x) for who, x in zip(members, by, strict=True)]
        columns = ("member_id", "seq", "name", "recorded_by")
        copy_in(self.session, "member_name", columns, rows)

    def lines(self, members: Sequence[int], rosters: Sequence[int]) -> None:
        rows = [(*x, n, "2021-01-01") for n, x in enumerate(zip(members, rosters, strict=True), 2)]
        columns = ("member_id", "roster_id", "line", "starts_on")
        copy_in(self.session, "roster_line", columns, rows)


@pytest.fixture
def bulk(session: Session) -> Bulk:
    return Bulk(session)


@pytest.mark.parametrize("near", [True, False])
def test_rows_of_members_that_are_there_are_taken(bulk: Bulk, near: bool) -> None:
    members = bulk.members(range(MANY)) if near else bulk.apart()
    several = [bulk.by, None, bulk.second]
    bulk.names(members, [several[n % 3] for n in range(len(members))])
    one, other = bulk.roster(), bulk.roster()
    bulk.lines(members, [(one, other)[n % 2] for n in range(len(members))])
    bulk.lines(members[:1], [other])
    found = bulk.session.scalar(text("SELECT count(*) FROM roster_line"))
    assert found == len(members) + 1


@pytest.mark.parametrize("near", [True, False])
@pytest.mark.parametrize("place", [0, MANY // 2, -1])
def test_one_row_of_no_member_refuses_all(bulk: Bulk, near: bool, place: int) -> None:
    members = bulk.members(range(MANY)) if near else bulk.apart()
    roster = bulk.roster()
    told = [(bulk.names, [bulk.by] * len(members)), (bulk.lines, [roster] * len(members))]
    members[place] = members[-1] + 1 if place else members[0] - 1
    for write, beside in told:
        with pytest.raises(psycopg.errors.ForeignKeyViolation), bulk.session.begin_nested():
            write(members, beside)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_row_of_no_account_or_no_roster_refuses_all(bulk: Bulk, place: int) -> None:
    members = bulk.members(range(3))
    nobody = bulk.by + 1_000_000
    roster = bulk.roster()
    for rows in (1, 3):
        by: list[int | None] = [bulk.by, None, bulk.by][:rows]
        by[place % rows] = nobody
        with pytest.raises(psycopg.errors.ForeignKeyViolation), bulk.session.begin_nested():
            bulk.names(members[:rows], by)
        rosters = [roster] * rows
        rosters[place % rows] = roster + 1_000_000
        with pytest.raises(psycopg.errors.ForeignKeyViolation), bulk.session.begin_nested():
            bulk.lines(members[:rows], rosters)


def test_a_number_that_nobody_has_between_those_of_members_is_seen(bulk: Bulk) -> None:
    """As many members as numbers named, but not the same ones."""
    first = bulk.members(range(MANY))
    [gap] = numbers(bulk.session, "member_id_seq", 1)
    members = first + bulk.members(range(MANY, 2 * MANY))
    named = [*members[1:], gap]
    with pytest.raises(psycopg.errors.ForeignKeyViolation), bulk.session.begin_nested():
        bulk.names(named, [bulk.by] * len(named))
    bulk.names(members, [bulk.by] * len(members))


def test_only_those_of_whom_something_else_is_told_are_asked_for(bulk: Bulk) -> None:
    odd = ["赵", 'a"b', "a\\b", "{,}", "NULL", ""]
    members = bulk.members(range(len(odd)))
    set_names(bulk.session, dict(zip(members, odd, strict=True)), {}, by=bulk.by)
    card, another_card = make_account(1), make_account(2)
    set_accounts(bulk.session, dict.fromkeys(members[:3], another_card), {}, by=bulk.by)
    set_accounts(bulk.session, {members[0]: card}, {members[0]: 1}, by=bulk.second)
    accounts = [card, another_card, another_card, None, None, None]

    def asked(names: Sequence[str], accounts: Sequence[str | None], by: int) -> set[int]:
        return {*known_otherwise(bulk.session, members, names, accounts, by=by)}

    assert asked(odd, accounts, bulk.by) == {members[0]}  # by another, though the same
    assert asked(odd, accounts, bulk.second) == {*members[1:3]}
    assert asked(odd, [None] * len(odd), bulk.by) == set()
    another = [*odd[:4], "李", make_name(1)]
    assert asked(another, [None] * len(odd), bulk.by) == {*members[4:]}
    new = [None, None, None, card, None, None]
    assert asked(odd, new, bulk.by) == {members[3]}
    seen = known_otherwise(bulk.session, members, ["乙"] * len(odd), accounts, by=bulk.by)
    assert [(seen[who].name, seen[who].account_seq) for who in members[:4]] == [
        *(("赵", 2), ('a"b', 1), ("a\\b", 1), ("{,}", 0)),
    ]


NAMES = st.sampled_from(["赵", "钱", "赵\n钱", "", "a\\b"])
ACCOUNTS = st.none() | st.sampled_from([make_account(1), make_account(2)])
_WORDS = st.lists(st.tuples(NAMES, ACCOUNTS, st.booleans()), max_size=2)


@given(st.lists(st.tuples(_WORDS, NAMES, ACCOUNTS), min_size=1, max_size=6))
@example([([], "赵", make_account(1)), ([("赵", make_account(1), True)], "赵", None)])
@example([([("赵\n钱", None, True)], "赵", None), ([], "钱", None)])
def test_what_is_compared_all_at_once_is_what_the_server_says_row_by_row(
    shared_database, people
) -> None:
    with Session(shared_database.engine) as session:
        bulk = Bulk(session)
        members = bulk.members(range(len(people)))
        for seq in range(2):
            said = {
                who: x[0][seq] for who, x in zip(members, people, strict=True) if len(x[0]) > seq
            }
            seqs = dict.fromkeys(said, seq)
            set_names(session, {who: name for who, (name, _, _) in said.items()}, seqs, by=bulk.by)
            for by in (bulk.by, bulk.second):
                own = by == bulk.by
                cards = {who: x for who, (_, x, mine) in said.items() if x and mine == own}
                set_accounts(session, cards, seqs, by=by)
        _, names, accounts = zip(*people, strict=True)
        found = known_otherwise(session, members, names, accounts, by=bulk.by)
        indexes = [account and vault().index("account", account) for account in accounts]
        places = range(len(people))
        told = (np.array(members), names, indexes, bulk.by)
        assert found == by_row(session, places, *told)
        # The indexes may be there already; the members stand in any order.
        back = (members[::-1], names[::-1], accounts[::-1])
        ready = indexes[::-1]
        assert known_otherwise(session, *back, by=bulk.by, indexes=ready) == found
        session.rollback()
