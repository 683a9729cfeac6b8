"""`huzhu determine`: files in, D.csv out byte for byte; what is refused, and how it is told."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.determine import determine
from tests.factories import csv_bytes, make_id
from tests.unit.test_settlement_file import ONE, file_of

WHO = make_id(1)
COVER = {"certno": WHO, "starts_on": "2023-01-01", "ends_on": "2023-12-31", "waits_until": ""}


class Desk:
    """A folder with C.csv and S.csv; `run` determines them."""

    def __init__(self, folder: Path) -> None:
        self.covers, self.settlements = folder / "C.csv", folder / "S.csv"
        self.out = folder / "D.csv"
        self.write([COVER], [ONE])

    def write(self, covers: list[dict[str, str]], settlements: list[dict[str, str]]) -> None:
        self.covers.write_bytes(file_of(*covers))
        self.settlements.write_bytes(file_of(*settlements))

    def run(self, *more: str) -> Result:
        files = ["--covers", self.covers, "--settlements", self.settlements, "--out", self.out]
        return CliRunner().invoke(determine, [*map(str, files), *more])

    def rows(self) -> list[str]:
        return self.out.read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_bytes_of_d(desk: Desk) -> None:
    desk.write(
        [COVER, COVER | {"certno": "q1", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}],
        [
            ONE,
            ONE | {"setl_id": "单,2", "certno": "Q1", "enddate": "2020-05-05"},
            ONE | {"setl_id": "3", "med_type": "22"},
            ONE | {"setl_id": "4", "certno": "nobody"},
        ],
    )
    result = desk.run()
    assert result.exit_code == 0
    assert (
        desk.out.read_bytes()
        == (
            "setl_id,certno,care,scheme,base,gross,room,payable,refusal\n"
            f"S0001,{WHO},inpatient,2023,400.00,200.00,100000.00,200.00,\n"
            '"单,2",Q1,inpatient,2019,400.00,120.00,,120.00,\n'
            f"3,{WHO},,,,,,0.00,held\n"
            "4,NOBODY,inpatient,,,,,0.00,no_cover\n"
        ).encode()
    )
    assert "320.00" in result.stdout
    assert str(desk.out) in result.stdout


def test_one_json_object(desk: Desk) -> None:
    told = json.loads(desk.run("--json").stdout)
    assert told == {
        "ok": True,
        "exit": 0,
        "settlements": 1,
        "granted": 1,
        "payable": "200.00",
        "refused": {},
        "out": str(desk.out),
    }


def test_headers_alone_give_a_header(desk: Desk) -> None:
    desk.covers.write_bytes(csv_bytes([list(COVER)]))
    desk.settlements.write_bytes(csv_bytes([list(ONE)]))
    assert desk.run().exit_code == 0
    assert desk.rows() == []


def test_nobody_is_covered(desk: Desk) -> None:
    desk.covers.write_bytes(csv_bytes([list(COVER)]))
    assert desk.run().exit_code == 0
    assert desk.rows() == [f"S0001,{WHO},inpatient,,,,,0.00,no_cover"]


def test_adjacent_covers_and_any_case_or_width_of_an_id(desk: Desk) -> None:
    wide = WHO.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    following = {"certno": f"\u200b{wide}", "starts_on": "2023-05-09"}
    desk.write([COVER | {"ends_on": "2023-05-08"}, COVER | following], [ONE])
    assert desk.run().exit_code == 0
    assert desk.rows()[0].startswith(f"S0001,{WHO},inpatient,2023,400.00")


def test_empty_cares_are_all_and_a_missing_column_too(desk: Desk) -> None:
    for cares, refusal in (("", ""), ("chronic inpatient", ""), ("chronic", "not_in_scheme")):
        desk.write([COVER | {"cares": cares}], [ONE])
        assert desk.run().exit_code == 0
        assert desk.rows()[0].rsplit(",", 1)[1] == refusal


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "2023-02-29"}, "starts_on"),
        ({"ends_on": "31.12.2023"}, "ends_on"),
        ({"ends_on": "2022-12-31"}, "ends_on"),
        ({"waits_until": "soon"}, "waits_until"),
        ({"waits_until": "2023-01-31 00:00"}, "waits_until"),
        ({"cares": "dental"}, "cares"),
        ({"cares": "inpatient,chronic"}, "cares"),
        ({"certno": ""}, "certno"),
        ({"starts_on": "2023-12-31", "ends_on": "2024-12-31"}, "starts_on"),
        ({}, "starts_on"),
    ],
)
def test_a_wrong_cover_refuses_the_whole(desk: Desk, changed: dict[str, str], field: str) -> None:
    """The last two overlap the cover before them; one is that cover twice."""
    desk.write([COVER | {"cares": ""}, COVER | changed], [ONE])
    assert_refused(desk, "covers", 3, field)


def test_a_short_cover_inside_a_long_one_overlaps(desk: Desk) -> None:
    inside = {"starts_on": "2023-03-01", "ends_on": "2023-03-31"}
    later = {"starts_on": "2023-06-01", "ends_on": "2023-06-30"}
    desk.write([COVER | inside, COVER | {"certno": "OTHER"}, COVER, COVER | later], [ONE])
    assert desk.run().exit_code == 2
    told = json.loads(desk.run("--json").stdout)
    assert [(x["line"], x["reason"]) for x in told["faults"]] == [
        (4, "CoverRowsOverlap"),
        (5, "CoverRowsOverlap"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hifp_pay": "0.005"}, "bill B, hifp_pay"),
        ({"inscp_scp_amt": "NaN"}, "bill B, inscp_scp_amt"),
        ({"inscp_scp_amt": "-1"}, "bill B, inscp_scp_amt"),
        ({"setl_id": "S0001"}, "setl_id"),
        ({"refd_setl_flag": "x"}, "bill B, refd_setl_flag"),
        ({"enddate": ""}, "enddate"),
        ({"enddate": "x", "med_type": "22"}, "bill B, enddate"),
        ({"setl_time": ""}, "bill B, setl_time"),
        ({"setl_time": "2023-05-09T10:30:00+00:00"}, "bill B, setl_time"),
        ({"certno": "W", "begndate": ""}, "begndate"),
    ],
)
def test_a_wrong_settlement_refuses_the_whole(
    desk: Desk, changed: dict[str, str], said: str
) -> None:
    waits = COVER | {"certno": "W", "waits_until": "2023-01-31"}
    desk.write([COVER, waits], [ONE, ONE | {"setl_id": "B", "refd_setl_flag": ""} | changed])
    assert_refused(desk, "settlements", 3, said)


def assert_refused(desk: Desk, file: str, line: int, named: str) -> None:
    """`named`: the field, and before it the bill where its number can be told."""
    field = named.rpartition(" ")[2]
    desk.out.write_bytes(b"what stood here before")
    spoken, told = desk.run("--lang", "en"), desk.run("--json")
    assert (spoken.exit_code, told.exit_code) == (2, 2)
    assert f"line {line}, {named}: " in spoken.stderr
    assert spoken.stdout == ""
    said = json.loads(told.stdout)
    assert (said["ok"], said["exit"], said["file"]) == (False, 2, file)
    assert (said["line"], said["field"]) == (line, field)
    assert said["faults"][0]["message"]
    assert desk.out.read_bytes() == b"what stood here before"
    assert sorted(x.name for x in desk.out.parent.iterdir()) == ["C.csv", "D.csv", "S.csv"]


@pytest.mark.parametrize(
    "unneeded",
    [
        {"med_type": "14", "begndate": "", "enddate": ""},
        {"begndate": ""},
        {"med_type": "22", "begndate": "", "enddate": ""},
        {"med_type": "99", "begndate": "", "enddate": ""},
        {"refd_setl_flag": "1", "begndate": "", "enddate": ""},
        {"setl_id": "U", "begndate": "", "enddate": ""},
        {"certno": "nobody", "begndate": ""},
    ],
)
def test_a_date_that_is_not_needed_may_be_missing(desk: Desk, unneeded: dict[str, str]) -> None:
    """Chronic bills, bills refused before a cover is looked for, admission where nothing waits."""
    refund = ONE | {"setl_id": "R", "refd_setl_flag": "1", "init_setl_id": "U"}
    desk.write([COVER], [ONE, refund, ONE | {"setl_id": "B"} | unneeded])
    assert desk.run().exit_code == 0


@pytest.mark.parametrize("name", list(COVER))
def test_a_missing_column_of_covers_is_named(desk: Desk, name: str) -> None:
    desk.write([{key: value for key, value in COVER.items() if key != name}], [ONE])
    assert_refused(desk, "covers", 1, name)


def test_a_missing_column_of_settlements_is_named(desk: Desk) -> None:
    desk.write([COVER], [{key: value for key, value in ONE.items() if key != "hifmi_pay"}])
    assert_refused(desk, "settlements", 1, "hifmi_pay")


def test_a_file_that_is_no_text_is_refused_with_its_line(desk: Desk) -> None:
    desk.settlements.write_bytes(desk.settlements.read_bytes() + b"\0\n")
    assert_refused(desk, "settlements", 3, "")


def test_files_that_cannot_be_read_or_written(desk: Desk) -> None:
    desk.out = desk.out.parent / "nowhere" / "D.csv"
    refused = json.loads(desk.run("--json").stdout)
    assert (refused["error"], refused["exit"]) == ("FileUnwritable", 2)
    desk.out = desk.covers.parent
    assert desk.run().exit_code == 2
    assert sorted(x.name for x in desk.covers.parent.iterdir()) == ["C.csv", "S.csv"]
    desk.settlements = desk.covers.parent / "none.csv"
    desk.out = desk.covers.parent / "D.csv"
    assert json.loads(desk.run("--json").stdout)["error"] == "FileUnreadable"


def test_the_output_never_replaces_an_input(desk: Desk) -> None:
    desk.out = desk.settlements.parent / "." / "S.csv"
    before = desk.settlements.read_bytes()
    refused = json.loads(desk.run("--json").stdout)
    assert refused["error"] == "OutputIsInput"
    assert desk.settlements.read_bytes() == before


def test_the_output_has_the_usual_rights(desk: Desk) -> None:
    before = os.umask(0o027)
    try:
        assert desk.run().exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(desk.out.stat().st_mode) == 0o640


def test_a_device_is_not_replaced_and_a_link_is_followed(desk: Desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    desk.out = pipe
    assert desk.run("--json").exit_code == 2
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    desk.out = link
    assert desk.run().exit_code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("setl_id,")


@pytest.mark.parametrize("name", [".", "", "x" * 300])
def test_an_output_without_a_proper_name_is_refused_in_words(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    desk.out = tmp_path / name
    result = desk.run("--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["ok"] is False


def test_the_longest_name_is_no_hindrance(desk: Desk, tmp_path: Path) -> None:
    desk.out = tmp_path / ("x" * 250)
    assert desk.run().exit_code == 0
