"""Helping: consent by code, by number and by papers; how it ends; what a helper can and cannot."""

from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text

from app.accounts.add import LoginTaken
from app.accounts.change import NotAnOfficer, disable
from app.accounts.models import Role
from app.claims.confirm import HelperDecides, NoSuchClaim
from app.claims.decided import Says
from app.claims.file import MemberOutOfReach, file_claim
from app.claims.injuries import state_injury
from app.claims.propose import officer_for
from app.claims.sheet import read_sheet
from app.claims.undo import take_back
from app.clock import now, today
from app.helping.accept import (
    CannotHelp,
    HelpsAlready,
    HelpsTooMany,
    NoSuchHelp,
    OtherPersonMeant,
    PhoneUnfit,
    accept_code,
    accept_named,
    decline,
    end,
    register,
)
from app.helping.invite import (
    LENGTH,
    SIGNS,
    HelperUnfit,
    HelpSelf,
    NoSuchInvitation,
    OnlyMembersInvite,
    TooManyInvitations,
    UntilPast,
    code_index,
    invite_by_code,
    invite_named,
    withdraw_invite,
)
from app.helping.models import HelpConsent, HelpInvite
from app.helping.papers import (
    HelpOutOfReach,
    PapersBySame,
    PapersGone,
    PapersOfOwn,
    PapersUnknown,
    PapersUnsaid,
    confirm_papers,
    drop_papers,
    end_by_officer,
    see_papers,
)
from app.helping.policy import policy
from app.helping.standing import filed_by_helper, helped_by, helped_name, helpers_of, offered_to
from app.reviews.act import go_on
from app.reviews.stages import Stage
from app.roster.fates import add_fates
from app.roster.members import set_accounts
from tests.clear import in_the_clear
from tests.db.enquiring import ASKER, OTHER, Town
from tests.db.test_rights import refused
from tests.factories import make_account, make_id

RELATIVE = 500
"""The seed of a relative who is no member."""
WHO = {
    "name": "孙安",
    "certno": make_id(RELATIVE),
    "phone": "13800001234",
    "login": "relative",
    "password": "a good long password",
}


@pytest.fixture
def town(session) -> Town:
    return Town(session)


def helped(town: Town, by: int | None = None, until: date | None = None) -> int:
    """The asker lets the other member (or this account) help; the consent."""
    code = invite_by_code(town.session, until=until, by=town.member)
    return accept_code(town.session, code, by=by or town.other_member)


def helps(town: Town, account: int | None = None) -> bool:
    asked = {"a": account or town.other_member, "m": town.member_id}
    return bool(town.session.scalar(text("SELECT helps(:a, :m)"), asked))


def sheet(number: str = "", **other: str):
    typed = {
        "med_type": "21",
        "fixmedins_name": "市第一人民医院",
        "begndate": "2023-05-01",
        "enddate": "2023-05-10",
        "setl_time": "2023-05-10",
        "medfee_sumamt": "1000.00",
        "inscp_scp_amt": "1000.00",
        "psn_part_amt": "1000.00",
        "hifp_pay": "0",
        "stated_setl_id": number,
    }
    read, faults = read_sheet(typed | other, today())
    assert read, faults
    return read


def filed(town: Town, by: int, number: str = "", **other: str):
    return file_claim(
        town.session,
        sheet(number, **other),
        member_id=town.member_id,
        by=by,
        request_key=f"k{number}",
    )


def test_a_code_is_typed_within_two_days_and_works_once(town):
    code = invite_by_code(town.session, until=None, by=town.member)
    assert len(code) == LENGTH
    assert set(code) <= set(SIGNS)
    invite = town.session.query(HelpInvite).one()
    assert timedelta(hours=47) < invite.expires_at - now() <= timedelta(hours=48)
    assert invite.code_index == code_index(f" {code[:4].lower()}-{code[4:]}")
    assert code not in str(town.session.execute(text("SELECT i::text FROM help_invite i")).all())
    assert not helps(town)
    accept_code(town.session, f"{code[:4].lower()} {code[4:]}", by=town.other_member)
    assert helps(town)
    with pytest.raises(NoSuchInvitation):
        accept_code(town.session, code, by=town.other_member)
    code = invite_by_code(town.session, until=None, by=town.member)
    town.session.execute(text("UPDATE help_invite SET expires_at = now() - interval '1 s'"))
    with pytest.raises(NoSuchInvitation):
        accept_code(town.session, code, by=town.other_member)
    for wrong in ("", "AAAAAAAA", "%", "x" * 1000):
        with pytest.raises(NoSuchInvitation):
            accept_code(town.session, wrong, by=town.other_member)


