"""An officer sends a roster, sees what would come of it, and says whether to enrol it."""

import html
import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.clock import today
from app.contributions.receive import receive
from app.db import transaction
from app.enrolment.enrol import Asked, enrol
from app.enrolment.upload_state import refuse
from app.errands import do_errand, do_errands
from app.files.names import plain_name
from app.files.workbook import read_book
from app.jobs import ENROL_ROSTER
from app.roster.identity import masked_certno
from app.roster.person import RosterRow
from app.roster.sheet import read_roster
from app.roster.units import unit_of
from app.web.limits import LARGE
from tests.factories import make_account, make_id, make_name, make_uscc, roster_xlsx
from tests.web.browser import Browser, words
from tests.web.fund import ZHAO, Fund

YEAR = 2023
DAYS = ("starts_on", "confirmed_on")


def send(browser: Browser, content: bytes, unit: int = 1, **other: object) -> TestResponse:
    """Fill in the unit's form and send it; what is not given is the form's own."""
    page = browser.get(f"/office/unit/{unit}/upload").text
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page)[1]
    known = {"year": YEAR, "starts_on": "", "confirmed_on": f"{YEAR}-01-01", "key": key}
    fields = {"csrf_token": browser.token("/office/"), **known, **other}
    fields["file"] = (io.BytesIO(content), fields.pop("name", "花名册.xlsx"))
    return browser.client.post(f"/office/unit/{unit}/upload", data=fields)


def people(*seeds: int) -> bytes:
    return roster_xlsx([[make_name(seed), make_id(seed), ""] for seed in seeds])


def covered(web: Flask, fund: Fund, seed: int, first: date, *, unit: int) -> None:
    """A unit enrols and pays for one person."""
    with web.app_context(), transaction() as session:
        found = unit_of(session, make_uscc(unit))
        rows = [RosterRow(2, make_name(seed), make_id(seed), None)]
        asked = Asked(found, first.year, first, first, 50, "0" * 64)
        due_fen = enrol(session, asked, rows, by=fund.officer).due_fen
        money = {"year": first.year, "amount_fen": due_fen, "received_on": first}
        receive(session, unit_id=found.id, reference=f"for {seed}", by=fund.officer, **money)


def worked(web: Flask) -> None:
    """What the workers do."""
    with web.app_context():
        assert do_errands() == 0


def test_a_roster_is_sent_checked_confirmed_and_enrolled(web: Flask, officer: Browser) -> None:
    sent = send(officer, roster_xlsx([["周新", make_id(70), ""], ["无号", "", ""]]))
    assert sent.status_code == 302
    page = officer.get(sent.location).text
    assert 'data-poll="1"' in page
    assert 'http-equiv="refresh"' in page[page.index("<noscript>") : page.index("</noscript>")]
    assert "即将读取" in page
    worked(web)
    page = officer.get(sent.location).text
    assert "data-poll" not in page
    assert "http-equiv" not in page
    said = words(page)
    assert "1 人可登记 0 人未变 1 行不收" in said
    assert "第 3 行 没有身份证号。" in said
    assert "登记后应缴 ¥50.00" in said
    assert make_id(70) not in page
    assert "市纺织机械厂" in said
    confirm = re.search(r'action="(/office/rosters/[0-9]+/enrol)"', page)[1]
    assert officer.post(confirm).location == sent.location
    assert "即将登记" in officer.read(sent.location)
    worked(web)
    said = officer.read(sent.location)
    assert "1 人已登记" in said
    assert "经办一 上传于" in said
    assert "由 经办一 确认登记" in said
    assert "应缴 ¥50.00" in said
    assert f"{YEAR} 年度花名册 已登记" in officer.read("/office/unit/1")
    assert "周新" in officer.read(f"/office/unit/1/{YEAR}")


def rosters_waiting(officer: Browser) -> int:
    found = re.search(r"确认 ([0-9]+) 份已核对的花名册", officer.read("/office/"))
    return int(found[1]) if found else 0


