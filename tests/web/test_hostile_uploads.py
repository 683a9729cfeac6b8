"""Every page that takes a file, against files that are wrong or built to harm.

Each is refused in a sentence, at once and whole: nothing of it is in any table of facts after.
"""

import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import today
from app.db import db, transaction
from app.dispatch import drain_all
from app.enrolment.upload_state import State
from app.web.limits import LARGE
from tests.factories import csv_bytes, formula, make_id, make_name, xlsx_bytes
from tests.faults import hostile_books as books
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.rich import Rich
from tests.web.steps import Walk

HEAD = ["姓名", "身份证号", "增减", "日期", "类型", "金额", "流水号", "记账日期", "余额"]
HEAD += ["单位名称", "统一社会信用代码", "所属工会", "单位承担比例", "联系人", "联系电话"]
ROW: list[object] = [make_name(950), make_id(950), "增", "2021-06-30", "退休", "1.00", "S1"]
ROW += ["2021-12-01", "1.00", "某单位", "91", "市总工会", "50", "王", "13800001234"]
FILES: dict[str, Callable[[], bytes]] = {
    "empty": bytes,
    "one byte": lambda: b"x",
    "NULs": lambda: bytes(5_000),
    "every byte": lambda: bytes(range(256)) * 40,
    "a PDF": lambda: b"%PDF-1.7\n1 0 obj\n<< /JS (app.alert(1)) >>\nendobj\n",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "JSON": lambda: b'{"a": NaN}',
    "UTF-16": lambda: "姓名,身份证号\r\n".encode("utf-16"),
    "half a character": lambda: "姓名,身份证号\r\n王".encode()[:-1] + b"\xff\xfe",
    "an unfinished quotation": '姓名,身份证号\r\n"王'.encode,
    "headings alone": lambda: csv_bytes([HEAD]),
    "a line of commas": lambda: b"," * 400_000,
    "a NUL in a cell": lambda: csv_bytes([HEAD, ["王\0安", *ROW[1:]]]),
    "a formula for a name": lambda: csv_bytes([HEAD, ["=cmd|' /C calc'!A0", *ROW[1:]]]),
    "formulas for cells": lambda: xlsx_bytes([HEAD, [formula("=1+1"), *ROW[1:]]]),
    "a number written as one": lambda: xlsx_bytes([HEAD, [ROW[0], 410599196001010001, *ROW[2:]]]),
    "right to left": lambda: csv_bytes([HEAD, ["王\u202e安", *ROW[1:]]]),
    "a cell of half a megabyte": lambda: csv_bytes([HEAD, ["王" * 150_000, *ROW[1:]]]),
    "a bomb of rows": books.rows_without_end,
    "the far corner": books.cell_at_the_far_corner,
    "entities": books.quadratic_entities,
    "another file's entity": books.external_entity,
    "a doubled entry": books.doubled_entry,
    "an entry that climbs": books.climbing_entry,
    "macros": books.macros,
    "encrypted": books.encrypted,
    "a web page": books.html,
    "cut short": books.truncated,
    "an old workbook": books.old_workbook,
}
READ = {"a formula for a name", "formulas for cells", "right to left", "a NUL in a cell"}
READ |= {"a number written as one", "a cell of half a megabyte"}
"""Files that can be read, of which each row is refused: a page may answer with the list of them."""
PATHS: dict[str, tuple[str, dict[str, str]]] = {
    "rosters.send": ("/office/unit/1/upload", {"year": str(today().year), "starts_on": ""}),
    "changes.send": ("/office/unit/1/changes", {"starts_on": ""}),
    "changes.send_fates": ("/office/fates", {}),
    "change_lists.send": ("/office/unit/{kindergarten}/changes/new", {"starts_on": ""}),
    "money.send": ("/office/money/statements", {"account": "main"}),
    "payments.answer": ("/office/payments/batch/1/return", {}),
    "unit_asks.import_file": ("/office/units/import", {}),
    "gifts.send": ("/office/gifts/1", {"starts_on": "2021-09-01"}),
}
PHOTOS = {
    "claim_papers.add": "/office/members/1/claims/1/papers",
    "claim_papers.add_mine": "/my/claims/1/papers",
}
NO_PHOTOS = ("one byte", "NULs", "every byte", "a PDF", "a picture", "a bomb of rows", "a web page")
DRAFTS = {"roster_upload", "stored_file", "stored_part", "job"}
"""A roster file is kept while it is read, and says why it is refused."""


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def test_every_page_that_takes_a_file_is_tried() -> None:
    assert set(PATHS) | set(PHOTOS) | {"file_papers.send", "counter.send"} == set(LARGE)


