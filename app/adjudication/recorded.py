"""A benefit year's determinations with their inputs, as columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication.as_columns import cares_of
from app.adjudication.before_changes import Changes, at_their_time
from app.adjudication.split_members import EVERYBODY, Members
from app.adjudication.stored import Columns, read_columns
from app.benefits.care import CARES, package_med_types
from app.benefits.columns import (
    ALL_CARES,
    MISSING_DAY,
    MISSING_FEN,
    Bills,
    Covers,
    Refused,
    Whole,
)
from app.benefits.tariffs import Schemes
from app.claims.decided import TREATED_AS, What

_REFUSALS: Final = [refused.name.lower() for refused in Refused]

_KINDS: Final = {
    "member": "bigint",
    "grant_no": "bigint",
    "claim_id": "bigint",
    "seq": "integer",
    "cover_id": "bigint",
    "scheme": "smallint",
    "benefit_year": "smallint",
    "care": "smallint",
    "refusal": "smallint",
    "refunded": "smallint",
    "promised": "smallint",
    "decided": "smallint",
    "med_type": "smallint",
    "admitted_day": "integer",
    "discharged_day": "integer",
    "settled_day": "integer",
    "stay": "bigint",
    "inscp_scp": "bigint",
    "hifp": "bigint",
    "hifob": "bigint",
    "hifmi": "bigint",
    "act_pay_dedc": "bigint",
    "psn_part": "bigint",
    "fulamt_ownpay": "bigint",
    "overlmt_selfpay": "bigint",
    "preselfpay": "bigint",
    "base": "bigint",
    "gross": "bigint",
    "room": "bigint",
    "payable": "bigint",
}

_DETERMINATIONS: Final = """
SELECT d.member_id, d.grant_no, d.claim_id, d.seq, coalesce(d.cover_id, 0),
       coalesce(array_position({digests}::text[], d.scheme_digest) - 1, -1)::smallint,
       coalesce(d.benefit_year, 0)::smallint,
       (CASE d.care WHEN {inpatient} THEN 0 WHEN {chronic} THEN 1 ELSE -1 END)::smallint,
       coalesce(array_position({refusals}::text[], d.refusal) - 1, 0)::smallint,
       (s.flagged_refund OR d.setl_id IN (SELECT undone_setl_id FROM refund))::int::smallint,
       (d.claim_id IN (SELECT unnest(items) FROM job WHERE kind = 'determine')
        OR (coalesce(d.refusal, '') = 'no_cover'
            AND EXISTS (SELECT FROM job WHERE kind = 'look_again')))::int::smallint,
       CASE WHEN d.claim_id IN (SELECT claim_id FROM held_decision
                                WHERE member_id > {above} AND member_id <= {through}) THEN coalesce(
           array_position({decisions}::text[], (
               SELECT h.what FROM held_decision h
               WHERE h.member_id = d.member_id AND h.claim_id = d.claim_id
                     AND h.decision_no < d.grant_no ORDER BY h.seq DESC LIMIT 1)), 0)
       ELSE 0 END::smallint,
       coalesce(array_position({med_types}::text[], s.med_type), 0)::smallint,
       coalesce(s.begndate - date '1970-01-01', {missing_day}),
       coalesce(s.enddate - date '1970-01-01', {missing_day}),
       s.setl_time::date - date '1970-01-01',
       CASE WHEN s.mdtrt_id = '' THEN 0 ELSE hashtextextended(s.mdtrt_id, 0) END,
       s.inscp_scp_amt, s.hifp_pay, s.hifob_pay, s.hifmi_pay, s.act_pay_dedc,
       coalesce(s.psn_part_amt, {missing_fen}::bigint),
       s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt,
       coalesce(d.base_fen, 0), coalesce(d.gross_fen, 0), coalesce(d.room_fen, -1), d.payable_fen
FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.member_id > {above} AND d.member_id <= {through}
      AND s.member_id > {above} AND s.member_id <= {through}
      AND (d.benefit_year = {year}
           OR (d.benefit_year IS NULL
               AND extract(year FROM coalesce(s.enddate, s.setl_time::date)) = {year}))
"""

_FOLLOWING: Final = """
SELECT member_id, claim_id, seq, grant_no FROM determination
WHERE seq > 1 AND member_id > {above} AND member_id <= {through}
"""

_COVERS: Final = """
SELECT c.member_id, c.id, c.starts_on - date '1970-01-01',
       coalesce(upper(t.term) - 1, c.starts_on - 1) - date '1970-01-01',
       c.ends_on - date '1970-01-01',
       coalesce(c.waits_until - date '1970-01-01', {missing_day}),
       CASE WHEN c.cares IS NULL THEN {all_cares} ELSE coalesce((
           SELECT sum(1 << (array_position({cares}::text[], care) - 1))
           FROM unnest(c.cares) care), {all_cares}) END::smallint
FROM cover_term t JOIN cover c ON c.member_id = t.member_id AND c.id = t.cover_id
WHERE c.member_id > {above} AND c.member_id <= {through}
      AND t.member_id > {above} AND t.member_id <= {through}
      AND (c.benefit_year = {year} OR c.member_id = ANY({whole}::bigint[]))
"""
_CHANGES: Final = """
SELECT member_id, cover_id, change_no, coalesce(because_cover_id, 9223372036854775807),
       ends_on - date '1970-01-01'
