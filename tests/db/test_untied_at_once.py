"""What was typed as paid back, tied, untied and taken back by several at the same moment."""

import pytest
from sqlalchemy import text

from app.banking.undo import propose_undo, undo_match
from app.recoveries.confirm_line import FromMember, FromOthers, confirm_line, propose_line
from app.recoveries.liable import receive_recovery
from app.recoveries.owing import repay
from app.recoveries.take_back import reverse
from tests.db.owing import recover
from tests.db.payables import answer, send
from tests.db.suspense import in_suspense, said_by_two
from tests.db.test_hostile_at_once import DAY, acts_at_once, shared, sound, whose

__all__ = ["shared"]


@pytest.fixture
def typed(shared):
    """A member who owes 100.00, a recovery of 100.00; both typed, and the money on a line."""
    answer(shared, send(shared), *((n, "100.00", "成功") for n in range(1, 21)))
    owing, granted = shared.owed[:2]
    recovery = recover(shared, granted, 10_000)
    shared.correct(whose(shared.session, owing), owing, 0)
    return owing, recovery


def entry(session, memo):
    return session.scalar(text("SELECT id FROM entry WHERE memo = :memo"), {"memo": memo})


@pytest.mark.parametrize("of", ["others", "member"])
def test_it_is_tied_or_taken_back_and_once(database, shared, typed, of):
    session, (owing, recovery) = shared.session, typed
    serial = f"S{session.scalar(text('SELECT coalesce(max(id), 0) + 1 FROM statement_line'))}"
    if of == "others":
        come = {"received_on": DAY, "reference": serial, "by": shared.third}
        receive_recovery(session, recovery, 10_000, **come)
        memo, what = "recovery received", FromOthers(recovery)
    else:
        repay(session, owing, 10_000, received_on=DAY, reference=serial, by=shared.third)
        memo, what = "repaid by member", FromMember(owing)
    line = in_suspense(session, shared.third, DAY, 10_000)
    propose_line(session, line, what, by=shared.preparer)
    number = entry(session, memo)
    session.commit()
    two = {"reversed_by": shared.preparer, "approved_by": shared.approver}
    done = acts_at_once(
        database,
        lambda session: confirm_line(session, line, by=shared.approver),
        lambda session: confirm_line(session, line, by=shared.third),
        lambda session: reverse(session, number, why="记错", **two),
        lambda session: reverse(session, number, why="记错", **two),
        lambda session: confirm_line(session, line, by=shared.approver),
    )
    # Taken back first, the line is no tie any more but that money anew: both may be done then.
    assert len(done) in {1, 2}, done
    kept = "repayment" if of == "member" else "recovery_receipt"
    stands = session.scalar(text(f"SELECT coalesce(sum(amount_fen), 0) FROM {kept}"))
    tied = session.scalar(text("SELECT count(*) FROM line_resolution"))
    assert stands == (10_000 if tied else 0)
    sound(database)


def test_a_tie_is_undone_once(database, shared, typed):
    session, (owing, _) = shared.session, typed
    serial = f"S{session.scalar(text('SELECT coalesce(max(id), 0) + 1 FROM statement_line'))}"
    repay(session, owing, 10_000, received_on=DAY, reference=serial, by=shared.third)
    line = in_suspense(session, shared.third, DAY, 10_000)
    said_by_two(session, line, FromMember(owing), shared.preparer, shared.approver)
    propose_undo(session, line, by=shared.preparer)
    number = entry(session, "repaid by member")
    session.commit()
    two = {"proposed_by": shared.preparer, "by": shared.approver}
    back = {"reversed_by": shared.preparer, "approved_by": shared.approver}
    done = acts_at_once(
        database,
        lambda session: confirm_line(session, line, by=shared.approver),
        lambda session: confirm_line(session, line, by=shared.third),
        lambda session: undo_match(session, line, **two),
        lambda session: undo_match(session, line, **two),
        lambda session: reverse(session, number, why="记错", **back),
    )
    assert len(done) in {1, 2}, done
    said = "SELECT count(*) FROM line_resolution WHERE act = 'undone'"
    assert session.scalar(text(said)) == 1
    sound(database)
