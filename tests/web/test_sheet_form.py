"""What the form of a settlement sheet says where a file's words would not do."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.web.sheet_form import SheetForm


@pytest.mark.parametrize(
    ("field", "typed", "lang", "said"),
    [
        ("setl_time", "", "zh", "请填写结算日期"),
        ("setl_time", "", "en", "Give the day of settlement"),
        ("medfee_sumamt", "1,23", "zh", "1,234.56"),
        ("medfee_sumamt", "1,23", "en", "1,234.56"),
    ],
)
def test_what_is_wrong_is_said_for_a_form(
    web: Flask, field: str, typed: str, lang: str, said: str
) -> None:
    with web.test_request_context(headers={"Accept-Language": lang}):
        form = SheetForm(MultiDict({field: typed}), meta={"csrf": False})
        assert not form.validate()
        (error,) = form[field].errors
        assert said in error
