"""Bad inputs where a bureau's program sends settlement files: the request, the file, its rows."""

import gzip
import html
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import db, transaction
from app.dispatch import drain_all
from tests.factories import make_id
from tests.web.browser import Browser
from tests.web.fund import FIELDS, PASSWORD, QIAN, ZHAO, Fund, bill, feed
from tests.web.program import Program, token_of

KINDS = ("text/csv", "application/octet-stream")
LARGEST = 2**63 - 1
KEPT = ("settlement_feed", "stored_file", "stored_part", "feed", "settlement")


@pytest.fixture(scope="module")
def bureau(web: Flask, api: Flask, fund: Fund) -> Program:
    with web.app_context(), transaction() as session:
        add_account(session, "secadmin", "secadmin", Role.SECURITY_ADMIN, PASSWORD, by=None)
    return Program(api, token_of(web, "officer1", by="secadmin")[1])


def rows(web: Flask) -> list[int]:
    asked = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in KEPT)
    with web.app_context():
        return [int(x) for x in db.session().scalars(text(asked))]


def send(program: Program, key: str, data: bytes, kind: str = KINDS[0], **how: Any) -> Any:
    headers = {"Idempotency-Key": key, "Content-Type": kind} | how.pop("headers", {})
    return program.post("/settlements" + how.pop("asked", ""), data=data, headers=headers, **how)


def drained(web: Flask) -> None:
    with web.app_context():
        assert drain_all().in_trouble == 0


def taken(web: Flask, bureau: Program, key: str, data: bytes) -> dict[str, Any]:
    """What became of a file that was received."""
    sent = send(bureau, key, data, KINDS[1])
    assert sent.status_code == 202, sent.text
    drained(web)
    told: dict[str, Any] = bureau.get(f"/settlements/{sent.json['id']}").json
    return told


def test_44_the_same_key_with_another_file_is_a_conflict(web: Flask, bureau: Program) -> None:
    data = feed(bill("K44", ZHAO, "2021-03-01", "100.00"))
    number = send(bureau, "k44", data).json["id"]
    before = rows(web)
    others = {
        "a byte more": (data + b"\n", KINDS[0]),
        "another amount": (data.replace(b"100.00", b"900.00"), KINDS[0]),
        "none": (b"", KINDS[1]),
        "packed": (gzip.compress(data), KINDS[1]),
    }

    def conflicts() -> None:
        for what, (other, kind) in others.items():
            answer = send(bureau, "k44", other, kind)
            assert (answer.status_code, answer.json["name"]) == (409, "RequestKeyUsed"), what
            assert answer.json["detail"], what
        assert send(bureau, "k44", data).json["id"] == number

    conflicts()
    assert rows(web) == before
    drained(web)
    told = bureau.get(f"/settlements/{number}").json
    before = rows(web)
    conflicts()  # also when it was taken, and the file is gone
    assert rows(web) == before
    assert bureau.get(f"/settlements/{number}").json == told
    assert (told["state"], told["counts"]["new"]) == ("taken", 1)


def test_46_a_key_that_is_none_keeps_nothing(web: Flask, bureau: Program) -> None:
    before, data = rows(web), feed(bill("K46", ZHAO, "2021-03-02", "100.00"))
    for key in ("k" * 10_240, "k" * 91, "", " ", "a b", "ключ", "键", "k\tk", "k\x7f"):
        answer = send(bureau, key, data)
        assert answer.status_code == 422, (key[:20], answer.text)
        assert [each["field"] for each in answer.json["faults"]] == ["Idempotency-Key"]
        assert key[:1] == "k" or not key.strip() or key not in answer.text
    nothing = bureau.post("/settlements", data=data, headers={"Content-Type": KINDS[0]})
    assert nothing.status_code == 422
    assert rows(web) == before
    assert send(bureau, "k" * 90, data).status_code == 202


