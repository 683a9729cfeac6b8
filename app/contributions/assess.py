"""What is due a head, by payer. Pure."""

from typing import NamedTuple

from app.benefits.scheme import Contribution


class Dues(NamedTuple):
    """What is owed for one cover, in fen."""

    unit_fen: int
    worker_fen: int
    union_fen: int

    @property
    def from_unit_fen(self) -> int:
        """What must be in before cover begins: the unit's and the worker's part."""
        return self.unit_fen + self.worker_fen


def dues(contribution: Contribution, unit_percent: int) -> Dues:
    """Share out one contribution; the unit's part is rounded half up, the worker has the rest."""
    shared_fen = contribution.unit_and_worker_fen
    unit_fen = (shared_fen * unit_percent + 50) // 100
    return Dues(unit_fen, shared_fen - unit_fen, contribution.union_fen)
