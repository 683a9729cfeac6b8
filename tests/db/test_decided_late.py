"""What is approved is what was proposed: figures and the member's word may change in between."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.decide import ProposalOvertaken, approve_decision, propose_decision
from app.claims.decided import Says, What
from app.claims.injuries import state_injury
from tests.db.deciding import officer
from tests.db.office import Office, assert_sound, bill
from tests.db.typed import account_of

DAY = "2023-05-10"


def corrected(office, claim):
    office.determine(bill("I1", 0, DAY, "90000.00", med_type="22"))


def says_otherwise(office, claim):
    by = account_of(office.session, 0)
    state_injury(office.session, claim, Says.EMPLOYER, by=by)


@pytest.mark.parametrize("change", [None, corrected, says_otherwise])
def test_a_proposal_is_of_the_figures_and_words_it_was_made_on(database, change):
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        one, two = officer(session, "one"), officer(session, "two")
        office.covered([0], date(2023, 1, 1))
        office.determine(bill("I1", 0, DAY, "1000.00", med_type="22"))
        claim = session.scalar(text("SELECT id FROM claim WHERE setl_id = 'I1'"))
        state_injury(session, claim, Says.NOBODY, by=account_of(session, 0))
    with Session(database.engine) as session, session.begin():
        made = propose_decision(session, claim, What.PAY_INPATIENT, by=one)
    if change:
        with Session(database.engine) as session, session.begin():
            change(Office(session), claim)
    with Session(database.engine) as session, session.begin():
        if change:
            with pytest.raises(ProposalOvertaken):
                approve_decision(session, made, by=two)
            made = propose_decision(session, claim, What.PAY_INPATIENT, by=two)
            approve_decision(session, made, by=one)
        else:
            approve_decision(session, made, by=two)
        Office(session).drain()
    with Session(database.engine) as session:
        assert_sound(session)
