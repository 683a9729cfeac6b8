"""File a claim from the figures of a settlement sheet, under a number of the fund's own.

For bills that the bureau has not sent: paid by hand out of area, or not arrived yet (domain). The
own number keeps the bureau's numbers free: nobody takes another person's bill by naming its number,
or learns whether it exists. What is filed is determined like any bill, and then waits for
an officer who has seen the papers, or for the bureau's own row, which joins it
(`app.claims.join`). Filed after the deadline of 90 days it waits for that officer all the same.
"""

import hashlib
from dataclasses import astuple, dataclass
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.accounts.prepares import PREPARERS
from app.claims.alike import of_the_bureau
from app.claims.bills import (
    FEEDS,
    PATIENCE_S,
    Bills,
    NewBill,
    new_run,
    promise_claims,
    write_bills,
)
from app.claims.filed import IS_UNDONE, UNDONE_BY
from app.claims.models import Claim, FiledClaim, SettlementKey, UndoneFiling
from app.claims.models import Settlement as StoredSettlement
from app.claims.rows import bill_row, content_of
from app.claims.scope import acts_for, reaches
from app.claims.settlement import Settlement, sums_differ
from app.claims.sheet import FIELDS, Sheet, faults_of, own_number
from app.clock import today
from app.db import numbers, one_at_a_time, refuses
from app.errors import Refusal, RowFault
from app.evidence.append import record

LONGEST_KEY: Final = 100
_FILES: Final = PREPARERS | {Role.CONTACT}
"""Who files for others, of the members they reach."""


class SheetFaulty(Refusal):
    """Fields of the sheet cannot be; `faults` names each."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = faults
        super().__init__(count=len(faults))


class MemberOutOfReach(Refusal):
    """A member files for himself, an officer for members of the units below the own union."""


class RequestKeyMalformed(Refusal):
    """A request's key is a short text of plain characters."""


class RequestKeyUsed(Refusal):
    """The same key came before with other content: it cannot be told which one is meant."""


class FiledAlready(Refusal):
    """The member has filed this bill before."""


class BillKnown(Refusal):
    """The insurance bureau has sent this bill already."""


