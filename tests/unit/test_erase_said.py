"""What was asked to be erased is listed in words, and what was not done is not said to be."""

from datetime import UTC, datetime
from typing import Any

from app.audit.erase import ErasureSeen
from app.cli.erase import listed

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def seen(number: int, scope: str, **more: Any) -> ErasureSeen:
    told = {"member_id": None, "before_year": None, "approved_by": None, "erased": None, **more}
    return ErasureSeen(
        number, scope, why="-", asked_by="甲", asked_at=NOW, erased_at=None, asker=1, **told
    )


def test_each_is_listed_as_it_stands() -> None:
    found = [
        seen(3, "statements", before_year=2014),
        seen(2, "person", member_id=97),
        seen(1, "reached_by", member_id=5, approved_by="乙", erased={"member": 1}),
    ]
    assert listed(found, en=True) == [
        "Erasures asked for: 3, done: 1.",
        "3  statements of before 2014  waits for another officer",
        "2  member 97: everything personal  waits for another officer",
        "1  member 5: phone and correspondence  approved by 乙",
    ]
    zh = listed(found, en=False)
    assert zh[0] == "删除申请 3 项，已删除 1 项。"
    assert zh[2] == "2  职工 97：全部个人信息  待另一名经办人批准"
    assert not any("None" in line for line in zh)