def test_an_upload_is_discarded_and_waits_no_longer(web: Flask, officer: Browser) -> None:
    sent = send(officer, people(68)).location
    worked(web)
    waiting = rosters_waiting(officer)
    assert f'action="{sent}/discard"' in officer.get(sent).text
    assert Browser(web).sign_in("north").post(f"{sent}/discard").status_code == 404
    assert officer.post(f"{sent}/discard").location == sent
    page = officer.get(sent).text
    assert f"{sent}/enrol" not in page
    assert f"{sent}/discard" not in page
    said = words(page)
    assert "由 经办一 作废" in said
    assert "其中的人都没有登记" in said
    assert rosters_waiting(officer) == waiting - 1
    assert officer.post(f"{sent}/enrol").status_code == 409
    assert "discarded by 经办一" in officer.choose("en").read(sent)


def test_another_account_is_seen_before_the_button(web: Flask, officer: Browser) -> None:
    for account in (67, 66):
        content = roster_xlsx([[make_name(67), make_id(67), make_account(account)]])
        sent = send(officer, content).location
        worked(web)
        page = officer.get(sent).text
        assert ("changing" in page) == (account == 66)
        if account == 67:
            officer.post(f"{sent}/enrol")
            worked(web)
    warned = page[page.index("changing") : page.index("/enrol")]
    assert '<details class="people" open>' in warned
    assert make_name(67) in warned
    assert "将付到新账号" in warned
    assert "paid to the new account" in officer.choose("en").read(sent)


def test_who_is_on_another_units_roster_too_is_told_by_count_and_lines(
    web: Flask, officer: Browser
) -> None:
    with web.app_context(), transaction() as session:
        of_north = unit_of(session, make_uscc(2)).id
    first = send(officer, people(64, 65)).location
    worked(web)
    officer.post(f"{first}/enrol")
    worked(web)
    second = send(officer, people(63, 64, 65), unit=of_north).location
    worked(web)
    shown = Browser(web).sign_in("north").read(second)
    assert "已在另一单位本年度的花名册上" in shown
    assert "2 行：第 3、4 行" in shown
    assert "市纺织机械厂" not in shown
    assert "3 人可登记" in shown


def test_years_before_the_newest_stay_on_the_list_until_they_are_paid(
    web: Flask, officer: Browser
) -> None:
    sent = send(officer, people(62)).location
    worked(web)
    officer.post(f"{sent}/enrol")
    worked(web)
    page = officer.get("/office/").text
    owing = re.findall(r'/office/units/([0-9]+)\?paid=(\w+)"><span>([0-9]+) 个单位未缴清', page)
    assert [year for year, _, _ in owing] == [str(YEAR), "2021"]
    assert owing[1][1:] == ("part", "1")
    for year, paid, _ in owing:
        assert "/office/unit/" in officer.get(f"/office/units/{year}?paid={paid}").text
    assert "2021 年度应缴款" not in Browser(web).sign_in("north").read("/office/")


def test_the_same_file_again_is_no_change(web: Flask, officer: Browser) -> None:
    first = send(officer, people(71, 72)).location
    worked(web)
    officer.post(f"{first}/enrol")
    worked(web)
    again = send(officer, people(71, 72)).location
    worked(web)
    page = officer.get(again).text
    assert "没有变化" in page
    assert "/enrol" not in page


def test_a_form_sent_twice_is_one_upload(web: Flask, officer: Browser) -> None:
    content = people(73)
    first = send(officer, content, key="a" * 32)
    assert send(officer, content, key="a" * 32).location == first.location
    other = send(officer, people(74), key="a" * 32)
    assert other.status_code == 409
    assert "这张表单已经提交过" in other.text
    worked(web)


def test_more_than_is_read_at_once_is_told_so_in_the_form(web: Flask, officer: Browser) -> None:
    for _ in range(5):
        assert send(officer, people(81)).status_code == 302
    refused = send(officer, people(81))
    assert refused.status_code == 409
    assert "您有 5 个文件正在读取" in refused.text
    assert 'name="file"' in refused.text
    worked(web)
    assert send(officer, people(81)).status_code == 302
    worked(web)


