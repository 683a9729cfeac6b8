"""10,000 damaged files of the bureau: no error, no row lost, and right sums for what went in.

HUZHU_LONG=1 runs the long form. Each file is taken by the domain in a savepoint; some are typed at
the command line besides. What went in is determined, and compared with the plain model.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.settlement import SettlementFile, read_settlements
from app.claims.submit import take_feed
from app.errors import FileFault
from app.secrets import Keys, set_keys
from app.texts import say
from tests.db.office import Office, assert_sound
from tests.db.years_in import answers, store_covers
from tests.factories import csv_bytes, make_id
from tests.faults.damage import CELLS, ENCODINGS, HARMFUL, READABLE, encoded, hit, spoil
from tests.faults.typed_in import typing
from tests.unit.model import Bill, Cover, determine
from tests.unit.runs import BILL_FIELDS, settlements_csv

LONG = os.environ.get("HUZHU_LONG") == "1"
FILES, TYPED = (10_000, 500) if LONG else (120, 6)
WHO = [make_id(n) for n in range(4)]
COVERS = [
    Cover(WHO[0], date(2019, 10, 1), date(2020, 9, 30)),
    Cover(WHO[0], date(2021, 1, 1), date(2021, 12, 31), date(2021, 1, 31)),
    Cover(WHO[1], date(2021, 3, 1), date(2022, 2, 28)),
    Cover(WHO[1], date(2023, 1, 1), date(2023, 12, 31), None, frozenset({"inpatient"})),
    Cover(WHO[2], date(2023, 1, 1), date(2023, 12, 31)),
]
KINDS = ("21", "21", "21", "24", "14", "14", "22", "11", "999")
MORE = ("psn_name", "备注", "medfee_sumamt", "dise_name", "fixmedins_name", "hifes_pay", "year")
SEEN: Counter[str] = Counter()
EACH = settings(
    max_examples=FILES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@dataclass
class Made:
    """A file; `intact`: bills whose rows nothing was done to; `damaged`: it may be no table."""

    content: bytes
    rows: int
    intact: list[Bill]
    damaged: bool


def a_bill(chance: random.Random, number: int) -> Bill:
    cover = chance.choice(COVERS)
    discharged = cover.starts_on + timedelta(days=chance.randrange(-3, 370))
    settled = discharged + timedelta(days=chance.choice((0, 0, 1, 40)))
    return Bill(
        setl_id=f"{chance.choice('Sa单')}{number}",
        certno=cover.certno if chance.random() < 0.9 else WHO[3],
        med_type=chance.choice(KINDS),
        begndate=discharged - timedelta(days=chance.choice((0, 3, 40))),
        enddate=discharged,
        setl_time=datetime.combine(settled, time(chance.choice((0, 9, 23)))),
        inscp_scp_amt=chance.choice((0, 1, 99_999, 2_500_050, 30_000_000, 10**11 - 1)),
        hifp_pay=chance.choice((0, 0, 1_234)),
        hifob_pay=chance.choice((0, 0, 77)),
        psn_part_amt=chance.choice((None, None, 100, 5_000_000)),
        preselfpay_amt=chance.choice((0, 33)),
        mdtrt_id=chance.choice(("", "V1", "V2")),
    )


def made_by(chance: random.Random) -> Made:
    """A file of the bureau, damaged in some way or not at all."""
    bills = [a_bill(chance, number) for number in range(chance.randint(1, 7))]
    table = [row.split("\x1f") for row in _plain(bills)]
    names, rows = table[0], table[1:]
    extra = chance.sample(MORE, chance.randrange(3))
    names = [*names, *extra]
    rows = [
        [*row, *(chance.choice(("", "0.00", "文")) if x == "备注" else "" for x in extra)]
        for row in rows
    ]
    order = chance.sample(range(len(names)), len(names))
    names = [_written(chance, names[x]) for x in order]
    rows = [[row[x] for x in order] for row in rows]
    lines: list[list[str]] = []
    intact = []
    for bill, row in zip(bills, rows, strict=True):
        spoilt = spoil(chance, row) if chance.random() < 0.35 else row
        lines.append(spoilt)
        intact += [bill] if spoilt is row else []
        if chance.random() < 0.1:
            lines.append(spoil(chance, row) if chance.random() < 0.5 else row)
    encoding = chance.choice(ENCODINGS)
    content = encoded([names, *lines], encoding)
    harmed = any(cell in HARMFUL for line in lines for cell in line)
    damaged = harmed or encoding not in READABLE
    if chance.random() < 0.3:
        content, damaged = hit(chance, content), True
    count = sum(any(cell.strip() for cell in line) for line in lines)
    return Made(content, count, intact, damaged)


def _plain(bills: list[Bill]) -> list[str]:
    """The lines of a plain file, cells apart by a character that none holds."""
    text_of = settlements_csv(bills).decode("utf-8-sig")
    return [line.replace(",", "\x1f") for line in text_of.splitlines()]


def _written(chance: random.Random, name: str) -> str:
    if name == "psn_part_amt" and chance.random() < 0.3:
        name = "psn_pay"
    return name.upper() if chance.random() < 0.2 else name


def adds_up(told: Any) -> bool:
    kinds = ("new", "changed", "unchanged", "refunds", "unmatched", "refused")
    return told("rows_in") == sum(told(kind) for kind in kinds)


@pytest.fixture
def covered(session: Session) -> Office:
    office = Office(session)
    store_covers(session, COVERS)
    return office


def test_a_damaged_file_loses_no_row_and_what_went_in_is_determined_right(covered):
    session = covered.session

    @EACH
    @given(seed=st.integers(0, 2**64))
    def take(seed: int) -> None:
        made = made_by(random.Random(seed))  # noqa: S311 - a function of the seed, no secret
        savepoint = session.begin_nested()
        try:
            take_one(covered, made)
        finally:
            savepoint.rollback()
            session.expire_all()

    take()
    print(dict(SEEN))
    assert SEEN["files"] >= FILES
    assert (
        min(SEEN["taken"], SEEN["refused whole"], SEEN["intact"], SEEN["determined"]) > FILES // 20
    )


def take_one(office: Office, made: Made) -> None:
    SEEN["files"] += 1
    found = read_or_refused(made)
    if found is None:
        SEEN["refused whole"] += 1
        return
    taken = take_feed(office.session, found, file_sha256="", by=office.by)
    SEEN["taken"] += 1
    SEEN["rows"] += taken.rows_in
    SEEN["rows refused"] += taken.refused
    assert adds_up(lambda name: getattr(taken, name))
    assert all(say(x, lang) for x in taken.listed for lang in ("zh", "en"))
    if not made.damaged:
        assert taken.rows_in == made.rows
    while office.drain():
        pass
    if SEEN["taken"] % 20 == 0:  # slow: every year there is, replayed
        assert_sound(office.session)
    compare(office.session, [] if made.damaged else made.intact)


def read_or_refused(made: Made) -> SettlementFile | None:
    """The file's rows; None where it is refused as a whole, with a sentence."""
    try:
        return read_settlements(made.content)
    except FileFault as refused:
        fault = refused
    assert made.damaged, fault
    assert all(say(fault, lang) for lang in ("zh", "en"))
    return None


