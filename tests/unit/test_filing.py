"""What was typed of a claim on its way: the next step, what it is filed as, whether it adds up."""

from dataclasses import replace
from datetime import date

import pytest

from app.attachments.kinds import Kind
from app.filing.sums import sums_of
from app.filing.typed import Step, Typed, papers_wanted

DAY = date(2024, 1, 1)
FIGURES = {
    "fixmedins_name": "某医院",
    "begndate": "2023-05-01",
    "enddate": "2023-05-10",
    "setl_time": "2023-05-10",
    "medfee_sumamt": "３,０００.00元",
    "fulamt_ownpay_amt": "500",
    "inscp_scp_amt": "2,500",
    "hifp_pay": "1500",
    "psn_part_amt": "1500",
}
WHOLE = Typed(
    kind="21",
    says="nobody",
    papers_done=True,
    figures=FIGURES,
    card="new",
    account="6217 0000 1234 5678 901",
)
UNEVEN = FIGURES | {"hifp_pay": "1400"}


@pytest.mark.parametrize(
    ("says", "typed", "step"),
    [
        ("nothing yet", Typed(), Step.KIND),
        ("a kind that is not offered", replace(WHOLE, kind="11"), Step.KIND),
        ("nobody said who is liable", replace(WHOLE, says=""), Step.KIND),
        ("of chronic care it is not asked", Typed(kind="14"), Step.PAPERS),
        ("papers not passed", replace(WHOLE, papers_done=False), Step.PAPERS),
        ("no figures", replace(WHOLE, figures={}), Step.FIGURES),
        ("a wrong figure", replace(WHOLE, figures=FIGURES | {"hifp_pay": "x"}), Step.FIGURES),
        ("sums that differ", replace(WHOLE, figures=UNEVEN), Step.FIGURES),
        (
            "the same, looked at",
            replace(WHOLE, figures=UNEVEN, sums_seen="300000-300000-290000"),
            Step.CHECK,
        ),
        ("other sums were", replace(WHOLE, figures=UNEVEN, sums_seen="1-1-1"), Step.FIGURES),
        ("no card", replace(WHOLE, card=""), Step.CARD),
        ("a number too short", replace(WHOLE, account="62170"), Step.CARD),
        ("a formula for a number", replace(WHOLE, account="=1+1"), Step.CARD),
        ("a card that is not known", replace(WHOLE, card="known"), Step.CARD),
        ("everything", WHOLE, Step.CHECK),
    ],
)
def test_the_next_step_is_the_first_that_is_not_done(says: str, typed: Typed, step: Step) -> None:
    assert typed.next_step(DAY, card_known=False) is step, says


def test_the_card_the_fund_knows_is_enough() -> None:
    known = replace(WHOLE, card="known", account="")
    assert known.next_step(DAY, card_known=True) is Step.CHECK


@pytest.mark.parametrize(
    ("kind", "says", "filed_as", "stated"),
    [
        ("21", "nobody", "21", None),
        ("21", "traffic", "22", "traffic"),
        ("28", "employer", "22", "employer"),
        ("22", "nobody", "22", "nobody"),
        ("14", "employer", "14", None),
        ("", "traffic", "", None),
    ],
)
def test_where_somebody_is_liable_it_is_filed_as_an_injury(
    kind: str, says: str, filed_as: str, stated: str | None
) -> None:
    typed = Typed(kind=kind, says=says)
    assert (typed.med_type, typed.statement) == (filed_as, stated)


def test_days_of_a_stay_do_not_go_with_chronic_care() -> None:
    sheet, faults = replace(WHOLE, kind="14", says="").sheet(DAY)
    assert faults == []
    assert sheet
    assert (sheet.begndate, sheet.enddate) == (None, None)


def test_sums_are_of_the_parts_and_of_who_paid() -> None:
    sheet, _ = WHOLE.sheet(DAY)
    assert sheet
    sums = sums_of(sheet)
    assert (sums.total_fen, sums.parts_fen, sums.paid_fen) == (3000_00, 3000_00, 3000_00)
    assert sums.agree
    more = sums_of(replace(sheet, oth_pay=1))
    assert not more.agree
    assert more.key != sums.key


def test_what_is_written_is_read_again_and_nothing_else_is_kept() -> None:
    typed = WHOLE.with_figures({**FIGURES, "status": "paid", "invono": "9" * 5000})
    assert Typed.read(typed.written()) == typed
    assert "status" not in typed.figures
    assert len(typed.figures["invono"]) == 400


def test_each_kind_of_care_has_its_papers() -> None:
    assert Kind.DISCHARGE_RECORD in papers_wanted("21")
    assert {Kind.COST_QUERY_SHEET, Kind.CHRONIC_BOOKLET} < set(papers_wanted("14"))