def test_45_eight_at_once_are_one(web: Flask, api: Flask, bureau: Program) -> None:
    data, start = feed(bill("K45", ZHAO, "2021-03-03", "100.00")), Barrier(8)
    before = rows(web)

    def sent(number: int) -> tuple[int, int | None]:
        program, mine = Program(api, bureau.token), data if number % 2 else data + b"\n"
        start.wait()
        answer = send(program, "k45", mine)
        return answer.status_code, answer.json.get("id")

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(sent, range(8)))
    assert {code for code, _ in found} == {202, 409}
    assert len({number for code, number in found if code == 202}) == 1
    assert rows(web)[:2] == [before[0] + 1, before[1] + 1]


def test_requests_that_are_not_for_this_door(web: Flask, bureau: Program, fund: Fund) -> None:
    before, data = rows(web), feed(bill("K", ZHAO, "2021-03-04", "100.00"))
    officer = Browser(web).sign_in("officer1")
    cookie = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in officer.client._cookies.values())}
    nobody = Program(bureau.client.application)
    for what, answer, code in (
        ("43 an officer's cookie alone", send(nobody, "a", data, headers=cookie), 401),
        ("42 a parameter twice", send(bureau, "a", data, asked="?lang=zh&lang=en"), 400),
        ("96 an ID in the address", send(bureau, "a", data, asked=f"?q={make_id(3)}"), 400),
        ("a token in the address", send(nobody, "a", data, asked=f"?t={bureau.token}"), 400),
        ("87 another host", send(bureau, "a", data, headers={"Host": "evil.example"}), 400),
        ("94 TRACE", bureau.ask("TRACE", "/settlements"), 405),
        ("53 a page", send(bureau, "a", b"<html>", "text/html"), 415),
        ("a form", send(bureau, "a", b"a=b", "application/x-www-form-urlencoded"), 415),
        ("no kind", send(bureau, "a", data, ""), 415),
        ("JSON", send(bureau, "a", b"{}", "application/json"), 415),
    ):
        assert answer.status_code == code, (what, answer.status_code, answer.text)
        assert bureau.token not in answer.text
        assert make_id(3) not in answer.text
    for number in (-1, 0, 2**63, LARGEST, "%00", "1e3", "9" * 5_000):  # 93
        assert bureau.get(f"/settlements/{number}").status_code == 404, number
    assert rows(web) == before


WHOLE: dict[str, Callable[[], bytes]] = {
    "15 a packed file cut off": lambda: gzip.compress(GOOD)[:-9],
    "7 a packed file whose length lies": lambda: gzip.compress(GOOD)[:-4] + b"\xff" * 4,
    "49 ten thousand columns": lambda: b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n",
    "42 a column twice": lambda: GOOD.replace(b"setl_id,", b"setl_id,setl_id,", 1),
    "14 a page": lambda: b"<html><table><tr><td>setl_id</td></tr></table></html>",
    "48 NUL": lambda: GOOD.replace("第一".encode(), "第\0一".encode()),
    "a column missing": lambda: GOOD.replace(b"setl_id", b"setlement"),
    "30 a line without end": lambda: GOOD + b"x" * 2_000_000,
}
GOOD = feed(bill("GOOD", ZHAO, "2021-03-05", "100.00"))


@pytest.mark.parametrize("what", WHOLE)
def test_a_file_that_is_wrong_is_refused_whole(web: Flask, bureau: Program, what: str) -> None:
    drained(web)
    before = rows(web)[3:]
    told = taken(web, bureau, what.split(maxsplit=1)[0] + "w", WHOLE[what]())
    assert told["state"] == "refused", (what, told)
    assert told["fault"]["detail"]
    assert rows(web)[3:] == before


