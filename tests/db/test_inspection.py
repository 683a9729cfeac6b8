"""Samples that can be drawn again from the bundle, questions that point, findings between two."""

import csv
import io
import zipfile
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.audit.make import make_bundle
from app.evidence.models import Event
from app.inspection import find
from app.inspection.draw import (
    Formula,
    NothingPaidInYear,
    NotTheFundsAuditor,
    SampleNotReadable,
    SeedOdd,
    draw_sample,
)
from app.inspection.find import (
    FindingClosed,
    FindingNamesPerson,
    FindingNotTheirs,
    FindingTextOdd,
    NoSuchFinding,
    answer_finding,
    ask_again,
    close_finding,
    raise_finding,
)
from app.inspection.look import answer, as_table
from app.inspection.pointers import pointers
from app.inspection.seen import finding_seen, sample_seen
from app.unions.models import Union
from tests.db.fund_year import fund_year
from tests.factories import make_id

YEAR = 2021
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def auditor(shared_fund: Session) -> int:
    return add_account(shared_fund, "auditor", "审计", Role.AUDITOR, PASSWORD, by=None)


@pytest.fixture(scope="module")
def shared_fund(shared_database) -> Session:  # type: ignore[no-untyped-def]
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        yield session
        session.rollback()


def top(session: Session) -> int:
    return session.execute(select(Union.id).where(Union.parent_id.is_(None))).scalar_one()


def officer(session: Session) -> int:
    return session.execute(
        select(Account.id).where(Account.role == Role.OFFICER).order_by(Account.id).limit(1)
    ).scalar_one()


def test_with_the_bundle_alone_the_same_sample_comes_out(
    shared_fund: Session, auditor: int, tmp_path: Path
) -> None:
    sample_id = draw_sample(shared_fund, YEAR, "simple", size=3, seed="2022-07", by=auditor)
    make_bundle(shared_fund, YEAR, tmp_path / "2021.zip")

    def table(name: str) -> list[dict[str, str]]:
        with zipfile.ZipFile(tmp_path / "2021.zip") as bundle:
            return list(csv.DictReader(io.StringIO(bundle.read(f"data/{name}.csv").decode())))

    said = {(x["grant_no"], x["attempt"]): x["outcome"] for x in table("payment_outcome")}
    for each in table("payment_resolution"):
        said[each["grant_no"], each["attempt"]] = each["says"]
    batches = {x["batch_id"] for x in table("payment_batch") if x["benefit_year"] == str(YEAR)}
    paid = {
        int(x["payment_id"]): x["amount_fen"]
        for x in table("payment")
        if x["batch_id"] in batches and said.get((x["grant_no"], x["attempt"])) == "paid"
    }
    lines = "".join(f"{number},{paid[number]}\n" for number in sorted(paid))
    lots = sorted(paid, key=lambda number: sha256(f"2022-07:{number}".encode()).hexdigest())
    sample, items = sample_seen(shared_fund, sample_id) or pytest.fail("no sample")
    assert sample.digest == sha256(lines.encode()).hexdigest()
    assert sample.counted == len(paid) > 3
    assert [each.payment_id for each in items] == sorted(lots[:3])
    event = shared_fund.scalars(
        select(Event).where(Event.act == "sample.drawn", Event.about == sample_id)
    ).one()
    assert event.facts["seed"] == "2022-07"
    assert event.facts["digest"] == sample.digest


def test_a_failed_payment_is_not_drawn(shared_fund: Session, auditor: int) -> None:
    sample_id = draw_sample(shared_fund, YEAR, "money", size=500, seed="1", by=auditor)
    _, items = sample_seen(shared_fund, sample_id) or pytest.fail("no sample")
    failed = set(
        shared_fund.scalars(
            text(
                "SELECT p.id FROM payment p JOIN payment_outcome o USING (member_id, grant_no,"
                " attempt) WHERE o.outcome = 'failed'"
            )
        )
    )
    assert failed
    assert not failed & {each.payment_id for each in items}


def test_a_draw_is_refused_in_words(shared_fund: Session, auditor: int) -> None:
    for refusal, year, given in (
        (NothingPaidInYear, 1999, {"size": 1}),
        (SeedOdd, YEAR, {"size": 1, "seed": "a b"}),
        (SampleNotReadable, YEAR, {}),
        (SampleNotReadable, YEAR, {"formula": Formula(5, 1)}),
    ):
        with pytest.raises(refusal):
            draw_sample(shared_fund, year, "money", by=auditor, **given)  # type: ignore[arg-type]
    with pytest.raises(NotTheFundsAuditor):
        draw_sample(shared_fund, YEAR, "simple", size=1, by=officer(shared_fund))


