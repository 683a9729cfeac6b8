"""What one drain decided, a row a bill that gets a new determination. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from app.adjudication.bills import Bill, CoverInForce, Live
from app.benefits.care import CARES
from app.benefits.columns import NO_CAP, Determinations, Refused
from app.benefits.kernel import Assessed
from app.benefits.scheme import Scheme
from app.claims.lifecycle import Act, State, moved

FOR_A_PERSON: Final = frozenset({"held", "no_cover", "unknown_med_type", "date_missing"})
"""Refusals that a person looks at."""


class Answer(NamedTuple):
    """One new determination with what it follows; amounts in fen, empty where refused.

    `doubtful`: an officer must look before money leaves (`app.claims.alike`).
    """

    bill: Bill
    before: Live | None
    cover_id: int | None
    scheme: Scheme | None
    care: str | None
    benefit_year: int | None
    base_fen: int | None
    gross_fen: int | None
    room_fen: int | None
    payable_fen: int
    refusal: str | None
    doubtful: bool

    @property
    def seq(self) -> int:
        return self.before.seq + 1 if self.before else 1

    @property
    def act(self) -> Act:
        """What this does to the claim: what is due beyond what was paid or sent decides."""
        out_fen = self.before.paid_fen + self.before.sent_fen if self.before else 0
        if self.refusal in FOR_A_PERSON:
            # What was paid back of money that never arrived is owed, whatever people will decide,
            # or doubt of a benefit; then the claim is held (`app.payments.answer.after`).
            return Act.GRANT if out_fen < 0 else Act.HOLD
        if self.payable_fen <= out_fen:
            return Act.CLOSE
        return Act.REVIEW if self.doubtful and self.payable_fen else Act.GRANT

    @property
    def state(self) -> State:
        return moved(State(self.before.state) if self.before else State.FILED, self.act)


def answered(
    bills: Sequence[Bill], live: Mapping[int, Live], covers: Sequence[CoverInForce], now: Assessed
) -> set[int]:
    """The claims whose live determination answers this state of the bill just so.

    They are left out before any room moves: what a claim got then is not what it would get today.
    """
    if not live:
        return set()
    found = zip(bills, now.care.tolist(), now.cover.tolist(), now.refusal.tolist(), strict=True)
    return {
        bill.claim_id
        for bill, care, cover, code in found
        if (before := live.get(bill.claim_id))
        and before.version == bill.version
        and before.cover_id == _cover_id(covers, cover)
        and before.refusal == refusal_named(code)
        and before.care == care_named(care)
    }


def _cover_id(covers: Sequence[CoverInForce], place: int) -> int | None:
    return covers[place].cover_id if place >= 0 else None


def care_named(code: int) -> str | None:
    """A care's name; None of what is no care of the fund's."""
    return CARES[code] if code < len(CARES) else None


def refusal_named(code: int) -> str | None:
    """A refusal as it is stored."""
    return None if code == Refused.NO else Refused(code).name.lower()


def answers_of(
    bills: Sequence[Bill],
    live: dict[int, Live],
    covers: Sequence[CoverInForce],
    schemes: Sequence[Scheme],
    found: Determinations,
    doubtful: Collection[int],
) -> list[Answer]:
    """The kernel's columns as rows; `doubtful` claims go to an officer."""
    columns = zip(
        found.care.tolist(),
        found.cover.tolist(),
        found.scheme.tolist(),
        found.benefit_year.tolist(),
        found.refusal.tolist(),
        found.base.tolist(),
        found.gross.tolist(),
        found.room.tolist(),
        found.payable.tolist(),
        strict=True,
    )
    answers = []
    for bill, (care, cover, scheme, year, code, base, gross, room, payable) in zip(
        bills, columns, strict=True
    ):
        granted = code == Refused.NO
        answers.append(
            Answer(
                bill=bill,
                before=live.get(bill.claim_id),
                cover_id=_cover_id(covers, cover),
                scheme=schemes[scheme] if scheme >= 0 else None,
                care=care_named(care),
                benefit_year=year or None,
                base_fen=base if granted else None,
                gross_fen=gross if granted else None,
                room_fen=room if granted and room != NO_CAP else None,
                payable_fen=payable,
                refusal=refusal_named(code),
                doubtful=bill.claim_id in doubtful,
            )
        )
    return answers
