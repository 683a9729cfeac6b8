"""What any file's bytes say: text, rows, amounts, days and moments."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.rows import ColumnMissing, ColumnTwice, NotRows, columns_of, rows_of
from app.files.text import TextUnreadable, text_of
from app.files.times import NotATime, day_of, moment_of
from app.money import MOST_FEN, NotAnAmount, fen, yuan


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("text", ["姓名,身份证号\n张三,4105", "石毛", "买买提·艾力", "plain", ""])
def test_chinese_is_read_in_each_encoding(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("name", ["㛃", "䶮", "𬭚", "堃", "石毛", "张·三"])
def test_rare_names_survive_gb18030_and_utf8(name: str) -> None:
    assert text_of(f"姓名\n{name}".encode("gb18030")) == f"姓名\n{name}"
    assert text_of(f"姓名\n{name}".encode()) == f"姓名\n{name}"


def test_gbk_pairs_that_are_valid_utf8_are_gbk() -> None:
    assert "石毛".encode("gbk").decode("utf-8") != "石毛"
    assert text_of("石毛".encode("gbk")) == "石毛"


def test_letters_beyond_latin_with_chinese_or_a_mark_stay_utf8() -> None:
    assert text_of("Ωé石".encode()) == "Ωé石"
    assert text_of("é".encode("utf-8-sig")) == "é"
    assert text_of("a·b".encode()) == "a·b"


@given(st.text(st.characters(min_codepoint=0x80, max_codepoint=0x7FF), min_size=1))
def test_every_pair_that_could_be_either_can_be_read_as_gb18030(text: str) -> None:
    """So that this guess never refuses a file that UTF-8 could read."""
    text_of(text.encode())


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\nb\0c", 2),
        (b"a\n\xff\xfe", 2),
        ("a,b\n1,2".encode("utf-16"), 1),
        (b"\x89PNG\r\n\x1a\n\0", 3),
        (b"\xef\xbb\xbfa\n\xb0\xa1", 2),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(TextUnreadable) as refused:
        text_of(content)
    assert refused.value.facts["line"] == line


def test_rows_know_the_line_they_begin_on() -> None:
    content = b'a,b\r\n\r\n1,"x\r\ny"\r\n , \r\n 2 ,z\r\n'
    assert list(rows_of(content)) == [(1, ["a", "b"]), (3, ["1", "x\r\ny"]), (6, ["2", "z"])]
    assert list(rows_of(b"a,b\r1,2\r3,4")) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]
    assert list(rows_of(b"")) == []


@pytest.mark.parametrize(
    "content", [b'a\n1\n"never closed\n3\n', b'a\n1\n"x"y\n', b"a\n1\n" + b"x" * 200_000]
)
def test_where_rows_cannot_be_told_apart_the_file_is_refused(content: bytes) -> None:
    with pytest.raises(NotRows) as refused:
        list(rows_of(content))
    assert refused.value.facts["line"] == 3


def test_columns_are_found_by_name() -> None:
    names = ["X", "Setl_Id", "x", "certno"]
    assert columns_of(names, 1, known=["setl_id", "certno"], needed=["certno"]) == {
        "setl_id": 1,
        "certno": 3,
    }
    with pytest.raises(ColumnMissing) as missing:
        columns_of(names, 2, known=["a", "b"], needed=["b"])
    assert missing.value.facts == {"line": 2, "field": "b"}
    with pytest.raises(ColumnTwice) as twice:
        columns_of(names, 1, known=["x"], needed=[])
    assert twice.value.facts == {"line": 1, "field": "x"}


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_yuan_and_fen_are_inverse(amount_fen: int) -> None:
    assert fen(yuan(amount_fen)) == amount_fen


@pytest.mark.parametrize(
    ("text", "amount_fen"),
    [
        *(("0", 0), ("1", 100), ("1.5", 150), ("1.05", 105), ("-0.01", -1), ("-0", 0)),
        *((".5", 50), ("-.50", -50), ("007.00", 700), ("99999999999999.99", MOST_FEN)),
    ],
)
def test_amounts(text: str, amount_fen: int) -> None:
    assert fen(text) == amount_fen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((x, "AmountDecimals") for x in ("0.005", "1.000", "-1.234", ".999")),
        *((x, "AmountTooLarge") for x in ("100000000000000", "-999999999999999.00")),
        *(
            (x, "AmountMalformed")
            for x in (
                *("", "-", ".", "-.", "1.", "+1", "1e5", "1E2", "1e400", "NaN", "Inf", "-inf"),
                *(
                    "1,000.00",
                    "1,5",
                    "1 000",
                    "¥1",
                    "1元",
                    "１",
                    "1．5",
                    "٣",
                    "0x10",
                    "1_000",
                    "--1",
                ),
                *("=1+1", "1\n", "²", "1.5.0", "1.00.", "1.2.345"),
            )
        ),
    ],
)
def test_what_is_no_amount(text: str, reason: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        fen(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-31", datetime.combine(date(2023, 5, 31), time())),
        ("2023-05-31 23:59:59", datetime.combine(date(2023, 5, 31), time(23, 59, 59))),
        ("2023-05-31T08:00:00", datetime.combine(date(2023, 5, 31), time(8))),
        ("2024-02-29 08:05", datetime.combine(date(2024, 2, 29), time(8, 5))),
        ("2024-02-29 08:05:01.5", datetime.combine(date(2024, 2, 29), time(8, 5, 1, 500_000))),
        ("2024-02-29 08:05:01.000001", datetime.combine(date(2024, 2, 29), time(8, 5, 1, 1))),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "2023-02-29", "2023-13-01", "2023-5-1", "20230501", "2023/05/01", "2023-W01-1"),
        *("2023-05-01 24:00:00", "2023-05-01 10:60", "2023-05-01T10:00:00Z", "2023-05-01  10:00"),
        *("2023-05-01 10:00:00+08:00", "2023-05-01 10", "2023-05-01t10:00", "2023-05-01 10:00:00."),
        *("2023-05-01 10:00:60", "2023-05-01 10:00:00.1234567", "0000-01-01", "２０２３-05-01"),
        *("2023-05-01\n", "2023-05-01 10:00:00,5", "45000", "1.5.2023", "2023-05-01 100000"),
    ],
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(NotATime):
        moment_of(text)
    with pytest.raises(NotATime):
        day_of(text)


def test_a_day_has_no_time() -> None:
    assert day_of("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(NotATime):
        day_of("2024-02-29 00:00:00")


@pytest.mark.parametrize("unseen", ["\u00a0", "\u00ad"])
def test_what_copying_from_a_page_leaves_unseen_does_not_make_a_file_gb18030(unseen: str) -> None:
    assert text_of(f"certno\n4105{unseen}\n".encode()) == f"certno\n4105{unseen}\n"
