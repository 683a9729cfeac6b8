"""The files of the played year as bytes: units, rosters, changes, settlements. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import xlsxwriter

from app.banking.formats import format_named
from app.demo.files import written
from app.demo.places import DISTRICTS
from app.demo.played.plan import YEAR, Bill, Plan
from app.money import yuan

_UNITS: Final = (
    *("统一社会信用代码", "单位名称", "所属区县工会", "联系人", "联系电话"),
    *("单位承担比例", "银行账号", "开户行"),
)
_BILLS: Final = (
    *("setl_id", "init_setl_id", "refd_setl_flag", "mdtrt_id", "psn_name", "certno", "med_type"),
    *("begndate", "enddate", "setl_time", "inscp_scp_amt", "hifp_pay", "hifob_pay", "hifmi_pay"),
    *("psn_part_amt", "invono"),
)


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV, as spreadsheets save it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def unit_file(plan: Plan, numbers: Iterable[int]) -> bytes:
    """Units to be registered."""
    rows: list[Sequence[object]] = [_UNITS]
    for number in numbers:
        unit = plan.units[number]
        named = (unit.uscc, unit.name, f"{DISTRICTS[unit.district]}总工会")
        contact = (plan.people.names[plan.staff[number][0]], f"0372{number:07d}")
        rows.append((*named, *contact, unit.unit_percent, plan.unit_account(number), "某银行"))
    return table(rows)


def roster_file(plan: Plan, number: int) -> bytes:
    """A unit's roster, some as workbooks, some as text."""
    way = "xlsx" if number % 5 == 0 else ("csv", "bom", "gbk")[number % 3]
    return written([plan.row(x) for x in plan.roster_of(number)], way, YEAR)  # type: ignore[arg-type]


def settlement_file(plan: Plan, bills: Iterable[Bill]) -> bytes:
    """A feed of the bureau."""
    rows: list[Sequence[object]] = [_BILLS]
    rows += [_bill(plan, bill) for bill in bills]
    return table(rows)


def _bill(plan: Plan, bill: Bill) -> list[object]:
    sign = -1 if bill.undoes else 1
    begins_on = bill.settled_on.fromordinal(bill.settled_on.toordinal() - bill.days)
    stay = bill.kind not in ("14",)
    return [
        bill.setl_id,
        bill.undoes,
        "1" if bill.undoes else "0",
        f"V{bill.number:09d}",
        plan.people.names[bill.person],
        plan.people.certnos[bill.person],
        bill.kind,
        begins_on.isoformat() if stay else "",
        bill.settled_on.isoformat() if stay else "",
        f"{bill.settled_on.isoformat()} {8 + bill.number % 9:02d}:{bill.number % 60:02d}:00",
        yuan(sign * bill.scope_fen),
        yuan(sign * bill.basic_fen),
        "0.00",
        "0.00",
        yuan(sign * (bill.scope_fen - bill.basic_fen)),
        f"{bill.number:012d}",
    ]


def return_file(
    form: str,
    number: str,
    lines: Sequence[tuple[int, int]],
    said: Mapping[int, str],
    on: date,
) -> bytes:
    """The bank's answer to a batch, as banks of each template write it."""
    back = format_named(form).back
    word = {outcome: said for said, outcome in reversed(back.outcomes.items())}
    if form == "fixed":
        told = {line: (said[line], word[said[line]]) for line, _ in lines}
        return _fixed(number, lines, told, on)
    names: list[object] = [
        back.columns[x] for x in ("line", "amount", "outcome", "booked_on", "reason")
    ]
    rows: list[list[object]] = [[back.batch, number], names]
    for line, fen in lines:
        day = "" if said[line] == "unknown" else on.isoformat()
        why = "账户已销户" if said[line] == "failed" else ""
        rows.append([line, yuan(fen), word[said[line]], day, why])
    rows.append([back.trailer, len(lines), yuan(sum(fen for _, fen in lines))])
    return table(rows) if form == "plain" else _workbook(rows)


def _fixed(
    number: str, lines: Sequence[tuple[int, int]], said: Mapping[int, tuple[str, str]], on: date
) -> bytes:
    rows = [f"H{number:<20}"]
    for line, fen in lines:
        outcome, word = said[line]
        day = "0" * 8 if outcome == "unknown" else f"{on:%Y%m%d}"
        rows.append(f"D{line:08d}{'':<32}{fen:015d}{word}{day}{'':<40}")
    rows.append(f"T{len(lines):08d}{sum(fen for _, fen in lines):015d}")
    return "\r\n".join([*rows, ""]).encode("gbk")


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(at, place, cell)
                elif place == 1 and at > 1:
                    sheet.write_number(at, place, float(str(cell)))
                else:
                    sheet.write_string(at, place, str(cell))
    return out.getvalue()


def change_file(plan: Plan, number: int, day: date) -> bytes:
    """Who joined a unit and who left it (增减员)."""
    rows: list[Sequence[object]] = [("姓名", "身份证号", "增减", "日期", "原因", "银行账号")]
    for person in plan.joiners_of(number):
        name, certno, account = plan.row(person)
        rows.append((name, certno, "增", "", "", account))
    for person in plan.staff[number][-2:]:
        name, certno, _ = plan.row(person)
        rows.append((name, certno, "减", day.isoformat(), "辞职", ""))
    return table(rows)


def sheet_file(plan: Plan, bills: Iterable[Bill]) -> bytes:
    """Settlement sheets of members, typed at a counter."""
    names = (
        *("certno", "stated_setl_id", "med_type", "fixmedins_name", "begndate", "enddate"),
        *("setl_time", "medfee_sumamt", "inscp_scp_amt", "hifp_pay", "psn_part_amt", "invono"),
    )
    rows: list[Sequence[object]] = [names]
    for bill in bills:
        day = bill.settled_on
        begins_on = date.fromordinal(day.toordinal() - bill.days)
        rows.append(
            (
                *(plan.people.certnos[bill.person], bill.setl_id, "25", "省人民医院"),
                *(begins_on, day, day, yuan(bill.scope_fen), yuan(bill.scope_fen)),
                *(yuan(bill.basic_fen), yuan(bill.scope_fen - bill.basic_fen)),
                f"{bill.number:012d}",
            )
        )
    return table(rows)
