"""File claims for members who stand at the counter, or whom their unit's union files for.

From a table, a line a sheet: the member's ID number and the sheet's fields by their national names.
The request's key is made from the line, so that the same table again is the same claims. Finding a
member by the ID number is an officer's here: it says no more than the officer's own lists do.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.claims.file import (
    BillKnown,
    Filed,
    FiledAlready,
    MemberOutOfReach,
    check_reach,
    file_claim,
)
from app.claims.sheet import FIELDS, NEEDED, Sheet, read_sheet
from app.clock import today
from app.db import TurnTaken
from app.errors import RowFault
from app.files.rows import NoHeader, columns_of, rows_of
from app.roster.identity import check_citizen_id, normalise_certno
from app.roster.members import certno_index, members_by_index

CERTNO: Final = "certno"


class PaperSheet(NamedTuple):
    """One sheet of a table, with whose it is."""

    line: int
    certno: str
    sheet: Sheet


@dataclass(slots=True)
class FiledSheets:
    """What became of a table's lines; `faults` are the lines that were not filed."""

    filed: list[tuple[int, Filed]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def read_paper_sheets(content: bytes) -> tuple[list[PaperSheet], list[RowFault]]:
    """The sheets of a CSV table, and the lines that are none. Raises as `app.files.rows`."""
    rows = rows_of(content)
    line, names = next(rows, (1, None))
    if names is None:
        raise NoHeader(line=line)
    needed = (CERTNO, "med_type", "setl_time", *NEEDED)
    places = columns_of(names, line, known=(CERTNO, *FIELDS), needed=needed)
    sheets, faults = [], []
    for line, cells in rows:
        if len(cells) != len(names):  # "3,000.00" without quotes: each figure would be the next's
            width: dict[str, object] = {"cells": len(cells), "columns": len(names)}
            faults.append(RowFault(line, names[min(len(cells), len(names) - 1)], "RowWidth", width))
            continue
        texts = {name: cells[at] for name, at in places.items()}
        certno, _ = normalise_certno(texts[CERTNO])
        sheet, wrong = read_sheet(texts, today())
        if reason := check_citizen_id(certno, today()):
            wrong = [RowFault(1, CERTNO, reason), *wrong]
        if sheet is None or wrong:
            faults += [RowFault(line, x.field, x.reason, x.facts) for x in wrong]
        else:
            sheets.append(PaperSheet(line, certno, sheet))
    return sheets, faults


def file_sheets(session: Session, sheets: Sequence[PaperSheet], *, by: int) -> FiledSheets:
    """File each sheet; what is known already or out of reach is listed, the others go in."""
    done = FiledSheets()
    members = members_by_index(session, {certno_index(each.certno) for each in sheets})
    for each in sheets:
        member_id = members.get(certno_index(each.certno))
        try:
            if member_id is None:
                raise MemberOutOfReach  # noqa: TRY301 - one sentence for unknown and out of reach
            made = file_claim(
                session, each.sheet, member_id=member_id, by=by, request_key=key_of(each)
            )
            done.filed.append((each.line, made))
        except (BillKnown, FiledAlready, MemberOutOfReach, TurnTaken) as refused:
            field_name = CERTNO if isinstance(refused, MemberOutOfReach) else "stated_setl_id"
            done.faults.append(RowFault(each.line, field_name, refused.name, refused.facts))
    return done


def key_of(sheet: PaperSheet) -> str:
    """The request's key of a line: the same figures of the same person, wherever they stand."""
    said = "\x1f".join(map(str, (certno_index(sheet.certno).hex(), sheet.sheet)))
    return f"table-{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"


def find_member(session: Session, certno: str, *, by: int) -> int:
    """The member with this ID number, for who may file for the member. Raises MemberOutOfReach."""
    asked, _ = normalise_certno(certno)
    found = members_by_index(session, [certno_index(asked)]).get(certno_index(asked))
    if found is None:
        raise MemberOutOfReach
    check_reach(session, found, session.get(Account, by, populate_existing=True))
    return found
