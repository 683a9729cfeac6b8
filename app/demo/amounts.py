"""What bills come to, and who pays which part of them, so that all sums agree. Pure.

A bill is wholly own + over price limits + own share first + inside the scope; of the scope the
member bears the deductible, basic insurance pays its share of the rest, the large-sum insurance
most of what goes beyond the year's limit; a few have a civil servants' subsidy or medical aid.
"""

from typing import Final

import numpy as np

from app.demo.draw import Draw, Whole

_STAY_YUAN: Final = (
    *(900, 1_700, 2_300, 2_800, 3_300, 3_800, 4_300, 4_900, 5_500, 6_200, 6_900),
    *(7_700, 8_600, 9_700, 11_000, 15_300, 18_400, 22_900, 30_500, 43_500, 81_000),
)
_CHRONIC_YUAN: Final = (
    *(700, 1_000, 1_300, 1_600, 1_900, 2_200, 2_500, 2_800, 3_100, 3_500, 3_900),
    *(4_300, 4_800, 5_300, 5_900, 6_600, 7_500, 8_600, 10_200, 12_500, 17_000),
)
_DEDUCTIBLE_FEN: Final = {"01": 20_000, "02": 50_000, "03": 90_000}
_PAYS: Final = {"01": 900, "02": 850, "03": 790}
"""Thousandths of the scope that basic insurance pays, by the hospital's level."""
_YEAR_LIMIT_FEN: Final = 6_000_000
"""Beyond this much of one bill's scope the large-sum insurance pays instead."""

AMOUNTS: Final = (
    *("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"),
    *("act_pay_dedc", "hifp_pay", "cvlserv_pay", "hifmi_pay", "hifob_pay", "maf_pay"),
    *("fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay"),
)


def totals(draw: Draw, bills: Whole, inpatient: Whole) -> Whole:
    """The total of each bill in fen; one in a hundred stays costs many times as much as others."""
    yuan = np.where(
        inpatient,
        draw.amount(_STAY_YUAN, "total", bills),
        draw.amount(_CHRONIC_YUAN, "total", bills),
    )
    cents = draw.below(100, "total's fen", bills)
    dear = draw.happens(9, "dear", bills) & inpatient.astype(np.bool_)
    found: Whole = np.where(dear, yuan * 6, yuan) * 100 + cents
    return found


def parts(
    draw: Draw, bills: Whole, total_fen: Whole, inpatient: Whole, levels: list[str]
) -> dict[str, Whole]:
    """The columns AMOUNTS, in fen."""
    wholly_own = total_fen * (20 + draw.below(90, "wholly own", bills)) // 1_000
    over = total_fen * np.maximum(draw.below(40, "over limits", bills) - 25, 0) // 1_000
    first = total_fen * (15 + draw.below(60, "own share first", bills)) // 1_000
    scope = total_fen - wholly_own - over - first
    stays = inpatient.astype(np.bool_)
    deductible = np.array([_DEDUCTIBLE_FEN[level] for level in levels], np.int64)
    deductible = np.minimum(np.where(stays, deductible, 0), scope)
    share = np.where(stays, np.array([_PAYS[level] for level in levels], np.int64), 680)
    insured = np.minimum(scope - deductible, _YEAR_LIMIT_FEN)
    basic = insured * share // 1_000
    beyond = scope - deductible - insured
    large = np.where(stays, beyond * 850 // 1_000, 0)
    left = scope - basic - large
    way = draw.below(1_000, "helped", bills)
    servants = np.where(way < 50, left * 400 // 1_000, 0)  # noqa: PLR2004 - of a thousand
    aid = np.where((way >= 50) & (way < 62), left * 600 // 1_000, 0)  # noqa: PLR2004
    funds = basic + large + servants + aid
    person = total_fen - funds
    own_account = np.minimum(person, draw.below(120_000, "own account", bills))
    return {
        "medfee_sumamt": total_fen,
        "fulamt_ownpay_amt": wholly_own,
        "overlmt_selfpay": over,
        "preselfpay_amt": first,
        "inscp_scp_amt": scope,
        "act_pay_dedc": deductible,
        "hifp_pay": basic,
        "cvlserv_pay": servants,
        "hifmi_pay": np.zeros_like(total_fen),
        "hifob_pay": large,
        "maf_pay": aid,
        "fund_pay_sumamt": funds,
        "psn_part_amt": person,
        "acct_pay": own_account,
        "psn_cash_pay": person - own_account,
    }
