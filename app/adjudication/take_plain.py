"""Read due bills of which nothing is odd as columns: binary COPY out, parsed by numpy."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.adjudication.as_columns import cares_of
from app.adjudication.find_odd import decided, undone
from app.adjudication.plain import Plain
from app.adjudication.stored import Columns, read_columns, read_keyed
from app.benefits.care import CARES, package_med_types
from app.benefits.columns import ALL_CARES, MISSING_DAY, MISSING_FEN, Bills, Covers, Day, Whole
from app.claims.alike import SHARED
from app.db import array, fetched

_FIRST_DAY: Final = 10_957
"""PostgreSQL counts days and microseconds from 2000-01-01; the kernel days from 1970-01-01."""
_DAY: Final = 86_400_000_000

# Odd is what the columns have no place for: what people decided, what was undone, an invoice that
# another bill has as well; of the first two there are few, and they are asked about for all bills
# at once (`app.adjudication.find_odd`). OFFSET keeps each question and join one look by an index
# (`app.claims.alike`): of its own the planner reads all claims there are for every batch.
_BILLS: Final = f"""
SELECT due.member_id, due.claim_id, s.version, s.setl_time,
       coalesce(s.begndate, '-infinity'), coalesce(s.enddate, '-infinity'),
       coalesce(array_position({{med_types}}::text[], s.med_type), 0)::smallint,
       (s.flagged_refund OR {SHARED})::int::smallint,
       CASE WHEN s.mdtrt_id = '' THEN 0 ELSE hashtextextended(s.mdtrt_id, 0) END,
       s.inscp_scp_amt, s.hifp_pay, s.hifob_pay, s.hifmi_pay, s.act_pay_dedc,
       coalesce(s.psn_part_amt, {{missing_fen}}::bigint),
       s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt, c.setl_id
FROM unnest({{members}}::bigint[], {{claims}}::bigint[]) due (member_id, claim_id)
CROSS JOIN LATERAL (
    SELECT c.member_id, c.id, c.setl_id FROM claim c
    WHERE c.member_id = due.member_id AND c.id = due.claim_id OFFSET 0
) c
CROSS JOIN LATERAL (
    SELECT * FROM settlement s WHERE s.member_id = c.member_id AND s.setl_id = c.setl_id
    ORDER BY s.version DESC LIMIT 1
) s
"""  # noqa: S608 - put together from constants
_KINDS: Final = {
    "member": "bigint",
    "claim_id": "bigint",
    "version": "integer",
    "settled": "timestamp",
    "admitted": "date",
    "discharged": "date",
    "med_type": "smallint",
    "odd": "smallint",
    **dict.fromkeys(
        (
            *("stay", "inscp_scp", "hifp", "hifob", "hifmi", "act_pay_dedc", "psn_part"),
            *("fulamt_ownpay", "overlmt_selfpay", "preselfpay"),
        ),
        "bigint",
    ),
}
_AMOUNTS: Final = tuple(_KINDS)[8:]

_COVERS: Final = """
SELECT t.member_id, t.cover_id, lower(t.term), upper(t.term) - 1,
       coalesce(c.waits_until, '-infinity'),
       CASE WHEN c.cares IS NULL THEN {all_cares} ELSE
           coalesce((SELECT sum(1 << (array_position({cares}::text[], care) - 1))
                     FROM unnest(c.cares) care), {all_cares}) END::smallint
FROM unnest({members}::bigint[]) asked (member_id)
CROSS JOIN LATERAL (
    SELECT * FROM cover_term t WHERE t.member_id = asked.member_id AND NOT isempty(t.term) OFFSET 0
) t
CROSS JOIN LATERAL (
    SELECT * FROM cover c WHERE c.member_id = t.member_id AND c.id = t.cover_id OFFSET 0
) c
ORDER BY t.member_id, lower(t.term)
"""
_COVER_KINDS: Final = {
    "member": "bigint",
    "id": "bigint",
    "starts": "date",
    "ends": "date",
    "waits_until": "date",
    "cares": "smallint",
}
_FILERS: LiteralString = (
    "SELECT DISTINCT member_id FROM filed_claim WHERE member_id = ANY(%(members)s::bigint[])"
)


def take_plain(
    session: Session, members: Whole, claims: Whole, known: Sequence[int]
) -> tuple[Plain, Whole] | None:
    """The due bills of whom nothing is odd, and the members of whom something is.

    `known`: members with a claim that was determined before. None where the bureau's numbers are
    of different lengths, as those of two bureaus may be.
    """
    table = package_med_types()
    codes = sorted({line.code for line in table.lines})
    asked = {"members": array(members.tolist()), "claims": array(claims.tolist())}
    facts = {**asked, "med_types": codes, "missing_fen": str(MISSING_FEN)}
    found = read_keyed(session, _BILLS, _KINDS, facts)
    if found is None:
        return None
    rows, setl_id = found
    filers = [row[0] for row in fetched(session, _FILERS, {"members": asked["members"]})]
    strange = undone(session, setl_id) | decided(session, rows["member"], rows["claim_id"])
    strange |= rows["odd"] != 0
    odd = np.union1d(rows["member"][strange], np.array([*filers, *known], np.int64))
    plain = np.flatnonzero(~np.isin(rows["member"], odd))
    order = plain[np.lexsort((setl_id[plain], rows["settled"][plain], rows["member"][plain]))]
    rows = {name: column[order] for name, column in rows.items()}
    whose = array(np.unique(rows["member"]).tolist())
    told = {"members": whose, "cares": list(CARES), "all_cares": ALL_CARES}
    covers = read_columns(session, _COVERS, _COVER_KINDS, told)
    settled = (rows["settled"] // _DAY + _FIRST_DAY).astype(np.int32)
    return (
        Plain(
            claim_id=rows["claim_id"],
            setl_id=setl_id[order],
            version=rows["version"],
            bills=Bills(
                member=rows["member"],
                care=cares_of(rows["med_type"], ["", *codes], settled),
                refunded=np.zeros(len(order), np.bool_),
                admitted_day=_days(rows["admitted"]),
                discharged_day=_days(rows["discharged"]),
                settled_day=settled,
                waived=np.zeros(len(order), np.bool_),
                **{name: rows[name] for name in _AMOUNTS},
            ),
            covers=_covers(covers),
            cover_id=covers["id"],
        ),
        odd,
    )


def _days(column: NDArray[Any]) -> Day:
    """Days of 1970; '-infinity' is the missing one already."""
    return np.where(column == MISSING_DAY, MISSING_DAY, column + _FIRST_DAY).astype(np.int32)


def _covers(found: Columns) -> Covers:
    return Covers(
        member=found["member"],
        starts_day=_days(found["starts"]),
        ends_day=_days(found["ends"]),
        waits_until=_days(found["waits_until"]),
        cares=found["cares"].astype(np.uint8),
    )
