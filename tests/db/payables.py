"""Members with covers, bills and determinations, made without the stages before the drain.

A bill of twice an amount grants that amount (2023 scheme: 50 %). The drain is the real one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.adjudication.drain import drain
from app.benefits.scheme_file import package_schemes
from app.claims.models import Claim, Refund, Run, Settlement, SettlementKey
from app.cover.models import Cover, CoverTerm
from app.jobs import DETERMINE, promise
from app.ledger.balance import trial_balance
from app.payments.batch import Batch, prepare_batch
from app.payments.due import expense_off_fen, open_positions, untied
from app.payments.models import Payment
from app.payments.returns import Returned, take_return
from app.roster.models import BankAccount, Member, MemberName, Roster, RosterLine, Unit
from app.schemes.publish import publish
from app.secrets import vault
from tests.db.office import keys
from tests.factories import make_account, make_id, make_name, make_uscc, return_file

PASSWORD = "a good long password"
YEAR = 2024
MADE_ON = date(2024, 3, 1)
PAID_ON = "2024-03-05"
AMOUNTS = [x.name for x in Settlement.__table__.columns if x.name.endswith(("_amt", "_pay"))]
TEXTS = (
    "mdtrt_id",
    "insutype",
    "fixmedins_code",
    "fixmedins_name",
    "hosp_lv",
    "dise_codg",
    "dise_name",
    "invono",
)


@dataclass
class Payables:
    """A small fund: one unit, its members, what they are granted, and three officers."""

    session: Session
    people: "count[int]" = field(default_factory=lambda: count(1))
    bills: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.preparer, self.approver, self.third = (
            add_account(self.session, login, "经办", Role.OFFICER, PASSWORD, by=None)
            for login in ("preparer", "approver", "third")
        )
        publish(self.session, package_schemes(), by=None)
        union_id = self.session.get_one(Account, self.preparer).union_id
        unit = Unit(uscc=make_uscc(1), name="单位", union_id=union_id, unit_percent=50)
        self.session.add(unit)
        self.session.flush()
        self.roster_id = self._add(
            Roster(
                unit_id=unit.id,
                benefit_year=YEAR,
                scheme_id="2023",
                starts_on=date(YEAR, 1, 1),
                confirmed_on=date(YEAR, 1, 1),
                heads=1,
                unit_due_fen=2_500,
                worker_due_fen=2_500,
                union_due_fen=2_500,
                file_sha256="",
            )
        )

    def member(self, *, name: str | None = None, account: bool = True) -> int:
        """A member covered in 2024, with an account unless said otherwise."""
        seed = next(self.people)
        index = vault().index("certno", make_id(seed))
        member_id = self._add(Member(certno_cipher=b"sealed", certno_index=index))
        called = name or make_name(seed)
        self.session.add_all(
            [
                MemberName(member_id=member_id, seq=1, name=called),
                RosterLine(
                    member_id=member_id,
                    roster_id=self.roster_id,
                    line=seed,
                    starts_on=date(YEAR, 1, 1),
                ),
            ]
        )
        self.session.flush()
        self.cover(member_id, YEAR)
        if account:
            self.account(member_id, make_account(seed))
        return member_id

    def cover(self, member_id: int, year: int) -> None:
        """A cover of one year."""
        cover_id = self.session.scalar(text("SELECT nextval('cover_number')"))
        term = (date(year, 1, 1), date(year, 12, 31))
        self.session.add(
            Cover(
                member_id=member_id,
                id=cover_id,
                roster_id=self.roster_id,
                scheme_id="2023",
                benefit_year=year,
                starts_on=term[0],
                ends_on=term[1],
            )
        )
        self.session.flush()
        self.session.add(
            CoverTerm(member_id=member_id, cover_id=cover_id, term=Range(*term, bounds="[]"))
        )
        self.session.flush()

    def account(self, member_id: int, number: str) -> None:
        """The member's next bank account."""
        seq = self.session.scalar(
            text("SELECT coalesce(max(seq), 0) + 1 FROM bank_account WHERE member_id = :m"),
            {"m": member_id},
        )
        self.session.add(
            BankAccount(
                member_id=member_id,
                seq=seq,
                account_cipher=vault().seal(number, "bank_account", member_id, seq),
                account_index=vault().index("account", number),
                tail=number[-4:],
            )
        )
        self.session.flush()

    def claim(self, member_id: int, granted_fen: int) -> int:
        """A bill that is granted this much, determined."""
        setl_id = f"S{next(self.bills):06d}"
        self.session.add(SettlementKey(setl_id=setl_id, member_id=member_id))
        claim_id = self.session.scalar(text("SELECT nextval('claim_number')"))
        run_id = self._run()
        self.session.flush()
        self.session.add(Claim(member_id=member_id, id=claim_id, setl_id=setl_id, run_id=run_id))
        self.session.flush()
        run_id = self._bill(member_id, setl_id, granted_fen, on=f"{YEAR}-02-01", kind="21")
        self._drain(run_id, member_id, claim_id)
        return claim_id

    def correct(
        self, member_id: int, claim_id: int, granted_fen: int, on: str = f"{YEAR}-02-01", kind="21"
    ) -> None:
        """The bureau sends the bill again with other contents: determined anew."""
        setl_id = self._setl_id(member_id, claim_id)
        run_id = self._bill(member_id, setl_id, granted_fen, on=on, kind=kind)
        self._drain(run_id, member_id, claim_id)

    def refund(self, member_id: int, claim_id: int) -> None:
        """The bureau undoes the bill."""
        setl_id = self._setl_id(member_id, claim_id)
        run_id = self._run()
        self.session.add(
            Refund(
                setl_id=f"R{setl_id}",
                undone_setl_id=setl_id,
                run_id=run_id,
                line=1,
                setl_time=datetime.combine(date(YEAR, 2, 20), time()),
            )
        )
        self.session.flush()
        self._drain(run_id, member_id, claim_id)

    def state(self, claim_id: int) -> str:
        """Where the queue has the claim; and its last move says the same."""
        state, moved = self.session.execute(
            text(
                "SELECT q.state, m.state FROM claim_queue q JOIN claim_move m"
                " USING (member_id, claim_id, seq) WHERE q.claim_id = :c"
            ),
            {"c": claim_id},
        ).one()
        assert state == moved
        return state

    def _bill(self, member_id: int, setl_id: str, granted_fen: int, *, on: str, kind: str) -> int:
        run_id = self._run()
        version = self.session.scalar(
            text("SELECT coalesce(max(version), 0) + 1 FROM settlement WHERE setl_id = :s"),
            {"s": setl_id},
        )
        day = date.fromisoformat(on)
        amounts = dict.fromkeys(AMOUNTS, 0) | {
            "psn_part_amt": None,
            "inscp_scp_amt": granted_fen * 2,
        }
        self.session.add(
            Settlement(
                member_id=member_id,
                setl_id=setl_id,
                version=version,
                run_id=run_id,
                line=1,
                content=bytes([version]),
                flagged_refund=False,
                med_type=kind,
                begndate=day,
                enddate=day,
                setl_time=datetime.combine(day, time()),
                overlmt_selfpay=0,
                act_pay_dedc=0,
                medfee_sumamt=granted_fen * 2,
                fund_pay_sumamt=0,
                **dict.fromkeys(TEXTS, ""),
                **amounts,
            )
        )
        self.session.flush()
        return run_id

    def _drain(self, run_id: int, member_id: int, claim_id: int) -> None:
        promise(self.session, DETERMINE, run_id, [(member_id, [claim_id])])
        assert drain(self.session, run_id).determined == 1

    def _run(self) -> int:
        return self._add(Run(kind="feed", file_sha256=""))

    def _setl_id(self, member_id: int, claim_id: int) -> str:
        return self.session.get_one(Claim, (member_id, claim_id)).setl_id

    def _add(self, row) -> int:
        self.session.add(row)
        self.session.flush()
        return row.id


