"""Figures read from the photo stand in the step, marked; what a person types is never touched."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.attachments.keep import read_attachment
from app.db import transaction
from app.dispatch import drain_all
from app.jobs import READ_SHEET, Job
from app.reading.models import FAILED, SheetReading
from app.reading.read import keep_reading, promise_forgotten_readings
from app.reading.recognise import Seen
from app.secrets import vault
from tests.clear import in_the_clear
from tests.ocr.installed import by_hand, needs_extra
from tests.ocr.recorded import photo, seen, shown
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.steps import Walk

OFFERED = re.compile(r'name="offered" value="([^"]*)"')
FIELD = re.compile(r'<input[^>]*\bid="(\w+)"[^>]*\bvalue="([^"]*)"')


@pytest.fixture(scope="module")
def reads(web: Flask, fund: Fund) -> Iterator[Flask]:
    """The fund with the setting on; it needs no recogniser itself."""
    web.config["OCR"] = True
    yield web
    web.config["OCR"] = False


@pytest.fixture
def walk(reads: Flask) -> Iterator[Walk]:
    walk = Walk(Browser(reads).sign_in("qian"))
    walk.begin()
    walk.photos(settlement_sheet=photo("grid", "straight"))
    yield walk
    walk.send("discard")
    assert count(reads, SheetReading) == 0


def count(web: Flask, table: type) -> int:
    with web.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def read_it(web: Flask) -> None:
    """As a worker does, with what the recogniser saw when it was recorded."""
    with web.app_context(), transaction() as session:
        row = session.scalars(select(SheetReading)).one()
        jpeg = read_attachment(session, row.member_id, row.paper_id)
        boxes = seen("grid", "straight")
        keep_reading(session, row.member_id, row.paper_id, jpeg, Seen(boxes, 0))
        session.execute(text("DELETE FROM job"))


def fields(page: str) -> dict[str, str]:
    return {name: value for name, value in FIELD.findall(page) if value}


def test_what_was_read_stands_there_marked_and_counts_when_it_is_sent(
    reads: Flask, walk: Walk
) -> None:
    page = walk.page("figures")
    assert "正在读取照片" in page
    assert "hifp_pay" not in fields(page)
    read_it(reads)
    want = shown("grid").figures
    page = walk.page("figures")
    assert "正在读取照片" not in page
    assert {name: fields(page).get(name) for name in want} == want
    assert page.count("从照片读出，请核对") == page.count("data:image/jpeg;base64,") == len(want)
    offered = OFFERED.search(page)
    assert offered is not None
    assert set(offered[1].split()) == want.keys()
    # Looking keeps nothing: the figures are the member's when the form is sent.
    changed = want | {"hifp_pay": "1.00", "maf_pay": "", "offered": offered[1]}
    walk.send("figures", "keep", **changed)
    page = words(walk.page("figures"))
    assert f"照片读出的是 {want['hifp_pay']}" in page
    there = fields(walk.page("figures"))
    assert there["hifp_pay"] == "1.00"
    assert "maf_pay" not in there
    assert walk.figures(**(want | {"offered": offered[1]})).location == walk.path("card")


def test_what_was_typed_before_stays(reads: Flask, walk: Walk) -> None:
    walk.send("figures", "stay", hifp_pay="77", fixmedins_name="别的医院")
    read_it(reads)
    there = fields(walk.page("figures"))
    assert (there["hifp_pay"], there["fixmedins_name"]) == ("77", "别的医院")
    assert there["medfee_sumamt"] == shown("grid").figures["medfee_sumamt"]
    # A form from before the reading says nothing of what was read since.
    walk.send("figures", "keep", hifp_pay="78")
    assert fields(walk.page("figures"))["hifp_pay"] == "78"
    assert "medfee_sumamt" in fields(walk.page("figures"))


def test_a_reading_is_sealed_and_goes_with_its_paper(reads: Flask, walk: Walk) -> None:
    read_it(reads)
    with reads.app_context(), transaction() as session:
        row = session.scalars(select(SheetReading)).one()
        assert row.found_cipher is not None
        figures = [each for each in shown("grid").figures.values() if len(each) > 4]
        plain = vault().open(row.found_cipher, "sheet_reading", row.member_id, row.paper_id)
        assert in_the_clear(plain, figures) == figures != []
        assert not in_the_clear(row.found_cipher, figures)
        paper_id = row.paper_id
    other = Browser(reads).sign_in("zhao")
    assert other.get(walk.path("figures")).status_code == 404
    walk.send(f"papers/{paper_id}/remove")
    assert count(reads, SheetReading) == 0
    assert "从照片读出" not in walk.page("figures")


def test_a_photo_that_cannot_be_read_leaves_the_step_as_it_is(reads: Flask, walk: Walk) -> None:
    with reads.app_context(), transaction() as session:
        [job] = session.scalars(select(Job).where(Job.kind == READ_SHEET)).all()
        row = session.scalars(select(SheetReading)).one()
        assert (job.subject_id, job.items) == (row.paper_id, [])
        # Its sealed bytes are another's: nothing to be read, whatever is installed.
        session.execute(
            text("UPDATE kept_paper SET place = 'lost' WHERE id = :id"), {"id": job.subject_id}
        )
    with reads.app_context():
        assert drain_all().in_trouble == 0
    with reads.app_context(), transaction() as session:
        assert session.scalars(select(SheetReading.state)).all() == [FAILED]
    page = walk.page("figures")
    assert "正在读取照片" not in page
    assert "从照片读出" not in page


@needs_extra
@by_hand
def test_a_photo_that_was_sent_is_read_by_what_drains(reads: Flask, walk: Walk) -> None:
    with reads.app_context():
        assert drain_all().in_trouble == 0
    want = shown("grid").figures
    there = fields(walk.page("figures"))
    assert {name: there.get(name) for name in want} == want


def test_what_nobody_promised_is_promised_again(reads: Flask, walk: Walk) -> None:
    with reads.app_context(), transaction() as session:
        session.execute(text("DELETE FROM job"))
        promise_forgotten_readings(session)
        promise_forgotten_readings(session)
        assert len(session.scalars(select(Job).where(Job.kind == READ_SHEET)).all()) == 1
        session.execute(text("DELETE FROM job"))


def test_it_is_off_by_default_and_reads_sheets_only(web: Flask, reads: Flask) -> None:
    walk = Walk(Browser(reads).sign_in("qian"))
    walk.begin()
    walk.photos(invoice=photo("lines", "straight"))
    assert count(reads, SheetReading) == 0
    reads.config["OCR"] = False
    walk.photos(settlement_sheet=photo("columns", "straight"))
    assert count(reads, SheetReading) == 0
    reads.config["OCR"] = True
    walk.send("discard")
