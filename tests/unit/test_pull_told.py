"""What `huzhu settlements pull` tells of the days it pulled."""

import sys
from datetime import date, timedelta

import pytest

from app.cli import feeds
from app.cli.feeds import Waiting, told_of_days
from app.cli.frame import DONE, LISTED
from app.clock import today
from app.errors import RowFault
from app.feeds.pull import Pulled

DAY = date(2023, 9, 1)


@pytest.mark.parametrize(
    ("lang", "row", "went_on", "not_over"),
    [
        ("zh", "2023-09-02 第 3 行 certno：", "2023-09-01：接着上次中断", "还没有过完"),
        ("en", "2023-09-02, line 3, certno: ", "2023-09-01 went on", "is not over"),
    ],
)
def test_each_listed_row_and_what_is_to_be_known_of_a_day_is_told(lang, row, went_on, not_over):
    fault = RowFault(3, "certno", "TextUnstorable")
    second = Pulled(DAY + timedelta(days=1), rows_in=3, new=2, refused=1, listed=[fault])
    told = told_of_days([Pulled(DAY, rows_in=2, new=2, went_on=True), second], lang)
    assert (told.exit_code, told.facts["rows_in"], told.facts["refused"]) == (LISTED, 5, 1)
    [line] = told.listed
    assert line.startswith(row)
    assert any(each.startswith(went_on) for each in told.lines)
    assert not any(not_over in each for each in told.lines)
    assert told.facts["days"][1]["listed"][0]["reason"] == "TextUnstorable"
    now = told_of_days([Pulled(today())], lang)
    assert now.exit_code == DONE
    assert any(not_over in each and str(today()) in each for each in now.lines)


@pytest.mark.parametrize("shows", [True, False])
def test_who_waits_for_the_next_try_is_told_how_long(shows, monkeypatch, capsys):
    waited: list[float] = []
    monkeypatch.setattr(feeds.time, "sleep", waited.append)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: shows)
    Waiting("zh")(4)
    assert waited == [4]
    assert ("4 秒后再试" in capsys.readouterr().err) is shows
