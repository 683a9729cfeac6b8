"""A member objects; an officer who had no hand in the claim answers; nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.models import Role
from app.adjudication.drain import drain
from app.claims.confirm import NoSuchClaim, OwnClaim
from app.claims.decide import approve_decision, decide
from app.claims.decided import Reason, What
from app.claims.propose import SameOfficer, drop, open_proposals
from app.clock import CHINA
from app.db import transaction
from app.dispatch import drain_all
from app.helping.accept import accept_code
from app.helping.invite import invite_by_code
from app.objections.answer import (
    DecidedBefore,
    NoSuchObjection,
    ObjectionAnswered,
    uphold,
)
from app.objections.models import Kind, Objection, ObjectionAnswer
from app.objections.object_to import (
    NothingToObject,
    ObjectedAlready,
    ObjectionLate,
    WordsWanted,
    object_to,
)
from app.objections.policy import times_on
from app.objections.standing import objections_of
from tests.db.reviewing import confirm
from tests.db.typed import a_stay, file_with_consent, member_of
from tests.factories import make_id
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, QIAN, ZHAO, Fund

WORDS = "我的出院日期是九月五日，不是工伤。"


def claim_of(session, setl_id: str) -> tuple[int, int]:
    found = "SELECT member_id, id FROM claim WHERE setl_id = :setl_id"
    return tuple(session.execute(text(found), {"setl_id": setl_id}).one())


@pytest.fixture(scope="module")
def third(web: Flask, fund: Fund) -> int:
    """An officer who has decided nothing, and one who is Zhao."""
    with web.app_context(), transaction() as session:
        who = {"by": fund.officer}
        add_account(session, "zhao2", "赵安", Role.OFFICER, PASSWORD, certno=make_id(ZHAO), **who)
        return add_account(session, "third", "经办三", Role.OFFICER, PASSWORD, **who)


@pytest.fixture(scope="module")
def refused(web: Flask, fund: Fund, third: int) -> int:
    """A special disease that two officers refused: its claim."""
    with web.app_context(), transaction() as session:
        _, claim = claim_of(session, "S009")
        run = decide(
            session,
            claim,
            What.REFUSE,
            reason=Reason.NOT_PUBLISHED,
            by=fund.officer,
            approved_by=fund.second,
        )
        while drain(session, run):
            pass
    return claim


def test_what_is_not_decided_is_not_objected_to(web: Flask, fund: Fund, refused: int) -> None:
    with web.app_context(), transaction() as session:
        _, held = claim_of(session, "S007")
        with pytest.raises(NothingToObject):
            object_to(session, held, Kind.OBJECTION, WORDS, by=fund.zhao)
        for by in (fund.qian, fund.officer, fund.auditor):
            with pytest.raises(NoSuchClaim):
                object_to(session, refused, Kind.OBJECTION, WORDS, by=by)
        for says in ("", "短", "x" * 2_001, "\n \u200b\n"):
            with pytest.raises(WordsWanted):
                object_to(session, refused, Kind.OBJECTION, says, by=fund.zhao)
    zhao = Browser(web).sign_in("zhao").choose("en")
    assert "There is no result to object to" in zhao.read(f"/my/claims/{held}/objection")
    assert f"/my/claims/{held}/objection" not in zhao.get(f"/my/claims/{held}").text


def test_after_the_last_day_it_is_late(web: Flask, fund: Fund, refused: int) -> None:
    with web.app_context(), transaction() as session:
        who, _ = claim_of(session, "S009")
        newest = "SELECT grant_no, recorded_at FROM determination WHERE claim_id = :claim"
        made = session.execute(text(f"{newest} ORDER BY seq DESC"), {"claim": refused}).first()
        decided_on = made.recorded_at.astimezone(CHINA).date()
        last = times_on(decided_on).object_by(decided_on)
        assert (last - decided_on).days == 60
        late = insert(Objection).values(
            id=10**9,
            member_id=who,
            claim_id=refused,
            grant_no=made.grant_no,
            kind="objection",
            says_cipher=b"",
            object_by=decided_on - timedelta(days=1),
            answer_by=last,
            recorded_by=fund.zhao,
        )
        with pytest.raises(IntegrityError, match="objection_in_time_check"), session.begin_nested():
            session.execute(late)
        after = last + timedelta(days=1)
        with pytest.raises(ObjectionLate) as told:
            object_to(session, refused, Kind.OBJECTION, WORDS, by=fund.zhao, on=after)
        assert told.value.facts == {"last": last.isoformat()}
        assert object_to(session, refused, Kind.OBJECTION, WORDS, by=fund.zhao, on=last)
        session.rollback()


def test_a_helper_objects_for_who_lets_them_and_for_nobody_else(
    web: Flask, fund: Fund, refused: int
) -> None:
    with web.app_context(), transaction() as session:
        with pytest.raises(NoSuchClaim):
            object_to(session, refused, Kind.OBJECTION, WORDS, by=fund.qian)
        accept_code(session, invite_by_code(session, until=None, by=fund.zhao), by=fund.qian)
        assert object_to(session, refused, Kind.OBJECTION, WORDS, by=fund.qian)
        session.rollback()


def test_a_member_objects_once_and_the_words_are_sealed(
    web: Flask, fund: Fund, refused: int
) -> None:
    zhao = Browser(web).sign_in("zhao").choose("en")
    assert f"/my/claims/{refused}/objection" in zhao.get(f"/my/claims/{refused}").text
    path = f"/my/claims/{refused}/objection"
    assert zhao.post(path, says=WORDS).status_code == 400
    answer = zhao.post(path, kind="objection", says="{{7*7}}")  # long enough, inert
    assert answer.status_code == 302
    again = zhao.post(path, kind="person", says="")
    assert again.status_code == 409
    assert "objected to this result already" in again.text
    page = zhao.read(f"/my/claims/{refused}")
    assert "{{7*7}}" in page
    assert "Not answered yet" in page
    with web.app_context(), transaction() as session:
        kept = session.scalars(
            text("SELECT t::text FROM objection t UNION SELECT e::text FROM event e")
        )
        assert not any("7*7" in row for row in kept)


def test_41_somebody_elses_claim_does_not_exist(web: Flask, fund: Fund, refused: int) -> None:
    qian = Browser(web).sign_in("qian")
    path = f"/my/claims/{refused}/objection"
    assert qian.get(path).status_code == 404
    assert qian.post(path, kind="objection", says=WORDS).status_code == 404


def test_who_decided_does_not_answer_nor_does_the_member(
    web: Flask, fund: Fund, refused: int, third: int
) -> None:
    with web.app_context(), transaction() as session:
        number = session.scalar(select(Objection.id))
        for by in (fund.officer, fund.second):
            with pytest.raises(DecidedBefore):
                uphold(session, number, WORDS, by=by)
            forged = insert(ObjectionAnswer).values(
                objection_id=number, seq=1, outcome="upheld", says_cipher=b"", answered_by=by
            )
            with pytest.raises(IntegrityError, match="answered_by"), session.begin_nested():
                session.execute(forged)
        other = session.scalar(text("SELECT id FROM account WHERE login = 'zhao2'"))
        with pytest.raises(OwnClaim):
            uphold(session, number, WORDS, by=other)
        with pytest.raises(NoSuchClaim):
            uphold(session, number, WORDS, by=fund.of_district)
        with pytest.raises(NoSuchObjection):
            uphold(session, 10**6, WORDS, by=third)
    officer = Browser(web).sign_in("officer1").choose("en")
    assert "another officer must answer" in officer.read("/office/objections")
    page = officer.read(f"/office/objections/{number}")
    assert "You have had a hand in this claim" in page
    assert officer.post(f"/office/objections/{number}", how="upheld", says=WORDS).status_code == 409
    north = Browser(web).sign_in("north")
    assert north.get(f"/office/objections/{number}").status_code == 404
    assert "赵安" not in north.read("/office/objections")


def test_a_sheets_figures_are_not_said_to_be_the_bureaus(
    web: Flask, fund: Fund, third: int
) -> None:
    with web.app_context():
        with transaction() as session:
            stay, member = a_stay("2021-05-08", "100.00"), member_of(session, QIAN)
            claim = file_with_consent(session, stay, member, fund.officer, "by hand").claim_id
        drain_all()
        with transaction() as session:
            confirm(session, claim, by=third)
            number = object_to(session, claim, Kind.OBJECTION, WORDS, by=fund.qian)
    page = Browser(web).sign_in("officer2").read(f"/office/objections/{number}")
    assert "数字照结算单填写" in page
    assert "数据来自医保局" not in page


def test_decided_anew_takes_two_and_waits_again_where_it_is_dropped(
    web: Flask, fund: Fund, refused: int, third: int
) -> None:
    with web.app_context(), transaction() as session:
        number = session.scalar(select(Objection.id))
        who, _ = claim_of(session, "S009")
    answerer = Browser(web).sign_in("third").choose("en")
    path = f"/office/objections/{number}"
    assert "Decide anew: Treat it as inpatient care" in answerer.read(path)
    for how in ("", "nonsense", "file:nothing", "waive_waiting:x", "refuse:work"):
        assert answerer.post(path, how=how, says=WORDS).status_code == 400, how
    kept = answerer.post(path, how="upheld", says="短")
    assert kept.status_code == 409
    assert "短</textarea>" in kept.text
    assert answerer.post(path, how="pay_as:chronic", says=WORDS).status_code == 302
    assert answerer.post(path, how="upheld", says=WORDS).status_code == 409
    zhao = Browser(web).sign_in("zhao").choose("en")
    assert "A second officer must approve" in zhao.read(f"/my/claims/{refused}")
    with web.app_context(), transaction() as session:
        [proposal] = open_proposals(session, who, refused)
        drop(session, proposal.id, by=fund.second)
    assert "Not answered yet" in zhao.read(f"/my/claims/{refused}")
    assert answerer.post(path, how="pay_as:inpatient", says=WORDS).status_code == 302
    with web.app_context(), transaction() as session:
        [proposal] = open_proposals(session, who, refused)
        with pytest.raises(SameOfficer):
            approve_decision(session, proposal.id, by=third)
        run = approve_decision(session, proposal.id, by=fund.second)
        while drain(session, run):
            pass
        [seen] = objections_of(session, who, refused)
        assert (seen.waits, seen.approved, seen.answer) == (False, True, WORDS)
        # Another result: it can be objected to again.
        assert object_to(session, refused, Kind.PERSON, "", by=fund.zhao)
        session.rollback()


def test_the_whole_way_of_a_second_objection(
    web: Flask, fund: Fund, refused: int, third: int
) -> None:
    with web.app_context(), transaction() as session:
        who, claim = claim_of(session, "S008")  # not in the scheme: closed by the rules
        number = object_to(session, claim, Kind.PERSON, "", by=fund.zhao)
        with pytest.raises(ObjectedAlready), session.begin_nested():
            object_to(session, claim, Kind.OBJECTION, WORDS, by=fund.zhao)
        uphold(session, number, "门诊费用不在保障范围内。", by=third)
        with pytest.raises(ObjectionAnswered):
            uphold(session, number, WORDS, by=third)
        [seen] = objections_of(session, who, claim)
        assert (seen.waits, seen.answer) == (False, "门诊费用不在保障范围内。")
        told = "SELECT count(*) FROM notice WHERE kind = 'objection_answered' AND member_id = :who"
        assert session.scalar(text(told), {"who": who}) >= 1
    zhao = Browser(web).sign_in("zhao").choose("en")
    page = zhao.read(f"/my/claims/{claim}")
    assert "The result stands" in page
    assert "门诊费用不在保障范围内。" in page


def test_45_eight_at_once_are_one_objection_and_one_answer(
    web: Flask, fund: Fund, third: int
) -> None:
    with web.app_context(), transaction() as session:
        _, claim = claim_of(session, "S001")
    zhao = Browser(web).sign_in("zhao")
    path = f"/my/claims/{claim}/objection"
    fields = {"csrf_token": zhao.token(path), "kind": "objection", "says": WORDS}
    assert _at_once(zhao, path, fields) == [302] + [409] * 7
    with web.app_context(), transaction() as session:
        [number] = session.scalars(select(Objection.id).where(Objection.claim_id == claim))
    officer = Browser(web).sign_in("third")
    path = f"/office/objections/{number}"
    fields = {"csrf_token": officer.token(path), "how": "upheld", "says": WORDS}
    assert _at_once(officer, path, fields) == [302] + [409] * 7


def _at_once(browser: Browser, path: str, fields: dict[str, str]) -> list[int]:
    cookie = browser.cookie()

    def post(_: int) -> int:
        other = Browser(browser.web)
        other.client.set_cookie("huzhu", cookie)
        return other.client.post(path, data=fields).status_code

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(post, range(8)))
