"""Claims filed at the counter: by officers for members in reach, confirmed by others, paid once."""

from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.change import MayNotPrepare
from app.accounts.models import Role
from app.claims.confirm import FilerConfirms
from app.claims.counter import file_sheets, find_member, read_paper_sheets
from app.claims.file import MemberOutOfReach, file_claim
from app.filing.consent import state_consent
from app.unions.models import Union
from tests.db.office import Office, assert_sound, bill
from tests.db.reviewing import confirm
from tests.db.test_rights import refused
from tests.db.typed import PASSWORD, TEXTS, a_stay, account_of, member_of
from tests.factories import csv_bytes, make_id

DAY = "2023-05-10"
STAY = TEXTS | dict.fromkeys(("begndate", "enddate", "setl_time"), DAY)


@pytest.fixture
def office(session):
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    yield office
    assert_sound(session)


def table(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return csv_bytes([names, *([row.get(name, "") for name in names] for row in rows)])


def paper(seed: int, **changed: str) -> dict[str, str]:
    return {"certno": make_id(seed), **STAY, **changed}


def file_table(office, *rows, by=None):
    sheets, faults = read_paper_sheets(table(*rows))
    done = file_sheets(office.session, sheets, by=by or office.by)
    office.drain()
    return done, faults + done.faults


def test_each_line_is_filed_or_listed_with_its_reason(office):
    done, faults = file_table(
        office,
        paper(0),
        paper(1, psn_part_amt="-1"),
        paper(99),
        {**paper(2), "certno": "410599196001010002"},
        paper(2, stated_setl_id="N7"),
    )
    assert [line for line, _ in done.filed] == [2, 6]
    assert sorted((x.line, x.field, x.reason) for x in faults) == [
        (3, "psn_part_amt", "SheetNegative"),
        (4, "certno", "MemberOutOfReach"),
        (5, "certno", "CertnoCheckDigit"),
    ]


def test_the_same_table_again_is_the_same_claims(office):
    first, _ = file_table(office, paper(0), paper(1))
    before = office.counts()
    again, faults = file_table(office, paper(1), paper(0))
    assert faults == []
    assert all(made.again for _, made in again.filed)
    assert {x.claim_id for _, x in again.filed} == {x.claim_id for _, x in first.filed}
    assert office.counts() == before


def test_who_filed_at_the_counter_does_not_confirm(office):
    done, _ = file_table(office, paper(0))
    [(_, made)] = done.filed
    with pytest.raises(FilerConfirms):
        confirm(office.session, made.claim_id, by=office.by)
    other = add_account(office.session, "second", "乙", Role.OFFICER, PASSWORD, by=None)
    confirm(office.session, made.claim_id, by=other)
    assert office.live(made.setl_id).state == "payable"


@pytest.mark.parametrize("role", [Role.AUDITOR, "elsewhere", "disabled"])
def test_who_has_not_the_member_in_reach_cannot_file(office, role):
    union = Union(
        name="外区工会", parent_id=office.session.scalar(text("SELECT id FROM union_node"))
    )
    office.session.add(union)
    office.session.flush()
    who = Role.AUDITOR if role == Role.AUDITOR else Role.OFFICER
    where = {"union_id": union.id} if role == "elsewhere" else {}
    by = add_account(office.session, "other", "丙", who, PASSWORD, by=None, **where)
    if role == "disabled":
        office.session.execute(
            text("UPDATE account SET disabled_at = now() WHERE id = :a"), {"a": by}
        )
    member = member_of(office.session, 0)
    with pytest.raises(MemberOutOfReach):
        file_claim(office.session, a_stay(DAY, "10.00"), member_id=member, by=by, request_key="k")
    with pytest.raises(MemberOutOfReach):
        find_member(office.session, make_id(0), by=by)


def test_the_consent_is_signed_on_paper_before_who_files(office):
    session, member = office.session, member_of(office.session, 0)
    done, _ = file_table(office, paper(0))
    [(_, made)] = done.filed
    assert made.member_id == member
    own = account_of(session, 0)
    stranger = add_account(session, "auditor", "auditor", Role.AUDITOR, PASSWORD, by=None)
    said = (
        "INSERT INTO claim_consent (member_id, claim_id, text_version, lang, way, given_by)"
        " SELECT :m, :c, '2026-1', 'zh', :way, :by"
    )
    facts = {"m": member, "c": made.claim_id}
    for way, by, name in (
        ("paper", own, "consent_seen_by"),
        ("own", office.by, "consent_seen_by"),
        ("own", account_of(session, 1), "filed_for_whom"),
        ("own", stranger, "filed_for_whom"),
    ):
        assert refused(session, said, "23514", **facts, way=way, by=by) == name
    with pytest.raises(MayNotPrepare):
        state_consent(session, member, made.claim_id, "zh", by=stranger)
    for _ in range(2):  # said twice, once
        state_consent(session, member, made.claim_id, "zh", by=office.by)
    found = session.execute(text("SELECT way, given_by FROM claim_consent")).all()
    assert found == [("paper", office.by)]
    told = text("SELECT count(*) FROM event WHERE act = 'consent.stated'")
    assert session.scalar(told) == 1


def test_the_bureaus_row_joins_a_counter_filing(office):
    done, _ = file_table(office, paper(0, stated_setl_id="N1"))
    [(_, made)] = done.filed
    taken = office.determine(bill("N1", 0, DAY, "1200.00"))
    assert (taken.joined, taken.new) == (1, 0)
    assert (office.live(made.setl_id).version, office.live(made.setl_id).state) == (2, "payable")
