"""Every move a claim can make stands in one table, and no other move exists."""

from itertools import product

import pytest

from app.claims.lifecycle import MOVES, Act, NoSuchMove, State, moved

DETERMINING = {Act.GRANT, Act.REVIEW, Act.CLOSE, Act.HOLD}


@pytest.mark.parametrize(("state", "act"), [*product(State, Act)])
def test_a_move_leads_on_or_is_refused(state, act):
    if (state, act) in MOVES:
        assert moved(state, act) is MOVES[state, act]
        return
    with pytest.raises(NoSuchMove) as refused:
        moved(state, act)
    assert refused.value.facts == {"state": state.value, "act": act.value}


@pytest.mark.parametrize("state", State)
def test_a_determination_may_come_at_any_time(state):
    assert {act for was, act in MOVES if was is state} >= DETERMINING


def test_money_at_the_bank_waits_for_its_answer():
    assert {moved(State.SENT, act) for act in DETERMINING} == {State.SENT}


def test_only_what_is_payable_or_has_a_new_card_is_sent():
    assert {was for was, act in MOVES if act is Act.SEND} == {State.PAYABLE, State.CARD_WANTED}


def test_what_is_under_review_becomes_payable_by_a_confirmation_or_another_determination():
    assert {was for was, act in MOVES if act is Act.CONFIRM} == {State.REVIEW}
    assert moved(State.REVIEW, Act.CONFIRM) is State.PAYABLE
    assert {act for was, act in MOVES if was is State.REVIEW} == DETERMINING | {Act.CONFIRM}


def test_the_bank_answers_only_what_was_sent():
    assert {was for was, act in MOVES if act in {Act.PAY, Act.BOUNCE}} == {State.SENT}


def test_nothing_becomes_filed_again_and_every_state_is_reached():
    assert set(MOVES.values()) == set(State) - {State.FILED}
