"""Take a file of units in: each good row becomes a request, to be approved in one go by another."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.errors import Refusal, RowFault
from app.unions.open import districts
from app.unions.tree import reach_of_union
from app.units.ask import ask_registration
from app.units.asked import Registration
from app.units.sheet import UnitRow, UnitSheet

_COLUMNS = {"UnitKnown": "uscc", "MayNotAsk": "union", "NoSuchDistrict": "union"}


@dataclass(slots=True)
class TakenIn:
    """What became of the rows, by their lines: asked for, asked for before, refused."""

    file_sha256: str
    total: int
    asked: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def take_in(session: Session, sheet: UnitSheet, *, file_sha256: str, by: int) -> TakenIn:
    """Ask for every unit of the file. The same file again changes nothing."""
    taken = TakenIn(file_sha256, sheet.total, faults=list(sheet.faults))
    own = session.get_one(Account, by).union_id
    mine = {each.name: each.id for each in districts(session, reach_of_union(session, own))}
    for row in sheet.rows:
        union_id = mine.get(row.union) if row.union else own
        if union_id is None:
            facts: dict[str, object] = {"union": row.union}
            taken.faults.append(RowFault(row.line, "union", "UnionNotFound", facts))
            continue
        _ask(session, taken, row, union_id, by)
    taken.faults.sort(key=lambda fault: fault.line)
    return taken


def _ask(session: Session, taken: TakenIn, row: UnitRow, union_id: int, by: int) -> None:
    names = ("uscc", "name", "unit_percent", "contact", "phone", "account", "bank")
    wanted = Registration(union_id=union_id, **{name: getattr(row, name) for name in names})
    try:
        asked = ask_registration(session, wanted, by=by, file_sha256=taken.file_sha256)
    except Refusal as refused:
        where = _COLUMNS.get(refused.name, "row")
        taken.faults.append(RowFault(row.line, where, refused.name, refused.facts))
        return
    (taken.unchanged if asked.again else taken.asked).append(row.line)
