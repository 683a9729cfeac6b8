"""The command speaks Chinese or English, in help and in what it says of a wrong command line."""

import re
from collections.abc import Iterator

import click
import pytest

from app.benefits.scheme import Scheme
from app.benefits.scheme_file import package_schemes
from app.cli import chinese, huzhu, main, notices
from app.cli.frame import fault_lines, note_lines
from app.cli.rules import told
from app.cli.spoken import language
from app.errors import RowFault
from app.money import yuan
from app.notices.models import KINDS, STATES
from app.texts import LANGUAGES
from app.texts.scheme_words import NAMES

HAN = re.compile(r"[\u3400-\u9fff]")


def commands(found: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            inner = found.get_command(context, name)
            assert inner
            yield from commands(inner, (*path, name))


def command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = huzhu
    for name in path:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner
        found = inner
    return found


EVERY = [*commands(huzhu)]


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_help_is_chinese_or_english(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = command(path)
    helps = [found.help, *(x.help for x in found.params if isinstance(x, click.Option))]
    assert {said for said in helps if said} <= chinese.HELP.keys()
    monkeypatch.setenv("HUZHU_LANG", "zh")
    assert main([*path, "--help"]) == 0
    usage, *told = capsys.readouterr().out.splitlines()
    assert usage.startswith("用法：huzhu")
    assert chinese.HELP[found.help or ""] in "".join(line.strip() for line in told)
    assert [line for line in told if re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", line)] == []
    monkeypatch.setenv("HUZHU_LANG", "en")
    assert main([*path, "--help"]) == 0
    told = capsys.readouterr().out
    assert "Usage: huzhu" in told
    # Beside the English of a subject its Chinese word may stand in brackets.
    assert not HAN.search(re.sub(r"\([\u3400-\u9fff]+\)", "", told))


def test_the_chinese_is_chinese() -> None:
    assert [said for said in chinese.HELP.values() if not HAN.search(said)] == []


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (["nix"], "没有命令 nix。", "No such command 'nix'."),
        (["unit", "add", "--nix"], "没有选项 --nix。", "No such option '--nix'."),
        (["unit", "add"], "缺少 --uscc。", "Missing option '--uscc'."),
        (["balance"], "缺少 YEAR。", "Missing argument 'YEAR'."),
        (["balance", "12"], "YEAR 不对：应为 1900 到 9999 的整数。", "is not in the range"),
        (["claims", "send-back", "0"], "CLAIM 不对：应为不小于 1 的整数。", "not in the range"),
        (["balance", "x"], "YEAR 不对：应为 1900 到 9999 的整数。", "is not a valid integer"),
        (["claims", "list", "--state", "x"], "--state 不对：应为 review、", "is not one of"),
        (
            ["payments", "export", "--on", "x", "--year", "2023", "--out", "o", "--approve", "b"],
            "--on 不对：应为日期，如 2024-06-03。",
            "does not match the format",
        ),
        (["balance", "2023", "x", "y"], "多余的内容：x y。", "unexpected extra arguments (x y)"),
        (["unit", "add", "--name"], "选项 --name 后面缺少内容。", "requires an argument"),
        (["unit", "list", "--json=x"], "选项 --json 后面不带内容。", "does not take a value"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_language_asked_for(
    given: list[str], zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        # Where a word is too many, the language is asked for before it.
        at = 2 if len(given) > 1 and not given[1][0].isdigit() and given[1] != "x" else 1
        asked = [*given[:at], "--lang", lang, *given[at:]]
        assert main(asked) == 2
        told = " ".join(capsys.readouterr().err.split())
        assert said in told
        assert " --help" in told or zh.startswith("选项")
        assert (lang == "en") == (HAN.search(told) is None)


@pytest.mark.parametrize("scheme", package_schemes(), ids=lambda scheme: scheme.id)
def test_a_scheme_is_shown_in_words(scheme: Scheme) -> None:
    zh, en = (told(scheme, lang) for lang in LANGUAGES)
    assert len(zh) == len(en) > len(scheme.sources)
    for lines in (zh, en):
        assert not re.search(r"[a-z]_[a-z]|[{}]|None|True|False", "".join(lines))
    assert not HAN.search("".join(en))
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", "".join(zh))
    every = {figure for source in scheme.sources for figure in source.of}
    assert {name.split(".")[-1] for name in every} <= NAMES.keys()
    assert yuan(scheme.contribution.total_fen) in zh[1]


def test_shares_are_said_band_by_band() -> None:
    [first, *_] = package_schemes()
    said = "  ¥0.00 至 ¥1,000.00 部分补助 30%；¥1,000.00 以上部分补助 50%（同一次住院合并计算）"
    assert said in told(first, "zh")


def test_the_language_is_the_one_asked_for_else_the_environments() -> None:
    assert language([], {}) == "zh"
    assert language([], {"LANG": "en_US.UTF-8"}) == "en"
    assert language([], {"LANG": "C.UTF-8"}) == "zh"
    assert language([], {"LANG": "en_US", "LC_ALL": "zh_CN"}) == "zh"
    assert language([], {"LANG": "zh_CN", "HUZHU_LANG": "en"}) == "en"
    assert language(["unit", "--lang", "zh"], {"LANG": "en"}) == "zh"
    assert language(["unit", "--lang=en"], {"LANG": "zh"}) == "en"
    assert language(["unit", "--lang", "fr"], {"LANG": "en"}) == "en"
    assert language(["--lang"], {}) == "zh"


@pytest.mark.parametrize(
    "typed",
    [
        ("bank", "propose", "1"),
        ("bank", "propose", "1", "--recovery", "2", "--claim", "3"),
        ("scheme", "edit", "1"),
        ("contributions", "decide", "1"),
        (
            "contributions",
            "use-credit",
            "--unit",
            "X",
            "--from",
            "2020",
            "--year",
            "2021",
            "--amount",
            "1e5",
        ),
        ("unit", "list", "\udcff"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_typed_wrong_is_said_in_one_language(
    typed: tuple[str, ...],
    lang: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anything is opened: no fund is needed to be told."""
    monkeypatch.setenv("HUZHU_LANG", lang)
    assert main([*typed]) == 2
    said = capsys.readouterr()
    [first, *_] = (said.out + said.err).splitlines()
    assert bool(HAN.search(first)) == (lang == "zh"), first
    assert lang == "en" or not re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", first), first


def test_what_is_said_of_rows_names_no_row_where_it_is_the_file_and_no_field_of_ours():
    notes = [{"line": 0, "message": "列没有读取。"}, {"line": 3, "message": "已整理。"}]
    assert note_lines(notes, "zh") == ["说明：列没有读取。", "说明：第 3 行 已整理。"]
    assert note_lines(notes[:1], "en") == ["Note: 列没有读取。"]
    assert fault_lines([RowFault(4, "row", "CellsMerged")], "zh")[0].startswith("第 4 行 整行：")


def test_every_kind_of_notice_has_its_words_in_the_list() -> None:
    assert set(notices._KINDS) == set(KINDS)
    assert set(notices._STATES) >= set(STATES)
