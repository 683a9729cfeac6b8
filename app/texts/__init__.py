"""The wording of refusals and explanations, in Chinese and English, shared by all doors.

Each stage keeps its words in a module of its own; a key is a refusal's class name or a row
fault's reason. Two modules may not word the same key.
"""

import importlib
from functools import cache
from typing import Final, NamedTuple

from app.errors import Refusal, RowFault
from app.texts.amounts import in_yuan
from app.texts.causes import cause_said

LANGUAGES: Final = ("zh", "en")
_STAGES: Final = (
    "accounts",
    "api",
    "attachments",
    "audit",
    "banking",
    "batches",
    "books",
    "changes",
    "claims",
    "demo",
    "enquiries",
    "feeds",
    "filing",
    "fund",
    "gifts",
    "helping",
    "inspection",
    "lists",
    "money_in",
    "notices",
    "objections",
    "online",
    "payments",
    "recoveries",
    "reports",
    "reviews",
    "roster",
    "schemes",
    "seals",
    "servers",
    "settlement",
    "simulation",
    "units",
    "uploads",
    "year",
)


class Words(NamedTuple):
    """One sentence in both languages, with `%(fact)s` places."""

    zh: str
    en: str


@cache
def _merged() -> dict[str, Words]:
    merged: dict[str, Words] = {}
    for stage in _STAGES:
        words: dict[str, Words] = importlib.import_module(f"app.texts.{stage}").WORDS
        twice = merged.keys() & words.keys()
        if twice:
            raise RuntimeError(f"worded twice: {sorted(twice)}")
        merged |= words
    return merged


def word(key: str, lang: str, **facts: object) -> str:
    """The sentence for `key` in `lang` ("zh" or "en"), its facts filled in.

    A fact in fen, `room_fen`, is also there in yuan, `room_yuan`: nobody reads fen. Nor what the
    system says of a file: `cause` is its name, and `why` the words for it.
    """
    words = _merged()[key]
    yuan = {
        f"{name.removesuffix('_fen')}_yuan": in_yuan(found)
        for name, found in facts.items()
        if name.endswith("_fen") and isinstance(found, int)
    }
    why = {"why": cause_said(str(facts["cause"]), lang)} if "cause" in facts else {}
    return (words.en if lang == "en" else words.zh) % (facts | yuan | why)


def names_line(key: str) -> bool:
    """Whether the sentence for `key` says by itself which line is meant."""
    return "%(line)" in _merged()[key].zh


def say(refused: Refusal | RowFault, lang: str = "zh") -> str:
    """The sentence that tells a person what was refused and what to do."""
    key = refused.reason if isinstance(refused, RowFault) else refused.name
    return word(key, lang, **refused.facts)
