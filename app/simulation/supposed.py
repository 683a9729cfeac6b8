"""A supposed scheme, from a file or from figures; what has no source is supposed. Pure."""

import copy
from collections.abc import Mapping
from typing import Any, Final

from app.benefits.fields import FigureWithoutSource
from app.benefits.scheme import Scheme, Source
from app.benefits.scheme_edit import changed
from app.benefits.scheme_file import document_of

_SAYS: Final = {"says": "supposed in a question", "where": "a question", "assumption": True}
SUPPOSED: Final = Source((), str(_SAYS["says"]), str(_SAYS["where"]), assumption=True)


def supposed_scheme(toml: str) -> Scheme:
    """The scheme of a TOML text; a question need not say where its figures come from.

    Raises SchemeFault.
    """
    document = document_of(toml)
    document.setdefault("source", [])
    while True:
        try:
            return Scheme.from_document(copy.deepcopy(document))
        except FigureWithoutSource as missing:
            document["source"].append({"of": [missing.facts["field"]], **_SAYS})


def supposed_change(scheme: Scheme, figures: Mapping[str, Any]) -> Scheme:
    """A scheme with other figures, by dotted name. Raises SchemeFault.

    The parts of the contribution follow its total where only that is said: the union pays the rest.
    """
    total = figures.get("contribution.total_fen")
    parts = {f"contribution.{name}" for name in ("unit_and_worker_fen", "union_fen")}
    if isinstance(total, int) and not parts & figures.keys():
        theirs = scheme.contribution.unit_and_worker_fen
        rest = {"contribution.union_fen": max(total - theirs, 0)}
        figures = {**figures, **rest, "contribution.unit_and_worker_fen": min(total, theirs)}
    return changed(scheme, figures, default=SUPPOSED)
