"""What a member has to do, and what was found without being asked for: from the claims as they
stand."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.roster.card import Card, card_of

_MONEY_COMING: Final = text(
    """
    SELECT c.id, q.state, s.fixmedins_name, coalesce(s.enddate, s.setl_time::date),
           greatest(d.payable_fen, d.payable_fen - d.paid_fen),
           EXISTS (SELECT FROM filed_claim f
                   WHERE f.member_id = c.member_id AND f.setl_id = c.setl_id),
           (SELECT p.account_seq FROM payment p
            WHERE p.member_id = c.member_id AND p.claim_id = c.id ORDER BY p.id DESC LIMIT 1)
    FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    JOIN LATERAL claim_money(c.member_id, c.id) d
        ON d.payable_fen > 0 OR d.payable_fen > d.paid_fen
    JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s ON true
    WHERE q.member_id = :member AND q.state IN ('payable', 'sent', 'card_wanted')
    ORDER BY q.state = 'card_wanted' DESC, s.setl_time DESC LIMIT 20
    """
)


_WANTED: Final = text(
    """
    SELECT w.claim_id, s.fixmedins_name, p.kinds, w.papers_by
    FROM review_queue w
    JOIN claim c ON c.member_id = w.member_id AND c.id = w.claim_id
    JOIN LATERAL (
        SELECT x.kinds FROM review_papers x
        WHERE x.member_id = w.member_id AND x.claim_id = w.claim_id ORDER BY x.seq DESC LIMIT 1
    ) p ON true
    JOIN LATERAL (
        SELECT x.fixmedins_name FROM settlement x
        WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id ORDER BY x.version DESC LIMIT 1
    ) s ON true
    WHERE w.member_id = :member AND w.papers_by IS NOT NULL
    ORDER BY w.papers_by, w.claim_id LIMIT 20
    """
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim for which papers of some kinds were asked, and until when."""

    claim_id: int
    hospital: str
    kinds: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class Coming:
    """A claim whose money is on its way, or waits for a card. `by_hand`: somebody filed it.

    `sent_to`: the card that it was last sent to. Of what the member paid back of money that never
    arrived, `payable_fen` has all that is to be sent.
    """

    claim_id: int
    state: State
    hospital: str
    treated_on: date
    payable_fen: int
    by_hand: bool
    sent_to: int | None


@dataclass(frozen=True, slots=True)
class MySteps:
    """`bounced`: the bank could not pay these. `found`: bills nobody filed, while the card that
    they are paid to is unconfirmed or unknown."""

    card: Card | None
    bounced: list[Coming]
    found: list[Coming]

    @property
    def found_fen(self) -> int:
        return sum(each.payable_fen for each in self.found)


def my_steps(session: Session, member_id: int) -> MySteps:
    """What waits for the member's word about the bank card."""
    rows = session.execute(_MONEY_COMING, {"member": member_id})
    coming = [Coming(number, State(state), *rest) for number, state, *rest in rows]
    card = card_of(session, member_id)
    # Where another card was given since, it is the fund's turn.
    bounced = [
        each
        for each in coming
        if each.state is State.CARD_WANTED and (card is None or each.sent_to == card.seq)
    ]
    unsure = card is None or not card.confirmed
    found = [
        each
        for each in coming
        if unsure and each.state is not State.CARD_WANTED and (card is None or not each.by_hand)
    ]
    return MySteps(card, bounced, found)


def papers_of_mine(session: Session, member_id: int) -> list[Wanted]:
    """The member's claims that wait for papers, those with the least time first."""
    rows = session.execute(_WANTED, {"member": member_id})
    return [
        Wanted(number, name, tuple(kinds.split()), until) for number, name, kinds, until in rows
    ]
