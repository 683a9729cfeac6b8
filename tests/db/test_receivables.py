"""What members owe of claims that fell after payment: repaid, set off, written off, to the fen."""

from datetime import date

import pytest
from hypothesis import Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.claims.confirm import OwnClaim
from app.claims.propose import SameOfficer
from app.errors import Refusal
from app.ledger.balance import trial_balance
from app.payments.order import prepare_order, withdraw_order
from app.recoveries.liable import AboveOpen, BookedAhead, PaperUnnamed
from app.recoveries.owing import (
    NotFree,
    NothingOwed,
    approve_set_off,
    propose_set_off,
)
from app.recoveries.standing import receivables, usable
from tests.db.owing import ON, open_fen, pay_back, set_off, write_off
from tests.db.payables import (
    PAID_ON,
    YEAR,
    Payables,
    acts,
    answer,
    assert_ties,
    open_of,
    reasons,
    send,
    tied_fund,
)


@pytest.fixture
def fund(session):
    yield from tied_fund(session)


def paid_claim(fund: Payables, fen: int, member: int | None = None) -> tuple[int, int]:
    """A member's claim that the bank has paid."""
    member = member or fund.member()
    claim = fund.claim(member, fen)
    batch = send(fund)
    answer(fund, batch, (1, f"{fen / 100:.2f}", "成功"))
    return member, claim


def balance(session, account: str, year: int = YEAR) -> int:
    lines = trial_balance(session, year).lines
    return sum(line.balance_fen for line in lines if line.account == account)


def test_downward_opens_it_a_later_benefit_is_set_off_the_rest_is_repaid(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    assert open_fen(fund, member, claim) == 6_000
    later = fund.claim(member, 2_500)
    set_off(fund, claim, later, 2_500)
    assert fund.state(later) == "paid"
    assert acts(fund.session, later)[-1] == ("set_off", fund.approver)
    assert open_fen(fund, member, claim) == 3_500
    pay_back(fund, claim, 3_500, "现金-1")
    assert open_fen(fund, member, claim) == 0
    assert receivables(fund.session) == []
    assert balance(fund.session, "1201") == balance(fund.session, "2001") == 0
    assert balance(fund.session, "1001") == -10_000 + 3_500
    with pytest.raises(NothingOwed):
        pay_back(fund, claim, 1, "现金-2")


def test_of_a_larger_benefit_only_the_rest_goes_to_the_bank(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 9_000)
    later = fund.claim(member, 5_000)
    assert [x.claim_id for x in usable(fund.session, member, claim)] == [later]
    set_off(fund, claim, later, 1_000)
    assert fund.state(later) == "payable"
    batch = send(fund)
    assert batch.total_fen == 4_000
    answer(fund, batch, (1, "40.00", "成功"))
    assert open_of(fund.session, later) == (0, 0, 0)
    with pytest.raises(NothingOwed):
        set_off(fund, claim, later, 1)


def test_who_prepares_is_told_what_could_be_set_off(fund):
    """Of the member that owes, and of no other; what is set off is not told any more."""
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 9_000)
    later, _ = fund.claim(member, 5_000), fund.claim(fund.member(), 3_000)
    made = prepare_order(fund.session, YEAR, by=fund.preparer, made_on=date.fromisoformat(PAID_ON))
    assert made.owing == [(member, later, 5_000, claim, 1_000)]
    withdraw_order(fund.session, made.id, by=fund.preparer)
    set_off(fund, claim, later, 1_000)
    made = prepare_order(fund.session, YEAR, by=fund.preparer, made_on=date.fromisoformat(PAID_ON))
    assert (made.lines, made.total_fen, made.owing) == (2, 7_000, [])


