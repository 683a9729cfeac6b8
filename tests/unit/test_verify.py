"""The verifier's own arithmetic and caution, without a bundle."""

import ast
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit import ask, verify
from app.audit.codes import CODES, codes
from app.audit.common import common_files
from app.audit.words import FIELDS_SAY, TABLES_SAY
from app.benefits.columns import Refused
from app.benefits.scheme_file import package_schemes
from app.claims.lifecycle import State, Why
from app.cover.periods import term_end

BANDS_2019 = [
    {"over_fen": 0, "basis_points": 3000},
    {"over_fen": 100_000, "basis_points": 5000},
]
HALF = [{"over_fen": 0, "basis_points": 5000}]


@pytest.mark.parametrize(
    ("bands", "base", "gross"),
    [
        (HALF, 25_990_000, 12_995_000),  # the published case: 259,900.00 -> 129,950.00
        (HALF, 1, 1),  # half a fen is rounded up
        (HALF, 0, 0),
        (BANDS_2019, 100_000, 30_000),
        (BANDS_2019, 100_001, 30_001),  # 300.00 + 0.005
        (BANDS_2019, 150_005, 55_003),
        ([{"over_fen": 0, "basis_points": 2000}], 1_500_000, 300_000),
    ],
)
def test_bands(bands: list[dict[str, int]], base: int, gross: int) -> None:
    assert verify.gross_of(bands, base) == gross


@given(st.dates(date(2019, 10, 1), date(2099, 12, 31)))
def test_terms_end_as_the_fund_says(start: date) -> None:
    for scheme in package_schemes():
        months = scheme.term_months or "calendar_year"
        assert verify.term_end(months, start) == term_end(scheme, start)


def test_twelve_months_from_a_leap_day_end_on_28_february() -> None:
    assert verify.term_end(12, date(2020, 2, 29)) == date(2021, 2, 28)
    assert verify.term_end(12, date(2019, 3, 1)) == date(2020, 2, 29)
    assert verify.term_end("calendar_year", date(2023, 5, 5)) == date(2023, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        *('{"a": 1, "a": 2}', "[NaN]", "[Infinity]", "[" * 100_000, '{"a":' * 50, "{", "", "[1] x"),
        "9" * 1_000,  # up to 3.8.13 Python reads it, however long that takes
    ],
)
def test_hostile_json_is_a_fault(text: str) -> None:
    with pytest.raises(verify.Fault):
        verify.loads(text, "x")


@pytest.mark.parametrize(
    ("text", "where"),
    [('{"a": 1 ,}', (1, 8)), ('[\n {"a":\n 1,\n }\n]', (3, 3)), ("[1,\n x]", (1, 3)), ("", (1, 1))],
)
def test_where_json_is_faulty_is_told_alike_in_every_python(
    text: str, where: tuple[int, int]
) -> None:
    with pytest.raises(verify.Fault) as raised:
        verify.loads(text, "x")
    assert raised.value.facts["why"] == "line {} column {}".format(*where)


def test_a_number_that_takes_long_to_read_is_none() -> None:
    note = "huzhu\n{}\n{}\n\n".format("9" * 1_000, "A" * 43 + "=")
    with pytest.raises(verify.Fault):
        verify.Note(note, "x")
    assert verify.Note(note.replace("9" * 1_000, "9"), "x").size == 9


def test_what_python_says_of_nonsense_is_told_only_where_all_say_the_same() -> None:
    told = [verify._why(x("o")) for x in (TypeError, OverflowError, KeyError, csv.Error)]
    assert told == ["TypeError", "OverflowError", "KeyError('o')", "o"]


@pytest.mark.parametrize("program", [verify.__file__, ask.__file__])
def test_help_is_printed_where_the_console_lacks_chinese(program: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"benefit_years": [2021]}')
    copy = shutil.copy(program, tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", copy, "--help"],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "cp1252"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--lang" in done.stdout


@pytest.mark.parametrize(
    ("environ", "system", "lang"),
    [
        ({}, "", "en"),
        ({}, "zh_CN", "zh"),
        ({}, "Chinese (Simplified)_China", "zh"),  # as Windows calls it
        ({"LANG": "en_US.UTF-8"}, "zh_CN", "en"),
        ({"LANG": "zh_CN.UTF-8"}, "en_US", "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "", "en"),
    ],
)
def test_it_speaks_as_the_system_does(environ: dict[str, str], system: str, lang: str) -> None:
    assert verify.language(environ, system) == lang


def test_there_is_no_second_process_where_one_processor_is_to_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "LARGE", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3}, raising=False)
    assert verify.second_for("x", 1) is None
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert verify.second_for("x", 1) is None


