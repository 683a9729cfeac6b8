"""Determine bills of which nothing is odd, as columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication.entitlements import Used
from app.adjudication.plain import Answered, Plain
from app.adjudication.stored import read_columns
from app.benefits.care import CARES
from app.benefits.columns import Granted, Whole
from app.benefits.kernel import Assessed, assess, determine
from app.benefits.tariffs import Schemes
from app.db import array

# The same of bills by their hash, as their stays are told apart here (`app.adjudication.recorded`).
_STAYS: Final = """
SELECT d.member_id, (array_position({cares}::text[], d.care) - 1)::smallint, d.benefit_year,
       hashtextextended(s.mdtrt_id, 0), sum(d.base_fen)::bigint
FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.member_id = ANY({members}::bigint[]) AND s.mdtrt_id <> '' AND d.refusal IS NULL
      AND NOT EXISTS (SELECT FROM determination later WHERE later.member_id = d.member_id
                      AND later.claim_id = d.claim_id AND later.seq > d.seq)
GROUP BY 1, 2, 3, 4
"""
_STAY_KINDS: Final = {
    "stay_member": "bigint",
    "stay_care": "smallint",
    "stay_benefit_year": "integer",
    "stay": "bigint",
    "stay_base_fen": "bigint",
}


@dataclass(frozen=True, slots=True)
class PlainBills:
    """Plain bills, each assessed by itself: nothing is granted yet."""

    plain: Plain
    assessed: Assessed
    rules: Schemes

    def caps(self) -> tuple[Whole, Whole, Whole, Whole]:
        """Member, care, benefit year and cap of the entitlements they ask; they may repeat."""
        asks, assessed = self.assessed.open, self.assessed
        return (
            self.plain.bills.member[asks],
            assessed.care[asks].astype(np.int64),
            assessed.benefit_year[asks],
            self.rules.cap[assessed.rule[asks]],
        )

    def answers(self, session: Session, used: Used, moved_fen: Whole) -> Answered:
        """The kernel's answers; what they use is added to `moved_fen` in the order of `used`."""
        bills, rules = self.plain.bills, self.rules
        found = determine(bills, self.plain.covers, rules, self._granted(session, used))
        paid = np.flatnonzero(found.payable)
        places = used.places(bills.member[paid], found.care[paid], found.benefit_year[paid])
        np.add.at(moved_fen, places, found.payable[paid])
        return Answered(self.plain, found, rules.schemes)

    def _granted(self, session: Session, used: Used) -> Granted:
        bills, assessed = self.plain.bills, self.assessed
        per_stay = assessed.open & self.rules.per_stay[assessed.rule] & (bills.stay != 0)
        members = np.unique(bills.member[per_stay]).tolist()
        facts = {"members": array(members), "cares": list(CARES)}
        stays = (
            read_columns(session, _STAYS, _STAY_KINDS, facts)
            if members
            else dict.fromkeys(_STAY_KINDS, np.empty(0, np.int64))
        )
        stays["stay_care"] = stays["stay_care"].astype(np.uint8)
        return Granted(
            member=used.member,
            care=used.care.astype(np.uint8),
            benefit_year=used.benefit_year,
            used_fen=used.used_fen,
            **stays,
        )


def plain_bills(plain: Plain, rules: Schemes) -> PlainBills:
    """Assess them."""
    return PlainBills(plain, assess(plain.bills, plain.covers, rules), rules)
