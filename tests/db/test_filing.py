"""A claim on its way: sealed, one a purpose, forgotten in time; sent whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.adjudication.estimate import estimate
from app.attachments.keep import keep_attachment
from app.attachments.kinds import Kind
from app.attachments.models import KeptPaper
from app.claims.decided import Says
from app.claims.file import MemberOutOfReach
from app.claims.injuries import statement_of
from app.claims.papers import papers_of
from app.clock import today
from app.filing.draft import (
    NoSuchFiling,
    begin_draft,
    discard_draft,
    draft_of,
    drafts_of,
    let_old_drafts_go,
    save_draft,
)
from app.filing.models import ClaimConsent
from app.filing.send import (
    ConsentMissing,
    FilingChanged,
    FilingUnfinished,
    claim_of_draft,
    looked_at,
    send_draft,
)
from app.filing.typed import Step, Typed
from app.roster.card import NotOwnCard, card_of, give_card
from app.roster.members import set_accounts
from app.roster.models import CardConfirmed
from app.texts.consent import NEWEST
from tests.clear import in_the_clear
from tests.db.changing import Changing
from tests.db.must_hold import assert_all_holds
from tests.db.office import Office
from tests.db.typed import account_of, member_of
from tests.pictures import photo

WHOLE = Typed(
    kind="21",
    says="nobody",
    papers_done=True,
    figures={
        "fixmedins_name": "canary hospital",
        "begndate": "2023-05-01",
        "enddate": "2023-05-10",
        "setl_time": "2023-05-10",
        "medfee_sumamt": "3000",
        "fulamt_ownpay_amt": "500",
        "inscp_scp_amt": "2500",
        "hifp_pay": "1500",
        "psn_part_amt": "1500",
    },
    card="new",
    account="6217 0000 1234 5678 901",
)
"""A stay whose base is 1,000.00."""
ROWS = "SELECT count(*) FROM {}"
FACTS = ("event", "claim", "job", "determination", "entitlement", "entry", "bank_account")


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    office.me, office.member = account_of(session, 0), member_of(session, 0)
    return office


def begun(office, typed=WHOLE, again_id=0, **changed):
    typed = replace(typed, **changed)
    draft = begin_draft(office.session, office.member, typed, again_id=again_id, by=office.me)
    return save_draft(office.session, office.member, draft.id, lambda _: typed, by=office.me)


def paper(office, mark="1", kind=Kind.INVOICE):
    data = photo(mark)
    kept = keep_attachment(office.session, data, member_id=office.member, kind=kind, by=office.me)
    return kept.ids[0]


def sent(office, draft, **how):
    seen = how.pop("seen", None) or looked_at(office.session, draft)
    asked = {"seen": seen, "consent": NEWEST, "lang": "zh", "by": office.me} | how
    return send_draft(office.session, office.member, draft.id, **asked)


def counts(session):
    return {name: session.scalar(text(ROWS.format(name))) for name in FACTS}


def test_nothing_that_was_typed_can_be_read_in_the_database(office):
    draft = begun(office)
    stored = office.session.execute(text("SELECT * FROM claim_draft")).one()
    raw = b"".join(bytes(x) for x in stored if isinstance(x, memoryview | bytes))
    typed = ("canary hospital", "6217 0000 1234", '"nobody"', '"medfee_sumamt": "3000"')
    assert in_the_clear(WHOLE.written(), typed) == [*typed]
    assert len(raw) > len(WHOLE.written())
    assert not in_the_clear(raw, typed)
    assert draft_of(office.session, office.member, draft.id).typed == WHOLE


def test_there_is_one_for_each_purpose_and_it_is_gone_on_with(office):
    first = begun(office)
    again = begin_draft(office.session, office.member, Typed(kind="14"), again_id=0, by=office.me)
    assert again.id == first.id
    assert again.typed == replace(WHOLE, kind="14", says="")
    filed = sent(office, begun(office))
    office.drain()
    other = begin_draft(
        office.session, office.member, Typed(kind="21"), again_id=filed.claim_id, by=office.me
    )
    assert other.id != first.id
    assert other.typed.figures["medfee_sumamt"] == "3000.00"
    new = begun(office)
    assert {x.id for x in drafts_of(office.session, office.member)} == {other.id, new.id}
    # Of a filing that is nobody's, or another's, it is a new bill.
    strange = begin_draft(office.session, office.member, Typed(), again_id=10**9, by=office.me)
    assert strange.id == new.id


def test_nobody_but_who_may_file_for_the_member_touches_it(office):
    draft, other = begun(office), account_of(office.session, 1)
    with pytest.raises(MemberOutOfReach):
        save_draft(office.session, office.member, draft.id, lambda _: Typed(), by=other)
    with pytest.raises(MemberOutOfReach):
        discard_draft(office.session, office.member, draft.id, by=other)
    with pytest.raises(NoSuchFiling):
        draft_of(office.session, member_of(office.session, 1), draft.id)
    assert draft_of(office.session, office.member, draft.id).typed == WHOLE


def test_two_devices_begin_one(database):
    with Session(database.engine) as session, session.begin():
        Office(session).covered(range(1), date(2023, 1, 1))
        member, me = member_of(session, 0), account_of(session, 0)

    def begin(_):
        with Session(database.engine) as session, session.begin():
            return begin_draft(session, member, WHOLE, again_id=0, by=me).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(begin, range(8)))) == 1


def test_what_is_sent_is_one_act_with_the_drafts_end(office):
    draft = begun(office, paper_ids=(paper(office), paper(office, "2", Kind.SETTLEMENT_SHEET)))
    filed = sent(office, draft)
    assert len(papers_of(office.session, office.member, filed.claim_id)) == 2
    consent = office.session.get(ClaimConsent, (office.member, filed.claim_id))
    assert (consent.text_version, consent.lang, consent.given_by) == (NEWEST, "zh", office.me)
    assert card_of(office.session, office.member).tail == "8901"
    assert drafts_of(office.session, office.member) == []
    assert claim_of_draft(office.session, office.member, draft.id) == filed.claim_id
    with pytest.raises(NoSuchFiling):
        sent(office, draft, seen="1-0")


def test_what_was_sent_verifies_and_balances(session):
    """Consent and card are in the log; the bundle, the books and the replay hold with them."""
    office = Changing(session)
    office.sign()
    office.covered(range(1), date(2023, 1, 1))
    office.me, office.member = account_of(session, 0), member_of(session, 0)
    sent(office, begun(office))
    uneven = WHOLE.figures | {"hifp_pay": "1501"}
    seen = "300000-300000-300100"
    sent(office, begun(office, says="traffic", figures=uneven, sums_seen=seen))
    office.drain()
    assert assert_all_holds(session, today()) >= 1


def test_it_is_not_sent_unfinished_unseen_or_without_consent(office):
    draft = begun(office)
    for refusal, how in (
        (ConsentMissing, {"consent": ""}),
        (ConsentMissing, {"consent": "1999-1"}),
        (FilingChanged, {"seen": "0-0"}),
    ):
        with pytest.raises(refusal):
            sent(office, draft, **how)
    with pytest.raises(FilingUnfinished) as refused:
        sent(office, begun(office, card=""))
    assert refused.value.facts == {"step": Step.CARD}
    assert claim_of_draft(office.session, office.member, draft.id) is None
    assert card_of(office.session, office.member) is None


def test_another_card_since_is_looked_at_again(office):
    """A roster brought another account between the page and its button."""
    draft = begun(office, card="known", account="")
    seen = looked_at(office.session, draft)
    give_card(office.session, office.member, "6217000099990000", by=office.me)
    with pytest.raises(FilingChanged):
        sent(office, draft, seen=seen)


def test_an_injury_goes_with_what_is_said_of_it(office):
    filed = sent(office, begun(office, says="traffic"))
    assert statement_of(office.session, office.member, filed.claim_id) is Says.TRAFFIC
    office.drain()
    state = "SELECT state FROM claim_queue WHERE claim_id = :claim"
    assert office.session.scalar(text(state), {"claim": filed.claim_id}) == "held"


@pytest.mark.parametrize("enddate", ["2023-05-10", "2022-05-10"], ids=["covered", "not covered"])
def test_the_estimate_is_what_is_determined_and_writes_nothing(office, enddate):
    days = {"begndate": enddate, "enddate": enddate, "setl_time": "2023-05-10"}
    draft = begun(office, figures=WHOLE.figures | days)
    sheet, _ = draft.typed.sheet(today())
    before = counts(office.session)
    told = estimate(office.session, office.member, sheet).answer
    assert counts(office.session) == before
    filed = sent(office, draft)
    office.drain()
    columns = "base_fen, gross_fen, room_fen, payable_fen, refusal"
    found = office.session.execute(
        text(f"SELECT {columns} FROM determination WHERE claim_id = :claim"),
        {"claim": filed.claim_id},
    ).one()
    assert found == (told.base_fen, told.gross_fen, told.room_fen, told.payable_fen, told.refusal)
    assert (told.payable_fen > 0) == (enddate == "2023-05-10")


def test_the_estimate_has_the_room_that_is_left(office):
    sheet, _ = WHOLE.sheet(today())
    first = estimate(office.session, office.member, sheet).answer
    sent(office, begun(office))
    office.drain()
    second = estimate(office.session, office.member, sheet).answer
    assert first.room_fen - second.room_fen == first.payable_fen > 0


def test_the_estimate_says_that_the_time_to_file_is_over(office):
    """90 days after the cover's end; a bill without cover has no such day."""
    sheet, _ = WHOLE.sheet(today())
    assert estimate(office.session, office.member, sheet).file_by == date(2024, 3, 30)
    days = {"begndate": "2022-05-10", "enddate": "2022-05-10"}
    draft = begun(office, figures=WHOLE.figures | days)
    assert estimate(office.session, office.member, draft.typed.sheet(today())[0]).file_by is None


