"""Random lives of claims: whatever happens, the books tie and nobody is sent too much."""

import random
from itertools import count

import pytest
from sqlalchemy import text

from app.payments.batch import NothingToPay
from tests.db.payables import answer, assert_ties, send, tied_fund
from tests.factories import make_account

CLAIMS, ACTS = 4, 40
AMOUNTS = (1, 5_000, 10_000, 15_000)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


@pytest.mark.parametrize("seed", range(6))
def test_books_tie_whatever_happens(fund, seed):
    walk = Walk(fund, random.Random(seed))  # noqa: S311 - a life, not a secret
    for _ in range(ACTS):
        walk.act()
        assert_ties(fund.session)
    assert walk.sent > 0
    assert walk.answered > 0


class Walk:
    """One fund and the bank, doing what comes to mind."""

    def __init__(self, fund, chance):
        self.fund, self.chance, self.cards = fund, chance, count(1_000)
        self.claims = []
        for _ in range(CLAIMS):
            member = fund.member()
            self.claims.append((member, fund.claim(member, 10_000)))
        self.refunded, self.batches = set(), []
        self.sent = self.answered = 0

    def act(self):
        acts = (self.correct, self.send, self.send, self.answer, self.answer, self.card)
        self.chance.choice((*acts, self.refund) if self.chance.random() < 0.3 else acts)()

    def correct(self):
        member, claim = self.chance.choice(self.claims)
        if claim not in self.refunded:
            kind = self.chance.choice(("21", "21", "21", "22"))
            self.fund.correct(member, claim, self.chance.choice(AMOUNTS), kind=kind)

    def refund(self):
        member, claim = self.chance.choice(self.claims)
        if claim not in self.refunded:
            self.refunded.add(claim)
            self.fund.refund(member, claim)

    def card(self):
        member, _ = self.chance.choice(self.claims)
        self.fund.account(member, make_account(next(self.cards)))

    def send(self):
        try:
            batch = send(self.fund)
        except NothingToPay:
            return
        self.sent += batch.lines
        lines = self.fund.session.execute(_LINES, {"batch": batch.id}).all()
        self.batches.append((batch, [(line, amount) for line, amount, _, _ in lines]))
        assert all(out_fen == payable_fen for _, _, out_fen, payable_fen in lines)

    def answer(self):
        if not self.batches:
            return
        batch, lines = self.chance.choice(self.batches)
        some = self.chance.sample(lines, self.chance.randint(1, len(lines)))
        said = [
            (line, f"{amount // 100}.{amount % 100:02d}", self.chance.choice(("成功", "失败")))
            for line, amount in some
        ]
        returned = answer(self.fund, batch, *said)
        self.answered += returned.paid + returned.failed


_LINES = text(
    """
    SELECT p.line, p.amount_fen, (
        SELECT sum(q.amount_fen) FROM payment q
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        WHERE q.claim_id = p.claim_id AND o.outcome IS DISTINCT FROM 'failed'
    ), (
        SELECT d.payable_fen FROM determination d
        WHERE d.claim_id = p.claim_id ORDER BY d.seq DESC LIMIT 1
    )
    FROM payment p WHERE p.batch_id = :batch
    """
)
