"""Help and usage errors in the reader's language: click's classes, with words of our own.

The English stands beside each command and option; `app.cli.chinese` says it in Chinese, and a test
names what it lacks. Which language is known before anything is parsed, since it may be the parsing
that fails: `--lang`, wherever it stands, else the environment (`language`).
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import click

from app.cli import chinese
from app.texts import LANGUAGES

_EXTRA = re.compile(r"^(.*?)(?:\s*(\[[^\]]*\]))?$", re.DOTALL)
"""What click puts behind a help text: [default: 100; 1<=x<=10000]."""


def language(given: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """ "zh" or "en": what the words of a command line ask for, else what the environment does."""
    asked = [word.removeprefix("--lang=") for word in given if word.startswith("--lang=")]
    asked += [after for word, after in pairwise(given) if word == "--lang"]
    if asked and asked[-1] in LANGUAGES:
        return asked[-1]
    spoken = environ.get("HUZHU_LANG") or environ.get("LC_ALL") or environ.get("LANG", "")
    return "en" if spoken.lower().startswith("en") else "zh"


class _Chinese(click.HelpFormatter):
    """A page of help, in Chinese where it was written in English."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, chinese.usage(args), chinese.USAGE if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{chinese.WORDS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        super().write_text(chinese.HELP.get(text, text))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(term, _told(text)) for term, text in rows], col_max, col_spacing)


def _told(text: str) -> str:
    found = _EXTRA.match(text)
    said, more = found.groups() if found else (text, None)
    return f"{chinese.HELP.get(said, said)}{chinese.bracket(more) if more else ''}"


class Context(click.Context):
    """`obj` is the language, given to the first and kept by all below it."""

    def make_formatter(self) -> click.HelpFormatter:
        made = super().make_formatter()
        if self.obj == "en":
            return made
        return _Chinese(width=self.terminal_width, max_width=self.max_content_width)


class Command(click.Command):
    """One act."""

    context_class = Context


class Group(click.Group):
    """Commands of one subject; each is listed with the whole first sentence of its help."""

    context_class = Context

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            found = self.get_command(ctx, name)
            said = (found.help or "") if found else ""
            spoken = chinese.HELP.get(said, said) if ctx.obj != "en" else said
            rows.append((name, re.split(r"(?<=\.)\s|(?<=。)", spoken)[0]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def group(name: str | None = None) -> Callable[[Callable[[], None]], Group]:
    """A group of commands."""
    return click.group(name, cls=Group)


def usage_error(wrong: click.ClickException, lang: str) -> str:
    """What is wrong with the words of a command line, in a sentence."""
    return wrong.format_message() if lang == "en" else chinese.usage_error(wrong)


def where_to_look(wrong: click.ClickException, lang: str) -> list[str]:
    """The usage of the command that was meant, and how its help is asked for."""
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    if context is None:
        return []
    asks = f"{context.command_path} --help"
    return [context.get_usage(), f"Try '{asks}' for help." if lang == "en" else f"用法见 {asks}"]