def test_a_named_person_finds_the_offer_and_says_yes_or_no(town):
    invite_named(town.session, make_id(OTHER), until=None, by=town.member)
    [offer] = offered_to(town.session, town.other_member)
    assert offered_to(town.session, town.member) == []
    with pytest.raises(NoSuchInvitation):
        accept_named(town.session, offer.id, by=town.member)
    decline(town.session, offer.id, by=town.other_member)
    assert not helps(town)
    invite_named(town.session, f" {make_id(OTHER)} ", until=None, by=town.member)
    [offer] = offered_to(town.session, town.other_member)
    accept_named(town.session, offer.id, by=town.other_member)
    assert helps(town)
    with pytest.raises(HelpsAlready):
        helped(town)


def test_who_invites_whom(town):
    for nobody in (town.of_city, town.auditor):
        with pytest.raises(OnlyMembersInvite):
            invite_by_code(town.session, until=None, by=nobody)
    with pytest.raises(HelperUnfit):
        invite_named(town.session, "410599196001010002", until=None, by=town.member)
    with pytest.raises(HelpSelf):
        invite_named(town.session, make_id(ASKER), until=None, by=town.member)
    with pytest.raises(UntilPast):
        invite_by_code(town.session, until=today() - timedelta(1), by=town.member)
    codes = [
        invite_by_code(town.session, until=None, by=town.member)
        for _ in range(policy().most_invitations)
    ]
    with pytest.raises(TooManyInvitations):
        invite_by_code(town.session, until=None, by=town.member)
    with pytest.raises(HelpSelf):
        accept_code(town.session, codes[0], by=town.member)
    for staff in (town.of_city, town.auditor):
        with pytest.raises(CannotHelp):
            accept_code(town.session, codes[0], by=staff)
    first = town.session.query(HelpInvite).order_by(HelpInvite.id).first()
    with pytest.raises(NoSuchInvitation):
        withdraw_invite(town.session, first.id, by=town.other_member)
    withdraw_invite(town.session, first.id, by=town.member)
    with pytest.raises(NoSuchInvitation):
        accept_code(town.session, codes[0], by=town.other_member)


def test_a_relative_without_an_account_gets_one_that_is_bound_to_no_member(town):
    code = invite_by_code(town.session, until=None, by=town.member)
    for wrong, refusal in (
        ({"certno": "1"}, HelperUnfit),
        ({"phone": "1"}, PhoneUnfit),
        ({"login": "asker"}, LoginTaken),
        ({"certno": make_id(ASKER)}, HelpSelf),
    ):
        with pytest.raises(refusal), town.session.begin_nested():
            register(town.session, code, **WHO | wrong)
    with pytest.raises(NoSuchInvitation):
        register(town.session, "AAAAAAAA", **WHO)
    made = register(town.session, code, **WHO)
    role, member = town.session.execute(
        text("SELECT role, member_id FROM account WHERE id = :id"), {"id": made}
    ).one()
    assert (role, member) == ("helper", None)
    assert helps(town, made)
    assert helped_name(town.session, made, town.member_id)
    whole = str(town.session.execute(text("SELECT p::text FROM helper_person p")).all())
    assert str(made) in whole
    assert not in_the_clear(whole, (make_id(RELATIVE), WHO["phone"]))


def test_a_helper_files_states_and_takes_back_the_own_filing_only(town):
    with pytest.raises(MemberOutOfReach):
        filed(town, town.other_member)
    helped(town)
    mine = filed(town, town.other_member)
    assert filed_by_helper(town.session, town.member_id, mine.claim_id)
    by = town.session.scalar(text("SELECT by FROM event WHERE act = 'claim.filed'"))
    assert by == town.other_member
    own = filed(town, town.member, "N2", med_type="22", enddate="2023-05-11")
    assert filed_by_helper(town.session, town.member_id, own.claim_id) is None
    state_injury(town.session, own.claim_id, Says.NOBODY, by=town.other_member)
    with pytest.raises(NoSuchClaim):
        take_back(town.session, own.claim_id, by=town.other_member)
    take_back(town.session, mine.claim_id, by=town.other_member)
    # Helping goes one way.
    with pytest.raises(MemberOutOfReach):
        file_claim(
            town.session, sheet(), member_id=town.other_id, by=town.member, request_key="back"
        )


ENDS = {
    "the member": lambda town, consent: end(town.session, consent, by=town.member),
    "the helper": lambda town, consent: end(town.session, consent, by=town.other_member),
    "an officer": lambda town, consent: end_by_officer(town.session, consent, by=town.of_north),
    "a disabled account": lambda town, consent: disable(town.session, "other", by=town.of_city),
    "death": lambda town, consent: add_fates(
        town.session,
        [(town.member_id, "died", date(2023, 6, 1))],
        file_sha256="0",
        by=town.of_city,
    ),
}


