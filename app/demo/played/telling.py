"""What units are told: notices of payment on paper, reminders in a folder."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from app.banking.papers import notice_of
from app.demo.played.office import Office, Said
from app.demo.played.plan import YEAR
from app.notices.deliver import deliver_one
from app.notices.senders import ToFolder
from app.papers.notice import notice_paper
from app.year.remind import remind

_PRINTED: Final = 3
"""So many units' notices are made here; all of them would take the year's time."""


def print_notices(office: Office) -> Said:
    """Notices of payment as PDF."""
    day = date(YEAR - 1, 11, 29)
    for number in range(_PRINTED):
        with office.turn() as session:
            notice = notice_of(session, office.units[number], YEAR, made_on=day, by=office.one)
            office.papers[number] = notice_paper(notice)
    return Said(
        day,
        f"缴费通知单 {_PRINTED} 份（PDF）",
        f"{_PRINTED} notices of payment as PDF",
    )


def remind_units(office: Office) -> Said:
    """What is due is written once and sent to a folder."""
    day = date(YEAR - 1, 12, 1)
    with office.turn() as session:
        written = remind(session, on=day)
        again = remind(session, on=day)
    sent = 0
    with tempfile.TemporaryDirectory(prefix="huzhu-year-") as folder:
        sender = ToFolder(Path(folder))
        with office.turn() as session:
            while deliver_one(session, sender) is not None:
                sent += 1
        files = sum(1 for _ in Path(folder).iterdir())
    return Said(
        day,
        f"提醒 {written} 条，再次生成 {again} 条，发出 {sent} 条，共 {files} 个文件",
        f"{written} reminders, {again} when asked again; {sent} sent as {files} files",
    )