def tied_fund(session: Session) -> Iterator[Payables]:
    """A fund for one test, whose books must tie to the facts when it is over."""
    keys()
    fund = Payables(session)
    yield fund
    assert_ties(session)


def assert_ties(session: Session) -> None:
    """The ledger says of every claim what the facts say, and the books close."""
    for year in (YEAR - 1, YEAR, YEAR + 1):
        assert untied(session, year) == []
        assert expense_off_fen(session, year) == 0
        assert trial_balance(session, year).closes


def officers(fund: Payables) -> dict[str, int]:
    return {"prepared_by": fund.preparer, "approved_by": fund.approver}


def send(fund: Payables, **changed) -> Batch:
    """A batch of what is payable."""
    return prepare_batch(fund.session, YEAR, **(officers(fund) | {"made_on": MADE_ON} | changed))


def sent_claim(fund: Payables) -> tuple[int, int, Batch]:
    """A member, a claim of 100.00 and the batch that holds it."""
    member = fund.member()
    claim = fund.claim(member, 10_000)
    return member, claim, send(fund)


def answer(fund: Payables, batch: Batch, *lines: tuple, **changed) -> Returned:
    """The bank's lines as (number, yuan, 成功|失败[, day[, reason]])."""
    full = [line if len(line) > 3 else (*line, PAID_ON) for line in lines]
    return take_return(fund.session, return_file(batch.number, full, **changed), by=fund.third)


def open_of(session: Session, claim: int, year: int = YEAR) -> tuple[int, int, int]:
    """(owed, at the bank, to recover) of one claim, by the facts."""
    found = [tuple(x.facts) for x in open_positions(session, year) if x.claim_id == claim]
    return found[0] if found else (0, 0, 0)


def payments(session: Session, claim: int) -> list[Payment]:
    return list(
        session.scalars(select(Payment).where(Payment.claim_id == claim).order_by(Payment.id))
    )


def reasons(left_out) -> dict[int, str]:
    return {x.claim_id: x.reason for x in left_out}


def acts(session: Session, claim: int) -> list[tuple[str, int | None]]:
    rows = session.execute(
        text("SELECT act, by FROM claim_move WHERE claim_id = :c ORDER BY seq"), {"c": claim}
    )
    return [tuple(row) for row in rows]
