"""The API: tokens and what they may do, problems, the document."""

from flask import Flask

from tests.web.fund import Fund
from tests.web.program import Program, token_of


def test_a_member_sees_the_own_cover(web: Flask, api: Flask, fund: Fund) -> None:
    _, token = token_of(web, "zhao")
    answer = Program(api, token).get("/my/cover")
    assert answer.status_code == 200, answer.text
    assert answer.json["covers"][0]["rooms"][0]["left"]
    assert Program(api).get("/openapi.json").status_code == 200
    assert Program(api).get("/my/cover").status_code == 401
    assert Program(api).get("/").status_code == 200