FROM cover_change WHERE member_id > {above} AND member_id <= {through}
ORDER BY member_id, change_no
"""
_FOLLOWING_KINDS: Final = {
    "member": "bigint",
    "claim_id": "bigint",
    "seq": "integer",
    "grant_no": "bigint",
}
_CHANGE_KINDS: Final = {
    "member": "bigint",
    "cover_id": "bigint",
    "change_no": "bigint",
    "because": "bigint",
    "ends": "integer",
}
_COVER_KINDS: Final = {
    "member": "bigint",
    "id": "bigint",
    "starts": "integer",
    "ends": "integer",
    "granted_to": "integer",
    "waits_until": "integer",
    "cares": "smallint",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """Columns of determinations as stored, their bills, and the covers these may fall under.

    `undone_at` is the grant_no of the determination that followed, 0 for a live one; `care` is what
    it was stored under, -1 where that is none of the fund's. What was
    determined before one of the member's covers was ended asks, in `bills`, under a number of its
    own for the covers of that time; `member` is whose it is.
    """

    bills: Bills
    member: Whole
    covers: Covers
    cover_ids: Whole
    grant_no: Whole
    claim_id: Whole
    undone_at: Whole
    cover_id: Whole
    scheme: Whole
    benefit_year: Whole
    care: Whole
    refusal: Whole
    base: Whole
    gross: Whole
    room: Whole
    payable: Whole


def read_recorded(
    session: Session, year: int, schemes: Schemes, members: Members = EVERYBODY
) -> Recorded:
    """Read a year: what was determined in it, and what was refused without cover and fell in it."""
    table = package_med_types()
    med_types = sorted({line.code for line in table.lines})
    which = members._asdict()
    rows = read_columns(
        session,
        _DETERMINATIONS,
        _KINDS,
        {
            **which,
            "year": year,
            "digests": [scheme.digest() for scheme in schemes.schemes],
            "inpatient": CARES[0],
            "chronic": CARES[1],
            "refusals": _REFUSALS,
            "decisions": list(What),
            "med_types": med_types,
            "missing_day": MISSING_DAY,
            "missing_fen": str(MISSING_FEN),
        },
    )
    undone_at = _undone_at(rows, read_columns(session, _FOLLOWING, _FOLLOWING_KINDS, which))
    changes = Changes(**read_columns(session, _CHANGES, _CHANGE_KINDS, which))
    found = _covers(session, year, members, rows, changes)
    found, asks_as = at_their_time(found, changes, rows["member"], rows["grant_no"])
    return Recorded(
        bills=_bills(rows, asks_as, undone_at, ["", *med_types]),
        member=rows["member"],
        covers=_kernel_covers(found),
        cover_ids=found["id"],
        undone_at=undone_at,
        **{
            name: rows[name]
            for name in (
                *("grant_no", "claim_id", "cover_id", "scheme", "benefit_year", "care"),
                *("refusal", "base", "gross", "room", "payable"),
            )
        },
    )


def _bills(rows: Columns, asks_as: Whole, undone_at: Whole, codes: list[str]) -> Bills:
    settled = rows["settled_day"].astype(np.int32)
    care = cares_of(rows["med_type"], codes, settled)
    # As people had decided by then; array_position counts from 1.
    for number, what in enumerate(What, 1):
        if what in TREATED_AS:
            care[rows["decided"] == number] = TREATED_AS[what]
    by_admission = rows["decided"] == list(What).index(What.BY_ADMISSION) + 1
    discharged = np.where(by_admission, rows["admitted_day"], rows["discharged_day"])
    # What undid a bill that was followed came later, and so may a cover have that it found none of;
    # so too where the following is promised and not done yet.
    last = (undone_at == 0) & (rows["promised"] == 0)
    refunded = (rows["refunded"] != 0) & (last | (rows["refusal"] == Refused.REFUNDED))
    found_none = ~last & (rows["refusal"] == Refused.NO_COVER)
    return Bills(
        member=np.where(found_none, -1, asks_as),
        care=care,
        refunded=refunded,
        admitted_day=rows["admitted_day"].astype(np.int32),
        discharged_day=discharged.astype(np.int32),
        settled_day=settled,
        waived=rows["decided"] == list(What).index(What.WAIVE_WAITING) + 1,
        **{
            name: rows[name]
            for name in (
                "stay",
                "inscp_scp",
                "hifp",
                "hifob",
                "hifmi",
                "act_pay_dedc",
                "psn_part",
                "fulamt_ownpay",
                "overlmt_selfpay",
                "preselfpay",
            )
        },
    )


def _undone_at(rows: Columns, following: Columns) -> Whole:
    """The grant_no of the determination that followed each, 0 where none did."""
    undone_at = np.zeros(len(rows["claim_id"]), np.int64)
    if not len(following["claim_id"]):
        return undone_at
    columns = zip(
        following["claim_id"].tolist(),
        following["seq"].tolist(),
        following["grant_no"].tolist(),
        strict=True,
    )
    next_of = {(claim_id, seq - 1): grant_no for claim_id, seq, grant_no in columns}
    maybe = np.flatnonzero(np.isin(rows["claim_id"], following["claim_id"])).tolist()
    for row in maybe:
        key = (int(rows["claim_id"][row]), int(rows["seq"][row]))
        undone_at[row] = next_of.get(key, 0)
    return undone_at


def _covers(
    session: Session, year: int, members: Members, rows: Columns, changes: Changes
) -> Columns:
    """The covers of the year, and all of members with none in it or with one that was ended."""
    whole = np.union1d(rows["member"][rows["cover_id"] == 0], changes.member)
    facts = {
        **members._asdict(),
        "year": year,
        "whole": np.intersect1d(whole, rows["member"]).tolist(),
        "cares": list(CARES),
        "all_cares": ALL_CARES,
        "missing_day": MISSING_DAY,
    }
    return read_columns(session, _COVERS, _COVER_KINDS, facts)


def _kernel_covers(found: Columns) -> Covers:
    return Covers(
        member=found["member"],
        starts_day=found["starts"].astype(np.int32),
        ends_day=found["ends"].astype(np.int32),
        waits_until=found["waits_until"].astype(np.int32),
        cares=found["cares"].astype(np.uint8),
    )
