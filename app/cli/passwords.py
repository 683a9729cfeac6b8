"""Read passwords: typed and unseen, or from a file descriptor. Never from the command line."""

import os
import sys
from typing import Final

import click

from app.errors import Refusal

_MOST_BYTES = 4_096
_AGAIN: Final = {
    "zh": ("再输一次", "两次输入的不同，请重新输入。"),
    "en": ("Once more", "The two differ. Type it again."),
}


class PasswordNotReadable(Refusal):
    """The descriptor named holds no password."""


class PasswordNotAsked(Refusal):
    """Nobody is at the terminal to type one."""


def from_descriptor(number: int) -> str:
    """The first line that a descriptor gives. Raises PasswordNotReadable."""
    try:
        with os.fdopen(os.dup(number), "rb") as given:
            line = given.readline(_MOST_BYTES)
        password = line.decode().rstrip("\r\n")
    except (OSError, OverflowError, UnicodeDecodeError) as unreadable:
        raise PasswordNotReadable(descriptor=number) from unreadable
    if not password:
        raise PasswordNotReadable(descriptor=number)
    return password


def asked(sentence: str, lang: str, *, twice: bool = False) -> str:
    """What a person types unseen. Raises PasswordNotAsked where there is no terminal."""
    if not sys.stdin.isatty():
        raise PasswordNotAsked
    again, differ = _AGAIN[lang]
    while True:
        typed = _typed(sentence, lang)
        if not twice or _typed(again, lang) == typed:
            return typed
        click.echo(differ, err=True)


def _typed(sentence: str, lang: str) -> str:
    colon = ": " if lang == "en" else "："
    typed: str = click.prompt(sentence, hide_input=True, prompt_suffix=colon, err=True)
    return typed


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()
