"""What a claim owes back, from the facts of it. Pure.

`paid_fen` is what reached the member and stayed there: what the bank paid, and benefits set off
against what other claims owe, less what was set off or paid back here. Beyond what is payable now
it is owed back (account 1201), but for what was written off of it (5102): should the claim rise
again, what was written off is used up first, so that nobody is paid what the fund gave up before.
"""

from typing import Final, LiteralString, NamedTuple

from app.ledger.chart import Account
from app.ledger.journal import Posting, lines


class Excess(NamedTuple):
    """What was paid beyond what is payable: to be recovered, and written off."""

    open_fen: int
    written_fen: int

    @property
    def fen(self) -> int:
        return self.open_fen + self.written_fen


def excess(payable_fen: int, paid_fen: int, written_fen: int = 0) -> Excess:
    """The excess of a claim of which `written_fen` was written off in all."""
    beyond_fen = max(0, paid_fen - payable_fen)
    given_up_fen = min(written_fen, beyond_fen)
    return Excess(beyond_fen - given_up_fen, given_up_fen)


def postings(was: Excess, now: Excess, *, member_id: int, claim_id: int) -> tuple[Posting, ...]:
    """The lines that lead from one to the other; none where nothing changes."""
    who = {"member_id": member_id, "claim_id": claim_id}
    return lines(
        Posting(Account.TO_RECOVER, now.open_fen - was.open_fen, **who),
        Posting(Account.WRITTEN_OFF, now.written_fen - was.written_fen, **who),
        Posting(Account.BENEFITS_PAYABLE, was.fen - now.fen, **who),
    )


OFFS: Final[LiteralString] = """
    SELECT member_id, claim_id, sum(net_fen) AS net, sum(written_fen) AS written
    FROM (
        SELECT member_id, claim_id, amount_fen AS net_fen, 0 AS written_fen FROM set_off
        UNION ALL SELECT member_id, owing_claim_id, -amount_fen, 0 FROM set_off
        UNION ALL SELECT member_id, claim_id, -amount_fen, 0 FROM repayment
        UNION ALL SELECT member_id, claim_id, 0, amount_fen FROM write_off
    ) each GROUP BY member_id, claim_id
"""
"""SQL: what claims were paid beside the bank, and what was written off of them."""