def shown_in(form: str) -> list[str]:
    """What the form has filled in: the year and the two days."""
    year = re.search(r'<option selected value="([0-9]+)"', form)[1]
    days = [re.search(rf'<input[^>]*name="{day}"[^>]*>', form)[0] for day in DAYS]
    return [year, *(found[1] if (found := re.search(r'value="([^"]*)"', x)) else "" for x in days)]


def test_what_is_sent_after_a_file_begins_with_its_year_and_days(
    web: Flask, officer: Browser
) -> None:
    asked = {"year": "2021", "starts_on": "2021-03-01", "confirmed_on": "2021-02-20"}
    no_file = send(officer, b"<html><table></table></html>", **asked).location
    refused = send(officer, roster_xlsx([["无号", "", ""]]), **asked).location
    worked(web)
    for page, link in ((no_file, "另传一个文件"), (refused, "上传改好的行")):
        (address,) = re.findall(rf'href="([^"]+)">{link}', officer.get(page).text)
        form = officer.get(html.unescape(address)).text
        assert shown_in(form) == list(asked.values())


@pytest.mark.parametrize("day", ["", "x", "2021-02-30", "2021-13-01", "99999-01-01", "１"])
def test_what_is_no_day_is_not_taken_into_the_form(officer: Browser, day: str) -> None:
    path = f"/office/unit/1/upload?year=2021&starts_on={day}&confirmed_on={day}"
    assert shown_in(officer.get(path).text) == ["2021", "", today().isoformat()]
    other = f"/office/unit/1/upload?year=1999&starts_on=2021-03-01&confirmed_on={day}"
    assert shown_in(officer.get(other).text)[1:] == ["", today().isoformat()]


def test_what_is_wrong_with_the_form_is_said_beside_it(officer: Browser) -> None:
    empty = officer.post("/office/unit/1/upload", year=str(YEAR))
    assert empty.status_code == 400
    for said in ("请选择文件", "请填写日期"):
        assert said in empty.text
    late = send(officer, people(75), starts_on="2024-01-01")
    assert late.status_code == 409
    assert "不在 2023 年度内" in late.text
    assert send(officer, people(75), year="1999").status_code == 400
    ahead = today() + timedelta(days=1)
    for confirmed_on, said in (
        (ahead, "晚于今天"),
        (f"{YEAR - 2}-12-31", "最早于"),
    ):
        answer = send(officer, people(75), confirmed_on=str(confirmed_on))
        assert (answer.status_code, said in answer.text) == (409, True)


def test_a_file_fault_is_told_in_the_readers_language(web: Flask, officer: Browser) -> None:
    sent = send(officer, b"<html><table></table></html>")
    worked(web)
    assert "这是网页文件" in officer.read(sent.location)
    assert "This is a web page" in officer.choose("en").read(sent.location)
    assert officer.post(f"{sent.location}/enrol").status_code == 409


def test_who_is_refused_outside_the_window_is_led_to_the_permission(
    web: Flask, officer: Browser
) -> None:
    sent = send(officer, people(78)).location
    worked(web)
    days = {"year": YEAR, "opens_on": "2022-10-01", "closes_on": "2022-12-20"}
    with web.app_context(), transaction() as session:
        refuse(session, int(sent.rpartition("/")[2]), "OutsideWindow", days)
    page = officer.get(sent).text
    assert "2022-12-20" in page
    assert 'href="/office/unit/1/late"' in page


def test_the_copies_hold_the_reasons(web: Flask, officer: Browser) -> None:
    wrong = make_id(77)[:17] + ("1" if make_id(77)[17] == "0" else "0")
    rows = [[make_name(76), make_id(76), ""], [make_name(77), wrong, ""]]
    sent = send(officer, roster_xlsx(rows)).location
    worked(web)
    marked, refused = (officer.get(f"{sent}/{part}") for part in ("marked", "refused"))
    for copy in (marked, refused):
        assert copy.headers["Content-Disposition"].startswith("attachment")
        assert copy.headers["Cache-Control"] == "no-store"
    assert "校验码" in str(read_book(marked.data).sheets[0].rows[2])
    assert read_roster(read_book(refused.data), date(2024, 1, 1)).total == 1
    assert officer.get(f"{sent}/other").status_code == 404