def test_upward_after_repaying_pays_the_difference_again(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    pay_back(fund, claim, 6_000, "现金-1")
    fund.correct(member, claim, 10_000)
    assert fund.state(claim) == "payable"
    batch = send(fund)
    assert batch.total_fen == 6_000
    answer(fund, batch, (1, "60.00", "成功"))
    assert open_of(fund.session, claim) == (0, 0, 0)


def test_a_refund_after_set_off_makes_the_used_benefit_owe(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 9_000)
    later = fund.claim(member, 1_000)
    set_off(fund, claim, later, 1_000)
    fund.refund(member, later)
    assert open_fen(fund, member, later) == 1_000
    assert open_fen(fund, member, claim) == 0


def test_what_was_written_off_is_not_paid_when_the_claim_rises_again(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    write_off(fund, claim, 6_000)
    assert open_fen(fund, member, claim) == 0
    assert balance(fund.session, "5102") == 6_000
    fund.correct(member, claim, 9_000)
    assert fund.state(claim) == "closed"
    assert (balance(fund.session, "5102"), balance(fund.session, "1201")) == (1_000, 0)
    fund.correct(member, claim, 11_000)
    assert send(fund).total_fen == 1_000


def test_nothing_is_set_off_while_the_benefit_is_at_the_bank(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 9_000)
    later = fund.claim(member, 5_000)
    batch = send(fund)
    with pytest.raises(NotFree):
        set_off(fund, claim, later, 1_000)
    answer(fund, batch, (1, "50.00", "失败"))
    set_off(fund, claim, later, 1_000)
    assert reasons(send_left(fund))[later] == "card_unchanged"


def send_left(fund):
    from app.payments.batch import NothingToPay

    with pytest.raises(NothingToPay) as nothing:
        send(fund)
    return nothing.value.left_out


def test_what_stands_in_two_years_passes_between_them(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 9_000)
    fund.cover(member, YEAR + 1)
    later = fund.claim(member, 700)
    fund.correct(member, later, 700, on=f"{YEAR + 1}-02-01")
    set_off(fund, claim, later, 700)
    between = {
        year: sum(
            x.balance_fen for x in trial_balance(fund.session, year).lines if x.account == "1901"
        )
        for year in (YEAR, YEAR + 1)
    }
    assert between == {YEAR: 700, YEAR + 1: -700}
    pay_back(fund, claim, 300, "暂存-1", suspense_year=YEAR + 1)
    assert open_fen(fund, member, claim) == 0


@pytest.mark.parametrize(
    ("fen", "reference", "on", "refusal"),
    [
        (0, "r", ON, AboveOpen),
        (-1, "r", ON, AboveOpen),
        (6_001, "r", ON, AboveOpen),
        (1, " ", ON, PaperUnnamed),
        (1, "r" * 101, ON, PaperUnnamed),
        (1, "r", date(2999, 1, 1), BookedAhead),
    ],
)
def test_what_cannot_be_repaid(fund, fen, reference, on, refusal):
    from app.recoveries.owing import repay

    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    with pytest.raises(refusal):
        repay(fund.session, claim, fen, received_on=on, reference=reference, by=fund.third)


def test_two_people_set_off(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    later = fund.claim(member, 1_000)
    made = propose_set_off(fund.session, claim, later, 1_000, booked_on=ON, by=fund.preparer)
    with pytest.raises(SameOfficer):
        approve_set_off(fund.session, made, by=fund.preparer)
    fund.session.execute(
        text("UPDATE account SET member_id = :m WHERE id = :a"), {"m": member, "a": fund.third}
    )
    with pytest.raises(OwnClaim):
        approve_set_off(fund.session, made, by=fund.third)
    other = fund.member()
    with pytest.raises(NothingOwed):
        propose_set_off(
            fund.session, claim, fund.claim(other, 100), 100, booked_on=ON, by=fund.preparer
        )
    approve_set_off(fund.session, made, by=fund.approver)


SET_OFF = (
    "INSERT INTO set_off (member_id, id, claim_id, grant_no, benefit_year, owing_claim_id,"
    " owing_grant_no, owing_year, amount_fen, booked_on, proposal_id, prepared_by, approved_by)"
    " SELECT p.member_id, nextval('payment_number'), p.claim_id,"
    " (SELECT max(grant_no) FROM determination WHERE claim_id = p.claim_id), 2024,"
    " p.other_claim_id,"
    " (SELECT max(grant_no) FROM determination WHERE claim_id = p.other_claim_id), 2024,"
    " {amount}, '2024-04-01', p.id, p.prepared_by, {by} FROM proposal p WHERE p.id = :p"
)


def refused(fund, constraint: str, statement: str, **facts) -> None:
    with pytest.raises(IntegrityError) as refusal, fund.session.begin_nested():
        fund.session.execute(text(statement), facts)
    assert refusal.value.orig.diag.constraint_name == constraint


def test_the_schema_bounds_set_offs_and_repayments(fund):
    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    later = fund.claim(member, 1_000)
    made = propose_set_off(fund.session, claim, later, 1_000, booked_on=ON, by=fund.preparer)
    two = "set_off_two_people_check"
    refused(fund, two, SET_OFF.format(amount=1000, by=fund.preparer), p=made)
    refused(fund, "benefit_is_free", SET_OFF.format(amount=1001, by=fund.approver), p=made)
    fund.session.execute(text("SELECT 1"))
    big = fund.claim(member, 9_000)
    other = propose_set_off(fund.session, claim, big, 6_000, booked_on=ON, by=fund.preparer)
    refused(fund, "receivable_is_owed", SET_OFF.format(amount=6001, by=fund.approver), p=other)
    repaid = (
        "INSERT INTO repayment (id, member_id, claim_id, grant_no, amount_fen, benefit_year,"
        " received_on, reference, recorded_by) SELECT nextval('payment_number'), member_id,"
        " claim_id, max(grant_no), 6001, 2024, '2024-04-01', 'x', :by FROM determination"
        " WHERE claim_id = :claim GROUP BY 1, 2, 3"
    ).replace("GROUP BY 1, 2, 3", "GROUP BY member_id, claim_id")
    refused(fund, "receivable_is_owed", repaid, claim=claim, by=fund.third)


def test_a_payment_of_what_was_set_off_is_refused_by_the_schema(fund):
    from tests.db.test_forged import pay

    member, claim = paid_claim(fund, 10_000)
    fund.correct(member, claim, 4_000)
    later = fund.claim(member, 5_000)
    set_off(fund, claim, later, 1_000)
    pay(fund, "payment_is_owed", later, 4_001)
    assert send(fund).total_fen == 4_000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("correct", "pay", "fail", "refund", "set_off", "repay", "claim")),
        st.integers(0, 2),
        st.integers(1, 40).map(lambda n: n * 100),
    ),
    min_size=6,
    max_size=16,
)


