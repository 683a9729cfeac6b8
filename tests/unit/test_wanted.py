"""What the search box takes words for, and which names letters find."""

import re

import pytest

from app.lists.wanted import Kind, initials_of, pattern_of, wanted_of
from app.roster.pinyin import sort_key
from tests.factories import make_id


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        (f" {make_id(3)} ", Kind.CERTNO, make_id(3)),
        ("12345x", Kind.TAIL, "12345X"),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", Kind.TAIL, "123456"),
        (" 王  小明 ", Kind.NAME, "王 小明"),
        ("WangXM", Kind.PINYIN, "wangxm"),
        ("\uff37ang\uff38\uff2d", Kind.PINYIN, "wangxm"),
        ("xi'an", Kind.PINYIN, "xi an"),
        ("P2023-0001", Kind.WORDS, "P2023-0001"),
        ("1234567", Kind.WORDS, "1234567"),
        ("'; DROP TABLE member", Kind.WORDS, "'; DROP TABLE member"),
    ],
)
def test_what_is_typed_is_looked_for_as(typed, kind, words):
    wanted = wanted_of(typed)
    assert (wanted.kind, wanted.words) == (kind, words)


FINDS = {
    "王小明": ["wangxiaoming", "wangxm", "wxm", "wxming", "wangxiaom", "wang xm", "w", "wang"],
    "欧阳安": ["ouyangan", "oya", "ouya", "ou yang an"],
    "赵安": ["za", "zhaoan", "zhaoa"],
    "吕芳": ["lvf", "lvfang"],
}
MISSES = {
    "王小明": ["xm", "ming", "wangm", "wxmx", "wang m", "wangxn"],
    "赵安": ["zhang", "an"],
}


def finds(letters: str, name: str) -> bool:
    return re.search(pattern_of(letters), sort_key(name)) is not None


@pytest.mark.parametrize("name", FINDS)
def test_letters_find_a_name_by_the_beginnings_of_its_syllables(name):
    assert [x for x in FINDS[name] if not finds(x, name)] == []


@pytest.mark.parametrize("name", MISSES)
def test_and_no_other(name):
    assert [x for x in MISSES[name] if finds(x, name)] == []


@pytest.mark.parametrize("name", FINDS)
def test_the_index_by_initials_leaves_out_nothing_that_the_pattern_finds(name):
    initials = "".join(part[0] for part in sort_key(name).split())
    first = sort_key(name).split()[0][:-1]
    for letters in FINDS[name]:
        if first.startswith(letters):
            continue  # by the pinyin's own index
        assert any(initials.startswith(way) for way in initials_of(letters)), letters


def test_many_letters_have_few_ways():
    assert len(initials_of("wangxiaoming" * 5)) <= 60
    assert initials_of("zzzz") == ["zzzz"]
