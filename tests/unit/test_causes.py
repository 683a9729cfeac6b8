"""Why a file cannot be read or written is said in the reader's language, not the system's."""

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.errors import FileFault
from app.files.disk import NOT_A_NAME, NOT_PLAIN, cause_of, check_there, content_of, write_whole
from app.texts import LANGUAGES, say
from app.texts.causes import CAUSES, cause_said
from app.texts.unready import unready_said

NOBODY = 65534
CHINESE = re.compile("[\u4e00-\u9fff]")
READ = {
    "ENOENT": lambda folder: folder / "none.csv",
    "EISDIR": lambda folder: folder,
    "ENOTDIR": lambda folder: Path(__file__) / "none.csv",
    "ENAMETOOLONG": lambda folder: folder / ("x" * 300),
    "ELOOP": lambda folder: _to_itself(folder / "link"),
    NOT_A_NAME: lambda folder: folder / "a\0b",
}


def _to_itself(link: Path) -> Path:
    link.symlink_to(link)
    return link


def refused(act: Callable[[], object]) -> FileFault:
    with pytest.raises(FileFault) as said:
        act()
    return said.value


@pytest.mark.parametrize("cause", READ)
def test_a_file_that_cannot_be_read_says_why(cause: str, tmp_path: Path) -> None:
    path = READ[cause](tmp_path)
    fault = refused(lambda: content_of(path))
    assert fault.facts["cause"] == cause
    for lang in LANGUAGES:
        assert cause_said(cause, lang) in say(fault, lang)
    chinese = say(fault, "zh").replace(str(path), "")
    assert not re.search("[A-Za-z]", chinese)


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    assert "没有这个文件或文件夹" in say(refused(lambda: write_whole(tmp_path / "x" / "y", b"")))
    assert "不是普通文件" in say(refused(lambda: write_whole(tmp_path, b"")))


def test_every_cause_has_words_in_both_languages() -> None:
    assert {NOT_A_NAME, NOT_PLAIN} <= CAUSES.keys()
    for name, cause in CAUSES.items():
        assert name in {NOT_A_NAME, NOT_PLAIN} or hasattr(errno, name)
        assert CHINESE.search(cause.zh)
        assert cause.en.isascii()
    unworded = cause_of(OSError(errno.ENOTTY, os.strerror(errno.ENOTTY)))
    assert cause_said(unworded, "zh") == "系统错误 ENOTTY"
    assert cause_said(cause_of(OSError(9_999, "?")), "en") == "the system's error 9999"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC])
def test_what_stops_the_start_says_it_too(number: int) -> None:
    said = f"/x/key.pem cannot be read: {os.strerror(number)}."
    cause = cause_said(errno.errorcode[number], "zh")
    assert unready_said(said, "zh") == f"/x/key.pem 无法读取：{cause}。"
    assert unready_said(said, "en") == said


def test_a_file_without_a_right_is_not_said_to_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.touch(mode=0)
    before = os.geteuid()
    os.seteuid(before or NOBODY)  # root may read everything
    try:
        assert "没有权限" in say(refused(lambda: content_of(path)))
    finally:
        os.seteuid(before)


def test_a_bundle_may_be_a_folder_and_must_be_there(tmp_path: Path) -> None:
    check_there(tmp_path)
    assert refused(lambda: check_there(tmp_path / "x")).facts["cause"] == "ENOENT"


@pytest.mark.parametrize(("lang", "said"), [("zh", "这是文件夹"), ("en", "it is a folder")])
def test_a_kept_checkpoint_that_is_a_folder_is_refused(
    lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["verify", str(tmp_path), "--since", str(tmp_path), "--lang", lang]
    assert main(given) == 2
    assert said in capsys.readouterr().err
