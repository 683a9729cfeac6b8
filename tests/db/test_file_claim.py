"""A claim filed from a settlement sheet: once, determined as any other, paid when papers agree."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.adjudication.rebuild import rebuild
from app.claims.file import (
    BillKnown,
    FiledAlready,
    MemberOutOfReach,
    RequestKeyMalformed,
    RequestKeyUsed,
    SheetFaulty,
    file_claim,
)
from app.claims.filed import filing_of
from app.claims.sheet import is_own_number
from app.clock import today
from app.db import as_refusal
from app.filing.send import ConsentMissing
from app.unions.models import Union
from tests.db.office import Office, assert_sound, bill
from tests.db.typed import (
    PASSWORD,
    a_stay,
    account_of,
    at,
    file_by_hand,
    file_with_consent,
    member_of,
    sheet,
)

DAY = "2023-05-10"


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


def test_a_sheet_is_a_claim_at_once_and_is_determined_as_any_bill(office):
    filed = file_by_hand(office.session, 0, sheet())
    assert is_own_number(filed.setl_id)
    assert (filed.again, filed.sums_differ) == (False, False)
    assert office.drain() == 1
    live = office.live(filed.setl_id)
    assert (live.base_fen, live.gross_fen, live.payable_fen) == (100_000, 50_000, 50_000)
    assert live.state == "review"


def test_what_was_filed_can_be_looked_up(office):
    session = office.session
    filed = file_by_hand(session, 0, sheet("N1"))
    found = filing_of(session, member_of(session, 0), filed.claim_id)
    assert found is not None
    assert (found.setl_id, found.stated_setl_id, found.joined_setl_id, found.by_hand) == (
        filed.setl_id,
        "N1",
        None,
        True,
    )
    office.determine(bill("N1", 0, DAY, "2500.00"), bill("X", 0, "2023-06-01", "1.00"))
    found = filing_of(session, member_of(session, 0), filed.claim_id)
    assert found is not None
    assert (found.joined_setl_id, found.by_hand) == ("N1", False)
    other = session.scalar(text("SELECT id FROM claim WHERE setl_id = 'X'"))
    assert filing_of(session, member_of(session, 0), other) is None


def test_the_same_request_again_is_the_same_claim(office):
    first = file_by_hand(office.session, 0, sheet(), "key")
    before = office.counts()
    again = file_by_hand(office.session, 0, sheet(), "key")
    assert again == replace(first, again=True)
    assert office.counts() == before


def test_the_same_key_with_another_content_is_refused(office):
    """Bad input 44."""
    file_by_hand(office.session, 0, sheet(), "key")
    with pytest.raises(RequestKeyUsed):
        file_by_hand(office.session, 0, sheet(psn_part_amt="1600.00"), "key")


def test_a_key_is_its_senders_own(office):
    file_by_hand(office.session, 0, sheet(), "key")
    assert not file_by_hand(office.session, 1, sheet(), "key").again


@pytest.mark.parametrize("key", ["", "  ", "k" * 10_240, "a\nb", "a\0b", "键"])
def test_a_key_that_is_none_is_refused(office, key):
    """Bad input 46."""
    member, account = member_of(office.session, 0), account_of(office.session, 0)
    with pytest.raises(RequestKeyMalformed):
        file_claim(office.session, sheet(), member_id=member, by=account, request_key=key)


def test_eight_submits_at_once_are_one_claim(database):
    """Bad input 45."""
    with Session(database.engine) as session, session.begin():
        Office(session).covered(range(2), date(2023, 1, 1))
        member, account = member_of(session, 0), account_of(session, 0)

    def submit(_):
        with Session(database.engine) as session, session.begin():
            return file_with_consent(session, sheet(), member, account, "one")

    with ThreadPoolExecutor(8) as threads:
        filed = list(threads.map(submit, range(8)))
    assert len({x.claim_id for x in filed}) == 1
    assert sorted(x.again for x in filed) == [False, *[True] * 7]
    with Session(database.engine) as session, session.begin():
        assert session.scalar(text("SELECT count(*) FROM claim")) == 1
        assert Office(session).drain() == 1


def test_a_filing_and_the_feed_with_its_bill_at_once_are_one_claim(database):
    with Session(database.engine) as session, session.begin():
        Office(session).covered(range(9), date(2023, 1, 1))
        accounts = [account_of(session, seed) for seed in range(8)]

    def submit(seed):
        with Session(database.engine) as session, session.begin():
            member = member_of(session, seed)
            filed = sheet(f"N{seed}")
            try:
                file_with_consent(session, filed, member, accounts[seed], f"{seed}")
            except BillKnown:
                return "known"
            return "filed"

    def feed(_):
        with Session(database.engine) as session, session.begin():
            rows = [bill(f"N{seed}", seed, DAY, "2500.00") for seed in range(8)]
            taken = Office(session).feed(*rows)
            return taken.new, taken.joined

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(submit, seed) for seed in range(4)]
        fed = threads.submit(feed, 0)
        done += [threads.submit(submit, seed) for seed in range(4, 8)]
        told = [x.result() for x in done]
        new, joined = fed.result()
    assert (told.count("known"), told.count("filed")) == (new, joined)
    assert new + joined == 8
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        office.drain()
        assert session.scalar(text("SELECT count(*) FROM claim")) == 8
        assert session.scalars(text("SELECT DISTINCT state FROM claim_queue")).all() == ["payable"]
        assert_sound(session)


def test_the_same_number_again_names_the_claim_that_is_there(office):
    first = file_by_hand(office.session, 0, sheet("N1"))
    with pytest.raises(FiledAlready) as refused:
        file_by_hand(office.session, 0, sheet("N1", medfee_sumamt="3100.00"))
    assert refused.value.facts == {"claim": first.claim_id}


def test_the_same_sheet_again_is_refused_unless_both_have_numbers(office):
    first = file_by_hand(office.session, 0, sheet("N1"))
    with pytest.raises(FiledAlready) as refused:
        file_by_hand(office.session, 0, sheet())
    assert refused.value.facts == {"claim": first.claim_id}
    assert not file_by_hand(office.session, 0, sheet("N2")).again
    assert not file_by_hand(office.session, 1, sheet()).again


def test_a_bill_the_bureau_has_sent_is_refused_and_named(office):
    office.determine(bill("N1", 0, DAY, "2500.00", medfee_sumamt="3000.00"))
    claim = office.live("N1").claim_id
    for filed in (sheet("N1"), sheet("N1", medfee_sumamt="9000.00"), sheet()):
        with pytest.raises(BillKnown) as refused:
            file_by_hand(office.session, 0, filed)
        assert refused.value.facts == {"claim": claim}


def test_a_number_of_another_members_bill_is_filed_as_any_other(office):
    """Whether that number exists cannot be told, and nobody's bill is occupied."""
    office.determine(bill("N1", 1, DAY, "2500.00"))
    taken, free = (file_by_hand(office.session, 0, sheet(number)) for number in ("N1", "N2"))
    assert replace(taken, claim_id=0, setl_id="", run_id=0) == replace(
        free, claim_id=0, setl_id="", run_id=0
    )
    office.drain()
    live = [office.live(x.setl_id) for x in (taken, free)]
    assert {(x.state, x.payable_fen, x.refusal) for x in live} == {("review", 50_000, None)}
    again = office.determine(bill("N1", 1, DAY, "2600.00"))
    assert (again.changed, again.joined, again.listed) == (1, 0, [])
    assert office.live(taken.setl_id).seq == 1


