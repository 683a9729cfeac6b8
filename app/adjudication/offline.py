"""`huzhu determine`: covers and settlements in, determinations out; the kernel alone, no database.

Any fault refuses the whole: a run that leaves out a bill would grant the following ones too much.
The output appears complete or not at all: it is written beside its name and then renamed.
"""

import csv
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from app.adjudication.covers_file import CoverRow, read_covers
from app.benefits.care import CARES, package_med_types
from app.benefits.columns import (
    MISSING_FEN,
    NO_CAP,
    Bills,
    Covers,
    Determinations,
    Refused,
    Whole,
    days,
    nothing_granted,
)
from app.benefits.kernel import StayTooLarge, determine
from app.benefits.scheme_file import package_schemes
from app.benefits.tariffs import in_force
from app.claims.settlement import Settlement, read_settlements
from app.errors import FileFault, RowFault
from app.files.disk import content_of, whole_file
from app.money import yuan

HEADER: Final = (
    *("setl_id", "certno", "care", "scheme"),
    *("base", "gross", "room", "payable", "refusal"),
)
T = TypeVar("T")


class InputRefused(FileFault):
    """One of the files is refused. `file`: covers or settlements; each fault names its line."""

    def __init__(self, file: str, faults: Sequence[RowFault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__(file=file, count=len(faults))


class OutputIsInput(FileFault):
    """The output would replace one of the inputs."""


@dataclass(frozen=True, slots=True)
class Determined:
    """What was done. `refused`: how many bills, by reason."""

    settlements: int
    granted: int
    payable_fen: int
    refused: dict[str, int]


def determine_files(covers: Path, settlements: Path, out: Path) -> Determined:
    """Determine all settlements of a file and write a row for each. Raises FileFault."""
    if os.path.realpath(out) in map(os.path.realpath, (covers, settlements)):
        raise OutputIsInput(path=str(out))
    cover_rows = _accepted("covers", read_covers, content_of(covers))
    file = _accepted("settlements", _settlements, content_of(settlements))
    # In the order of granting: by the moment, and by code points where it is the same.
    order = sorted(range(len(file)), key=lambda place: (file[place].setl_time, file[place].setl_id))
    in_order = [file[place] for place in order]
    schemes = in_force(package_schemes())
    bills, covers_ = columns(in_order, cover_rows)
    try:
        answers = determine(bills, covers_, schemes, nothing_granted())
    except StayTooLarge as fault:
        line = _largest_stay(file)
        raise InputRefused("settlements", [RowFault(line, "inscp_scp_amt", fault.name)]) from None
    undated = np.flatnonzero(answers.refusal == Refused.DATE_MISSING).tolist()
    if undated:
        faults = [_date_missing(in_order[row], answers.cover[row] >= 0) for row in undated]
        raise InputRefused("settlements", faults)
    scheme_ids = [scheme.id for scheme in schemes.schemes]
    _write(out, _lines(file, _back(answers, order), scheme_ids))
    return _determined(answers)


def columns(settlements: Sequence[Settlement], covers: Sequence[CoverRow]) -> tuple[Bills, Covers]:
    """The kernel's columns, rows as given; members and stays are numbered as they appear."""
    numbers: dict[str, int] = {}
    member = [numbers.setdefault(cover.certno, len(numbers)) for cover in covers]
    covered = Covers(
        member=np.array(member, np.int64),
        starts_day=days(cover.starts_on for cover in covers),
        ends_day=days(cover.ends_on for cover in covers),
        waits_until=days(cover.waits_until for cover in covers),
        cares=np.array([cover.cares for cover in covers], np.uint8),
    )
    stays = {"": 0}
    # A refund undoes what it names wherever it stands, and needs no such name itself.
    undone = {row.init_setl_id for row in settlements if row.refd_setl_flag} - {""}
    settled_day = days(row.setl_time.date() for row in settlements)

    def fen(amount: Callable[[Settlement], int]) -> Whole:
        return np.array([amount(row) for row in settlements], np.int64)

    bills = Bills(
        member=fen(lambda row: numbers.setdefault(row.certno, len(numbers))),
        care=package_med_types().classify([row.med_type for row in settlements], settled_day),
        refunded=np.array([x.refd_setl_flag or x.setl_id in undone for x in settlements], bool),
        admitted_day=days(row.begndate for row in settlements),
        discharged_day=days(row.enddate for row in settlements),
        settled_day=settled_day,
        stay=fen(lambda row: stays.setdefault(row.mdtrt_id, len(stays))),
        inscp_scp=fen(lambda row: row.inscp_scp_amt),
        hifp=fen(lambda row: row.hifp_pay),
        hifob=fen(lambda row: row.hifob_pay),
        hifmi=fen(lambda row: row.hifmi_pay),
        act_pay_dedc=fen(lambda row: row.act_pay_dedc),
        psn_part=fen(lambda row: MISSING_FEN if row.psn_part_amt is None else row.psn_part_amt),
        fulamt_ownpay=fen(lambda row: row.fulamt_ownpay_amt),
        overlmt_selfpay=fen(lambda row: row.overlmt_selfpay),
        preselfpay=fen(lambda row: row.preselfpay_amt),
        waived=np.zeros(len(settlements), np.bool_),
    )
    return bills, covered


def refusal_name(refusal: int) -> str:
    """The word for a refusal in files; empty where a bill is not refused."""
    return "" if refusal == Refused.NO else Refused(refusal).name.lower()


def _settlements(content: bytes) -> tuple[list[Settlement], list[RowFault]]:
    file = read_settlements(content, anybody=True)  # who tries a rule makes up no cards and stays
    return file.rows, file.faults


def _accepted(
    name: str, read: Callable[[bytes], tuple[list[T], list[RowFault]]], content: bytes
) -> list[T]:
    """The rows of a file without faults. Raises InputRefused."""
    try:
        rows, faults = read(content)
    except FileFault as fault:
        line, field = fault.facts.get("line"), fault.facts.get("field", "")
        told = RowFault(line if isinstance(line, int) else 1, str(field), fault.name, fault.facts)
        raise InputRefused(name, [told]) from None
    if faults:
        raise InputRefused(name, faults)
    return rows


def _largest_stay(rows: Sequence[Settlement]) -> int:
    """The first line of the stay with the largest sum."""
    sums: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        sums[row.certno, row.mdtrt_id] += row.inscp_scp_amt
        lines.setdefault((row.certno, row.mdtrt_id), row.line)
    return lines[max(sums, key=sums.__getitem__)]


def _date_missing(row: Settlement, covered: bool) -> RowFault:
    """Which date was asked for: a cover is found by the discharge, waiting is by the admission."""
    asked = ("begndate", "enddate") if covered else ("enddate", "begndate")
    field = next(name for name in asked if getattr(row, name) is None)
    return RowFault(row.line, field, "DateMissing")


def _back(answers: Determinations, order: Sequence[int]) -> Determinations:
    """The answers in the order of the file."""
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    return Determinations(*(getattr(answers, name)[place] for name in answers.__slots__))


def _lines(
    settlements: Sequence[Settlement], answers: Determinations, scheme_ids: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """A line each; `answers` in the order of the settlements."""
    names = [*scheme_ids, ""]
    steps_of = (answers.base, answers.gross, answers.room, answers.payable)
    rows = zip(
        settlements,
        *(column.tolist() for column in (answers.care, answers.scheme, answers.refusal)),
        *(column.tolist() for column in steps_of),
        strict=True,
    )
    for row, care, scheme, refusal, base, gross, room, payable in rows:
        steps = ("", "", "")
        if refusal == Refused.NO:
            steps = (yuan(base), yuan(gross), "" if room == NO_CAP else yuan(room))
        paid_as = CARES[care] if care < len(CARES) else ""
        rest = (yuan(payable), refusal_name(refusal))
        yield (row.setl_id, row.certno, paid_as, names[scheme], *steps, *rest)


def _write(out: Path, lines: Iterator[tuple[str, ...]]) -> None:
    with whole_file(out, private=False) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(lines)
        text.flush()
        text.detach()


def _determined(answers: Determinations) -> Determined:
    refused = Counter(answers.refusal.tolist())
    granted = refused.pop(int(Refused.NO), 0)
    return Determined(
        settlements=len(answers),
        granted=granted,
        payable_fen=sum(answers.payable.tolist()),
        refused={refusal_name(code): count for code, count in sorted(refused.items())},
    )
