"""Names by their sounds: what they are sorted and found by. Pure.

pypinyin is read when it is first asked: half a second for words that most commands never look up.
What serves many reads it before it parts into processes.
"""

from functools import lru_cache


@lru_cache(maxsize=100_000)
def sort_key(name: str) -> str:
    """Pinyin to sort a name by. Kept, for people of one name are many."""
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True))


def readings(sign: str) -> list[str]:
    """Every pinyin that a name beginning with this sign may be sorted by."""
    from pypinyin import Style, pinyin

    [found] = pinyin(sign, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
    return sorted({*found, sort_key(sign)})