def test_who_files_reaches_the_member(office):
    session = office.session
    member, me, other = member_of(session, 0), account_of(session, 0), account_of(session, 1)
    below = Union(name="区总工会", parent_id=session.scalar(text("SELECT id FROM union_node")))
    session.add(below)
    session.flush()
    elsewhere = add_account(session, "far", "远", Role.OFFICER, PASSWORD, by=None)
    session.execute(
        text("UPDATE account SET union_id = :u WHERE id = :a"), {"u": below.id, "a": elsewhere}
    )
    auditor = add_account(session, "books", "审", Role.AUDITOR, PASSWORD, by=None)
    for stranger in (other, elsewhere, auditor, 10**9):
        with pytest.raises(MemberOutOfReach):
            file_claim(session, sheet(), member_id=member, by=stranger, request_key="k")
    with pytest.raises(MemberOutOfReach):
        file_claim(session, sheet(), member_id=10**9, by=office.by, request_key="k")
    session.execute(
        text("UPDATE account SET disabled_at = transaction_timestamp() WHERE id = :a"), {"a": me}
    )
    session.expire_all()
    with pytest.raises(MemberOutOfReach):
        file_claim(session, sheet(), member_id=member, by=me, request_key="k")
    assert file_claim(session, sheet(), member_id=member, by=office.by, request_key="k").claim_id


