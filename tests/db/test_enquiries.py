"""Enquiries: who may do what, deadlines, limits, secrecy, and the week's figures."""

import json
import os
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.change import NotAnOfficer, disable
from app.cli import huzhu
from app.clock import today
from app.enquiries.ask import (
    EnquiryCategoryUnknown,
    EnquiryClaimUnknown,
    EnquiryKeyMalformed,
    MayNotAskAnything,
    NotAnsweredYet,
    RatedAlready,
    RatingUnfit,
    TooManyEnquiries,
    ask,
    ask_on,
    rate,
)
from app.enquiries.handle import (
    DispatchNowhere,
    EnquiryTaken,
    OwnEnquiry,
    answer,
    ask_back,
    dispatch,
    draft,
    take,
)
from app.enquiries.models import EnquiryDraft, EnquiryMessage, EnquiryQueue
from app.enquiries.policy import due_on, policy
from app.enquiries.requeue import requeue
from app.enquiries.sealed import open_message
from app.enquiries.thread import EnquiryMoved, EnquiryTextUnfit, NoSuchEnquiry, TooManyTexts
from app.enquiries.weekly import figures
from app.unions.models import Union
from tests.clear import in_the_clear
from tests.db.enquiring import Town
from tests.db.test_rights import refused

SECRET = "我有高血压和糖尿病"
MONDAY, FRIDAY = date(2024, 5, 6), date(2024, 5, 10)


@pytest.fixture
def town(session) -> Town:
    return Town(session)


def asked(town: Town, said: str = SECRET, **how: object) -> int:
    given = {"by": town.member, "request_key": said.encode().hex()[:90], "claim_id": None} | how
    return ask(town.session, "claim", said, **given)


def queued(town: Town, enquiry_id: int) -> EnquiryQueue:
    return town.session.get_one(EnquiryQueue, enquiry_id, populate_existing=True)


def events(town: Town) -> list[str]:
    rows = town.session.execute(text("SELECT act, facts::text FROM event ORDER BY id"))
    return [f"{act} {facts}" for act, facts in rows if act.startswith("enquiry.")]


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (MONDAY, date(2024, 5, 11)),  # a Saturday that is worked
        (FRIDAY, date(2024, 5, 16)),
        (FRIDAY + timedelta(days=1), date(2024, 5, 17)),
        (FRIDAY + timedelta(days=2), date(2024, 5, 17)),
        (date(2024, 2, 26), date(2024, 3, 4)),
        (date(2024, 4, 30), date(2024, 5, 10)),  # five days off
    ],
)
def test_five_working_days(on, due):
    assert due_on(on, 5) == due


def test_a_thread_from_question_to_rating(town):
    number = asked(town)
    stands = queued(town, number)
    assert (stands.state, stands.union_id) == ("open", town.north)
    assert stands.due_on == due_on(today(), policy().answer_within_days)
    with pytest.raises(NotAnsweredYet):
        rate(town.session, number, 5, "", by=town.member)
    take(town.session, number, by=town.of_north)
    ask_back(town.session, number, "哪一件？", by=town.of_north, seen=1)
    assert queued(town, number).state == "asked_back"
    ask_on(town.session, number, "上个月的", by=town.member, seen=2)
    answer(town.session, number, "已经到账", by=town.of_north, seen=3)
    assert queued(town, number).state == "answered"
    rate(town.session, number, 4, "很快", by=town.member)
    with pytest.raises(RatedAlready):
        rate(town.session, number, 1, "", by=town.member)
    ask_on(town.session, number, "还有一个问题", by=town.member, seen=4)
    assert queued(town, number).state == "open"
    said = [x.split(" ")[0] for x in events(town)]
    assert said == [
        *("enquiry.asked", "enquiry.taken", "enquiry.asked_back", "enquiry.asked"),
        *("enquiry.answered", "enquiry.rated", "enquiry.asked"),
    ]
    kinds = town.session.scalars(text("SELECT kind FROM notice WHERE kind LIKE 'enq%' ORDER BY id"))
    assert kinds.all() == ["enquiry_asked_back", "enquiry_answered"]


