"""What a command says when it begins a fund: of its database, and how to sign in."""

from typing import Final

from app.texts import Words

_SAID: Final = {
    "making the database …": Words("正在建立数据库 …", "making the database …"),
}
"""By what `app.embedded` says."""
_SIGN_IN: Final = Words("登录名 %s，密码 %s", "sign in as %s with the password %s")
_ONCE: Final = Words("密码只显示这一次，请记下。", "These passwords are shown this once.")


def start_said(line: str, lang: str) -> str:
    """A line of the start in the reader's language."""
    return _of(_SAID[line], lang) if line in _SAID else line


def sign_ins_said(made: list[tuple[str, str]], lang: str) -> list[str]:
    """How to sign in with accounts just made, as (login, password); nothing where none was."""
    lines = [_of(_SIGN_IN, lang) % each for each in made]
    return [*lines, _of(_ONCE, lang)] if lines else []


def _of(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.zh