def compare(session: Session, intact: list[Bill]) -> None:
    """Every bill of a member that has its days: its answer is the model's."""
    bills = stored(session)
    members = [x for x in intact if x.certno != WHO[3]]
    SEEN["intact"] += len(members)
    assert [bills[x.setl_id] for x in members] == members
    undated = {x.certno for x in bills.values() if x.begndate is None or x.enddate is None}
    known = [x for x in bills.values() if x.certno not in undated]
    undone = set(session.scalars(text("SELECT undone_setl_id FROM refund")))
    expected = {row[0]: row[2:] for row in determine(COVERS, known, undone=undone)}
    found = answers(session)
    assert found.keys() == bills.keys()
    assert {x.setl_id: found[x.setl_id] for x in known} == expected
    SEEN["determined"] += len(known)


def stored(session: Session) -> dict[str, Bill]:
    """The newest states of the bills that are claims, as the model's."""
    plain = [
        x.name for x in fields(Bill) if x.name not in {"certno", "refd_setl_flag", "init_setl_id"}
    ]
    index = text("SELECT id, certno_index FROM member")
    from app.roster.members import certno_index

    people = {certno_index(who): who for who in WHO}
    who = {row.id: people[bytes(row.certno_index)] for row in session.execute(index)}
    rows = session.execute(
        text(
            f"SELECT DISTINCT ON (setl_id) member_id, {', '.join(plain)} FROM settlement"
            " ORDER BY setl_id, version DESC"
        )
    )
    return {
        row.setl_id: Bill(certno=who[row.member_id], **{x: getattr(row, x) for x in plain})
        for row in rows
    }


def test_a_damaged_file_gets_an_answer_at_the_command_line(database, tmp_path, monkeypatch, capsys):
    keys = database.settings
    with Session(database.engine) as session, session.begin():
        Office(session)
        set_keys(Keys(keys.encryption_key, keys.index_key, keys.pseudonym_key))
        store_covers(session, COVERS)
    huzhu = typing(database, monkeypatch, capsys)
    file = tmp_path / "bills.csv"
    codes = Counter[int]()
    for seed in range(TYPED):
        made = made_by(random.Random(seed))  # noqa: S311
        file.write_bytes(made.content)
        code, told = huzhu("settlements", "import", str(file))
        codes[code] += 1
        if code == 2:
            assert made.damaged
            assert told["message"]
        else:
            assert adds_up(told.get)
    assert huzhu("drain").told["in_trouble"] == 0
    print(dict(codes))
    assert sum(codes.values()) == TYPED
    with Session(database.engine) as session:
        assert_sound(session)


def test_what_is_called_harmless_is_harmless():
    """CELLS do no harm to the file around them, and HARMFUL do: the split above is honest."""
    head = [*BILL_FIELDS]
    for cell in (*CELLS, *HARMFUL):
        row = [cell, *["1"] * (len(head) - 1)]
        content = csv_bytes([head, row])
        if cell in HARMFUL:
            with pytest.raises(FileFault):
                read_settlements(content)
        else:
            assert read_settlements(content).rows_in == 1
