"""How far a long command is, on a terminal: once a second, and nothing for one that is quick."""

from __future__ import annotations

import sys
import time
from typing import Final

import click

_PAUSE_S: Final = 1.0
_SAYS: Final = {
    "drain": ("{done:,} claims determined", "已理算 {done:,} 件"),
    "replay": ("recomputing {year}, {share:.0%}", "正在重算 {year} 年度，{share:.0%}"),
    "simulate": ("reading the fund, {share:.0%}", "正在读取数据，{share:.0%}"),
    "bundle": ("writing the bundle, {share:.0%}", "正在写资料包，{share:.0%}"),
    "verify": ("checking, {share:.0%}", "正在核验，{share:.0%}"),
}


class Going:
    """Told how much is `done`, `of` all where that is known; says it on stderr."""

    def __init__(self, what: str, lang: str, **facts: object) -> None:
        self._says, self._facts = _SAYS[what][lang != "en"], facts
        self._said = time.monotonic()
        self._shows = sys.stderr.isatty()

    def __call__(self, done: int, of: int = 0) -> None:
        now = time.monotonic()
        if not self._shows or now - self._said < _PAUSE_S:
            return
        self._said = now
        share = min(done / of, 1.0) if of else 0.0
        click.echo(self._says.format(done=done, share=share, **self._facts), err=True)
