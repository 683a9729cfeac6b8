"""What nearly no bill has is read in a range, or a bill at a time where the range has many."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from app.adjudication.find_odd import decided, undone
from app.claims.known import known_bills
from tests.db import deciding
from tests.db.office import Office, bill, refund

DAY = "2023-05-10"
NUMBERS = [f"N{n:03}" for n in range(40)]


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    return office


@pytest.mark.parametrize("refunded", [(), (7,), (0, 39), tuple(range(3, 30))])
def test_bills_that_were_undone(office, refunded):
    rows = [bill(number, n % 3, DAY, "1000.00") for n, number in enumerate(NUMBERS)]
    refunds = [refund(f"R{n:03}", NUMBERS[n], n % 3, DAY) for n in refunded]
    # Others, before and behind all that are asked about and between them.
    office.feed(*rows, *refunds, *(refund(f"S{x}", x, 0, DAY) for x in ("M9", "N0005", "P")))
    found = undone(office.session, np.array([x.encode() for x in NUMBERS]))
    assert np.flatnonzero(found).tolist() == [*refunded]
    assert not len(undone(office.session, np.empty(0, "S4")))


@pytest.mark.parametrize("several", [1, 12])
def test_claims_that_people_decided(office, several):
    pair = tuple(deciding.officer(office.session, name) for name in ("one", "two"))
    office.determine(
        *(bill(number, n % 3, DAY, "1000.00", med_type="22") for n, number in enumerate(NUMBERS))
    )
    asked = "SELECT member_id, id FROM claim ORDER BY setl_id"
    member, claim = np.array(office.session.execute(text(asked)).all(), np.int64).T
    for n in range(several):
        deciding.decided(office, int(claim[n * 3]), "refuse:work", pair)
    found = decided(office.session, member, claim)
    assert np.flatnonzero(found).tolist() == [n * 3 for n in range(several)]
    assert not len(decided(office.session, member[:0], claim[:0]))


@pytest.mark.parametrize("named", [(), (0,), (15,), (16,), (31,), (39,), (3, 4, 20, 38)])
def test_numbers_of_which_something_is_known(office, named):
    asked = {NUMBERS[n] for n in named}
    beside = (bill(f"{number}x", 0, DAY, "1000.00") for number in NUMBERS[5:8])
    office.feed(*(bill(x, 1, DAY, "1000.00") for x in asked), *beside)
    assert known_bills(office.session, NUMBERS).named == asked
    office.feed(refund("N025", "N999", 0, DAY), bill("N026", 99, DAY, "1000.00"))
    assert known_bills(office.session, NUMBERS).named == asked | {"N025", "N026"}
