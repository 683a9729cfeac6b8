"""An auditor asks for a bundle, sees how far it is, and fetches it whole or in pieces."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.models import BundleOrder
from app.audit.order import order_bundle
from app.db import db, transaction
from app.errands import do_errands
from app.evidence.models import Event
from app.files.keep import PART, keep, let_go
from app.jobs import MAKE_BUNDLE, Job
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund

YEAR = 2021


@contextmanager
def written(web: Flask, order_id: int, **values: object) -> Iterator[None]:
    """The order with other values, for a while."""
    with web.app_context():
        with transaction() as session:
            kept = {x: getattr(session.get_one(BundleOrder, order_id), x) for x in values}
            session.execute(update(BundleOrder).where(BundleOrder.id == order_id).values(values))
        yield
        with transaction() as session:
            session.execute(update(BundleOrder).where(BundleOrder.id == order_id).values(kept))


@pytest.fixture(scope="module")
def made(web: Flask, fund: Fund) -> int:
    """An order asked for on the page and made as a worker makes it."""
    auditor = Browser(web).sign_in("auditor")
    answer = auditor.post(f"/audit/{YEAR}/bundles")
    assert answer.status_code == 302
    order_id = int(answer.location.rsplit("/", 1)[1])
    with web.app_context():
        assert do_errands() == 0
        with transaction() as session:
            assert session.get_one(BundleOrder, order_id).state == "ready"
            assert session.scalars(select(Job).where(Job.kind == MAKE_BUNDLE)).all() == []
        db.session.remove()
    return order_id


@pytest.fixture(scope="module")
def whole(web: Flask, made: int) -> bytes:
    answer = Browser(web).sign_in("auditor").get(f"/audit/bundles/{made}/file")
    assert answer.status_code == 200
    return answer.data


def test_what_is_fetched_is_the_bundle_and_holds(
    auditor: Browser, made: int, whole: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "fetched.zip"
    file.write_bytes(whole)
    result = verify.examine(str(file))
    assert result["ok"], result
    assert result["benefit_years"] == [YEAR]
    page = auditor.read(f"/audit/bundles/{made}")
    assert hashlib.sha256(whole).hexdigest() in page
    assert f"{len(whole):,} 字节" in page
    for sentence in verify.report(result, "zh").splitlines():
        assert sentence in page
    assert "python3 -I -S verify.py" in page
    assert "已核对" in auditor.read(f"/audit/{YEAR}")


def test_the_same_words_in_english(web: Flask, made: int, whole: bytes) -> None:
    page = Browser(web).sign_in("auditor").choose("en").read(f"/audit/bundles/{made}")
    with zipfile.ZipFile(io.BytesIO(whole)) as bundle:
        assert "verify.py" in bundle.namelist()
    assert "Everything holds." in page
    assert "Unsigned: checked by itself, not checked against outside." in page
    assert "two persons, caps" in page  # a line broken for a console is one sentence here


def test_the_log_says_who_had_it_made_and_what_the_check_found(
    web: Flask, fund: Fund, made: int, whole: bytes
) -> None:
    digest = hashlib.sha256(whole).hexdigest()
    with web.app_context(), transaction() as session:
        events = session.scalars(select(Event).where(Event.act.like("bundle.%"))).all()
        told = [(x.act, x.by, x.benefit_years, x.facts["sha256"]) for x in events]
        assert told == [
            ("bundle.made", fund.auditor, [YEAR], digest),
            ("bundle.verified", fund.auditor, [YEAR], digest),
        ]
        assert events[1].facts["ok"] is True


def test_a_double_click_is_one_order(web: Flask, fund: Fund, made: int) -> None:
    auditor = Browser(web).sign_in("auditor")
    first, second = (auditor.post("/audit/2019/bundles").location for _ in range(2))
    assert first == second
    assert not first.endswith(f"/{made}")
    assert auditor.post(f"/audit/{YEAR}/bundles").location != first
    with web.app_context(), transaction() as session:
        jobs = session.scalars(select(Job.subject_id).where(Job.kind == MAKE_BUNDLE)).all()
        assert len(jobs) == len(set(jobs)) == 2
        session.execute(text("DELETE FROM job WHERE kind = :kind"), {"kind": MAKE_BUNDLE})
        session.execute(text("DELETE FROM bundle_order WHERE state = 'making'"))


def test_one_auditor_has_two_made_at_once_and_no_more(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    with web.app_context(), transaction() as session:
        for year in (1998, 1999):
            session.add(_order(year, fund.auditor))
    answer = auditor.post("/audit/2019/bundles")
    assert answer.status_code == 409
    assert "2 个资料包正在生成" in answer.text
    assert "2 bundles that you asked for" in auditor.choose("en").post("/audit/2019/bundles").text
    with web.app_context(), transaction() as session:
        session.execute(text("UPDATE bundle_order SET state = 'failed' WHERE benefit_year = 1998"))
    assert auditor.post("/audit/2019/bundles").status_code == 302
    with web.app_context(), transaction() as session:
        session.execute(text("DELETE FROM job WHERE kind = :kind"), {"kind": MAKE_BUNDLE})
        session.execute(text("DELETE FROM bundle_order WHERE benefit_year < 2020"))


def _order(year: int, by: int) -> BundleOrder:
    return BundleOrder(benefit_year=year, last_year=year, state="making", asked_by=by)


def test_several_years_and_the_calendar_year_are_ordered_and_made(
    web: Flask, auditor: Browser, tmp_path: Path
) -> None:
    for form, named, title in (
        ({"last_year": str(YEAR + 1)}, f"huzhu-{YEAR}-{YEAR + 1}.zip", f"{YEAR}–{YEAR + 1} 年度"),
        ({"booked": "1"}, f"huzhu-booked-{YEAR}.zip", f"{YEAR} 公历年审计资料包"),
    ):
        path = auditor.post(f"/audit/{YEAR}/bundles", **form).location
        with web.app_context():
            assert do_errands() == 0
            db.session.remove()
        page = auditor.read(path)
        assert named in page
        assert title in page
        file = tmp_path / named
        file.write_bytes(auditor.get(f"{path}/file").data)
        result = verify.examine(str(file))
        assert result["ok"], result
        assert result["booked"] == (YEAR if form.get("booked") else None)
    page = auditor.read(f"/audit/{YEAR}")
    assert f"公历 {YEAR} 年" in page
    for last_year in (YEAR - 1, YEAR + 10):
        answer = auditor.post(f"/audit/{YEAR}/bundles", last_year=str(last_year))
        assert answer.status_code == 409
        assert "末年不能早于首年" in answer.text


def test_while_it_goes_the_page_polls_and_says_how_far_it_is(
    web: Flask, auditor: Browser, made: int
) -> None:
    path = f"/audit/bundles/{made}"
    for state, done, said in (
        ("making", 0, "马上开始"),
        ("making", 7, "第 7 张表，共 24 张"),
        ("verifying", 3, "第 3 步，共 24 步"),
    ):
        with written(web, made, state=state, done=done, total=24):
            page = auditor.get(path).text
            section = re.search(r'<section id="order".*?</section>', page, re.DOTALL)[0]
            assert 'data-poll="1"' in section
            assert said in section
            assert f'<progress max="24" value="{done}"' in section
            assert '<noscript><meta http-equiv="refresh"' in page
            assert "sha256sum" not in section
    page = auditor.get(path).text
    assert "data-poll" not in page
    assert "http-equiv" not in page


def test_one_that_failed_says_why_and_can_be_asked_for_again(
    web: Flask, auditor: Browser, made: int
) -> None:
    path = f"/audit/bundles/{made}"
    for trouble, said in (
        ("BundleTooLarge", "资料包超过 4 GiB"),
        ("NothingInYear", "保障年度 2021 没有任何记录"),
        ("VerifierFailed", "生成中断（VerifierFailed）"),
    ):
        with written(web, made, state="failed", trouble=trouble):
            page = auditor.get(path)
            assert said in page.text
            assert f'action="/audit/{YEAR}/bundles"' in page.text
            assert "data-poll" not in page.text


def test_a_fault_the_verifier_finds_is_told_in_its_words(
    web: Flask, auditor: Browser, made: int
) -> None:
    says = {"zh": "有问题。第一条有问题的记录：cover 7", "en": "NOT IN ORDER. cover 7"}
    with written(web, made, verdict={"ok": False, "says": says}):
        page = auditor.read(f"/audit/bundles/{made}")
        assert says["zh"] in page
        assert "已核对，有问题" in page
        assert "无误" not in page


def test_a_file_that_was_let_go_is_gone_and_what_is_known_of_it_stays(
    web: Flask, auditor: Browser, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        file_id = session.get_one(BundleOrder, fund.bundle).file_id
        assert file_id
        let_go(session, file_id)
    page = auditor.read(f"/audit/bundles/{fund.bundle}")
    assert "文件保存 30 天" in page
    assert hashlib.sha256(b"PK").hexdigest() in page
    assert auditor.get(f"/audit/bundles/{fund.bundle}/file").status_code == 404


def test_a_year_with_nothing_says_so(auditor: Browser) -> None:
    answer = auditor.post("/audit/1999/bundles")
    assert answer.status_code == 409
    assert "保障年度 1999 没有任何记录" in answer.text


def test_only_an_auditor_of_the_whole_fund_has_bundles(web: Flask, fund: Fund, made: int) -> None:
    with web.app_context(), transaction() as session:
        north = session.execute(
            text("SELECT id FROM union_node WHERE name = '北区总工会'")
        ).scalar_one()
        add_account(
            session,
            "of.north",
            "北区审计",
            Role.AUDITOR,
            PASSWORD,
            by=fund.officer,
            union_id=north,
        )
    for login in ("of.north", "officer1", "zhao"):
        browser = Browser(web).sign_in(login)
        assert browser.post(f"/audit/{YEAR}/bundles").status_code == 403
        assert browser.get(f"/audit/bundles/{made}").status_code == 403
        assert browser.get(f"/audit/bundles/{made}/file").status_code == 403
    page = Browser(web).sign_in("of.north").get(f"/audit/{YEAR}").text
    assert "市总工会的审计人员" in page
    assert "/bundles" not in page


# The download.


@pytest.fixture(scope="module")
def large(web: Flask, fund: Fund) -> tuple[str, bytes]:
    """A kept file of some parts: its path, and its bytes."""
    data = hashlib.shake_256(b"huzhu").digest(2 * PART + 12_345)
    with web.app_context(), transaction() as session:
        file = keep(
            session, [data], name="huzhu-2021.zip", media_type="application/zip", by=fund.auditor
        )
        order = BundleOrder(
            benefit_year=YEAR,
            last_year=YEAR,
            state="ready",
            file_id=file.id,
            sha256=file.sha256,
            size=file.size,
            made_from_event=1,
            verdict={"ok": True, "says": {"zh": "核对无误。", "en": "Everything holds."}},
            asked_by=fund.auditor,
        )
        session.add(order)
        session.flush()
        path = f"/audit/bundles/{order.id}/file"
    return path, data


def ranged(browser: Browser, path: str, range_: str, **headers: str) -> TestResponse:
    return browser.get(path, headers={"Range": range_, **headers})


def test_the_whole_says_what_it_is(auditor: Browser, large: tuple[str, bytes]) -> None:
    path, data = large
    answer = auditor.get(path)
    assert answer.data == data
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=huzhu-2021.zip"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    head = auditor.client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(data))
    kept = auditor.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, None),
        (f"bytes={PART - 1}-{PART}", PART - 1, PART + 1),
        (f"bytes={PART}-", PART, None),
        ("bytes=-1", -1, None),
        (f"bytes=-{9 * PART}", 0, None),
        (f"bytes=17-{9 * PART}", 17, None),
        (f"bytes={2 * PART + 12_344}-", -1, None),
    ],
)
def test_a_range_is_just_these_bytes(
    auditor: Browser, large: tuple[str, bytes], asked: str, start: int, end: int | None
) -> None:
    path, data = large
    wanted = data[start:end]
    answer = ranged(auditor, path, asked)
    assert answer.status_code == 206
    assert answer.data == wanted
    assert answer.headers["Content-Length"] == str(len(wanted))
    first = len(data) + start if start < 0 else start
    last = first + len(wanted) - 1
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"


def test_a_broken_download_goes_on_where_it_broke(
    auditor: Browser, large: tuple[str, bytes]
) -> None:
    path, data = large
    first = ranged(auditor, path, "bytes=0-99999")
    same = {"If-Range": first.headers["ETag"]}
    rest = ranged(auditor, path, "bytes=100000-", **same)
    assert rest.status_code == 206
    assert first.data + rest.data == data


@pytest.mark.parametrize("other", ['"of another file"', "Sun, 01 Nov 2026 10:00:00 GMT", "?"])
def test_a_part_of_another_file_is_not_gone_on_with(
    auditor: Browser, large: tuple[str, bytes], other: str
) -> None:
    path, data = large
    answer = ranged(auditor, path, "bytes=100-", **{"If-Range": other})
    assert (answer.status_code, len(answer.data)) == (200, len(data))


def test_a_weak_tag_proves_nothing(auditor: Browser, large: tuple[str, bytes]) -> None:
    path, data = large
    weak = f'W/"{hashlib.sha256(data).hexdigest()}"'
    assert ranged(auditor, path, "bytes=100-", **{"If-Range": weak}).status_code == 200


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_what_lies_beyond_is_refused(
    auditor: Browser, large: tuple[str, bytes], asked: str
) -> None:
    path, data = large
    answer = ranged(auditor, path, asked)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"
    assert "从头重新下载" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-6",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(1_000)),
        "lines=0-5",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=--5",
        "bytes=",
        "0-5",
    ],
)
def test_many_ranges_and_nonsense_are_answered_with_the_whole(
    auditor: Browser, large: tuple[str, bytes], asked: str
) -> None:
    path, data = large
    answer = ranged(auditor, path, asked)
    assert answer.status_code == 200
    assert answer.data == data


def test_orders_that_lost_their_job_are_promised_again(web: Flask, fund: Fund, made: int) -> None:
    from app.audit.order import BUNDLES

    with web.app_context(), transaction() as session:
        order_id = order_bundle(session, 2019, by=fund.auditor)
        session.execute(text("DELETE FROM job WHERE kind = :kind"), {"kind": MAKE_BUNDLE})
        BUNDLES.promise_forgotten(session)
        jobs = session.scalars(select(Job.subject_id).where(Job.kind == MAKE_BUNDLE)).all()
        assert jobs == [order_id]
        session.rollback()
