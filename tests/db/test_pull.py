"""Days pulled from a bureau's interface that does all that such servers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.clock import today
from app.errors import Refusal
from app.feeds.account import accounted, feeds, rows_of_class
from app.feeds.bureau import (
    TRIES,
    BureauDenies,
    BureauInTrouble,
    BureauRefuses,
    BureauTimedOut,
    CursorLoops,
    Interface,
    Page,
    PageBroken,
    PageLacks,
    PullFailed,
)
from app.feeds.pull import DayNotBegun, Pulled, days_of, is_pulled, pull_day
from app.feeds.pulling import pull_yesterday
from app.feeds.take import FeedMovedOn
from app.texts import say
from tests.bureau import Server, bureau
from tests.db.office import Office, assert_sound, bill

DAY = "2023-05-10"
PAID = dict.fromkeys(("hifp_pay", "hifob_pay", "hifmi_pay"))


@pytest.fixture
def office(session) -> Office:
    office = Office(session)
    office.covered(range(3), date(2023, 1, 1))
    office.look_again()
    return office


@pytest.fixture
def server() -> Iterator[Server]:
    with bureau() as server:
        server.days[DAY] = [
            bill(f"A{n}", n % 3, DAY, "100.00", **PAID) | {"inscp_scp_amt": 100 + n}
            for n in range(7)
        ]
        yield server


class Puller:
    """An officer at work with the interface; `paused`: what it waited for between tries."""

    def __init__(self, office: Office, server: Server) -> None:
        self.office, self.server, self.paused = office, server, list[int]()

    def interface(self, secret: str | None = None, **waits: float) -> Interface:
        known = self.server.bureau(secret) if secret else self.server.bureau()
        return Interface(known, self.paused.append, **{"seconds": 20, **waits})

    @contextmanager
    def transaction(self) -> Iterator[object]:
        with self.office.session.begin_nested():
            yield self.office.session

    def pull(self, *wrong: str, anew: bool = False, **told: object) -> Pulled:
        self.server.wrong[:] = wrong
        self.paused.clear()
        day = date.fromisoformat(DAY)
        made = self.interface(**told)
        return pull_day(self.transaction, made, day, by=self.office.by, anew=anew)

    def refused(self, kind: type[PullFailed], *wrong: str, **told: object) -> None:
        with pytest.raises(kind) as found:
            self.pull(*wrong, **told)
        assert type(found.value) is kind
        assert say(found.value, "zh") != say(found.value, "en")


@pytest.fixture
def puller(office, server) -> Puller:
    return Puller(office, server)


def test_a_day_comes_page_by_page_and_again_changes_nothing(puller, office):
    pulled = puller.pull()
    assert (pulled.pages, pulled.rows_in, pulled.new, pulled.run_id) == (4, 7, 7, pulled.run_id)
    assert puller.server.asked == [f"{DAY} {x}" for x in (0, 2, 4, 6)]
    office.drain()
    assert office.payable("A0", "A6") == [5_000, 5_300]
    again = puller.pull()
    assert (again.unchanged, again.new, again.run_id) == (7, 0, None)
    # The bureau has corrected one, and adds one.
    puller.server.days[DAY][3]["inscp_scp_amt"] = 300
    puller.server.days[DAY].append(bill("A7", 1, DAY, "10.00", **PAID))
    later = puller.pull()
    assert (later.unchanged, later.changed, later.new) == (6, 1, 1)
    found = accounted(office.session, later.feed_id)
    assert (found.off, found.source, found.state, found.name) == (0, "pull", "whole", DAY)
    office.drain()
    assert office.payable("A3") == [15_000]
    assert_sound(office.session)


def test_what_passes_is_tried_again_and_what_does_not_is_told(puller, office):
    pulled = puller.pull("500", "cut", "broken", "503", "", "502")
    assert (pulled.pages, pulled.rows_in) == (4, 7)
    assert puller.paused == [2, 4, 8, 16, 2]
    puller.refused(BureauDenies, secret="another")
    for wrong, kind in (("403", BureauDenies), ("404", BureauRefuses), ("302", BureauRefuses)):
        puller.refused(kind, wrong)
        assert puller.paused == []
    for wrong, kind in (("500", BureauInTrouble), ("broken", PageBroken)):
        puller.refused(kind, *[wrong] * TRIES)
        assert puller.paused == [2, 4, 8, 16]
    assert office.session.scalar(text("SELECT count(*) FROM claim")) == 7


def test_a_pull_that_broke_goes_on_with_the_same_page(puller, office):
    puller.refused(BureauTimedOut, "", "", *["late"] * TRIES, seconds=0.3)
    assert not is_pulled(office.session, date.fromisoformat(DAY))
    puller.server.asked.clear()
    pulled = puller.pull()
    assert puller.server.asked == [f"{DAY} 4", f"{DAY} 6"]
    assert (pulled.went_on, pulled.rows_in, pulled.new) == (True, 3, 3)
    found = accounted(office.session, pulled.feed_id)
    assert (found.rows_in, found.classes["waiting"], found.off) == (7, 7, 0)
    assert is_pulled(office.session, date.fromisoformat(DAY))


def test_a_page_that_comes_drop_by_drop_is_no_answer_in_time(puller):
    puller.refused(BureauTimedOut, *["drops"] * TRIES, longest=0.1)
    assert puller.paused == [2, 4, 8, 16]
    assert puller.pull("drops", longest=60).rows_in == 7


def test_pages_that_come_twice_and_cursors_that_lead_back(puller, office):
    pulled = puller.pull("", "repeated")
    assert (pulled.rows_in, pulled.new, pulled.refused) == (9, 7, 2)
    assert accounted(office.session, pulled.feed_id).classes["duplicate"] == 2
    puller.refused(CursorLoops, "", "", "", "loop")
    whole = puller.pull(anew=True)
    assert (whole.rows_in, whole.unchanged) == (7, 7)


def test_what_json_can_write_and_nothing_can_store_is_a_faulty_row(puller, office):
    """The rest of the day goes in; it is the row that is listed, whatever the cell."""
    cells = {"dise_name": "\0", "certno": "\ud800", "med_type": "2\udfff1", "init_setl_id": "x\0"}
    for number, (field, cell) in enumerate(cells.items()):
        puller.server.days[DAY][2 * number - 1][field] = cell
    pulled = puller.pull()
    assert (pulled.rows_in, pulled.new, pulled.refused) == (7, 3, 4)
    faulty = [*rows_of_class(office.session, pulled.feed_id, "faulty")]
    assert [row.line for row in faulty] == [2, 4, 6, 7]
    rows = puller.server.days[DAY]
    assert [row.setl_id for row in faulty] == [rows[row.line - 1]["setl_id"] for row in faulty]
    assert {row.why for row in faulty} == {f"{field} TextUnstorable" for field in cells}
    assert {(x.line, x.reason) for x in pulled.listed} == {
        (line, "TextUnstorable") for line in (2, 4, 6, 7)
    }
    assert accounted(office.session, pulled.feed_id).off == 0


def without(row: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}


def test_a_page_without_a_needed_name_stops_with_page_and_names_and_goes_on_there(puller, office):
    """As a changed header of a file; what one row alone lacks is an empty cell."""
    bureaus = puller.server.days[DAY]
    agreed = bureaus[2:4]
    bureaus[1] = without(bureaus[1], "hifmi_pay")
    bureaus[2:4] = [without(row, "hifob_pay", "hifp_pay") for row in agreed]
    with pytest.raises(PageLacks) as found:
        puller.pull()
    assert found.value.facts == {
        "page": 2,
        "first_line": 3,
        "last_line": 4,
        "columns": "hifp_pay, hifob_pay",
    }
    assert puller.paused == []  # to ask again does not help
    for lang in ("zh", "en"):
        assert all(x in say(found.value, lang) for x in ("2", "3–4", "hifp_pay, hifob_pay"))
    [stopped] = feeds(office.session)
    assert (stopped.state, stopped.fault["name"], stopped.rows_in) == ("stopped", "PageLacks", 2)
    office.drain()
    assert office.payable("A0", "A1") == [5_000, 5_050]
    # The bureau gives them again, in capitals too.
    bureaus[2:4] = [{name.upper(): value for name, value in row.items()} for row in agreed]
    whole = puller.pull()
    assert (whole.feed_id, whole.went_on, whole.new) == (stopped.id, True, 5)
    assert accounted(office.session, stopped.id).state == "whole"
    assert_sound(office.session)


def test_a_page_that_lacks_names_stops_no_pull_that_has_gone_on(puller, office):
    """Of two pulls at once the other got that page whole, and has come to the day's end."""
    bureaus = puller.server.days[DAY]

    class Meanwhile(Interface):
        def page(self, day: str, cursor: str | None) -> Page:
            if cursor is not None:
                puller.pull()
                bureaus[2:4] = [without(row, "hifp_pay") for row in bureaus[2:4]]
            return super().page(day, cursor)

    behind = Meanwhile(puller.server.bureau(), puller.paused.append, seconds=20)
    with pytest.raises(FeedMovedOn):
        pull_day(puller.transaction, behind, date.fromisoformat(DAY), by=office.by)
    [whole] = feeds(office.session)
    assert (whole.state, whole.fault, whole.rows_in) == ("whole", None, 7)
    assert is_pulled(office.session, date.fromisoformat(DAY))


