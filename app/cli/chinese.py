"""The command's help and its usage errors in Chinese, by their English."""

import re
from typing import Final

import click

from app.cli.helps import HELP

USAGE: Final = "用法："
__all__ = ["HELP", "USAGE", "WORDS", "bracket", "usage", "usage_error"]

WORDS: Final = {"Options": "选项", "Commands": "命令"}
_USAGE: Final = {
    "[OPTIONS]": "[选项]",
    "COMMAND": "命令",
    "[ARGS]...": "[参数]...",
}
_EXTRA: Final = {"required": "必填", "default: ": "默认 "}


def usage(args: str) -> str:
    """What a command takes: its options and its words."""
    return " ".join(_USAGE.get(word, word) for word in args.split(" "))


def bracket(more: str) -> str:
    """What stands behind a help text in brackets: whether it must be given, and its default."""
    said = more
    for english, word in _EXTRA.items():
        said = said.replace(english, word)
    return f" {said.replace('; ', '；')}"


def usage_error(wrong: click.ClickException) -> str:
    """What is wrong with the words of a command line."""
    match wrong:
        case click.MissingParameter(param=param) if param:
            return f"缺少 {_named(param)}。"
        case click.BadParameter(param=param) if param:
            return f"{_named(param)} 不对：应为{_wanted(param.type)}。"
        case click.NoSuchOption():
            return f"没有选项 {wrong.option_name}。"
        case click.NoSuchCommand():
            return f"没有命令 {wrong.command_name}。"
        case click.BadOptionUsage():
            takes = "does not take" not in wrong.message
            return f"选项 {wrong.option_name} {'后面缺少内容' if takes else '后面不带内容'}。"
    extra_words = re.search(r"extra arguments? \((.*)\)", wrong.format_message())
    return f"多余的内容：{extra_words[1]}。" if extra_words else wrong.format_message()


def _named(param: click.Parameter) -> str:
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(_NOWHERE)


def _wanted(kind: object) -> str:
    match kind:
        case click.Choice(choices=choices):
            return f" {'、'.join(map(str, choices))} 之一"
        case click.IntRange(min=least, max=most) if most is None:
            return f"不小于 {least} 的整数"
        case click.IntRange(min=least, max=most):
            return f" {least} 到 {most} 的整数"
        case click.DateTime():
            return "日期，如 2024-06-03"
        case click.Path():
            return "文件"
        case _:
            return "整数" if kind is click.INT else "文字"


_NOWHERE: Final = click.Context(click.Command(None))