def test_brackets_in_texts_are_no_depth() -> None:
    assert verify.loads('["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"["]', "x")


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        *(("fen", x) for x in ("NaN", "1.0", "1e5", "+1", " 1", "01", "-0", "1_000", "9" * 19)),
        ("fen", "\N{ARABIC-INDIC DIGIT ONE}"),
        *(("day", x) for x in ("2021-02-30", "20210101", "2021-1-1", "2021-W01-1")),
        *(("moment", x) for x in ("2021-01-01", "2021-01-01T24:00:00", "2021-01-01 10:00:00")),
        ("time", "2021-01-01T10:00:00.000000+08:00"),
        ("bool", "True"),
    ],
)
def test_a_malformed_cell_is_no_value(kind: str, cell: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        verify.value_of(kind, cell)


@pytest.mark.parametrize("program", [verify.__file__, ask.__file__])
def test_it_is_python_3_8_and_needs_nothing_but_the_standard_library(program: str) -> None:
    source = Path(program).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    # Later than 3.8, and parsed there all the same.
    later = r"removeprefix\(|removesuffix\(|file_digest\(|pairwise\(|zip\([^)]*strict|bit_count\("
    assert not re.search(later, source)


def test_what_is_no_bundle_is_said_so(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    for content in (b"", b"PK", b"text" * 100, b"PK\5\6" + bytes(18)):
        other.write_bytes(content)
        assert not verify.examine(str(other))["ok"]
    assert not verify.examine(str(tmp_path))["ok"]


def test_exit_codes(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"text")
    command = [sys.executable, "-I", "-S", verify.__file__]
    assert subprocess.run([*command, other], capture_output=True, check=False).returncode == 1
    missing = [*command, tmp_path / "missing.zip"]
    assert subprocess.run(missing, capture_output=True, check=False).returncode == 2


NOTE = f"huzhu\n1\n{'A' * 43}=\n\n— huzhu {'A' * 92}\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--key", "abc"], "a fingerprint has 64 digits"),
        (["--key", "0" * 63 + "g"], "a fingerprint has 64 digits"),
        (["--since", "README.md"], "no checkpoint"),
        (["--since", "missing.txt"], "no such file"),
        (["--lang", "zh", "--since", "missing.txt"], "没有这个文件"),
        (["--lang", "zh", "--key", ""], "指纹是 64 位"),
        (["--lang", "zh", "--since", "README.md"], "不是检查点"),
    ],
)
def test_what_is_no_fingerprint_or_checkpoint_says_nothing_of_the_bundle(
    given: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "README.md").write_bytes(b"# a bundle\n\xff\n")
    given = [str(tmp_path / x) if "." in x else x for x in given]
    with pytest.raises(SystemExit) as ended:
        verify.main([str(tmp_path), "--lang", "en", *given])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True)


def test_a_checkpoint_that_windows_saved_and_a_printed_fingerprint_are_read() -> None:
    assert verify.is_checkpoint(NOTE)
    assert not verify.is_checkpoint(NOTE.partition("—")[0])
    print_ = "AB:" * 31 + " AB"
    assert verify.fingerprint_of(print_) == "ab" * 32


def test_an_older_python_is_told_so_and_nothing_of_the_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "OLDEST", (9, 9))
    assert verify.main([str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "needs 9.9" in told.err
    assert "没有核对" in told.err


def test_every_fault_and_table_is_worded() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source)
    raised = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Fault", "fault")
    }
    assert raised <= verify.WORDS.keys()
    assert TABLES_SAY.keys() == verify.TABLES.keys()
    fields = {field for table in verify.TABLES.values() for field in table.columns}
    fields |= {f"{name}.{x}" for name, table in verify.TABLES.items() for x in table.columns}
    assert fields >= FIELDS_SAY.keys()


def test_the_verifier_knows_what_is_paid_as_what() -> None:
    """Nothing in the log says it, so that the verifier that an auditor kept does."""
    told = common_files({})["med_types.json"]
    assert hashlib.sha256(told).hexdigest() == verify.KINDS_OF_CARE


def test_every_code_has_its_words() -> None:
    for column, known in (
        (("determination", "refusal"), {x.name.lower() for x in Refused} - {"no"}),
        (("claim_move", "state"), set(State)),
        (("undone_filing", "why"), set(Why)),
        (("determination", "care"), set(verify.CARES)),
        (("statement_line", "taken_as"), verify.TAKEN_IN | verify.TAKEN_OUT),
    ):
        assert set(CODES[column]) == known, column
    assert {len(row) for row in codes()} == {5}
    assert all(table in verify.TABLES for table, _ in CODES)


def test_another_layout_is_another_form() -> None:
    """An older verifier must be able to say that it does not know a bundle: it says so by FORMAT.

    Whoever changes the tables after bundles of a form were handed out, raises its number here too.
    """
    layout = hashlib.sha256(repr(verify.TABLES).encode()).hexdigest()
    assert (verify.FORMAT, layout[:16]) == ("huzhu-bundle/3", "3d8bde488906a38c")
    readme = Path(verify.__file__).with_name("bundle_readme.md").read_text(encoding="utf-8")
    assert readme.count(verify.FORMAT) == 2