def test_texts_are_sealed_and_in_no_event_and_no_notice(town):
    number = asked(town, request_key="form")
    answer(town.session, number, SECRET, by=town.of_north, seen=1)
    rate(town.session, number, 5, SECRET, by=town.member)
    town.session.flush()
    whole = ""
    for table in ("enquiry", "enquiry_message", "enquiry_rating", "enquiry_queue", "event", "job"):
        whole += str(town.session.execute(text(f"SELECT x::text FROM {table} x")).all())
    whole += str(town.session.execute(text("SELECT x::text FROM notice x")).all())
    assert not in_the_clear(whole, [SECRET])
    first, second = town.session.query(EnquiryMessage).order_by(EnquiryMessage.seq)
    assert open_message(first.text_cipher, number, 1) == SECRET
    # The same words twice are not the same digest: neither can be guessed from the log.
    assert first.sha256 != second.sha256
    assert any(first.sha256 in x for x in events(town))


def test_the_same_form_or_click_again_is_one(town):
    number = asked(town)
    assert asked(town) == number
    for _ in range(2):
        answer(town.session, number, "好", by=town.of_north, seen=1)
    for _ in range(2):
        ask_on(town.session, number, "谢谢", by=town.member, seen=2)
    assert queued(town, number).seq == 3
    with pytest.raises(EnquiryMoved):
        ask_on(town.session, number, "另一句", by=town.member, seen=2)
    with pytest.raises(EnquiryMoved):
        answer(town.session, number, "没看到的", by=town.of_city, seen=1)


def test_adding_to_a_question_does_not_put_its_answer_off(town):
    number = asked(town)
    earlier = today() - timedelta(days=9)
    queued(town, number).due_on = earlier
    town.session.flush()
    ask_on(town.session, number, "急", by=town.member, seen=1)
    assert queued(town, number).due_on == earlier
    answer(town.session, number, "好", by=town.of_north, seen=2)
    ask_on(town.session, number, "再问", by=town.member, seen=3)
    assert queued(town, number).due_on > today()


def test_only_the_unions_own_officers_and_those_above_act(town):
    number = asked(town)
    for act in (
        lambda by: take(town.session, number, by=by),
        lambda by: answer(town.session, number, "好", by=by, seen=1),
        lambda by: ask_back(town.session, number, "？", by=by, seen=1),
        lambda by: draft(town.session, number, "好", by=by),
        lambda by: dispatch(town.session, number, town.south, by=by),
    ):
        with pytest.raises(NoSuchEnquiry):
            act(town.of_south)
        for nobody in (town.member, town.auditor):
            with pytest.raises(NotAnOfficer):
                act(nobody)
    dispatch(town.session, number, town.south, by=town.of_north)
    with pytest.raises(NoSuchEnquiry):
        answer(town.session, number, "好", by=town.of_north, seen=1)
    answer(town.session, number, "好", by=town.of_south, seen=1)
    ask_on(town.session, number, "再问", by=town.member, seen=2)
    answer(town.session, number, "好的", by=town.of_city, seen=3)


def test_it_is_sent_on_to_a_union_of_the_tree_and_to_no_units_own(town):
    number = asked(town)
    own = Union(name="厂工会", parent_id=town.north, kind="unit")
    town.session.add(own)
    town.session.flush()
    for there in (0, 4711, own.id):
        with pytest.raises(DispatchNowhere):
            dispatch(town.session, number, there, by=town.of_north)
    take(town.session, number, by=town.of_north)
    dispatch(town.session, number, town.south, by=town.of_city)
    dispatch(town.session, number, town.south, by=town.of_city)
    assert queued(town, number).taken_by is None
    assert sum("dispatched" in x for x in events(town)) == 1