def test_a_day_that_lies_ahead_is_not_pulled(puller, office):
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(DayNotBegun) as found:
        pull_day(puller.transaction, puller.interface(), tomorrow, by=office.by)
    assert all(tomorrow.isoformat() in say(found.value, lang) for lang in ("zh", "en"))
    with pytest.raises(DayNotBegun):
        days_of(today(), tomorrow)
    assert (puller.server.asked, feeds(office.session)) == ([], [])
    assert pull_day(puller.transaction, puller.interface(), today(), by=office.by).rows_in == 0


def test_a_day_that_was_not_over_has_not_come_whole(puller, office):
    """An officer looks at noon; the evening's bills are pulled the day after all the same."""
    day = date.fromisoformat(DAY)
    early = puller.pull()
    began = text("UPDATE feed SET recorded_at = CAST(:at AS timestamptz) WHERE id = :feed")
    for at, came in (("2023-05-10 23:59:59+08", False), ("2023-05-11 00:00:00+08", True)):
        office.session.execute(began, {"at": at, "feed": early.feed_id})
        assert is_pulled(office.session, day) is came


def test_a_day_begun_anew_and_broken_again_has_not_come_whole(puller, office):
    puller.refused(BureauTimedOut, "", *["late"] * TRIES, seconds=0.3)
    with pytest.raises(BureauDenies):
        puller.pull("", "403", anew=True)
    first, second = feeds(office.session)[::-1]
    assert (first.state, first.fault["name"], second.state) == ("stopped", "BegunAnew", "open")
    assert not is_pulled(office.session, date.fromisoformat(DAY))
    whole = puller.pull()
    assert (whole.feed_id, whole.new, whole.unchanged) == (second.id, 5, 0)
    assert is_pulled(office.session, date.fromisoformat(DAY))


def test_the_day_before_is_pulled_once(puller, office, server):
    # Nothing was settled yesterday.
    assert pull_yesterday(puller.transaction, puller.interface()).rows_in == 0
    assert pull_yesterday(puller.transaction, puller.interface()) is None
    office.session.execute(text("UPDATE account SET login = 'somebody'"))
    office.session.execute(text("DELETE FROM feed"))
    with pytest.raises(Refusal, match="BureauByUnknown"):
        pull_yesterday(puller.transaction, puller.interface())
    with pytest.raises(Refusal, match="DaysReversed"):
        days_of(date(2024, 1, 2), date(2024, 1, 1))
    assert len(days_of(date(2024, 2, 28), date(2024, 3, 1))) == 3
