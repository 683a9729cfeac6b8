"""The rule of one bill as a decision of GoRules ZEN, asked bill by bill.

It matches no covers and keeps no sums: it gets the granted bills, and with each what its stay and
its entitlement had before, which its caller keeps. Amounts are fen in its decimals.
"""

import json

import numpy as np
import zen

from tests.bench.peers_openfisca import AMOUNTS, DEDUCTED, UNLIMITED


def _of_2019(base: str) -> str:
    low, high = f"({base} * 30 + 50) / 100", f"({base} * 50 - 1999950) / 100"
    return f"({base} <= 100000 ? floor({low}) : floor({high}))"


_STEPS = {
    "formula": "inscp_scp - hifp - (chronic == 1 ? 0 : hifob + hifmi)",
    "borne": "psn_part - fulamt_ownpay - overlmt_selfpay - preselfpay",
    "base": "max([0, min([$.formula, $.borne])])",
    "sofar": "before + $.base",
    "gross": f"of_2019 == 1 ? {_of_2019('$.sofar')} - {_of_2019('before')}"
    " : floor(($.base * (chronic == 1 ? 20 : 50) + 50) / 100)",
    "payable": "min([$.gross, room])",
}
_MODEL = {
    "contentType": "application/vnd.gorules.decision",
    "nodes": [
        {"id": "in", "type": "inputNode", "name": "bill"},
        {
            "id": "rule",
            "type": "expressionNode",
            "name": "rule",
            "content": {
                "expressions": [{"id": x, "key": x, "value": y} for x, y in _STEPS.items()]
            },
        },
        {"id": "out", "type": "outputNode", "name": "answer"},
    ],
    "edges": [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rule"},
        {"id": "2", "type": "edge", "sourceId": "rule", "targetId": "out"},
    ],
}


def decision() -> zen.ZenDecision:
    return zen.ZenEngine().create_decision(json.dumps(_MODEL))


def in_zen(made: zen.ZenDecision, columns: dict[str, list[int]]) -> list[int]:
    """One bill after the other, each told what those before it took."""
    used: dict[int, int] = {}
    stays: dict[int, int] = {}
    answers = []
    names = (*AMOUNTS, *DEDUCTED, "chronic", "of_2019")
    rows = zip(*(columns[name] for name in names), strict=True)
    whose = zip(columns["cap"], columns["entitlement"], columns["stay"], strict=True)
    for row, (cap, entitlement, stay) in zip(rows, whose, strict=True):
        bill = dict(zip(names, row, strict=True))
        bill["before"] = stays.get(stay, 0)
        bill["room"] = UNLIMITED if cap == UNLIMITED else cap - used.get(entitlement, 0)
        answer = made.evaluate(bill)["result"]
        payable = int(answer["payable"])
        used[entitlement] = used.get(entitlement, 0) + payable
        stays[stay] = bill["before"] + int(answer["base"])
        answers.append(payable)
    return answers


def as_lists(columns: dict[str, np.ndarray], most: int) -> dict[str, list[int]]:
    return {name: column[:most].tolist() for name, column in columns.items()}