def test_who_took_it_is_not_pushed_aside_unasked(town):
    number = asked(town)
    take(town.session, number, by=town.of_north)
    take(town.session, number, by=town.of_north)
    with pytest.raises(EnquiryTaken):
        take(town.session, number, by=town.of_city)
    take(town.session, number, by=town.of_city, over=True)
    assert queued(town, number).taken_by == town.of_city


def test_nobody_answers_the_own_question(town):
    """The member is also an officer of the district, under another account."""
    number = asked(town)
    mine = text("UPDATE account SET member_id = :m WHERE id = :a")
    town.session.execute(mine, {"m": town.member_id, "a": town.of_north})
    for act in (take, lambda *a, **k: answer(*a, "好", seen=1, **k)):
        with pytest.raises(OwnEnquiry):
            act(town.session, number, by=town.of_north)
    said = (
        "INSERT INTO enquiry_message (enquiry_id, seq, kind, text_cipher, sha256, written_by)"
        " VALUES (:enquiry, 2, :kind, ''::bytea, '', :by)"
    )
    wrong = [(town.of_north, "answer"), (town.member, "answer"), (town.auditor, "ask_back")]
    for by, kind in wrong:
        name = refused(town.session, said, "23514", enquiry=number, kind=kind, by=by)
        assert name == "enquiry_message_by"
    question = said.replace("sha256,", "sha256, due_on,").replace("'', :by", "'', now(), :by")
    for by in (town.of_north, town.other_member):
        name = refused(town.session, question, "23514", enquiry=number, kind="question", by=by)
        assert name == "enquiry_message_by"
    stars = "INSERT INTO enquiry_rating (enquiry_id, rating, rated_by) VALUES (:enquiry, 5, :by)"
    for by in (town.member, town.of_city):  # not answered; not the asker
        name = refused(town.session, stars, "23514", enquiry=number, by=by)
        assert name == "enquiry_rating_by"
    town.session.execute(text(said), {"enquiry": number, "kind": "answer", "by": town.of_city})


def test_nobody_reads_or_writes_anothers(town):
    number = asked(town)
    with pytest.raises(NoSuchEnquiry):
        ask_on(town.session, number, "我也问", by=town.other_member, seen=1)
    answer(town.session, number, "好", by=town.of_north, seen=1)
    with pytest.raises(NoSuchEnquiry):
        rate(town.session, number, 1, "", by=town.other_member)
    for nobody in (town.of_city, town.auditor):
        with pytest.raises(MayNotAskAnything):
            asked(town, by=nobody)


@pytest.mark.parametrize("said", ["", " \n ", "字" * 2001, "a\x00b", "a\u202eb"])
def test_texts_that_cannot_be(town, said):
    with pytest.raises(EnquiryTextUnfit):
        asked(town, said, request_key="key")
    number = asked(town)
    with pytest.raises(EnquiryTextUnfit):
        answer(town.session, number, said, by=town.of_north, seen=1)


def test_what_is_asked_about_is_of_the_list_and_ones_own(town):
    with pytest.raises(EnquiryCategoryUnknown):
        ask(town.session, "x", "?", by=town.member, request_key="k", claim_id=None)
    with pytest.raises(EnquiryClaimUnknown):
        asked(town, claim_id=4711)
    for key in ("", " ", "字", "k" * 101):
        with pytest.raises(EnquiryKeyMalformed):
            asked(town, request_key=key)
    number = asked(town)
    answer(town.session, number, "好", by=town.of_north, seen=1)
    for rating in (0, 6, 2**40):
        with pytest.raises(RatingUnfit):
            rate(town.session, number, rating, "", by=town.member)


def test_one_asker_cannot_flood_the_others(town):
    numbers = [asked(town, f"问题{n}") for n in range(policy().most_open)]
    with pytest.raises(TooManyEnquiries):
        asked(town, "又一个")
    answer(town.session, numbers[0], "好", by=town.of_north, seen=1)
    asked(town, "又一个")
    said = policy().most_open + 1
    more = policy().most_texts_a_day - said
    for n in range(more):
        ask_on(town.session, numbers[1], f"再说{n}", by=town.member, seen=1 + n)
    with pytest.raises(TooManyTexts):
        ask_on(town.session, numbers[1], "还要说", by=town.member, seen=1 + more)


