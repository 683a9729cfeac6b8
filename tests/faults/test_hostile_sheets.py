"""Worksheets within all limits that take what they can: read and sent back, each small and soon.

What each may take: see `measured`. A few in every run, all of them by hand (HUZHU_LONG=1).
"""

import pytest

from tests.faults import hostile_sheets as sheets
from tests.faults.measured import LONG, measured

# What is told of the file, and how many of its rows are refused where it is read.
READ = {
    "two million cells in 110 rows": (sheets.as_wide_as_can_be, 110),
    "two million refused cells": (sheets.refused_cells, 98_999),
    "refused cells written anew": (sheets.refused_cells_a_comment_hides, 98_999),
    "gaps in refused rows": (sheets.gaps_in_refused_rows, 98_999),
    "every row empty": (sheets.every_row_empty, 1),
    "IDs of letters": (sheets.numbers_of_letters, 98_999),
    "texts of nothing": (sheets.texts_of_nothing, 1),
    "a format without end": (sheets.a_format_without_end, 1),
    "formats without end": (sheets.formats_without_end, 1),
    "red styles": (sheets.red_styles, 1),
    "widths over widths": (sheets.widths_over_widths, 1),
    "rows of long attributes": (sheets.rows_of_long_attributes, 96_999),
}
REFUSED = {
    "numbers with a fraction": (sheets.fractions, "WorkbookTooBig"),
    "every row filled": (sheets.every_row_filled, "RosterTooLong"),
    "totals without end": (sheets.totals_without_end, "RosterTooLong"),
    "one worksheet again and again": (sheets.one_worksheet_again_and_again, "WorkbookTooBig"),
    "merges without end": (sheets.merges_without_end, "WorkbookTooBig"),
    "formulas over formulas": (sheets.formulas_over_formulas, "WorkbookTooBig"),
    "formulas without end": (sheets.formulas_without_end, "WorkbookTooBig"),
    "lines without end": (sheets.lines_without_end, "WorkbookTooBig"),
}
IN_EVERY_RUN = {
    "a format without end",
    "texts of nothing",
    "red styles",
    "widths over widths",
    "merges without end",
    "formulas over formulas",
}


def chosen(cases):
    return [
        pytest.param(*given, id=name)
        for name, given in cases.items()
        if LONG or name in IN_EVERY_RUN
    ]


@pytest.mark.parametrize(("make", "faults"), chosen(READ))
def test_what_is_read_goes_back_soon_and_small(make, faults, tmp_path):
    told = measured(make(), tmp_path)
    assert (told["fault"], told["rows"], len(told["faults"])) == (None, 0, faults)
    assert len(told["copies"]) == 2
    assert {copy.get("faults", faults) for copy in told["copies"]} == {faults}


@pytest.mark.parametrize(("make", "fault"), chosen(REFUSED))
def test_what_is_too_much_is_refused_soon_and_small(make, fault, tmp_path):
    told = measured(make(), tmp_path)
    assert (told["fault"], told["exit"]) == (fault, 2)
    assert told["cli"]["message"] == told["zh"]
