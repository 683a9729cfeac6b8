"""The `huzhu` command: one thin command per job, each a sentence or one JSON object.

Commands import what they need when they run, so that `--help` is quick.
"""

import codecs
import importlib
import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from app.cli.frame import tell_usage
from app.cli.spoken import Group, language
from app.texts.amounts import MINUS

_SIGNALLED: Final = 128
"""Before a signal's number in the exit code of who was ended by it."""
_COMMANDS: Final = {
    "account": "accounts",
    "audit": "inspection",
    "balance": "books",
    "books": "ledgers",
    "auditor-key": "identify",
    "bank": "bank",
    "bundle": "bundle",
    "checkpoint": "checkpoint",
    "claims": "claims",
    "contributions": "contributions",
    "cover": "covers",
    "demo": "demo",
    "determine": "determine",
    "drain": "work",
    "enquiries": "enquiries",
    "erase": "erase",
    "gift": "gifts",
    "gig": "gig",
    "identify": "identify",
    "log": "auditing",
    "member": "members",
    "notices": "notices",
    "online": "online",
    "payments": "orders",
    "rebuild": "work",
    "recoveries": "recoveries",
    "replay": "work",
    "report": "report",
    "review": "review",
    "roster": "roster",
    "scheme": "scheme",
    "seal": "checkpoint",
    "settlements": "settlements",
    "simulate": "simulate",
    "union": "unions",
    "unit": "units",
    "verify": "bundle",
    "year": "notices",
}


class Commands(Group):
    """Finds a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"app.cli.{_COMMANDS[cmd_name]}")
        found: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def huzhu() -> None:
    """The medical mutual-aid fund, from roster to proof. Exit 0 done, 1 rows listed, 2 refused."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    lang = language(given)
    try:
        _say_what_the_terminal_can()
        _refuse_unreadable(given, lang)
        with _ended_in_order():
            code = huzhu.main(given, prog_name="huzhu", standalone_mode=False, obj=lang)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as wrong:
        return tell_usage(wrong, lang, as_json="--json" in given)
    return int(code or 0)


_NEAR: Final = {MINUS: "-", "¥": "￥"}
"""What stands for a sign that the reader's terminal has not: GBK has neither of these."""


def _near(wrong: UnicodeError) -> tuple[str, int]:
    if not isinstance(wrong, UnicodeEncodeError):
        raise wrong
    sign = wrong.object[wrong.start]
    near = _NEAR.get(sign, "?")
    return near if near.encode(wrong.encoding, "ignore") else "?", wrong.start + 1


def _say_what_the_terminal_can() -> None:
    """An answer is not lost for a sign that cannot be shown."""
    codecs.register_error("near", _near)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="near")


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Told to stop, or its terminal closed, a command ends as by Ctrl-C: what it had half written
    beside a file's place goes, and gigabytes may be of it. What is ignored (nohup) stays so."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(_SIGNALLED + number)

    before = {}
    if threading.current_thread() is threading.main_thread():
        asked = (signal.SIGTERM, signal.SIGHUP)
        before = {x: signal.getsignal(x) for x in asked if signal.getsignal(x) is signal.SIG_DFL}
    try:
        for number in before:
            signal.signal(number, end)
        yield
    finally:
        for number, as_it_was in before.items():
            signal.signal(number, as_it_was)


def _refuse_unreadable(given: list[str], lang: str) -> None:
    """Neither a database nor an answer in JSON can hold what is no text."""
    for place, word in enumerate(given, 1):
        if "\0" in word or (not word.isascii() and word.encode(errors="ignore").decode() != word):
            raise click.UsageError(
                f"Word {place} is not UTF-8 text."
                if lang == "en"
                else f"第 {place} 个参数不是 UTF-8 文本。"
            )
