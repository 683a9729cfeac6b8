"""Nobody is erased with whom something is open, however long vouchers are kept.

Owed to the member, owed by him, on its way, owed by others, not decided: each is said, and each by
itself keeps all that is personal. Once it is settled it goes, and the database asks the same.
"""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.erase import (
    OpenMeanwhile,
    StillKept,
    StillOpen,
    approve_erasure,
    ask_erasure,
    open_with,
)
from app.db import as_refusal
from app.payments.resolve import approve_resolution, propose_resolution
from app.secrets import vault
from app.texts import say
from tests.db.owing import come_in, pay_back, recover, write_off
from tests.db.payables import answer, send, tied_fund
from tests.db.test_heirs import died, name
from tests.db.test_never_arrived import DAY, never_arrived, paid_and_undone
from tests.factories import make_account, make_id

PAID = (1, "100.00", "成功", "2024-03-05")
EVEN = (0, 0, 0, 0, 0)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def granted(fund):
    member = fund.member()
    return member, fund.claim(member, 10_000)


def asks(fund, member):
    how = {"by": fund.preparer, "member_id": member}
    return ask_erasure(fund.session, "person", "kept_long_enough", **how)


def keeps(fund, member, **facts):
    """All that is personal is kept, and the refusal says why."""
    none = {"owed": "0.00", "owing": "0.00", "sent": "0.00", "others": "0.00", "undecided": 0}
    with pytest.raises(StillOpen) as refused, fund.session.begin_nested():
        asks(fund, member)
    assert refused.value.facts == none | facts
    for lang in ("zh", "en"):
        said = say(refused.value, lang)
        assert all(str(fact) in said for fact in facts.values()), said


def test_what_is_owed_to_the_member_and_on_its_way(fund):
    member, _ = granted(fund)
    keeps(fund, member, owed="100.00")
    batch = send(fund)
    keeps(fund, member, sent="100.00")
    answer(fund, batch, (1, "100.00", "失败"))
    keeps(fund, member, owed="100.00")
    fund.account(member, make_account(905))
    answer(fund, send(fund), PAID)
    assert open_with(fund.session, member) == EVEN
    with pytest.raises(StillKept):  # vouchers are, for thirty years
        asks(fund, member)


def test_what_the_member_owes(fund):
    member, claim, _ = paid_and_undone(fund)
    keeps(fund, member, owing="100.00")
    pay_back(fund, claim, 4_000, "S1")
    keeps(fund, member, owing="60.00")
    write_off(fund, claim, 6_000)
    assert open_with(fund.session, member) == EVEN


def test_what_was_paid_back_of_money_that_never_arrived_also_to_an_heir(fund):
    member, claim, batch = paid_and_undone(fund)
    pay_back(fund, claim, 10_000, "S1")
    assert open_with(fund.session, member) == EVEN
    answer(fund, batch, (1, "100.00", "失败", "2024-04-08"))
    keeps(fund, member, undecided=1)  # the bank contradicts itself
    propose_resolution(fund.session, batch.number, 1, "failed", DAY, "流水", by=fund.preparer)
    approve_resolution(fund.session, batch.number, 1, by=fund.approver)
    keeps(fund, member, owed="100.00")
    died(fund, member)
    name(fund, member)
    again = send(fund)
    keeps(fund, member, sent="100.00")
    answer(fund, again, (1, "100.00", "成功", "2024-04-28"))
    assert open_with(fund.session, member) == EVEN


def test_what_two_found_out_is_no_doubt_any_more(fund):
    member, _, batch = paid_and_undone(fund)
    never_arrived(fund, batch)
    assert open_with(fund.session, member) == EVEN


def test_what_others_still_owe(fund):
    member, claim = granted(fund)
    answer(fund, send(fund), PAID)
    recovery = recover(fund, claim, 8_000)
    keeps(fund, member, others="80.00")
    come_in(fund, recovery, 8_000, "S1")
    assert open_with(fund.session, member) == EVEN


def test_what_nobody_has_decided_and_what_waits_to_be_computed(fund):
    member, claim = granted(fund)
    answer(fund, send(fund), PAID)
    fund.correct(member, claim, 10_000, kind="22")
    keeps(fund, member, owing="100.00", undecided=1)  # an injury: held for people
    other = fund.member()
    asked = {"of": member, "to": other}
    moved = "UPDATE claim_queue SET state = 'filed' WHERE member_id = :of"
    fund.session.execute(text(moved), asked)
    keeps(fund, member, owing="100.00", undecided=1)
    assert open_with(fund.session, other) == EVEN, "what another has open is the other's"


@pytest.fixture
def kept_a_year(database):
    """A fund that keeps vouchers a year, with one member who was paid; and who that is."""
    with Session(database.engine) as session, session.begin():
        fund = next(tied_fund(session))
        member, _ = granted(fund)
        answer(fund, send(fund), PAID)
        sealed = vault().seal(make_id(1), "member", member)
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("UPDATE retention SET years = 1")
        owner.execute("UPDATE member SET certno_cipher = %s WHERE id = %s", (sealed, member))
    return fund, member


def test_the_database_asks_the_same(database, kept_a_year):
    fund, member = kept_a_year
    call = text("SELECT erase(:asked, :by, '', '')")
    with Session(database.engine) as fund.session, fund.session.begin():
        asked = asks(fund, member)
        fund.claim(member, 5_000)
    with Session(database.engine) as session:
        with pytest.raises(IntegrityError) as refused:
            session.execute(call, {"asked": asked, "by": fund.approver})
        assert isinstance(as_refusal(refused.value), OpenMeanwhile)
        session.rollback()
        with pytest.raises(StillOpen):
            approve_erasure(session, asked, by=fund.approver)
    with Session(database.engine) as fund.session, fund.session.begin():
        answer(fund, send(fund), (1, "50.00", "成功", "2024-03-08"))
    with Session(database.engine) as session, session.begin():
        assert approve_erasure(session, asked, by=fund.approver)["bank_account"] == 1
        names = session.scalars(text("SELECT DISTINCT name FROM member_name")).all()
        assert names == ["已删除"]


def test_phone_and_correspondence_go_all_the_same(database, kept_a_year):
    fund, member = kept_a_year
    with Session(database.engine) as fund.session, fund.session.begin():
        fund.claim(member, 5_000)
        how = {"by": fund.preparer, "member_id": member}
        asked = ask_erasure(fund.session, "reached_by", "person_asks", **how)
        told = approve_erasure(fund.session, asked, by=fund.approver)
        assert told == {"member_phone": 0, "enquiry_message": 0}


def test_who_pays_meanwhile_is_waited_for(database, kept_a_year):
    """A correction commits while the erasure stands before its claim: then something is open."""
    fund, member = kept_a_year
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )

    def erases():
        with Session(database.engine) as session, session.begin():
            return approve_erasure(session, asked, by=fund.approver)

    with Session(database.engine) as fund.session, fund.session.begin():
        asked = asks(fund, member)
    with Session(database.engine) as fund.session, ThreadPoolExecutor(1) as pool:
        [claim] = fund.session.scalars(text("SELECT id FROM claim")).all()
        fund.correct(member, claim, 12_000)
        goes = pool.submit(erases)
        with Session(database.engine) as looking:
            while not (looking.scalar(waits) or goes.done()):
                looking.rollback()
        assert not goes.done()
        fund.session.commit()
        with pytest.raises(IntegrityError) as refused:
            goes.result(timeout=60)
    assert isinstance(as_refusal(refused.value), OpenMeanwhile)
    with Session(database.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM erasure")) == 0
        assert open_with(session, member).owed_fen == 2_000