def test_a_draft_is_seen_by_officers_and_gone_when_an_answer_is_sent(town):
    number = asked(town)
    draft(town.session, number, "草稿一", by=town.of_north)
    draft(town.session, number, "草稿二", by=town.of_city)
    assert town.session.get_one(EnquiryDraft, number).drafted_by == town.of_city
    answer(town.session, number, "好", by=town.of_north, seen=1)
    assert town.session.get(EnquiryDraft, number, populate_existing=True) is None


def test_a_disabled_account_does_nothing(town):
    number = asked(town)
    disable(town.session, "officer1", by=town.of_city)
    with pytest.raises(Exception, match="AccountDisabled"):
        answer(town.session, number, "好", by=town.of_north, seen=1)


def test_the_figures_of_the_weeks(town):
    numbers = [asked(town, f"问题{n}") for n in range(3)]
    day = today()
    for number in numbers[:2]:
        answer(town.session, number, "好", by=town.of_north, seen=1)
    rate(town.session, numbers[0], 5, "", by=town.member)
    rate(town.session, numbers[1], 2, "", by=town.member)
    [week] = figures(town.session, "week", day, day, None)
    assert (week.asked, week.answered, week.late, week.median_days) == (3, 2, 0, 0)
    assert (week.rated, week.rating, week.waiting) == (2, 350, 1)
    assert week.key == (day - timedelta(days=day.weekday())).isoformat()
    for zone in ("Etc/GMT+12", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"):
        town.session.execute(text("SELECT set_config('timezone', :zone, true)"), {"zone": zone})
        assert figures(town.session, "week", day, day, None) == [week], zone
    dispatch(town.session, numbers[2], town.south, by=town.of_north)
    by_union = {x.key: x.asked for x in figures(town.session, "union", day, day, None)}
    assert by_union == {"北区总工会": 2, "南区总工会": 1}
    [seen] = figures(town.session, "category", day, day, [town.south])
    assert (seen.key, seen.asked) == ("claim", 1)
    assert figures(town.session, "week", day - timedelta(9), day - timedelta(8), None) == []


def test_the_queue_is_remade_from_the_facts(town):
    numbers = [asked(town, f"问题{n}") for n in range(4)]
    answer(town.session, numbers[0], "好", by=town.of_north, seen=1)
    ask_back(town.session, numbers[1], "？", by=town.of_north, seen=1)
    dispatch(town.session, numbers[2], town.south, by=town.of_north)
    assert requeue(town.session) == (4, 0)
    wrong = "UPDATE enquiry_queue SET state = 'answered', union_id = :u WHERE enquiry_id = :e"
    town.session.execute(text(wrong), {"u": town.south, "e": numbers[3]})
    assert requeue(town.session) == (4, 1)
    assert queued(town, numbers[3]).union_id == town.north


def test_the_command_tells_the_figures_and_writes_a_workbook(database, monkeypatch, tmp_path):
    with Session(database.engine) as session:
        made = Town(session)
        asked(made)
        session.commit()
    for name in [x for x in os.environ if x.startswith("HUZHU")]:
        monkeypatch.delenv(name)
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    day, out = today().isoformat(), tmp_path / "figures.xlsx"
    given = ["enquiries", "figures", "--from", day, "--to", day, "--json"]
    done = CliRunner().invoke(huzhu, [*given, "--out", str(out)])
    assert done.exit_code == 0, done.output
    [week] = json.loads(done.stdout)["week"]
    assert (week["asked"], week["answered"], week["rating"]) == (1, 0, None)
    assert out.read_bytes()[:2] == b"PK"
    again = CliRunner().invoke(huzhu, [*given, "--out", str(out)])
    wrong = CliRunner().invoke(huzhu, [*given, "--out", str(tmp_path / "figures.txt")])
    assert (again.exit_code, wrong.exit_code) == (2, 2)
    assert SECRET not in done.output
