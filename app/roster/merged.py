"""Which lines of a sheet have cells joined to others: whose value it is, nobody can tell."""

from collections.abc import Iterator, Mapping

from app.files.cells import Merge, Sheet


def merged_lines(sheet: Sheet, columns: Mapping[str, int]) -> set[int]:
    """Lines where a cell that is read is joined to another."""
    lines: set[int] = set()
    done_to = 0
    for merge in sorted(_touching(sheet, columns)):
        until = min(merge.last_line, len(sheet.rows))
        lines.update(range(max(merge.first_line, done_to + 1), until + 1))
        done_to = max(done_to, until)
    return lines


def _touching(sheet: Sheet, columns: Mapping[str, int]) -> Iterator[Merge]:
    read = [column for field, column in columns.items() if field != "index"]
    for merge in sheet.merges:
        if any(merge.first_column <= column <= merge.last_column for column in read):
            yield merge
