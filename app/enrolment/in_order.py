"""People in the order of the blind indexes of their IDs, in which they are written.

The server's largest index takes those that lie in one of its pages one after the other.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.arrays import Arranged, in_order
from app.roster.members import indexes_of_each
from app.roster.person import RosterRow

_BETWEEN: Final = 2_000
"""Rows."""


class InOrder:
    """What rows say, arranged when it is first wanted."""

    def __init__(self, rows: Sequence[RosterRow], indexes: Sequence[bytes]) -> None:
        """`indexes`: of the rows, as many."""
        self.rows, self.indexes = rows, indexes
        self.account_indexes: list[bytes | None] | None = None
        """Of the rows, where they are there already."""

    def prepare(self, between: Callable[[], None], *, known: bool) -> None:
        """Make what is wanted next: of members their accounts' indexes, of others what comes first.

        While the server looks the IDs up there is time for the one or the other; `between` is done
        again and again.
        """
        if known:
            self.account_indexes = []
            for at in range(0, len(self.rows), _BETWEEN):
                some = [row.bank_account for row in self.rows[at : at + _BETWEEN]]
                self.account_indexes.extend(indexes_of_each(some))
                between()
        elif self.rows:
            _ = self.certnos, self.arranged_indexes

    @cached_property
    def _in_order(self) -> tuple[NDArray[np.intp], NDArray[np.void]]:
        return in_order(self.indexes)

    @property
    def order(self) -> NDArray[np.intp]:
        """The places of the rows."""
        return self._in_order[0]

    @property
    def arranged_indexes(self) -> NDArray[np.void]:
        """The blind indexes."""
        return self._in_order[1]

    @cached_property
    def certnos(self) -> Arranged:
        """The IDs."""
        return Arranged(self.order, [row.certno for row in self.rows])

    @cached_property
    def names(self) -> Arranged:
        """The names."""
        return Arranged(self.order, [row.name for row in self.rows])

    @cached_property
    def accounts(self) -> Arranged:
        """The accounts, empty where there is none."""
        return Arranged(self.order, [row.bank_account or "" for row in self.rows])