@pytest.mark.parametrize("ends", ENDS)
def test_help_ends_at_once(town, ends):
    consent = helped(town)
    ENDS[ends](town, consent)
    assert not helps(town)
    assert helped_name(town.session, town.other_member, town.member_id) is None
    assert helped_by(town.session, town.other_member) == []
    assert [x.over for x in helpers_of(town.session, town.member_id)] == [True]
    with pytest.raises(MemberOutOfReach):
        filed(town, town.other_member)
    said = (
        "INSERT INTO filed_claim (member_id, setl_id, request_key, content, filed_by)"
        " VALUES (:m, 'HZ-2023-000001', 'x', ''::bytea, :by)"
    )
    town.session.execute(
        text("INSERT INTO settlement_key (setl_id, member_id) VALUES ('HZ-2023-000001', :m)"),
        {"m": town.member_id},
    )
    facts = {"m": town.member_id, "by": town.other_member}
    assert refused(town.session, said, "23514", **facts) == "filed_for_whom"
    town.session.execute(text(said), facts | {"by": town.member})


def test_help_ends_with_its_last_day(town):
    helped(town, until=today())
    assert helps(town)
    late = (
        "INSERT INTO help_consent (member_id, helper_id, way, until, granted_by)"
        " VALUES (:m, :h, 'code', :day, :by)"
    )
    over = text("INSERT INTO help_ended SELECT id, 'member', :by FROM help_consent")
    town.session.execute(over, {"by": town.member})
    facts = {"m": town.member_id, "h": town.other_member, "by": town.member}
    town.session.execute(text(late), facts | {"day": today() - timedelta(1)})
    assert not helps(town)


def test_ending_is_said_once_and_by_nobody_else(town):
    consent = helped(town)
    stranger = register(
        town.session, invite_by_code(town.session, until=None, by=town.member), **WHO
    )
    for nobody in (stranger, town.of_city, town.auditor):
        with pytest.raises(NoSuchHelp):
            end(town.session, consent, by=nobody)
    with pytest.raises(HelpOutOfReach):
        end_by_officer(town.session, consent, by=town.of_south)
    said = "INSERT INTO help_ended (consent_id, why, ended_by) VALUES (:c, :why, :by)"
    for why, by in (("member", town.other_member), ("helper", stranger), ("officer", town.member)):
        name = refused(town.session, said, "23514", c=consent, why=why, by=by)
        assert name == "help_ended_by"
    for _ in range(2):
        end(town.session, consent, by=town.member)
    ended = text("SELECT count(*) FROM event WHERE act = 'help.ended'")
    assert town.session.scalar(ended) == 1
    assert helps(town, stranger)  # two helpers: the other stays


def test_one_account_is_no_business(town):
    """Consents of other members, all in force."""
    filler = text(
        "INSERT INTO help_consent (member_id, helper_id, way, granted_by)"
        " SELECT :m, :h, 'code', :by FROM generate_series(1, :most)"
    )
    relative = register(
        town.session, invite_by_code(town.session, until=None, by=town.member), **WHO
    )
    facts = {"m": town.member_id, "h": relative, "by": town.member}
    town.session.execute(filler, facts | {"most": policy().most_helped - 1})
    code = invite_by_code(town.session, until=None, by=town.other_member)
    with pytest.raises(HelpsTooMany):
        accept_code(town.session, code, by=relative)


# Papers.

PAPERS = {"kind": "attorney", "seen": "授权委托书原件", "certno": make_id(OTHER), "until": None}


def seen(town: Town, by: int | None = None, **other: object) -> int:
    how = PAPERS | other
    return see_papers(town.session, town.member_id, by=by or town.of_north, **how)


def test_papers_take_two_officers_and_open_for_the_person_named(town):
    number = seen(town)
    with pytest.raises(PapersBySame):
        confirm_papers(town.session, number, by=town.of_north)
    with pytest.raises(HelpOutOfReach):
        confirm_papers(town.session, number, by=town.of_south)
    code = confirm_papers(town.session, number, by=town.of_city)
    with pytest.raises(PapersGone):
        confirm_papers(town.session, number, by=town.of_city)
    with pytest.raises(OtherPersonMeant), town.session.begin_nested():
        register(town.session, code, **WHO)
    accept_code(town.session, code, by=town.other_member)
    [consent] = town.session.query(HelpConsent)
    assert (consent.way, consent.granted_by) == ("papers", town.of_city)
    assert helps(town)
    acts = town.session.scalars(text("SELECT act FROM event WHERE act LIKE 'help%' ORDER BY id"))
    assert acts.all() == ["help.papers_seen", "help.begun"]
    events = str(town.session.execute(text("SELECT facts::text FROM event")).all())
    assert "授权委托书原件" not in events