def test_people_are_enrolled_and_the_copies_follow(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    sent = send(officer, people(93, 92)).location
    worked(web)
    covered(web, fund, 92, date(YEAR, 1, 1), unit=3)  # meanwhile, by another unit
    officer.post(f"{sent}/enrol")
    with web.app_context():
        assert do_errand(ENROL_ROSTER, int(sent.rsplit("/", 1)[-1]))
    page = officer.get(sent).text
    assert "1 人已登记" in words(page)
    assert "标注原因的副本正在生成" in page
    assert 'data-poll="1"' in page
    assert 'http-equiv="refresh"' in page
    assert f"{sent}/marked" not in page
    worked(web)
    page = officer.get(sent).text
    assert "正在生成" not in page
    assert "data-poll" not in page
    assert f"{sent}/marked" in page
    assert "已有保障" in str(read_book(officer.get(f"{sent}/marked").data).sheets[0].rows[2])


def test_there_are_no_copies_of_a_file_without_faults(web: Flask, officer: Browser) -> None:
    sent = send(officer, people(78)).location
    worked(web)
    assert officer.get(f"{sent}/marked").status_code == 404


def test_refused_rows_come_in_pages(web: Flask, officer: Browser) -> None:
    sent = send(officer, roster_xlsx([[make_name(seed), "", ""] for seed in range(120)])).location
    worked(web)
    page, found = officer.get(sent).text, []
    assert "120 没有身份证号。" in words(page)
    for _ in range(5):
        found += re.findall(r"第 ([0-9]+) 行", page)
        following = re.search(r'href="([^"]*after=[0-9]+)"', page)
        if not following:
            break
        page = officer.get(following[1]).text
    assert [int(line) for line in found] == list(range(2, 122))


@pytest.mark.parametrize("key", ["", "x", "a" * 31, "a" * 32 + "\n", "\x00" * 32, "é" * 32])
def test_a_key_that_is_no_forms_own_is_not_taken(officer: Browser, key: str) -> None:
    assert send(officer, people(79), key=key).status_code == 400


def test_the_day_another_unions_cover_ends_is_shown_nowhere(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    covered(web, fund, 90, date(2022, 4, 1), unit=1)
    with web.app_context(), transaction() as session:
        of_north = unit_of(session, make_uscc(2)).id
    north = Browser(web).sign_in("north")
    by_the_city = send(officer, people(90), unit=of_north).location
    sent = send(north, people(90, 91), unit=of_north).location
    worked(web)
    assert "因在别处有保障，晚于所申请的日期" in north.read(sent)
    north.post(f"{sent}/enrol")
    worked(web)
    for page in (by_the_city, sent, f"/office/unit/{of_north}/{YEAR}"):
        shown = north.get(page).text
        # Nor is the name, but where the file said it.
        assert (make_name(90) in shown) == ("/unit/" not in page)
        assert make_name(90) in shown or masked_certno(make_id(90)) in shown
        for day in ("2023-04-01", "2023-03-31", "4月1日", "3月31日", "4 月 1 日", "3 月 31 日"):
            assert day not in shown


def test_a_number_in_a_roster_does_not_tell_whose_it_is(web: Flask, fund: Fund) -> None:
    """Zhao is the city's; the north writes the number, and a name, and pays nothing."""
    with web.app_context(), transaction() as session:
        north = session.execute(
            text("SELECT id FROM unit WHERE name = '北区第三小学'")
        ).scalar_one()
    browser = Browser(web).sign_in("north")
    rows = [["某某", make_id(ZHAO), ""], [make_name(501), make_id(501), ""]]
    asked = send(browser, roster_xlsx(rows), unit=north, year=2023)
    worked(web)
    browser.post(f"{asked.location}/enrol")
    worked(web)
    page = browser.get(f"/office/unit/{north}/2023").text
    assert make_name(ZHAO) not in page
    assert masked_certno(make_id(ZHAO)) in page
    assert make_name(501) in page  # a name of its own
    later = send(browser, people(500), unit=north, year=2024, confirmed_on="2024-01-01")
    worked(web)
    page = browser.get(later.location).text
    assert make_name(ZHAO) not in page
    assert masked_certno(make_id(ZHAO)) in page
    assert make_name(501) in page
    city = Browser(web).sign_in("officer1").get(f"/office/unit/{north}/2023").text
    assert make_name(ZHAO) in city


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/a.xlsx", "a.xlsx"),
        ("C:\\花名册\\b.xlsx", "b.xlsx"),
        ("c\r\nSet-Cookie: x.xlsx", "cSet-Cookie: x.xlsx"),
        ("d\x00\u202ex.xlsx", "dx.xlsx"),
        ("<script>e</script>.xlsx", "script>.xlsx"),
    ],
)
def test_63_a_files_name_is_shown_and_no_more(sent: str, shown: str) -> None:
    assert plain_name(sent) == shown


