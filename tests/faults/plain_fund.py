"""The fund once more in plain Python, from the text of its rules: rosters, money, covers, bills.

It shares nothing with the application; the payment of one bill is the kernel tests' own model.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.unit.model import (
    Bill,
    Cover,
    Fund,
    care_of,
    determine_one,
    scheme_on,
    twelve_months,
)

DAY = timedelta(days=1)
DUE = {"2019": 6_000, "2021": 5_000, "2022": 5_000, "2023": 5_000}


@dataclass
class Roster:
    unit: int
    year: int
    confirmed_on: date
    lines: list[tuple[str, date]]
    missing: int
    full_on: date = date.min
    decided: bool = False


@dataclass
class Receipt:
    unit: int
    year: int
    on: date
    left: int


@dataclass
class Live:
    """A bill's live determination: for which state and cover, and what it holds."""

    state: Bill
    version: int
    cover: date | None
    refusal: str
    cells: tuple[str, ...]


@dataclass
class PlainFund:
    """Members are known by their ID, in the order they were enrolled."""

    members: list[str] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    rosters: list[Roster] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    states: dict[str, list[Bill]] = field(default_factory=dict)
    kept: dict[str, list[Bill]] = field(default_factory=dict)
    refunds: set[tuple[str, str]] = field(default_factory=set)
    live: dict[str, Live] = field(default_factory=dict)
    typed: dict[str, Bill] = field(default_factory=dict)
    stated: dict[tuple[str, str], str] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    fund: Fund = field(default_factory=Fund)
    promised: dict[int, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    # Enrolment and money.

    def enrol(self, unit: int, people: list[str], starts_on: date, confirmed_on: date) -> list[int]:
        """How many rows were enrolled, unchanged, refused."""
        year, new, counts = starts_on.year, [], [0, 0, 0]
        on_it = {
            who
            for roster in self.rosters
            if (roster.unit, roster.year) == (unit, year)
            for who, _ in roster.lines
        }
        for who in people:
            term = self.place(who, starts_on, year)
            kind = 1 if who in on_it else 0 if term else 2
            counts[kind] += 1
            if kind == 0 and term:
                new.append((who, term[0]))
        self.members += [who for who, _ in new if who not in self.members]
        if new:
            due = len(new) * DUE[scheme_on(starts_on)]
            self.rosters.append(Roster(unit, year, confirmed_on, new, due))
            self.fill(unit, year)
        return counts

    def receive(self, unit: int, year: int, amount: int, on: date) -> None:
        self.receipts.append(Receipt(unit, year, on, amount))
        self.fill(unit, year)

    def fill(self, unit: int, year: int) -> None:
        mine = [x for x in self.receipts if (x.unit, x.year) == (unit, year)]
        for roster in self.rosters:
            if (roster.unit, roster.year) != (unit, year) or roster.decided:
                continue
            for receipt in sorted(mine, key=lambda x: x.on):
                share = min(receipt.left, roster.missing)
                if share:
                    receipt.left -= share
                    roster.missing -= share
                    roster.full_on = max(roster.full_on, receipt.on)
            if roster.missing:
                return
            self.begin(roster)

    def begin(self, roster: Roster) -> None:
        roster.decided = True
        for who, starts_on in roster.lines:
            scheme = scheme_on(starts_on)
            term = self.place(who, starts_on, roster.year)
            if term and roster.full_on > term[0]:
                late = roster.full_on + DAY
                same = late.year == roster.year and scheme_on(late) == scheme
                term = self.place(who, late, roster.year) if same else None
            if term:
                waits = self.waits(who, term[0], roster.confirmed_on)
                self.covers.append(Cover(who, *term, waits))

    def place(self, who: str, starts_on: date, year: int) -> tuple[date, date] | None:
        scheme = scheme_on(starts_on)
        standing = sorted((x.starts_on, x.ends_on) for x in self.covers if x.certno == who)
        for first, last in standing:
            if first <= starts_on <= last:
                starts_on = last + DAY
        if starts_on.year != year or scheme_on(starts_on) != scheme:
            return None
        ends_on = date(year, 12, 31) if scheme == "2023" else twelve_months(starts_on)
        free = all(last < starts_on or ends_on < first for first, last in standing)
        return (starts_on, ends_on) if free else None

    def waits(self, who: str, starts_on: date, confirmed_on: date) -> date | None:
        if scheme_on(starts_on) not in {"2019", "2021"}:
            return None
        ended = [x.ends_on for x in self.covers if x.certno == who and x.ends_on < starts_on]
        if ended and (confirmed_on - max(ended)).days <= 90:
            return None
        return starts_on + timedelta(days=30)

    # Bills.

    def file(self, bills: list[Bill], run_id: int) -> dict[str, int]:
        """Take a file; what it promises goes to run `run_id`. What became of its rows."""
        told: dict[str, int] = defaultdict(int)
        due = []
        joins = {x.setl_id: own for x in bills if (own := self.joins(x))}
        for bill in bills:
            if bill.refd_setl_flag:
                undone = self.own(bill.init_setl_id or bill.setl_id)
                again = (bill.setl_id, undone) in self.refunds
                told["unchanged" if again else "refunds"] += 1
                self.refunds.add((bill.setl_id, joins.get(undone, undone)))
                due += [] if again else [joins.get(undone, undone)]
                continue
            if bill.setl_id in joins:
                told["changed"] += 1
                self.states[joins[bill.setl_id]].append(bill)
                due.append(joins[bill.setl_id])
                continue
            kind = self.kind_of(bill)
            told[kind] += 1
            if kind == "unmatched":
                self.kept.setdefault(bill.setl_id, []).append(bill)
            elif kind in {"new", "changed"}:
                self.states.setdefault(self.own(bill.setl_id), []).append(bill)
                due.append(self.own(bill.setl_id))
        self.join(joins)
        self.promise(run_id, [setl_id for setl_id in due if setl_id in self.states])
        return told

    def own(self, number: str) -> str:
        return self.joined.get(number, number)

    def joins(self, bill: Bill) -> str:
        """The own number under which this person filed the bureau's bill that comes now."""
        waits = bill.setl_id not in self.joined and not bill.refd_setl_flag
        known = bill.certno in self.members
        return self.stated.get((bill.certno, bill.setl_id), "") if waits and known else ""

    def join(self, joins: dict[str, str]) -> None:
        self.joined |= joins
        for number, own in joins.items():
            self.refunds |= {(refund, own) for refund, named in self.refunds if named == number}

    def type(self, own: str, bill: Bill, stated: str, run_id: int) -> None:
        """A person files a bill by hand."""
        self.typed[own] = bill
        self.states[own] = [bill]
        if stated:
            self.stated[bill.certno, stated] = own
        self.promise(run_id, [own])

    def undo(self, own: str, run_id: int) -> None:
        """A filing pays nothing any more, and the bill may be filed again."""
        self.undone.add(own)
        self.refunds.add((own, own))
        self.stated = {said: number for said, number in self.stated.items() if number != own}
        self.promise(run_id, [own])

    def refuses(self, bill: Bill, stated: str) -> bool:
        """Whether this person's filing is refused: filed before, or sent by the bureau."""
        if stated and (bill.certno, stated) in self.stated:
            return True
        numbers = {own: number for (_, number), own in self.stated.items()}
        for own, other in self.typed.items():
            if own not in self.undone and other == bill and not (stated and own in numbers):
                return True
        if stated:
            return any(x.certno == bill.certno for x in self.states.get(stated, []))
        return any(
            states[-1].certno == bill.certno
            and (states[-1].enddate, total_of(states[-1])) == (bill.enddate, total_of(bill))
            and len(states) > (own in self.typed)
            and not any(named == own for _, named in self.refunds)
            for own, states in self.states.items()
        )

    def kind_of(self, bill: Bill) -> str:
        number = self.own(bill.setl_id)
        # What was typed is no state of the bureau's.
        states = self.states.get(number, [])[number in self.typed :]
        kept = self.kept.get(bill.setl_id, [])
        newest = states[-1:] or kept[-1:]
        if bill in newest:
            return "unchanged"
        if bill in states or bill in kept:
            return "refused"
        if bill.certno not in self.members:
            return "unmatched"
        return "changed" if states else "new"

    def names_kept(self, bills: list[Bill]) -> bool:
        """Whether a file names a bill that is still kept for nobody known."""
        named = {x.setl_id for x in bills} | {x.init_setl_id for x in bills}
        known = self.states.keys() | self.joined.keys()
        return any(setl_id in self.kept and setl_id not in known for setl_id in named)

    def look_again(self, run_id: int) -> bool:
        """Bills that find their person now, and those that find a cover; whether there are any."""
        due = []
        for setl_id, kept in self.kept.items():
            if own := self.joins(kept[-1]):
                self.states[own].append(kept[-1])
                self.join({setl_id: own})
                due.append(own)
            known = setl_id in self.states or setl_id in self.joined
            if not known and kept[-1].certno in self.members:
                self.states[setl_id] = [kept[-1]]
                due.append(setl_id)
        pending = {
            x for members in self.promised.values() for some in members.values() for x in some
        }
        for setl_id, live in self.live.items():
            uncovered = live.refusal == "no_cover" and setl_id not in pending
            if uncovered and self.cover_of(live.state):
                due.append(setl_id)
        self.promise(run_id, due)
        return bool(due)

    def promise(self, run_id: int, setl_ids: list[str]) -> None:
        for setl_id in setl_ids:
            self.promised[run_id][self.states[setl_id][-1].certno].add(setl_id)

    def drain(self, run_id: int, members: int) -> None:
        """Determine what is due of the first `members` members of a run."""
        due = self.promised[run_id]
        for who in sorted(due, key=self.members.index)[:members]:
            states = [(setl_id, self.states[setl_id]) for setl_id in due.pop(who)]
            states.sort(key=lambda x: (x[1][-1].setl_time, x[0]))
            for setl_id, versions in states:
                self.determine(setl_id, versions[-1], len(versions))
        if not due:
            del self.promised[run_id]

    def determine(self, setl_id: str, bill: Bill, version: int) -> None:
        undone = any(setl_id == named for _, named in self.refunds)
        cover = None if undone or not care_of(bill.med_type) else self.cover_of(bill)
        refusal = determine_one(bill, undone, self.covers, Fund())[-1]
        live = self.live.get(setl_id)
        if live and (live.version, live.cover, live.refusal) == (version, cover, refusal):
            return
        if live:
            self.give_back(live)
        cells = determine_one(bill, undone, self.covers, self.fund)
        self.live[setl_id] = Live(bill, version, cover, refusal, cells)

    def give_back(self, live: Live) -> None:
        if live.refusal or live.cover is None:
            return
        scheme, base, _, _, payable, _ = live.cells
        who, year = live.state.certno, live.cover.year
        self.fund.used[who, care_of(live.state.med_type), year] -= fen(payable)
        if scheme == "2019" and live.state.mdtrt_id:
            self.fund.stays[who, year, live.state.mdtrt_id] -= fen(base)

    def cover_of(self, bill: Bill) -> date | None:
        inpatient = care_of(bill.med_type) == "inpatient"
        day = bill.enddate if inpatient else bill.setl_time.date()
        for cover in self.covers:
            if cover.certno == bill.certno and cover.starts_on <= day <= cover.ends_on:
                return cover.starts_on
        return None


def total_of(bill: Bill) -> int:
    parts = bill.fulamt_ownpay_amt + bill.overlmt_selfpay + bill.preselfpay_amt
    return parts + bill.inscp_scp_amt


def fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