def test_papers_are_seen_by_nobody_for_themselves(town):
    with pytest.raises(HelpOutOfReach):
        seen(town, by=town.of_south)
    with pytest.raises(NotAnOfficer):
        seen(town, by=town.other_member)
    with pytest.raises(PapersUnknown):
        seen(town, kind="hearsay")
    for said in ("", "长" * 301, "a\nb"):
        with pytest.raises(PapersUnsaid):
            seen(town, seen=said)
    with pytest.raises(HelpSelf):
        seen(town, certno=make_id(ASKER))
    for whose in (ASKER, OTHER):  # the member, and the helper, as officers
        own = town.account(f"own{whose}", Role.OFFICER, whose)
        with pytest.raises(PapersOfOwn):
            seen(town, by=own)
        number = seen(town)
        with pytest.raises(PapersOfOwn):
            confirm_papers(town.session, number, by=own)
        drop_papers(town.session, number, by=town.of_city)
    said = (
        "INSERT INTO help_papers (member_id, kind, seen_cipher, helper_index, seen_by,"
        " confirmed_by) SELECT :m, 'attorney', ''::bytea, certno_index, :one, :other"
        " FROM member WHERE id = :h"
    )
    helper = town.session.scalar(
        text("SELECT id FROM account WHERE login = :x"), {"x": f"own{OTHER}"}
    )
    facts = {"m": town.member_id, "h": town.other_id, "one": town.of_north}
    wrong = (
        (town.of_north, "help_papers_two_people_check"),
        (helper, "help_papers_by"),
        (town.member, "help_papers_by"),
    )
    for other, constraint in wrong:
        assert refused(town.session, said, "23514", **facts, other=other) == constraint


def test_nobody_grants_in_anothers_place(town):
    said = (
        "INSERT INTO help_consent (member_id, helper_id, way, granted_by)"
        " VALUES (:m, :h, :way, :by)"
    )
    wrong = [
        (town.member_id, town.other_member, "code", town.other_member),
        (town.member_id, town.other_member, "code", town.of_city),
        (town.member_id, town.member, "code", town.member),
        (town.member_id, town.of_city, "code", town.member),
    ]
    for m, h, way, by in wrong:
        name = refused(town.session, said, "23514", m=m, h=h, way=way, by=by)
        assert name == "help_consent_by"
    papers = {"m": town.member_id, "h": town.other_member, "way": "papers", "by": town.of_city}
    assert refused(town.session, said, "23514", **papers) == "help_consent_papers_check"


# Who helped decides nothing; helping moves no money.


def test_who_helped_never_reviews_under_whatever_account(town):
    made = filed(town, town.member)
    town.districts.drain()
    officer = town.account("both", Role.OFFICER, OTHER)
    consent = helped(town)
    end(town.session, consent, by=town.member)  # that it is over does not matter
    with pytest.raises(HelperDecides):
        go_on(town.session, made.claim_id, Stage.ACCEPT, by=officer)
    with pytest.raises(HelperDecides):
        officer_for(town.session, town.member_id, made.claim_id, officer)
    move = (
        "INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)"
        " VALUES (:m, :c, 9, 'confirm', 'payable', :by)"
    )
    facts = {"m": town.member_id, "c": made.claim_id}
    assert refused(town.session, move, "23514", **facts, by=officer) == "no_helper_decides"
    go_on(town.session, made.claim_id, Stage.ACCEPT, by=town.of_city)


def test_an_officer_who_helps_as_a_relative_is_known_by_the_number(town):
    made = filed(town, town.member)
    town.districts.drain()
    code = invite_by_code(town.session, until=None, by=town.member)
    register(town.session, code, **WHO | {"certno": make_id(OTHER)})
    officer = town.account("both", Role.OFFICER, OTHER)
    with pytest.raises(HelperDecides):
        go_on(town.session, made.claim_id, Stage.ACCEPT, by=officer)


def test_a_helper_gives_no_card_but_the_members_own(town):
    helped(town)
    own = make_account(OTHER)
    set_accounts(town.session, {town.other_id: own}, {}, by=town.of_city)

    def give(seed: int, seq: int) -> None:
        card = {town.member_id: make_account(seed)}
        set_accounts(town.session, card, {town.member_id: seq}, by=town.other_member)

    # No page lets a helper give one; the database refuses it besides.
    with pytest.raises(psycopg.errors.CheckViolation) as told, town.session.begin_nested():
        give(OTHER, 5)
    assert told.value.diag.constraint_name == "no_helpers_card"
    give(900, 5)
    end(town.session, helpers_of(town.session, town.member_id)[0].id, by=town.member)
    with pytest.raises(psycopg.errors.CheckViolation) as told, town.session.begin_nested():
        give(901, 6)
    assert told.value.diag.constraint_name == "no_helpers_card"
