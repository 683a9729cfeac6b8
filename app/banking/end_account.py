"""End an account of the fund after a day, or put right one that was typed wrongly: two officers.

A statement and a batch after its last day are refused; what came before stays. Only what nothing
was ever booked by is put right: its row stays as it was recorded, and another is recorded under
its code, as which everything finds it.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import LiteralString

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.add_account import (
    ACCOUNTS,
    FundAccountEnded,
    Said,
    checked,
    end_use,
    fund_account,
    write_account,
)
from app.banking.drafts import FundAccountDraft
from app.banking.models import FundAccount, FundAccountEnd
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record


class FundAccountUsed(Refusal):
    """A statement or a batch is of the account: after that day, or at all (facts: last_on)."""


class FundAccountOnePerson(Refusal):
    """Another officer than who proposed it ends an account or puts it right."""


class NoFundAccountDraft(Refusal):
    """Nobody wants this of the account, or something else by now (facts: code)."""


refuses("fund_account_end_pkey", FundAccountEnded)
refuses("fund_account_end_two_people_check", FundAccountOnePerson)

_LAST_USED: LiteralString = """
SELECT max(day) FROM (
    SELECT last_day FROM bank_statement WHERE account_id = %(id)s
    UNION ALL SELECT made_on FROM payment_batch WHERE fund_account_id = %(id)s
    UNION ALL SELECT made_on FROM payment_order
    WHERE fund_account_id = %(id)s AND state IN ('prepared', 'approved')) used(day)
"""
_ENDED: LiteralString = "SELECT ends_on FROM fund_account_end WHERE account_id = %(id)s"
_DRAFTS: LiteralString = """
SELECT d.account_id, d.ends_on, d.holder, d.bank, d.number, d.statement_format, d.payment_format,
       d.proposed_by, w.name
FROM fund_account_draft d JOIN account w ON w.id = d.proposed_by
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of an account: that it ends after a day, or what was meant."""

    ends_on: date | None = None
    meant: Said | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What one officer wants, and who."""

    account_id: int
    wanted: Wanted
    proposed_by: int
    name: str

    @property
    def seal(self) -> str:
        """Who confirms, confirms this and no other."""
        return sha256(repr((self.wanted, self.proposed_by)).encode()).hexdigest()


def change_account(
    session: Session, code: str, wanted: Wanted, *, proposed_by: int, by: int
) -> int:
    """Do it; the number of the account that now has the code.

    Raises FundAccountOnePerson, FundAccountUsed, FundAccountEnded, NoSuchFundAccount,
    FundAccountKnown, and as `checked`.
    """
    one, other = fund_officer(session, proposed_by), fund_officer(session, by)
    same = one.member_id is not None and one.member_id == other.member_id
    if one.id == other.id or same:
        raise FundAccountOnePerson
    account, wanted = _possible(session, code, wanted)
    now = account.id
    if wanted.meant:
        now = write_account(session, code, wanted.meant, by=proposed_by, instead_of=account.id)
    row = {"account_id": account.id, "ends_on": wanted.ends_on}
    row |= {"meant_id": now if wanted.meant else None}
    added = insert(FundAccountEnd).values(**row, proposed_by=proposed_by, approved_by=by)
    session.execute(added)
    _forget(session, account.id)
    act = "bank.corrected" if wanted.meant else "bank.ended"
    day = wanted.ends_on.isoformat() if wanted.ends_on else None
    record(session, act, by=by, about=account.id, code=account.code, ends_on=day)
    return now


def propose_change(session: Session, code: str, wanted: Wanted, *, by: int) -> None:
    """One officer wants it. The last proposal stands. Raises as `change_account`."""
    fund_officer(session, by)
    account, wanted = _possible(session, code, wanted)
    _forget(session, account.id)
    meant = wanted.meant._asdict() if wanted.meant else {}
    row = {"account_id": account.id, "ends_on": wanted.ends_on, **meant, "proposed_by": by}
    session.add(FundAccountDraft(**row))
    session.flush()


def account_drafts(session: Session) -> dict[int, Draft]:
    """What waits for another officer, by account."""
    found = {}
    for account_id, ends_on, *said, by, name in fetched(session, _DRAFTS, {}):
        wanted = Wanted(ends_on) if ends_on else Wanted(meant=Said(*said))
        found[account_id] = Draft(account_id, wanted, by, name)
    return found


def confirm_change(session: Session, code: str, *, by: int, looked_at: str) -> int:
    """Do what another officer wants, who looked at this very wish; as `change_account`."""
    found = _draft(session, code)
    if found.seal != looked_at:
        raise NoFundAccountDraft(code=code)
    return change_account(session, code, found.wanted, proposed_by=found.proposed_by, by=by)


def drop_change(session: Session, code: str, *, by: int) -> None:
    """Nobody is to do this, one's own wish or another's. Raises NoFundAccountDraft."""
    fund_officer(session, by)
    _forget(session, _draft(session, code).account_id)


def _draft(session: Session, code: str) -> Draft:
    one_at_a_time(session, ACCOUNTS)
    found = account_drafts(session).get(fund_account(session, code).id)
    if found is None:
        raise NoFundAccountDraft(code=code)
    return found


def _forget(session: Session, account_id: int) -> None:
    session.execute(delete(FundAccountDraft).where(FundAccountDraft.account_id == account_id))


def _possible(session: Session, code: str, wanted: Wanted) -> tuple[FundAccount, Wanted]:
    account = fund_account(session, code)
    one_at_a_time(session, f"statements of {account.id}")
    one_at_a_time(session, ACCOUNTS)
    end_use(session, account.id)
    asked = {"id": account.id}
    for (ends_on,) in fetched(session, _ENDED, asked):
        day = ends_on.isoformat() if ends_on else ""
        raise FundAccountEnded(code=account.code, ends_on=day)
    ((last_on,),) = fetched(session, _LAST_USED, asked)
    if last_on and (wanted.ends_on is None or wanted.ends_on < last_on):
        raise FundAccountUsed(last_on=last_on.isoformat())
    return account, Wanted(wanted.ends_on, checked(wanted.meant, code) if wanted.meant else None)