class Played:
    """A member's three claims, and beside the fund's books the sums by hand."""

    def __init__(self, fund: Payables) -> None:
        self.fund, self.member = fund, fund.member()
        self.claims = [fund.claim(self.member, 1_000)]
        self.payable, self.paid = [1_000], [0]
        self.references = 0
        self.refunded: set[int] = set()
        self.done = 0

    def act(self, what: str, number: int, fen: int) -> None:
        place = number % len(self.claims)
        claim = self.claims[place]
        if what == "claim" and len(self.claims) < 3:
            self.claims.append(self.fund.claim(self.member, fen))
            self.payable.append(fen)
            self.paid.append(0)
        elif what == "correct" and place not in self.refunded and fen != self.payable[place]:
            self.fund.correct(self.member, claim, fen)
            self.payable[place] = fen
        elif what == "refund" and place not in self.refunded:
            self.fund.refund(self.member, claim)
            self.payable[place] = 0
            self.refunded.add(place)
        elif what in ("pay", "fail"):
            self.pay(what)
        elif what in ("repay", "set_off"):
            self.settle(what, place, claim, fen)

    def pay(self, what: str) -> None:
        from app.payments.batch import NothingToPay

        try:
            batch = send(self.fund)
        except NothingToPay:
            return
        due = [p - q for p, q in zip(self.payable, self.paid, strict=True)]
        lines = [each for each in due if each > 0]
        assert batch.total_fen == sum(lines)
        said = "成功" if what == "pay" else "失败"
        answer(
            self.fund,
            batch,
            *((n, f"{fen / 100:.2f}", said, PAID_ON) for n, fen in enumerate(lines, 1)),
        )
        if what == "pay":
            self.paid = [max(p, q) for p, q in zip(self.payable, self.paid, strict=True)]
        else:
            self.fund.account(self.member, f"62219900000000{self.references + 10:05d}")
            self.references += 1

    def settle(self, what: str, place: int, claim: int, fen: int) -> None:
        self.references += 1
        other = (place + 1) % len(self.claims)
        owed = self.paid[place] - self.payable[place]
        free = self.payable[other] - self.paid[other]
        try:
            with self.fund.session.begin_nested():
                if what == "repay":
                    pay_back(self.fund, claim, fen, f"R{self.references}")
                else:
                    set_off(self.fund, claim, self.claims[other], fen)
        except Refusal:
            assert fen > owed or (what == "set_off" and (fen > free or place == other))
            return
        self.done += 1
        assert fen <= owed
        self.paid[place] -= fen
        if what == "set_off":
            assert fen <= free
            self.paid[other] += fen

    def check(self) -> None:
        for claim, payable, paid in zip(self.claims, self.payable, self.paid, strict=True):
            assert open_fen(self.fund, self.member, claim) == max(0, paid - payable)


def test_any_sequence_leaves_what_was_paid_less_what_is_payable_and_settled(fund):
    played = []

    @hypothesis_settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
    @example([("correct", 0, 500), ("repay", 0, 300)])  # chance may settle nothing
    @given(STEPS)
    def play(steps):
        with fund.session.begin_nested() as tried:
            game = Played(fund)
            game.act("pay", 0, 100)
            for step in steps:
                game.act(*step)
                game.check()
            assert_ties(fund.session)
            played.append(game.done)
            tried.rollback()

    play()
    assert sum(played) > 0
