"""In which order a run in several processes takes the files, so that none is left over at the end.

What takes longest comes first: with the short files last, all processes end together. The browser
tests stay in one process, for the running program they share.
"""

from typing import Final

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER: Final = "tests/browser"
LONGEST: Final = (
    TOGETHER,
    "tests/workers",
    "tests/unit/test_demo_full.py",
    "tests/faults",
    "tests/web",
    "tests/db",
)
"""Folders and files, and then the rest. Who is unsure measures with `--durations`."""


class LongestFirst(LoadFileScheduling):
    """A file's tests in one process, a file after the other as they were collected."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # by the number of tests, which says little

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(f"{TOGETHER}/") else super()._split_scope(nodeid)


def rank(item: pytest.Item) -> int:
    """Where a test's file stands; sorting by it keeps the order of its tests."""
    path = item.nodeid.partition("::")[0]
    ranks = (
        at for at, named in enumerate(LONGEST) if path == named or path.startswith(f"{named}/")
    )
    return next(ranks, len(LONGEST))