def test_old_drafts_go_with_their_papers(office):
    kept = paper(office)
    old = begun(office, paper_ids=(kept,))
    past = "UPDATE claim_draft SET recorded_at = recorded_at - interval '{} days' WHERE id = {}"
    office.session.execute(text(past.format(59, old.id)))
    let_old_drafts_go(office.session)
    assert draft_of(office.session, office.member, old.id)
    office.session.execute(text(past.format(2, old.id)))
    let_old_drafts_go(office.session)
    assert drafts_of(office.session, office.member) == []
    assert office.session.scalar(select(func.count()).select_from(KeptPaper)) == 0
    gone = office.session.scalar(text("SELECT count(*) FROM storage_gone"))
    assert gone == 1


def test_papers_outlive_no_draft_and_no_draft_its_papers(office):
    """A paper that is gone is not sent with, and does not stand in the way."""
    kept = paper(office)
    draft = begun(office, paper_ids=(kept, 10**9))
    filed = sent(office, draft)
    assert len(papers_of(office.session, office.member, filed.claim_id)) == 1


def test_who_helps_gives_no_card_and_says_yes_to_none(office):
    """The own account's word alone counts; a helper's claim goes without a card, or with what is
    known."""
    draft = begun(office)
    with pytest.raises(NotOwnCard):
        sent(office, draft, by=office.by)
    filed = sent(office, begun(office, card="later", account=""), by=office.by)
    assert claim_of_draft(office.session, office.member, draft.id) == filed.claim_id
    assert card_of(office.session, office.member) is None
    account = {office.member: "62170000123456789"}
    set_accounts(office.session, account, {}, by=office.by)
    confirmed = select(func.count()).select_from(CardConfirmed)
    for day, (by, now) in enumerate(((office.by, 0), (office.me, 1)), 1):
        figures = WHOLE.figures | {"begndate": f"2023-04-0{day}", "enddate": f"2023-04-1{day}"}
        sent(office, begun(office, card="known", account="", figures=figures), by=by)
        assert office.session.scalar(confirmed) == now
