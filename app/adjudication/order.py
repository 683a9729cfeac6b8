"""Determine bills in order; some first give back what their claim was granted before. Pure.

A corrected or refunded bill reverses its live determination at its own turn, so that the room it
gives back is there for itself and for those after it. Bills before a reversal must not see that
room: each member's bills are cut before every reversal, and the kernel runs once for the first
pieces of all members, once for the second, and so on. Without reversals it runs once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from app.benefits.columns import (
    Bills,
    Code,
    Covers,
    Determinations,
    Flag,
    Granted,
    Refused,
    Whole,
)
from app.benefits.kernel import determine
from app.benefits.tariffs import Schemes


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What each bill's claim was granted before, a row a bill; `held` is False where nothing.

    `stay` 0 where the base granted belongs to no stay.
    """

    held: Flag
    care: Code
    benefit_year: Whole
    payable_fen: Whole
    stay: Whole
    base_fen: Whole


def determine_in_order(
    bills: Bills, covers: Covers, schemes: Schemes, granted: Granted, back: GivenBack
) -> Determinations:
    """Determine `bills`, sorted by member and within a member in the order of granting."""
    if not back.held.any():
        return determine(bills, covers, schemes, granted)
    piece = _pieces(bills.member, back.held)
    pieces = []
    for number in range(int(piece.max()) + 1):
        rows = np.flatnonzero(piece == number)
        some = _rows(bills, rows)
        granted = _joined(granted, _given_back(some.member, back, rows))
        answers = determine(some, covers, schemes, granted)
        granted = _joined(granted, _granted(some, answers))
        pieces.append((rows, answers))
    return _in_place(pieces, len(bills))


def _pieces(member: Whole, held: Flag) -> Whole:
    """How many reversals each bill's member has had up to it."""
    so_far = np.cumsum(held)
    begins = np.flatnonzero(np.append(True, member[1:] != member[:-1]))
    lengths = np.diff(np.append(begins, len(member)))
    before: Whole = so_far[begins] - held[begins]
    pieces: Whole = so_far - np.repeat(before, lengths)
    return pieces


def _given_back(member: Whole, back: GivenBack, rows: Whole) -> Granted:
    held = back.held[rows]
    at, who = rows[held], member[held]
    stays = back.stay[at] != 0
    return Granted(
        member=who,
        care=back.care[at],
        benefit_year=back.benefit_year[at],
        used_fen=-back.payable_fen[at],
        stay_member=who[stays],
        stay_care=back.care[at][stays],
        stay_benefit_year=back.benefit_year[at][stays],
        stay=back.stay[at][stays],
        stay_base_fen=-back.base_fen[at][stays],
    )


def _granted(bills: Bills, answers: Determinations) -> Granted:
    open_ = answers.refusal == Refused.NO
    stays = open_ & (bills.stay != 0)
    return Granted(
        member=bills.member[open_],
        care=answers.care[open_],
        benefit_year=answers.benefit_year[open_],
        used_fen=answers.payable[open_],
        stay_member=bills.member[stays],
        stay_care=answers.care[stays],
        stay_benefit_year=answers.benefit_year[stays],
        stay=bills.stay[stays],
        stay_base_fen=answers.base[stays],
    )


def _rows(columns: Bills, rows: Whole) -> Bills:
    return replace(columns, **{x.name: getattr(columns, x.name)[rows] for x in fields(columns)})


def _joined(first: Granted, second: Granted) -> Granted:
    return Granted(
        *(
            np.concatenate((getattr(first, x.name), getattr(second, x.name)))
            for x in fields(Granted)
        )
    )


def _in_place(pieces: Sequence[tuple[Whole, Determinations]], count: int) -> Determinations:
    """The pieces' answers, each row where its bill stands."""
    joined = {}
    for x in fields(Determinations):
        first = getattr(pieces[0][1], x.name)
        column = np.empty(count, first.dtype)
        for rows, answers in pieces:
            column[rows] = getattr(answers, x.name)
        joined[x.name] = column
    return Determinations(**joined)