@pytest.mark.parametrize("endpoint", [*PHOTOS, "file_papers.send", "counter.send"])
def test_what_is_no_photo_is_refused_whole(rich: Rich, endpoint: str) -> None:
    """Pages that take photos and papers; what pictures can do is in `test_claim_papers`."""
    of_office = endpoint in {"claim_papers.add", "counter.send"}
    browser = rich.one if of_office else Browser(rich.web).sign_in("zhao")
    walk = Walk(browser)
    if endpoint == "file_papers.send":
        assert walk.begin().status_code == 302
    before, log = rich.rows(), list(events(rich))
    token = browser.token("/")
    for named in NO_PHOTOS:
        sent = (io.BytesIO(FILES[named]()), "x.jpg")
        if endpoint == "file_papers.send":
            answer = walk.photos(invoice=FILES[named]())
        else:
            field = "papers_invoice" if endpoint == "counter.send" else "papers"
            fields = {"csrf_token": token, "kind": "invoice", field: [sent]}
            answer = browser.client.post(
                PHOTOS.get(endpoint, "/office/members/1/claims/new"), data=fields
            )
        assert answer.status_code in {400, 409, 413}, (named, answer.status_code)
        assert len(words(answer.text)) > 5
    assert rich.rows() == before
    assert list(events(rich)) == log


def events(rich: Rich) -> Iterator[str]:
    with rich.web.app_context():
        yield from db.session().scalars(text("SELECT act FROM event ORDER BY id"))


@pytest.mark.parametrize("endpoint", PATHS)
def test_what_is_wrong_is_refused_whole(web: Flask, rich: Rich, endpoint: str) -> None:
    of_contact = endpoint == "change_lists.send"
    browser = Browser(web).sign_in(rich.fund.contact) if of_contact else rich.one
    path, fields = PATHS[endpoint]
    path = path.format(kindergarten=rich.fund.kindergarten)
    before, log = rich.rows(), list(events(rich))
    token, wrong = browser.token("/"), []
    for number, (named, make) in enumerate(FILES.items()):
        file = (io.BytesIO(make()), "名单.xlsx")
        data = {"csrf_token": token, **fields, "key": f"{number:032x}", "file": file}
        if endpoint == "rosters.send":
            data["confirmed_on"] = today().isoformat()
        answer = browser.client.post(path, data=data)
        told = words(answer.text)
        listed = answer.status_code == 200 and named in READ
        if not (listed or answer.status_code in {302, 400, 409, 413}) or len(told) < 5:
            wrong.append((named, answer.status_code))
        if endpoint == "rosters.send":  # so many are read at once, and no more
            with web.app_context():
                assert drain_all().in_trouble == 0
    assert wrong == []
    with web.app_context(), transaction() as session:
        states = set(session.scalars(text("SELECT state FROM roster_upload WHERE id > 1")))
    assert states <= {State.REFUSED.value, State.NOTHING.value}
    after = {name: count for name, count in rich.rows().items() if name not in DRAFTS}
    changed = {name: n - before[name] for name, n in after.items() if n != before[name]}
    # That a list was taken in, none of whose rows was right, is in the log.
    assert set(changed) <= {"event"}, changed
    assert set(list(events(rich))[len(log) :]) <= {"member.fates"}