def test_every_question_is_answered_and_shown(shared_fund: Session) -> None:
    answers = {key: answer(shared_fund, each, YEAR) for key, each in pointers().items()}
    for key, pointer in pointers().items():
        assert as_table(pointer, answers[key], YEAR).columns == pointer.columns
    bills = answers["first_digits"]["rows"]
    paid = shared_fund.execute(
        text(
            "SELECT count(*) FROM determination d WHERE benefit_year = 2021 AND payable_fen > 0"
            " AND NOT EXISTS (SELECT FROM determination n WHERE n.member_id = d.member_id"
            " AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)"
        )
    ).scalar_one()
    assert sum(count for _, count, _ in bills) <= paid


def test_one_card_for_several_members_is_pointed_at(shared_fund: Session) -> None:
    asked = """
        SELECT a.account_index, p.member_id, p.claim_id, o.outcome
        FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
        WHERE b.benefit_year = 2021
    """
    cards: dict[bytes, set[int]] = {}
    claims: dict[bytes, set[int]] = {}
    for card, member_id, claim_id, outcome in shared_fund.execute(text(asked)):
        if outcome != "failed":
            cards.setdefault(card, set()).add(member_id)
            claims.setdefault(card, set()).add(claim_id)
    shared = {card: members for card, members in cards.items() if len(members) > 1}
    found = answer(shared_fund, pointers()["shared_card"], YEAR)
    assert found["found"] == len(shared) == 1
    ((_, members, _, listed),) = found["rows"]
    ((card, whose),) = shared.items()
    assert members == len(whose)
    assert set(map(int, listed.split())) == claims[card]


def test_a_finding_goes_between_auditor_and_officer(shared_fund: Session, auditor: int) -> None:
    by, session = officer(shared_fund), shared_fund
    before = find.open_findings(session, YEAR)
    given = (session, YEAR, top(session), "high", "同一张卡", "申请 12 与 15 收款卡相同，请说明。")
    number = raise_finding(*given, by=auditor)  # type: ignore[arg-type]
    for says, refusal in (
        ("好", FindingTextOdd),
        (f"身份证 {make_id(3)} 的职工", FindingNamesPerson),
        ("卡号 6222 0000 1111 2222 本人", FindingNamesPerson),
        ("请打 13812345678 联系", FindingNamesPerson),
    ):
        with pytest.raises(refusal):
            answer_finding(session, number, says, by=by)
    answer_finding(session, number, "夫妻共用，已核对结婚证。", by=by)
    with pytest.raises(FindingNotTheirs):
        answer_finding(session, number, "自己答复自己", by=auditor)
    with pytest.raises(FindingNotTheirs):
        close_finding(session, number, "自己关闭自己", by=by)
    ask_again(session, number, "请补充复印件。", by=auditor)
    answer_finding(session, number, "复印件已归档。", by=by)
    assert find.open_findings(session, YEAR) == before + 1
    close_finding(session, number, "说明成立。", by=auditor)
    assert find.open_findings(session, YEAR) == before
    with pytest.raises(FindingClosed):
        ask_again(session, number, "还有一事。", by=auditor)
    with pytest.raises(NoSuchFinding):
        answer_finding(session, 99_999, "没有这条", by=by)
    _, steps = finding_seen(session, number, None) or pytest.fail("no finding")
    assert [each.step for each in steps] == ["answered", "asked", "answered", "closed"]
    assert finding_seen(session, number, [top(session) + 1]) is None


def test_the_database_refuses_who_may_not_whoever_writes(
    shared_fund: Session, auditor: int
) -> None:
    by, session = officer(shared_fund), shared_fund
    number = raise_finding(
        session, YEAR, top(session), "low", "某处存疑", "请说明。" * 2, by=auditor
    )
    step = (
        "INSERT INTO audit_finding_step (finding_id, seq, step, says, by)"
        " VALUES ({}, {}, '{}', '说明如下', {})"
    )
    raised = (
        "INSERT INTO audit_finding (benefit_year, union_id, weight, title, says, found_by)"
        f" VALUES (2021, {top(session)}, 'low', '某处存疑', '请说明一下', {by})"
    )
    for statement in (
        step.format(number, 1, "closed", by),
        step.format(number, 1, "answered", auditor),
        step.format(number, 2, "answered", by),
        raised,
    ):
        nested = session.begin_nested()
        with pytest.raises(IntegrityError) as refused:
            session.execute(text(statement))
        assert isinstance(refused.value.orig, psycopg.errors.CheckViolation)
        nested.rollback()
