"""What waits of claims for a district's officer: gathered at once, it is what is asked of each one
by itself, whatever has been moved, split, given and ended."""

import random
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.claims.lifecycle import State
from app.errors import Refusal
from app.reviews.by_deadline import Place
from app.reviews.list_waiting import Asked, counts, waiting
from app.reviews.policy import due_on
from app.reviews.stages import STAGES, Stage
from app.web.auth import SignedIn
from app.web.read.scope import MEMBER, scope_of
from app.web.read.waiting import asked_by
from app.web.read.waits_of_claims import OF_PART, QUESTIONS, WAITING
from tests.db.asking import Asking
from tests.db.districts import CITY, NORTH, SOUTH
from tests.db.office import bill, refund
from tests.db.typed import a_stay, file_by_hand

OFFICER = SignedIn(0, "", Role.OFFICER, 0, None)
GIFT, PEOPLE = "关爱", range(1, 9)
MID_YEAR = date(2023, 7, 1)
ONE_BY_ONE = text(f"""
    WITH queue AS NOT MATERIALIZED (SELECT c.* FROM claim_queue c WHERE {MEMBER}),
    reviewing AS NOT MATERIALIZED (SELECT c.* FROM review_queue c WHERE {MEMBER})
    {QUESTIONS.format(member=MEMBER)}
""")


REVIEWS = text(f"""
    SELECT c.since_on, c.claim_id, c.stage FROM review_queue c
    WHERE c.papers_by IS NULL AND {MEMBER}
""")


def agree(office: Asking, day: date) -> set[str]:
    """The kinds of which something waits in a district."""
    met = set()
    for whose in (NORTH, SOUTH):
        asked = asked_by(scope_of(office.session, office.unions[whose]), OFFICER, day)
        gathered, each = (
            {row.kind: tuple(row[1:]) for row in office.session.execute(query, asked)}
            for query in (text(OF_PART), ONE_BY_ONE)
        )
        assert gathered == each
        assert [*gathered][: len(WAITING)] == [state.value for state in WAITING]
        reach = [office.unions[whose]]
        rows = office.session.execute(REVIEWS, asked)
        places = [(Place(due_on(Stage(at), on), on, claim), at) for on, claim, at in rows]
        reviews = [(place.claim_id, at) for place, at in sorted(places)]
        listed = waiting(office.session, Asked(), reach=reach, most=99)
        assert [(x.claim_id, x.stage) for x in listed] == reviews
        assert counts(office.session, reach=reach) == {
            stage: sum(at == stage for _, at in reviews) for stage in STAGES
        }
        met |= {kind for kind, (number, *_) in gathered.items() if number}
    return met


def happen(office: Asking, lot: random.Random, at: int, joins: list[tuple[int, int, date]]) -> None:
    day = date(2023, lot.randrange(1, 13), 10)
    who, unit = lot.choice(PEOPLE), lot.choice((NORTH, SOUTH))
    what = lot.choice(("bill", "bill", "file", "refund", "move", "split", "cover", "gift"))
    if what == "bill":
        kind = lot.choice(("21", "22"))
        office.determine(bill(f"B{who}-{lot.randrange(3)}", who, str(day), "900.00", med_type=kind))
    elif what == "file":
        file_by_hand(office.session, who, a_stay(str(day), "400.00"))
        office.drain()
    elif what == "refund":
        office.determine(refund(f"R{at}", f"B{who}-0", who, "2024-01-05"))
    elif what == "move":
        office.change(office.unit_id(unit), day, union_id=office.unions[lot.choice((NORTH, SOUTH))])
    elif what == "split":
        ids = office.unit_id(unit), office.unit_id(NORTH + SOUTH - unit)
        office.split(*ids, [lot.choice((1, 2, 3, 4, 5))], day)
    elif what == "gift":
        with office.acting(SOUTH):
            office.give([who], MID_YEAR, name=GIFT)
    elif joins:
        unit, who, starts_on = joins.pop()
        with office.acting(unit):
            office.covered([who], starts_on, unit=unit)


@pytest.mark.parametrize("seed", range(3))
def test_gathered_at_once_it_is_what_each_claim_says(session: Session, seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311 - a test's lots
    office, met = Asking(session), set[str]()
    office.open_of(SOUTH, GIFT, opens_on=date(2022, 1, 1), closes_on=date(2024, 12, 31))
    for unit, people in ((NORTH, [1, 2, 3]), (SOUTH, [4, 5]), (CITY, [6])):
        with office.acting(unit):
            office.covered(people, date(2023, 1, 1), unit=unit)
    joins = [(SOUTH, 1, date(2024, 1, 1)), (NORTH, 5, date(2024, 1, 1)), (NORTH, 7, MID_YEAR)]
    for at in range(24):
        with suppress(Refusal):
            happen(office, lot, at, joins)
        met |= agree(office, date(2024, 1, 5))
    assert met >= {State.HELD, State.PAYABLE, State.REVIEW, Stage.ACCEPT, "injury"}
