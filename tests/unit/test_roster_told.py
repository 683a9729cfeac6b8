"""What `huzhu roster import` says of covers that start later than asked."""

from datetime import date

import pytest

from app.cli.roster import _facts, _sentences
from app.enrolment.enrol import Enrolled
from app.files.workbook import read_book
from app.roster.sheet import read_roster
from tests.factories import make_id, make_name, roster_csv


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "其中 1 人因在别处有保障而晚于所申请的日期，具体日期不显示。"),
        ("en", "1 of them later than asked because of a cover elsewhere; its days are not shown."),
    ],
)
def test_the_day_another_unions_cover_ends_is_not_told(lang: str, said: str) -> None:
    enrolled = Enrolled("2023", enrolled=[2, 3], starts_later={2: None, 3: date(2023, 4, 1)})
    people = [[make_name(seed), make_id(seed), ""] for seed in range(2)]
    sheet = read_roster(read_book(roster_csv(people)), date(2023, 1, 1))
    facts = _facts(sheet, enrolled, [], lang) | {"marked": None, "dry_run": False}
    assert facts["starts_later"] == {"2": None, "3": "2023-04-01"}
    assert said in _sentences(facts, lang)
    facts["starts_later"] = {"3": "2023-04-01"}
    assert said not in _sentences(facts, lang)