ROWS: dict[str, dict[str, str]] = {
    "32 less than nothing": {"medfee_sumamt": "-100.00"},
    "33 three decimals": {"psn_part_amt": "100.005"},
    "34 no end": {"inscp_scp_amt": "Infinity"},
    "34 an exponent": {"inscp_scp_amt": "1e5"},
    "29 no number": {"hifp_pay": "NaN"},
    "29 too large": {"hifp_pay": "9" * 400},
    "35 discharged before admitted": {"begndate": "2021-03-09"},
    "18 a letter in an ID": {"certno": make_id(ZHAO)[:5] + "A" + make_id(ZHAO)[6:]},
    "a day that is none": {"enddate": "2021-02-30"},
    "no number of its own": {"setl_id": ""},
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_is_wrong_is_listed_and_the_others_go_in(
    web: Flask, bureau: Program, what: str
) -> None:
    key = "".join(x for x in what if x.isalnum())
    bad = bill(f"B{key[:20]}", ZHAO, "2021-03-06", "100.00") | ROWS[what]
    good = bill(f"G{key[:20]}", ZHAO, "2021-03-06", "100.00")
    told = taken(web, bureau, f"row-{key}"[:60], feed(bad, good))
    assert told["state"] == "taken", (what, told)
    assert [each["line"] for each in told["listed"]] == [2], (what, told)
    assert all(each["detail"] for each in told["listed"])
    assert told["counts"]["new"] == 1, (what, told)


def test_rows_that_are_odd_and_right(web: Flask, bureau: Program) -> None:
    odd = {
        "40": {"status": "paid", "approved_fen": "900000", "payable": "9999"},
        "47": {"fixmedins_name": "{{7*7}}<script>alert(1)</script>医院"},
        "79": {"fixmedins_name": "=cmd|' /C calc'!A0"},
        "80": {"fixmedins_name": "医院'); DROP TABLE claim; --"},
    }
    given = [
        bill(f"ODD{n}", QIAN, "2021-07-01", "50.00") | more
        for n, (_, more) in enumerate(odd.items())
    ]
    head = [*dict.fromkeys([*FIELDS, *(name for row in given for name in row)])]
    lines = [head, *([row.get(name, "") for name in head] for row in given)]
    data = "\n".join(",".join(f'"{x}"' for x in line) for line in lines).encode("gb18030")  # 76
    told = taken(web, bureau, "odd", data)
    assert (told["state"], told["counts"]["new"], told["listed"]) == ("taken", 4, [])
    with web.app_context():
        asked = text(
            "SELECT s.fixmedins_name, c.member_id, c.id, d.base_fen FROM claim c"
            " JOIN settlement s USING (member_id, setl_id) JOIN determination d"
            " ON d.member_id = c.member_id AND d.claim_id = c.id WHERE c.setl_id LIKE 'ODD%'"
        )
        found = db.session().execute(asked).all()
    assert {name for name, *_ in found} == {row["fixmedins_name"] for row in given}
    assert {base_fen for *_, base_fen in found} == {5_000}
    officer = Browser(web).sign_in("officer1")
    for name, member_id, claim_id, _ in found:
        page = officer.get(f"/office/members/{member_id}/claims/{claim_id}").text
        assert html.escape(name) in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        assert "<script>alert" not in page


def test_69_70_71_73_what_is_sent_again_changed_unknown_or_twice(
    web: Flask, bureau: Program
) -> None:
    first = bill("AGAIN", ZHAO, "2021-08-01", "100.00")
    told = taken(web, bureau, "again-1", feed(first, first, bill("WHO", 998, "2021-08-01", "1.00")))
    assert (told["counts"]["new"], told["counts"]["unmatched"]) == (1, 1)
    assert 3 in {each["line"] for each in told["listed"]}
    same = taken(web, bureau, "again-2", feed(first))
    assert (same["counts"]["new"], same["counts"]["unchanged"]) == (0, 1)
    more = taken(web, bureau, "again-3", feed(bill("AGAIN", ZHAO, "2021-08-01", "300.00")))
    assert (more["counts"]["new"], more["counts"]["changed"]) == (0, 1)
    with web.app_context():
        asked = "SELECT base_fen FROM determination WHERE setl_id = 'AGAIN' ORDER BY seq"
        assert db.session().scalars(text(asked)).all() == [10_000, 30_000]
