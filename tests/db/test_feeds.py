"""Feeds part by part: what became of each row, going on after a break, and nothing twice."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from tempfile import TemporaryFile

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import boot
from app.cli import main
from app.cli.frame import fault_facts, fault_lines
from app.feeds.account import CLASSES, accounted, rows_of_class
from app.feeds.import_file import Imported, import_file
from app.feeds.take import still_coming
from app.jobs import DETERMINE, Job
from app.texts import LANGUAGES, say
from app.texts.fates import class_said
from app.texts.plainly import plainly
from app.web.paging import Asked
from app.web.read.feeds import feed_told, latest_feeds
from tests.db.office import Office, assert_sound, bill, bills_csv, refund
from tests.db.typed import a_stay, file_by_hand
from tests.factories import make_id
from tests.faults.typed_in import typing

DAY = "2023-05-10"
BILLS = [
    *(bill(f"A{n:02}", n % 3, DAY, "100.00", dise_name="x") for n in range(10)),
    bill("OUT", 0, "2022-05-10", "100.00"),
    bill("SHOP", 1, DAY, "100.00", med_type="41"),
    bill("HURT", 1, DAY, "100.00", med_type="22"),
    bill("WHO", 99, DAY, "100.00"),
    bill("A03", 0, DAY, "100.00", dise_name="x"),
    bill("BAD", 0, DAY, "1000000000.00"),
    bill("LETTERS", 0, DAY, "1.00", certno="4105991960A1010012"),
    refund("R1", "A01", 1, DAY),
    refund("R2", "NOBODY", 1, DAY),
]
CLASSES_OF = {
    "matched": 9,
    "no_cover": 1,
    "not_payable": 2,
    "held": 1,
    "waiting": 0,
    "no_member": 1,
    "duplicate": 1,
    "changed": 0,
    "refund": 2,
    "faulty": 2,
}


class Cut(Exception):
    """The import is interrupted."""


@pytest.fixture
def office(session) -> Office:
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    office.look_again()
    return office


def take(office: Office, content: bytes, *, at_once: int = 4, cut_after: int = 0) -> Imported:
    """Import a file in parts; each is a transaction, and so many of them are let through."""
    parts = 0

    @contextmanager
    def transaction() -> Iterator[object]:
        with office.session.begin_nested():
            yield office.session

    def watch(imported: object, part: object) -> None:
        nonlocal parts
        parts += 1
        if parts == cut_after:
            raise Cut

    with TemporaryFile() as file:
        file.write(content)
        [imported] = import_file(
            transaction, file, name="f.csv", by=office.by, watch=watch, at_once=at_once
        )
    return imported


def state(office: Office) -> dict[str, list]:
    """Everything of bills and claims that does not depend on when it came."""
    queries = {
        "bills": "SELECT setl_id, member_id, version, line, content FROM settlement",
        "claims": "SELECT setl_id, member_id FROM claim",
        "answers": "SELECT setl_id, seq, payable_fen, refusal FROM determination",
        "kept": "SELECT setl_id, line FROM unmatched_settlement",
        "undone": "SELECT setl_id, undone_setl_id, line FROM refund",
    }
    return {x: sorted(map(repr, office.session.execute(text(y)))) for x, y in queries.items()}


def test_every_row_is_told_once_and_each_class_is_listed(office):
    imported = take(office, bills_csv(*BILLS))
    assert due_runs_of(office) == [imported.run_id]
    office.drain()
    found = accounted(office.session, imported.feed_id)
    assert (found.rows_in, found.off, found.state) == (len(BILLS), 0, "whole")
    assert found.classes == CLASSES_OF
    for name in CLASSES:
        rows = [*rows_of_class(office.session, imported.feed_id, name)]
        assert len(rows) == found.classes[name]
        assert all(2 <= row.line <= len(BILLS) + 1 for row in rows)
    [twice] = rows_of_class(office.session, imported.feed_id, "duplicate")
    assert twice.line == 16
    assert {(x.line, x.reason) for x in imported.listed if say(x)} == {
        (16, "SetlIdTwice"),
        (17, "AmountUnlikely"),
        (18, "CertnoCharacters"),
        (20, "RefundOfUnknown"),
    }
    # The same again, and one row of it changed.
    again = take(office, bills_csv(*BILLS))
    told = accounted(office.session, again.feed_id)
    assert (told.off, told.classes["duplicate"], told.classes["faulty"]) == (0, 17, 2)
    changed = take(office, bills_csv(*BILLS[1:], BILLS[0] | {"inscp_scp_amt": "120.00"}))
    assert accounted(office.session, changed.feed_id).classes["changed"] == 1
    office.drain()
    assert office.payable("A00") == [6_000]
    assert_sound(office.session)
    assert not office.session.scalar(
        text("SELECT count(*) FROM feed_fault f WHERE f::text LIKE '%4105991960%'")
    )


def test_a_listed_row_names_its_bill_and_nobody(office):
    """A faulty row is asked about at the bureau by its bill; a cell that slipped tells no ID."""
    slipped = make_id(7)
    rows = [
        *(
            BILLS[15],
            bill("", 0, DAY, "1.00"),
            bill("王五", 0, DAY, "x"),
            bill("Q" * 65, 0, DAY, "x"),
        ),
        bill(slipped, 0, DAY, "x"),
        *(BILLS[0], BILLS[0], refund("R2", "NOBODY", 1, DAY)),
    ]
    imported = take(office, bills_csv(*rows))
    told = [(x.line, x.setl_id) for x in rows_of_class(office.session, imported.feed_id, "faulty")]
    assert told == [(2, "BAD"), (3, ""), (4, ""), (5, ""), (6, "")]
    [twice] = rows_of_class(office.session, imported.feed_id, "duplicate")
    assert (twice.line, twice.setl_id) == (8, "A00")
    [listed] = office.session.scalars(
        text("SELECT setl_id FROM feed_fault WHERE reason = 'RefundOfUnknown'")
    )
    assert listed == "R2"
    said = fault_lines(imported.listed, "zh")
    assert said[0].startswith("第 2 行（结算单 BAD）inscp_scp_amt：")
    assert fault_lines(imported.listed, "en")[0].startswith("line 2, bill BAD, inscp_scp_amt: ")
    assert slipped not in "".join(said) + str(fault_facts(imported.listed, "zh"))


def due_runs_of(office: Office) -> list[int]:
    return [x for (x,) in office.session.execute(text("SELECT DISTINCT subject_id FROM job"))]


def test_parts_and_interruptions_change_nothing(office):
    """However a file is cut into parts and interrupted, the same comes of it as in one."""
    content = bills_csv(*BILLS)
    outcomes = []
    for at_once, cuts in ((1_000, ()), (3, (1, 1, 2)), (1, (5, 1, 3))):
        undone = office.session.begin_nested()
        for cut in cuts:
            with pytest.raises(Cut):
                take(office, content, at_once=at_once, cut_after=cut)
            assert due_runs_in(office) == []  # it waits for the rest of its feed
        imported = take(office, gzip.compress(content), at_once=at_once)
        assert imported.before == sum(cuts) * at_once + bool(cuts)
        office.drain()
        found = accounted(office.session, imported.feed_id)
        assert (found.off, found.classes) == (0, CLASSES_OF)
        outcomes.append(state(office))
        undone.rollback()
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert len(outcomes[0]["bills"]) == 13


def due_runs_in(office: Office) -> list[int]:
    asked = select(Job.subject_id).where(Job.kind == DETERMINE, ~still_coming(Job.subject_id))
    return [*office.session.scalars(asked.distinct())]


def test_a_file_that_stops_and_then_comes_whole_doubles_nothing(office):
    content = bills_csv(*BILLS)
    cut = take(office, content[: content.rindex(b"R1,")])
    assert cut.fault is None  # between two rows nobody sees that it is cut
    stopped = take(office, content[: content.rindex(b"R2,") + 9])
    assert (stopped.fault.name, stopped.fault.facts) == ("CutOff", {"line": 20})
    found = accounted(office.session, stopped.feed_id)
    assert (found.state, found.fault["facts"], found.off) == ("stopped", {"line": 20}, 0)
    whole = take(office, content)
    office.drain()
    told = accounted(office.session, whole.feed_id)
    assert (told.classes["duplicate"], told.classes["refund"], told.off) == (16, 1, 0)
    assert office.session.scalar(text("SELECT count(*) FROM claim")) == 13
    assert_sound(office.session)


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_one_number_twice_in_a_file_is_no_change_when_the_file_comes_again(office, at_once):
    """The first row is known by then; that the other contradicts it was listed, and is again."""
    content = bills_csv(
        bill("A1", 0, DAY, "100.00"),
        bill("A2", 1, DAY, "100.00"),
        bill("A3", 2, DAY, "100.00"),
        bill("A1", 0, DAY, "900.00"),
        refund("A2", "", 1, DAY),
    )
    for lang in ("zh", "en"):
        imported = take(office, content, at_once=at_once)
        office.drain()
        assert [x.line for x in imported.listed] == [5, 6]
        assert all(say(x, lang) for x in imported.listed)
        found = accounted(office.session, imported.feed_id)
        assert (found.classes["changed"], found.classes["refund"], found.off) == (0, 0, 0)
        rows = [*rows_of_class(office.session, imported.feed_id, "duplicate")]
        assert [row.line for row in rows if "Twice" in row.why] == [5, 6]
        assert office.payable("A1", "A2") == [5_000, 5_000]
    assert take(office, bills_csv(refund("A2", "", 1, DAY))).refunds == 1


A1 = bill("A1", 0, DAY, "100.00")
OF_ANOTHER = bill("A1", 1, DAY, "100.00")
CORRECTED = bill("A1", 0, DAY, "900.00")


def classes_by_line(office: Office, feed_id: int) -> dict[int, list[str]]:
    """Under which classes each line is listed; the classes add up."""
    assert accounted(office.session, feed_id).off == 0
    listed: dict[int, list[str]] = {}
    for name in CLASSES:
        for line in sorted({x.line for x in rows_of_class(office.session, feed_id, name)}):
            listed.setdefault(line, []).append(name)
    return listed


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
@pytest.mark.parametrize(
    ("rows", "classes"),
    [
        ([A1, CORRECTED], ["duplicate", "duplicate"]),
        ([A1, OF_ANOTHER], ["duplicate", "duplicate"]),
        ([A1, refund("A1", "", 0, DAY)], ["duplicate", "duplicate"]),
        ([OF_ANOTHER, CORRECTED], ["faulty", "duplicate"]),
        ([OF_ANOTHER, A1, OF_ANOTHER], ["faulty", "duplicate", "duplicate"]),
        ([A1, BILLS[1], BILLS[2], CORRECTED], ["duplicate", "waiting", "waiting", "duplicate"]),
    ],
)
def test_of_two_rows_with_one_number_the_second_is_left_out_however_far_away(
    office, rows, classes, at_once
):
    """Also where an earlier file had the first, so that nothing of it was written."""
    take(office, bills_csv(A1))
    content = bills_csv(*rows)
    wanted = {line: [name] for line, name in enumerate(classes, 2)}
    first = take(office, content, at_once=at_once)
    assert classes_by_line(office, first.feed_id) == wanted
    again = take(office, gzip.compress(content), at_once=at_once)
    known = {x: ["duplicate"] if y == ["waiting"] else y for x, y in wanted.items()}
    assert classes_by_line(office, again.feed_id) == known
    office.drain()
    assert office.payable("A1") == [5_000]
    assert office.session.scalar(text("SELECT max(version) FROM settlement")) == 1
    assert_sound(office.session)


def test_the_second_row_is_found_when_the_first_came_before_an_interruption(office):
    take(office, bills_csv(A1))
    content = bills_csv(A1, *BILLS[1:5], CORRECTED)
    for cut in (1, 2, 1):
        with pytest.raises(Cut):
            take(office, content, at_once=1, cut_after=cut)
    whole = take(office, content, at_once=1)
    assert (whole.before, whole.changed, [x.line for x in whole.listed]) == (5, 0, [7])
    # What is new to the file is a change.
    assert take(office, bills_csv(*BILLS[1:5], CORRECTED), at_once=1).changed == 1


def test_a_row_under_the_number_of_another_members_bill_is_listed_each_time(office):
    take(office, bills_csv(A1))
    office.drain()
    before = state(office)
    content = bills_csv(OF_ANOTHER)
    for file in (content, content, gzip.compress(content), content + b"\n"):
        told = take(office, file)
        assert [(x.line, x.reason) for x in told.listed] == [(2, "SetlIdOfAnother")]
        assert classes_by_line(office, told.feed_id) == {2: ["faulty"]}
        assert (told.run_id, office.drain() or state(office)) == (None, before)
    assert_sound(office.session)


@pytest.mark.parametrize("together", [False, True])
def test_a_refund_that_came_before_a_bill_was_joined_is_listed_once(office, together):
    """It counts for the number it was filed under too, which is no other row of the feed."""
    filed = file_by_hand(office.session, 0, a_stay(DAY, "1000.00", "N1"))
    office.drain()
    undo, row = refund("R1", "N1", 0, DAY), bill("N1", 0, DAY, "1000.00")
    files = [[undo, row]] if together else [[undo], [row]]
    found = []
    for rows in files:
        feed_id = take(office, bills_csv(*rows), at_once=1).feed_id
        told = accounted(office.session, feed_id)
        listed = [*rows_of_class(office.session, feed_id, "refund")]
        assert told.classes["refund"] == len(listed)
        assert (told.classes["changed"], told.off) == (row in rows, 0)
        found += [(x.line, x.setl_id) for x in listed]
    assert found == [(2, "R1")]
    office.drain()
    assert office.live(filed.setl_id).refusal == "refunded"


def test_bills_of_nobody_sent_again_are_not_all_looked_at_again(office):
    """All that is kept was gone through with every part: of ten million rows, 500 times."""
    content = bills_csv(*(bill(f"W{n}", 50 + n, DAY, "100.00") for n in range(6)))
    take(office, content)
    asked: list[str] = []
    bind = office.session.get_bind()

    def told(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(bind, "before_cursor_execute", told)
    try:
        again = take(office, content, at_once=2)
        assert again.unchanged == 6
        assert not [x for x in asked if "row_cipher" in x and "JOIN member" in x]
        office.enrol([52], date(2023, 6, 1), unit=2)
        asked.clear()
        assert take(office, content, at_once=2).unchanged == 6
        assert len([x for x in asked if "row_cipher" in x and "JOIN member" in x]) == 1
    finally:
        event.remove(bind, "before_cursor_execute", told)
    office.drain()
    assert office.live("W2").refusal == "no_cover"


def test_the_database_adds_up_itself(office):
    imported = take(office, bills_csv(*BILLS))
    wrong = text(
        "INSERT INTO feed_part SELECT feed_id, 99, 99, rows_in + 1, new, changed, duplicate,"
        " refund, no_member, faulty, 0, '{}' FROM feed_part WHERE feed_id = :feed LIMIT 1"
    )
    with pytest.raises(DBAPIError), office.session.begin_nested():
        office.session.execute(wrong, {"feed": imported.feed_id})


def test_the_speed_of_a_feed_counts_work_and_no_interruption(database):
    """Two parts in four seconds, a night, and two more in four seconds: 500 rows a second.

    When a part came the database says; here its owner does.
    """
    engine = create_engine(database.settings.owner_url)
    with Session(engine) as session:
        _check_speed(Office(session))
    engine.dispose()


def _check_speed(office: Office) -> None:
    run = {"by": office.by}
    made = text(
        "INSERT INTO feed (source, name, state, recorded_by, recorded_at) VALUES"
        " ('file', 'f.csv', 'whole', :by, '2023-05-10 18:00:00+08') RETURNING id"
    )
    feed_id = office.session.execute(made, run).scalar_one()
    assert feed_told(office.session, feed_id).seconds is None
    part = text(
        "INSERT INTO feed_part VALUES"
        " (:feed, :seq, :seq * 1000, 1000, 1000, 0, 0, 0, 0, 0, 0, '{}', CAST(:at AS timestamptz))"
    )
    at = ("10 18:00:02", "10 18:00:04", "11 09:00:00", "11 09:00:02", "11 09:00:04")
    for seq, moment in enumerate(at, 1):
        when = {"feed": feed_id, "seq": seq, "at": f"2023-05-{moment}+08"}
        office.session.execute(part, when)
    told = feed_told(office.session, feed_id)
    assert (told.rows_in, told.rows_timed, told.seconds, told.a_second) == (5_000, 4_000, 8, 500)
    assert latest_feeds(office.session, Asked(None, 5)).rows == [told]


def test_typed(database, tmp_path, monkeypatch, capsys):
    """A directory, a pipe; the list of feeds; a class as a CSV."""
    boot.furnish(boot.start(database.settings))
    huzhu = typing(database, monkeypatch, capsys)
    folder = tmp_path / "day"
    folder.mkdir()
    (folder / "1.csv").write_bytes(bills_csv(*BILLS[:5]))
    (folder / "2.csv.gz").write_bytes(gzip.compress(bills_csv(*BILLS[5:])))
    (folder / "3.csv").write_bytes(b"setl_id,what\n1,2\n")
    done = huzhu("settlements", "import", str(folder))
    assert done.code == 2
    assert (done.told["rows_in"], done.told["unmatched"]) == (19, 14)
    assert [x.get("error") for x in done.told["feeds"]] == [None, None, "ColumnMissing"]
    assert [x["name"] for x in done.told["feeds"]] == ["1.csv", "2.csv.gz", "3.csv"]
    one = done.told["feeds"][1]["feed"]
    assert huzhu("settlements", "feeds").told["feeds"][0]["feed"] == one
    out = tmp_path / "faulty.csv"
    told = huzhu("settlements", "feed", str(one), "--class", "faulty", "--csv", str(out))
    assert (told.code, told.told["off"], told.told["written"]) == (0, 0, 2)
    head, row = out.read_text("utf-8-sig").splitlines()[:2]
    assert head == "line,setl_id,claim,why,said"
    assert "AmountUnlikely" in row
    for lang in LANGUAGES:  # as the pages call them
        capsys.readouterr()
        assert main(["settlements", "feed", str(one), "--lang", lang]) == 0
        shown = capsys.readouterr().out
        assert f"{class_said('no_member', lang)}  9" in shown
        assert main(["settlements", "import", str(folder / "2.csv.gz"), "--lang", lang]) == 1
        told = capsys.readouterr().out
        assert f"{class_said('no_member', lang)} 0 +".lower() in told.lower()
        assert f"{class_said('changed', lang)} 0 +".lower() in told.lower()
    assert plainly("AmountUnlikely", "en") in row
    assert huzhu("settlements", "feed", str(one), "--class", "held").told["error"] == "ClassAndFile"
    alone = huzhu("settlements", "import", str(folder / "3.csv"))
    assert alone.code == 2
    assert alone.told["message"].startswith("Line 1: ")
    assert huzhu("settlements", "feed", "99").code == 2
    # What a spreadsheet would take for a formula stays text.
    bills = tmp_path / "formulas.csv"
    bills.write_bytes(bills_csv(*(bill(f"{sign}1+1", 9, DAY, "1.00") for sign in "=＝+＋-－@＠")))
    four = huzhu("settlements", "import", str(bills)).told["feeds"][0]["feed"]
    huzhu("settlements", "feed", str(four), "--class", "no_member", "--csv", str(out))
    cells = [row[1] for row in csv.reader(out.read_text("utf-8-sig").splitlines()[1:])]
    assert cells == [f"'{sign}1+1" for sign in "=＝+＋-－@＠"]
    assert main(["settlements", "import", str(folder), "--lang", "zh"]) == 2
    said = capsys.readouterr().err  # which of them, and which row of which
    assert "3.csv 第 1 行：" in said
    assert "2.csv.gz 第 12 行（结算单 BAD）inscp_scp_amt：" in said
