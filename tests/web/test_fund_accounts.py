"""The fund's bank accounts are registered on a page, by officers of the whole fund."""

from flask import Flask

from app.db import transaction
from app.enrolment.self_enrol import SelfAsked, open_gig_unit, self_enrol
from app.roster.units import add_unit
from tests.factories import make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund

PATH = "/office/money/accounts/"
TYPED = {
    "code": "second",
    "holder": "市总工会",
    "bank": "某银行城中支行",
    "number": "4100 2222 3333 44",
    "statement_format": "bank_a",
    "payment_format": "fixed",
}


def test_an_account_is_registered_once(web: Flask, fund: Fund, officer: Browser) -> None:
    for name, wrong, code in (
        ("code", "", 400),
        ("number", "12", 409),
        ("number", "x" * 12, 409),
        ("statement_format", "bank_x", 400),
        ("payment_format", "../x", 400),
    ):
        answer = officer.post(PATH, **(TYPED | {name: wrong}))
        assert answer.status_code == code, (name, wrong)
    assert "second" not in officer.read(PATH)
    assert officer.post(PATH, **TYPED).status_code == 302
    page = officer.read(PATH)
    assert "账户 second 已登记" in page
    assert "41002222333344" in page
    again = officer.post(PATH, **(TYPED | {"code": "third"}))
    assert again.status_code == 409
    assert "已有这个代号或账号" in again.text


def test_one_officer_alone_says_no_other_place_to_pay_to(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    """An account that is added is no place for gig workers' money, as it is none on notices."""
    other = TYPED | {"code": "mine", "number": "6222020000000099"}
    assert officer.post(PATH, **other).status_code == 302
    with web.app_context(), transaction() as session:
        facts = {"name": "骑手之家", "union_id": 1, "unit_percent": 0, "by": fund.officer}
        unit = add_unit(session, uscc=make_uscc(8), **facts)
        open_gig_unit(session, unit, by=fund.officer)
        asked = SelfAsked(
            unit_id=unit,
            name=make_name(800),
            certno=make_id(800),
            occupation="rider",
            platform="",
            phone="13900000000",
            account=make_account(800),
            consent=True,
            request_key="0" * 32,
            address="192.0.2.1",
        )
        reference = self_enrol(session, asked).reference
    page = Browser(web).read(f"/join/{reference}")
    assert "41002222333344" in page
    assert "6222020000000099" not in page


def test_it_is_nothing_of_a_districts_officer(web: Flask, fund: Fund) -> None:
    north = Browser(web).sign_in("north")
    assert north.get(PATH).status_code == 403
    assert north.post(PATH, **TYPED).status_code == 403


def test_two_officers_put_one_right_and_end_it(web: Flask, fund: Fund, officer: Browser) -> None:
    typed = TYPED | {"code": "last", "number": "41007777333344"}
    second = Browser(web).sign_in("officer2")
    assert officer.post(PATH, **typed).status_code == 302
    meant = {k: v for k, v in typed.items() if k != "code"} | {"number": "41009999333344"}
    assert officer.post(f"{PATH}last/propose", ends_on="").status_code == 400
    assert officer.post(f"{PATH}none/propose", ends_on="2024-01-31").status_code == 409
    for wish, shown in ((meant, "41009999333344"), ({"ends_on": "2024-01-31"}, "2024")):
        assert officer.post(f"{PATH}last/propose", **wish).status_code == 302
        page = officer.get(PATH).text
        assert shown in page
        assert "批准</button>" not in page
        seal = second.get(PATH).text.split('name="looked_at" value="')[1].split('"')[0]
        own = officer.post(f"{PATH}last/confirm", looked_at=seal)
        assert own.status_code == 409
        other = second.post(f"{PATH}last/confirm", looked_at="x")
        assert other.status_code == 409
        assert second.post(f"{PATH}last/confirm", looked_at=seal).status_code == 302
    page = officer.read(PATH)
    assert "41009999333344" in page
    assert "41007777333344" not in page
    assert officer.post(f"{PATH}last/propose", ends_on="2024-02-01").status_code == 409