def test_an_id_in_a_files_name_is_neither_shown_nor_stored(web: Flask, officer: Browser) -> None:
    rows = [[make_name(95), make_id(95), ""], ["无号", "", ""]]
    sent = send(officer, roster_xlsx(rows), name=f"张三{make_id(94)}补.xlsx").location
    worked(web)
    page = officer.get(sent).text
    assert "张三…补.xlsx" in page
    header = officer.get(f"{sent}/marked").headers["Content-Disposition"]
    with web.app_context(), transaction() as session:
        names = session.scalars(text("SELECT name FROM stored_file")).all()
    for seen in (page, header, *names):
        assert make_id(94)[:17] not in seen


def test_64_a_name_of_signs_that_show_nothing_breaks_nothing(web: Flask, officer: Browser) -> None:
    sent = send(officer, people(80), name="a\x00\u202eb\x7f<i>.xlsx")
    assert sent.status_code == 302
    worked(web)
    page = officer.get(sent.location).text
    assert "<i>.xlsx" not in page
    assert "&lt;i&gt;.xlsx" in page


def test_the_empty_template_can_be_fetched(officer: Browser) -> None:
    answer = officer.get("/office/upload/template.xlsx")
    assert [sheet.name for sheet in read_book(answer.data).sheets] == ["花名册", "填写说明"]


@pytest.mark.parametrize("path", ["/office/unit/1", "/office/unit/1/upload", "/office/rosters/1"])
def test_another_unions_things_do_not_exist(web: Flask, fund: Fund, path: str) -> None:
    north = Browser(web).sign_in("north")
    none = path.replace("/1", "/999999")
    assert (north.get(path).status_code, north.get(none).status_code) == (404, 404)


def test_nothing_can_be_sent_to_another_unions_unit(web: Flask, fund: Fund) -> None:
    north = Browser(web).sign_in("north")
    with web.app_context(), transaction() as session:
        of_north = session.execute(
            text("SELECT id FROM unit WHERE name = '北区第三小学'")
        ).scalar_one()
    assert north.get(f"/office/unit/{of_north}/upload").status_code == 200
    fields = {"year": "2023", "confirmed_on": "2023-01-01", "key": "c" * 32}
    assert north.post("/office/unit/1/upload", **fields).status_code == 404
    for part in ("marked", "refused"):
        assert north.get(f"/office/rosters/{fund.upload}/{part}").status_code == 404
    assert north.post(f"/office/rosters/{fund.upload}/enrol").status_code == 404
    assert "市纺织机械厂" not in north.read("/office/upload")
    assert "市纺织机械厂" not in north.read("/office/rosters/")


def test_66_a_file_that_is_too_large_is_told_so(officer: Browser) -> None:
    # Sent as it is: the test's client would leave its own file of it open.
    answer = officer.client.post(
        "/office/unit/1/upload",
        data=bytes(LARGE["rosters.send"] + 1),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_only_who_has_signed_in_may_send_much(browser: Browser, officer: Browser) -> None:
    token = browser.token()
    many = {"csrf_token": token, "file": (io.BytesIO(bytes(100_000)), "a.xlsx")}
    assert browser.client.post("/office/unit/1/upload", data=many).status_code == 413
    # And nobody, to a page that takes no files.
    many = {"csrf_token": officer.token("/office/"), "file": (io.BytesIO(bytes(100_000)), "a.xlsx")}
    assert officer.client.post("/office/rosters/1/enrol", data=many).status_code == 413
