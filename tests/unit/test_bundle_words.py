"""Whoever opens a bundle reads of each table and column what it is, in both languages."""

import re

from app.audit.verify import TABLES
from app.audit.words import FIELDS_SAY, TABLES_SAY


def test_every_table_and_column_is_described() -> None:
    columns = {(table, name) for table, layout in TABLES.items() for name in layout.columns}
    assert TABLES_SAY.keys() == TABLES.keys()
    assert [x for x in sorted(columns) if not {x[1], ".".join(x)} & FIELDS_SAY.keys()] == []
    known = {x for pair in columns for x in (pair[1], ".".join(pair))}
    assert FIELDS_SAY.keys() <= known
    for words in (*TABLES_SAY.values(), *FIELDS_SAY.values()):
        zh, _, en = words.partition(" · ")
        assert re.search("[\u4e00-\u9fff]", zh), words
        assert en, words
        assert not re.search("[\u4e00-\u9fff]", en), words
