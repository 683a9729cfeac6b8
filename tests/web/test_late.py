"""An officer permits a unit to enrol late, and a wrong form says so."""

from tests.web.browser import Browser

GIVEN = {"year": "2099", "until": "2099-12-30", "why": "单位停产，年底复工"}


def test_a_permission_is_given_and_shown(officer: Browser) -> None:
    path = "/office/unit/1/late"
    for name, wrong, code in (
        ("until", "2099-02-30", 400),
        ("until", "2020-01-01", 409),
        ("why", "", 400),
        ("year", "x", 400),
    ):
        answer = officer.post(path, **(GIVEN | {name: wrong}))
        assert answer.status_code == code, (name, wrong)
    assert "单位停产" not in officer.read(path)
    assert officer.post(path, **GIVEN).status_code == 302
    page = officer.read(path)
    assert "单位停产，年底复工" in page
    assert "2099-12-30" in page


def test_another_unions_unit_does_not_exist(web, fund) -> None:
    north = Browser(web).sign_in("north")
    assert north.get("/office/unit/1/late").status_code == 404
    assert north.post("/office/unit/1/late", **GIVEN).status_code == 404
