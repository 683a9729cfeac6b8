"""The rule in OpenFisca: a bill is a person, an entitlement and a stay are groups of bills.

Covers are not matched by it: it gets the granted bills. What a bill finds used is the sum over the
bills of its group that rank before it, rank by rank, as `get_rank` and `sum` are documented.
Amounts are whole fen in its 32-bit integers.
"""

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from app.benefits.columns import MISSING_FEN, Bills, Determinations

YEAR = "2023"
UNLIMITED = 2_000_000_000
AMOUNTS = ("inscp_scp", "hifp", "hifob", "hifmi", "psn_part")
DEDUCTED = ("fulamt_ownpay", "overlmt_selfpay", "preselfpay")
GIVEN = (*AMOUNTS, *DEDUCTED, "chronic", "of_2019", "cap", "row")

_ROLES = [{"key": "bill", "plural": "bills_of"}]
BILL = build_entity(key="bill", plural="bills", label="A bill", is_person=True)
ENTITLEMENT = build_entity("entitlement", "entitlements", label="One cap", roles=_ROLES)
STAY = build_entity("stay", "stays", label="Bills whose bands run on", roles=_ROLES)


def granted_bills(bills: Bills, found: Determinations) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The places of the bills that are granted something, and their columns."""
    rows = np.flatnonzero(found.refusal == 0)
    columns = {name: getattr(bills, name)[rows] for name in (*AMOUNTS, *DEDUCTED)}
    silent = columns["psn_part"] == MISSING_FEN
    columns["psn_part"] = np.where(silent, UNLIMITED, columns["psn_part"])
    columns |= {name: np.where(silent, 0, columns[name]) for name in DEDUCTED}
    chronic, of_2019 = found.care[rows] == 1, found.scheme[rows] == 0
    cap = np.where(of_2019, UNLIMITED, np.where(chronic, 300_000, 10_000_000))
    columns |= {"chronic": chronic, "of_2019": of_2019, "cap": cap, "row": np.arange(len(rows))}
    whose = (bills.member[rows] * 10_000 + found.benefit_year[rows]) * 2 + chronic
    alone = ~of_2019 | (bills.stay[rows] == 0)
    stays = np.where(alone, -1 - np.arange(len(rows)), whose * 8 + bills.stay[rows])
    given = {name: columns[name].astype(np.int32) for name in GIVEN}
    return rows, given | {"entitlement": whose, "stay": stays}


_OF_A_BILL = {
    "value_type": int,
    "entity": BILL,
    "definition_period": DateUnit.YEAR,
    "label": "fen",
}


def base(bill, period):
    """max(0, min(formula, borne))."""
    outside = (1 - bill("chronic", period)) * (bill("hifob", period) + bill("hifmi", period))
    formula = bill("inscp_scp", period) - bill("hifp", period) - outside
    borne = bill("psn_part", period) - sum(bill(name, period) for name in DEDUCTED)
    return np.maximum(0, np.minimum(formula, borne))


def gross(bill, period):
    """The bands, on the base or on what it adds to its stay."""
    own = bill("base", period)
    rank = bill.get_rank(bill.stay, bill("row", period))
    before = np.zeros_like(own)
    for place in range(1, int(rank.max()) + 1):
        so_far = bill.stay.sum(np.where(rank < place, own, 0)).astype(own.dtype)
        before = np.where(rank == place, so_far, before)
    flat = (own * np.where(bill("chronic", period), 20, 50) + 50) // 100
    return np.where(bill("of_2019", period), _of_2019(before + own) - _of_2019(before), flat)


def payable(bill, period):
    """min(gross, room)."""
    asked, cap = bill("gross", period), bill("cap", period)
    rank = bill.get_rank(bill.entitlement, bill("row", period))
    granted = np.minimum(asked, cap)
    for place in range(1, int(rank.max()) + 1):
        used = bill.entitlement.sum(np.where(rank < place, granted, 0))
        here = np.minimum(asked, np.maximum(cap - used, 0))
        granted = np.where(rank == place, here, granted).astype(asked.dtype)
    return granted


def _of_2019(of: np.ndarray) -> np.ndarray:
    return np.where(of <= 100_000, (of * 30 + 50) // 100, (of * 50 - 1_999_950) // 100)


def system() -> TaxBenefitSystem:
    made = TaxBenefitSystem([BILL, ENTITLEMENT, STAY])
    for name in GIVEN:
        made.add_variable(type(name, (Variable,), dict(_OF_A_BILL)))
    for formula in (base, gross, payable):
        of = _OF_A_BILL | {"formula": formula}
        made.add_variable(type(formula.__name__, (Variable,), of))
    return made


def known_groups(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The entitlements and stays there are, which whoever asks knows."""
    # numpy hashes what is asked for its values alone, which takes many times as long as a sort.
    return {
        name: np.unique(columns[name], return_index=True)[0] for name in ("entitlement", "stay")
    }


def simulation_of(
    made: TaxBenefitSystem, columns: dict[str, np.ndarray], groups: dict[str, np.ndarray]
) -> Simulation:
    """A simulation of all bills: its groups joined, its inputs set."""
    builder, count = SimulationBuilder(), len(columns["row"])
    builder.create_entities(made)
    builder.declare_person_entity("bill", range(count))
    for group, known in groups.items():
        of = builder.declare_entity(group, known)
        builder.join_with_persons(of, columns[group], roles=np.zeros(count, np.int8))
    simulation = builder.build(made)
    for name in GIVEN:
        simulation.set_input(name, YEAR, columns[name])
    return simulation


def asked_for(simulation: Simulation) -> np.ndarray:
    return simulation.calculate("payable", YEAR)