# Filings take turns, so these are the database's second look.
refuses("filed_claim_request_key", RequestKeyUsed)
refuses("filed_claim_stated_key", FiledAlready)


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim that was filed. `again`: by this very request, some time before.

    `sums_differ`: the parts do not make the total; `run_id` is what the workers are rung for.
    """

    claim_id: int
    setl_id: str
    run_id: int
    again: bool
    sums_differ: bool
    member_id: int


def file_claim(
    session: Session, filed: Sheet, *, member_id: int, by: int, request_key: str
) -> Filed:
    """Put a typed sheet forward as a claim; the same request again is the same claim.

    Raises SheetFaulty, MemberOutOfReach, RequestKeyMalformed, RequestKeyUsed, FiledAlready,
    BillKnown, TurnTaken.
    """
    if not (request_key.isascii() and request_key.isprintable() and request_key.strip()) or (
        len(request_key) > LONGEST_KEY
    ):
        raise RequestKeyMalformed(longest=LONGEST_KEY)
    if faults := faults_of(filed, today()):
        raise SheetFaulty(faults)
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    one_at_a_time(session, FEEDS, patience_s=PATIENCE_S)
    asked = _digest(member_id, filed)
    row = _as_bill(filed)
    if before := _asked_before(session, by, request_key, asked):
        return Filed(*before, again=True, sums_differ=sums_differ(row), member_id=member_id)
    _refuse_known(session, member_id, filed, row)
    row = row._replace(setl_id=own_number(today().year, *numbers(session, "filed_number", 1)))
    run_id = new_run(session, "hand", file_sha256=None, by=by)
    bill = NewBill(member_id, 1, _typed(row), bill_row(row))
    claims = write_bills(session, run_id, Bills.of([bill]))
    claim_id = claims[0][1]
    session.execute(
        insert(FiledClaim).values(
            member_id=member_id,
            setl_id=row.setl_id,
            stated_setl_id=filed.stated_setl_id or None,
            follows_setl_id=_undone_before(session, member_id, filed.stated_setl_id),
            request_key=request_key,
            content=asked,
            filed_by=by,
        )
    )
    promise_claims(session, run_id, claims)
    differ = sums_differ(row)
    record(
        session,
        "claim.filed",
        by=by,
        about=run_id,
        claim=claim_id,
        number=row.setl_id,
        sums_differ=differ,
    )
    return Filed(
        claim_id, row.setl_id, run_id, again=False, sums_differ=differ, member_id=member_id
    )


def check_reach(session: Session, member_id: int, account: Account | None) -> None:
    """Refuse whom the member does not concern. Raises MemberOutOfReach.

    A member files for himself, and for who lets him help (`app.helping`); whoever has members in
    reach files for these: an officer at the counter, somebody of the unit's union. Auditors only
    look, administrators do not even that.
    """
    if account is None or account.disabled_at is not None:
        raise MemberOutOfReach
    if account.role in {Role.MEMBER, Role.HELPER}:
        reached = acts_for(session, account, member_id)
    else:
        reached = account.role in _FILES and reaches(session, account.union_id, member_id)
    if not reached:
        raise MemberOutOfReach


def _asked_before(
    session: Session, by: int, request_key: str, asked: bytes
) -> tuple[int, str, int] | None:
    """The claim, number and run this request made when it came first. Raises RequestKeyUsed."""
    found = session.execute(
        select(FiledClaim.content, Claim.id, Claim.setl_id, Claim.run_id)
        .join(
            Claim, (Claim.member_id == FiledClaim.member_id) & (Claim.setl_id == FiledClaim.setl_id)
        )
        .where(FiledClaim.filed_by == by, FiledClaim.request_key == request_key)
    ).one_or_none()
    if found is None:
        return None
    if bytes(found.content) != asked:
        raise RequestKeyUsed
    return found.id, found.setl_id, found.run_id


def _refuse_known(session: Session, member_id: int, filed: Sheet, row: Settlement) -> None:
    """Refuse a bill of this member's own that is here. Other people's bills are not looked at."""
    stated = filed.stated_setl_id or None
    same = _filed_alike(session, member_id, stated, _typed(row))
    if same is not None:
        raise FiledAlready(claim=same)
    claim = _claim_of(session, member_id, stated) if stated else None
    if claim is None and not stated:
        settled = row.setl_time.date()
        day = row.enddate or settled
        claim = of_the_bureau(session, member_id, day, settled, row.medfee_sumamt)
    if claim is not None:
        raise BillKnown(claim=claim)


def _filed_alike(
    session: Session, member_id: int, stated: str | None, content: bytes
) -> int | None:
    """A claim filed before under the same number, or with the same figures and not another one.

    What was undone does not stand in the way of the right figures.
    """
    rows = session.execute(
        select(Claim.id, FiledClaim.stated_setl_id, StoredSettlement.content)
        .join(
            FiledClaim,
            (FiledClaim.member_id == Claim.member_id) & (FiledClaim.setl_id == Claim.setl_id),
        )
        .join(
            StoredSettlement,
            (StoredSettlement.member_id == Claim.member_id)
            & (StoredSettlement.setl_id == Claim.setl_id)
            & (StoredSettlement.version == 1),
        )
        .where(Claim.member_id == member_id, ~IS_UNDONE)
        .order_by(Claim.id)
    )
    for claim_id, number, typed in rows:
        if (stated and number == stated) or (bytes(typed) == content and not (stated and number)):
            return int(claim_id)
    return None


def _undone_before(session: Session, member_id: int, stated: str) -> str | None:
    """The member's last filing under this number, all of which were undone."""
    if not stated:
        return None
    return session.scalar(
        select(FiledClaim.setl_id)
        .join(UndoneFiling, UNDONE_BY)
        .where(FiledClaim.member_id == member_id, FiledClaim.stated_setl_id == stated)
        .order_by(UndoneFiling.run_id.desc())
        .limit(1)
    )


def _claim_of(session: Session, member_id: int, setl_id: str) -> int | None:
    """The member's own claim of a bill the bureau sent under this number."""
    return session.scalar(
        select(Claim.id)
        .join(
            SettlementKey,
            (SettlementKey.setl_id == Claim.setl_id) & (SettlementKey.member_id == Claim.member_id),
        )
        .where(Claim.member_id == member_id, Claim.setl_id == setl_id)
    )


def _as_bill(filed: Sheet) -> Settlement:
    """The sheet as a row of the bureau's would be; what a sheet does not say is empty."""
    fields: dict[str, Any] = {
        name: 0 if kind is int else "" for name, kind in Settlement.__annotations__.items()
    }
    fields |= {"line": 1, "certno_changed": False, "refd_setl_flag": False}
    fields |= {name: getattr(filed, name) for name in FIELDS if name in fields}
    return Settlement(**fields)


def _typed(row: Settlement) -> bytes:
    """The digest of a typed bill; never that of a bureau's row, which is another state of it."""
    return hashlib.blake2b(b"typed" + content_of(row), digest_size=16).digest()


def _digest(member_id: int, filed: Sheet) -> bytes:
    asked = "\x1f".join(map(str, (member_id, *astuple(filed))))
    return hashlib.blake2b(asked.encode(), digest_size=16).digest()
