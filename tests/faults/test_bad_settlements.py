"""Bad inputs 69 to 79 as files of the bureau, typed at the command line, each with its number.

Faults of a row: the others go in, exit 1, every row accounted for. Faults of a file: exit 2, and
nothing is written. 72, 74, 75 and 77 are the bank's (`test_bad_bank_files`); a bureau's file has no
trailer, so what stands here for 77 is a file that was cut off.
"""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.secrets import Keys, set_keys
from tests.db.office import Office, assert_sound, bill, bills_csv, refund
from tests.faults.typed_in import Answer, typing

DAY = "2023-05-10"
Import = Callable[[bytes], Answer]


@pytest.fixture
def office(database) -> Iterable[Office]:
    """Three members covered in 2023, committed."""
    with Session(database.engine) as session, session.begin():
        made = Office(session)
        settings = database.settings
        # The keys of the installation, that its command line has.
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        made.covered(range(3), date(2023, 1, 1))
        made.look_again()
    with Session(database.engine) as session:
        yield Office(session)
        session.rollback()
        assert_sound(session)


@pytest.fixture
def imported(database, tmp_path: Path, monkeypatch, capsys) -> Import:
    """Type `huzhu settlements import` and `huzhu drain`; the exit code and the facts."""
    huzhu = typing(database, monkeypatch, capsys)

    def run(content: bytes) -> Answer:
        file = tmp_path / "bills.csv"
        file.write_bytes(content)
        told = huzhu("settlements", "import", str(file))
        assert huzhu("drain").code == 0
        return told

    return run


def counts(office: Office) -> dict[str, int]:
    """Rows by table; that a file was sent again is told, too, and changes nothing else."""
    office.session.rollback()
    return {x: y for x, y in office.counts().items() if x not in {"feed", "feed_part"}}


def adds_up(told: dict[str, Any]) -> bool:
    kinds = ("new", "changed", "unchanged", "refunds", "unmatched", "refused")
    return told["rows_in"] == sum(told[kind] for kind in kinds)


def listed(told: dict[str, Any]) -> list[tuple[int, str, str]]:
    assert all(x["message"] for x in told["listed"])
    return [(x["line"], x["field"], x["reason"]) for x in told["listed"]]


def payable(office: Office, *setl_ids: str) -> list[int]:
    office.session.rollback()
    return office.payable(*setl_ids)


def test_69_the_same_twice_changes_nothing(office, imported):
    content = bills_csv(
        bill("A", 0, DAY, "100.00"), bill("B", 99, DAY, "100.00"), refund("R", "A", 0, DAY)
    )
    assert imported(content).code == 0
    before = counts(office)
    code, told = imported(content)
    assert (code, told["unchanged"], told["run"]) == (0, 3, None)
    assert adds_up(told)
    assert counts(office) == before


def test_70_changed_amounts_are_a_new_determination_never_an_edit(office, imported):
    imported(bills_csv(bill("A", 0, DAY, "100.00")))
    code, told = imported(bills_csv(bill("A", 0, DAY, "300.00")))
    assert (code, told["changed"], adds_up(told)) == (0, 1, True)
    office.session.rollback()
    rows = office.session.execute(
        text("SELECT seq, version, payable_fen FROM determination ORDER BY grant_no")
    )
    assert [tuple(row) for row in rows] == [(1, 1, 5_000), (2, 2, 15_000)]


def test_71_an_unknown_person_is_kept_and_a_refund_of_an_unknown_bill_is_listed(office, imported):
    code, told = imported(bills_csv(bill("A", 99, DAY, "100.00"), refund("R", "nowhere", 0, DAY)))
    assert (code, told["unmatched"], told["refunds"], adds_up(told)) == (1, 1, 1, True)
    assert listed(told) == [(3, "init_setl_id", "RefundOfUnknown")]
    office.session.rollback()
    assert office.session.scalar(text("SELECT count(*) FROM claim")) == 0


def test_73_a_line_twice_counts_once(office, imported):
    row = bill("A", 0, DAY, "100.00")
    code, told = imported(bills_csv(row, row, bill("B", 0, DAY, "10.00"), row | {"setl_id": "B"}))
    assert (code, told["new"], told["refused"], adds_up(told)) == (1, 2, 2, True)
    assert listed(told) == [(3, "setl_id", "SetlIdTwice"), (5, "setl_id", "SetlIdTwice")]
    assert payable(office, "A", "B") == [5_000, 500]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-8"])
def test_76_gbk_and_a_byte_order_mark_are_read(office, imported, encoding):
    row = bill("单1", 0, DAY, "100.00", dise_name="高血压", fixmedins_name="石毛医院")
    code, told = imported(bills_csv(row, encoding=encoding))
    assert (code, told["new"], adds_up(told)) == (0, 1, True)
    office.session.rollback()
    found = office.session.execute(
        text("SELECT setl_id, dise_name, fixmedins_name FROM settlement")
    ).one()
    assert tuple(found) == ("单1", "高血压", "石毛医院")


def test_76_what_is_no_text_is_refused_as_a_whole(office, imported):
    before = counts(office)
    code, told = imported(bills_csv(bill("A", 0, DAY, "100.00")) + b"\xff\xfe\xff\xff")
    assert (code, told["error"]) == (2, "TextUnreadable")
    assert counts(office) == before


def test_77_a_file_that_was_cut_off_loses_no_row_in_silence(office, imported):
    rows = [bill(f"A{n}", 0, DAY, "100.00") for n in range(3)]
    content = bills_csv(*rows)
    for end in range(len(content) - 60, len(content), 7):
        code, told = imported(content[:end])
        assert adds_up(told)
        if code:  # the row that is cut off is named; what stands before it was taken
            assert (code, told["rows_in"]) == (2, 2)
            assert [x["line"] for x in told["feeds"]] == [4]
        else:  # within the last cells nothing shows: empty amounts are nothing
            assert told["rows_in"] == 3
    told = imported(content).told
    assert (told["unchanged"], told["new"] + told["changed"]) == (2, 1)


def test_78_an_older_state_after_a_newer_one_is_listed_and_the_newer_stands(office, imported):
    for scope in ("100.00", "300.00"):
        imported(bills_csv(bill("A", 0, DAY, scope)))
    code, told = imported(bills_csv(bill("A", 0, DAY, "100.00")))
    assert (code, told["refused"], adds_up(told)) == (1, 1, True)
    assert listed(told) == [(2, "setl_id", "OlderState")]
    assert payable(office, "A") == [15_000]


def test_79_a_formula_is_a_text_or_a_fault_and_never_computed(office, imported):
    code, told = imported(
        bills_csv(
            bill("A", 0, DAY, "10.00", dise_name='=HYPERLINK("http://x")'),
            bill("B", 0, DAY, "=1+1"),
            bill("=1+1", 0, DAY, "10.00"),
            bill("C", 0, "=TODAY()", "10.00"),
        )
    )
    assert (code, told["new"], told["refused"], adds_up(told)) == (1, 2, 2, True)
    assert {(line, field) for line, field, _ in listed(told)} == {
        (3, "inscp_scp_amt"),
        *((5, field) for field in ("begndate", "enddate", "setl_time")),
    }
    assert payable(office, "A", "=1+1") == [500, 500]
