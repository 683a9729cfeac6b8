"""The verifier and the kernel, written apart, give the same answer to every random bill.

HUZHU_LONG=1 asks a million; HUZHU_SEED begins elsewhere.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from app.audit import verify
from app.audit.common import med_types
from app.benefits.care import package_med_types
from app.benefits.scheme_file import package_schemes
from tests.unit.busy_years import busy_years
from tests.unit.model import Bill, Cover
from tests.unit.runs import determine_run, yuan

YEARS, OF_A_YEAR = (667 if os.environ.get("HUZHU_LONG") == "1" else 2), 1_500
FIRST = int(os.environ.get("HUZHU_SEED", "1000"))
NEVER = "9999-12-31T00:00:00"


def verifier(covers: list[Cover]) -> verify.Year:
    """The verifier, having read schemes and covers."""
    here: Any = SimpleNamespace(record=lambda: "a bill", now=("", {}))
    year = verify.Year(here, 2021, json.loads(json.dumps(list(med_types(package_med_types())))))
    for scheme in package_schemes():
        year.schemes[scheme.id] = json.loads(scheme.canonical())
        year.digests[scheme.id] = scheme.id
    for number, x in enumerate(covers, 1):
        said = (x.starts_on, x.ends_on, x.waits_until, NEVER, tuple(sorted(x.cares)))
        scheme_id = year.scheme_for(x.starts_on) or ""
        cover = verify.Cover(number, x.certno, 1, scheme_id, *said)
        year.covers.add([[value] for value in cover])
    return year


def answers(year: verify.Year, bills: list[Bill], refused: dict[str, str]) -> Iterator[list[str]]:
    """What the verifier says of each bill, one after the other, as `huzhu determine` writes it.

    That a bill was refunded it takes from facts that are not here: it is told.
    """
    for number, x in enumerate(sorted(bills, key=lambda bill: (bill.setl_time, bill.setl_id)), 1):
        told = [getattr(x, name, 0) for name in verify.AMOUNTS[: verify.OWN_PART]]
        amounts = (*told, verify.own_part(*(getattr(x, name, 0) for name in verify.PAID)))
        days = (x.begndate, x.enddate, x.setl_time.date())
        visit = x.mdtrt_id or None
        bill = verify.Bill(x.certno, x.refd_setl_flag, x.med_type, visit, days, amounts)
        row = {"claim_id": number, "grant_no": number, "refusal": None, "recorded_at": NEVER}
        answer = year._answer(bill, row, refused[x.setl_id] == "refunded")
        kept = {x: answer[x] for x in verify.Grant._fields if x in answer}
        year._move(
            x.certno, verify.Grant(seq=1, live=True, grant_no=number, visit=visit, **kept), 1
        )
        money = [answer[f"{name}_fen"] for name in ("base", "gross", "room")]
        said = [answer["care"] or "", answer["scheme_id"] or ""]
        told = ["" if fen is None else yuan(fen) for fen in (*money, answer["payable_fen"])]
        yield [x.setl_id, x.certno, *said, *told, answer["refusal"] or ""]


def test_the_verifier_and_the_kernel_agree() -> None:
    reasons, rules = Counter[str](), verifier([])
    for seed in range(FIRST, FIRST + YEARS):
        covers, bills = busy_years(seed, count=OF_A_YEAR)
        # Nobody is enrolled where no scheme is published yet.
        covers = [x for x in covers if rules.scheme_for(x.starts_on)]
        kernel = {row[0]: list(row) for row in determine_run(covers, bills)}
        refused = {setl_id: row[-1] for setl_id, row in kernel.items()}
        for found in answers(verifier(covers), bills, refused):
            assert found == kernel[found[0]], (seed, found[0])
            reasons[found[-1]] += 1
    print(f"{reasons.total()} bills: {dict(reasons)}")
    assert reasons.total() >= YEARS * OF_A_YEAR
    assert set(reasons) >= {"", "refunded", "held", "no_cover", "not_in_scheme", "waiting"}