def test_the_domain_checks_the_meaning_again(office):
    faulty = replace(sheet(), enddate=date(2023, 4, 1), hifp_pay=-1)
    with pytest.raises(SheetFaulty) as refused:
        file_by_hand(office.session, 0, faulty)
    assert [(x.field, x.reason) for x in refused.value.faults] == [
        ("enddate", "DischargedBeforeAdmitted"),
        ("hifp_pay", "SheetNegative"),
    ]
    with pytest.raises(SheetFaulty):
        file_by_hand(office.session, 0, at(sheet(), today() + timedelta(days=1)))


def test_outside_every_cover_it_is_filed_and_shown_to_a_person(office):
    """Bad input 36."""
    filed = file_by_hand(office.session, 0, a_stay("2022-05-10", "1000.00"))
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.refusal, live.state) == ("no_cover", "held")


def test_a_late_cover_brings_it_under_review_not_to_the_bank(office):
    filed = file_by_hand(office.session, 0, a_stay("2024-05-10", "1000.00"))
    office.drain()
    office.covered([0], date(2024, 1, 1))
    office.look_again()
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.payable_fen, live.state) == (50_000, "review")


def test_a_stay_across_two_years_falls_under_the_cover_of_its_discharge(office):
    """Bad input 37: by the stated rule it is the year of the discharge, whole."""
    office.covered([0], date(2024, 1, 1))
    across = sheet(begndate="2023-12-20", enddate="2024-01-05", setl_time="2024-01-05")
    filed = file_by_hand(office.session, 0, across)
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.benefit_year, live.payable_fen) == (2024, 50_000)


def test_parts_that_do_not_make_the_total_are_flagged_and_filed(office):
    """Bad input 38."""
    assert file_by_hand(office.session, 0, sheet(medfee_sumamt="3000.01")).sums_differ


def test_an_injury_is_held(office):
    filed = file_by_hand(office.session, 0, sheet(med_type="22"))
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.refusal, live.state, live.payable_fen) == ("held", "held", 0)


def test_chronic_care_needs_no_days_of_a_stay(office):
    filed = file_by_hand(
        office.session,
        0,
        sheet(med_type="14", begndate="", enddate="", dise_codg="M03900"),
    )
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.care, live.payable_fen, live.state) == ("chronic", 20_000, "review")


def test_what_pays_nothing_waits_for_nobody(office):
    filed = file_by_hand(office.session, 0, sheet(psn_part_amt="0"))
    office.drain()
    live = office.live(filed.setl_id)
    assert (live.payable_fen, live.state) == (0, "closed")


def test_the_log_says_so_without_a_word_about_the_person(office):
    filed = file_by_hand(office.session, 0, sheet("N1"))
    event = office.session.execute(
        text("SELECT by, about, facts FROM event WHERE act = 'claim.filed'")
    ).one()
    assert (event.by, event.about) == (account_of(office.session, 0), filed.run_id)
    assert event.facts == {
        "claim": filed.claim_id,
        "number": filed.setl_id,
        "sums_differ": False,
    }


def test_rebuilding_changes_nothing_of_it(office):
    filed = [file_by_hand(office.session, seed, sheet()) for seed in range(3)]
    office.drain()
    remade = rebuild(office.session)
    assert set(remade.differed.values()) == {0}
    assert remade.promised == 0
    assert office.live(filed[0].setl_id).state == "review"


def test_a_filing_nobody_promised_is_swept(office):
    from app.claims.again import sweep

    filed = file_by_hand(office.session, 0, sheet())
    office.session.execute(text("DELETE FROM job"))
    assert sweep(office.session) == 1
    office.drain()
    assert office.live(filed.setl_id).state == "review"


def test_nothing_is_filed_without_consent(office):
    """Whatever door forgets it: the database asks when the transaction ends."""
    member, me = member_of(office.session, 0), account_of(office.session, 0)
    file_with_consent(office.session, sheet(), member, me, "one")
    at_once = text("SET CONSTRAINTS ALL IMMEDIATE")
    office.session.execute(at_once)
    office.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    other = a_stay("2023-07-01", "70.00")

    def unagreed():
        file_claim(office.session, other, member_id=member, by=me, request_key="two")
        office.session.execute(at_once)

    with pytest.raises(IntegrityError) as refused, office.session.begin_nested():
        unagreed()
    assert isinstance(as_refusal(refused.value), ConsentMissing)
