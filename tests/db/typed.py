"""Claims that people file from settlement sheets, for the tests. People are seeds of factories."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.claims.file import Filed, file_claim
from app.claims.sheet import Sheet, read_sheet
from app.filing.send import write_consent
from app.roster.members import certno_index
from tests.factories import make_id, make_name

PASSWORD = "a good long password"
TEXTS = {
    "med_type": "21",
    "fixmedins_name": "某医院",
    "begndate": "2023-05-01",
    "enddate": "2023-05-10",
    "setl_time": "2023-05-10",
    "medfee_sumamt": "3000.00",
    "fulamt_ownpay_amt": "500.00",
    "inscp_scp_amt": "2500.00",
    "hifp_pay": "1500.00",
    "psn_part_amt": "1500.00",
}
"""A sheet whose base is 1,000.00 and whose parts add up."""


PAY_BY_SQL = """
WITH batch AS (
    INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,
                               approved_by)
    VALUES (2023, '2024-01-02', 1, 50000, '', :one, :other) RETURNING id)
INSERT INTO payment (id, batch_id, line, member_id, claim_id, grant_no, attempt, amount_fen,
                     name, account_seq)
SELECT nextval('payment_number'), batch.id, 1, d.member_id, d.claim_id, d.grant_no, 1, 50000,
       '某', 1
FROM batch, determination d WHERE d.setl_id = :setl_id
"""
"""A payment of 500.00 in a batch of its own, past all code; `one` prepares, `other` approves."""


def sheet(stated: str = "", **texts: str) -> Sheet:
    """The sheet of TEXTS with some fields changed; it must be right."""
    read, faults = read_sheet(TEXTS | {"stated_setl_id": stated} | texts, date(2100, 1, 1))
    assert read is not None, faults
    return read


def a_stay(day: str, scope: str, stated: str = "", **texts: str) -> Sheet:
    """A stay of one day: `scope` yuan, nothing paid by others."""
    days = dict.fromkeys(("begndate", "enddate", "setl_time"), day)
    amounts = dict.fromkeys(("medfee_sumamt", "inscp_scp_amt", "psn_part_amt"), scope)
    none = {"fulamt_ownpay_amt": "", "hifp_pay": ""}
    return sheet(stated, **(days | amounts | none | texts))


def at(filed: Sheet, day: date) -> Sheet:
    """The same sheet of another day."""
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the bureau's time has no zone
    return replace(filed, begndate=day, enddate=day, setl_time=moment)


def member_of(session: Session, seed: int) -> int:
    found = session.scalar(
        text("SELECT id FROM member WHERE certno_index = :index"),
        {"index": certno_index(make_id(seed))},
    )
    assert found
    return int(found)


def account_of(session: Session, seed: int) -> int:
    """The account a member signs in with, made when it is first asked for."""
    login = f"member{seed}"
    known = session.scalar(select(Account.id).where(Account.login == login))
    who = (login, make_name(seed), Role.MEMBER, PASSWORD)
    return known or add_account(session, *who, by=None, certno=make_id(seed))


def file_by_hand(session: Session, seed: int, filed: Sheet, key: str = "") -> Filed:
    """A member files a sheet; each call is a new request unless it has a key."""
    by = account_of(session, seed)
    return file_with_consent(session, filed, member_of(session, seed), by, key or uuid4().hex)


def file_with_consent(session: Session, filed: Sheet, member_id: int, by: int, key: str) -> Filed:
    """A sheet is filed, and whoever does it agrees, or saw the member's signature."""
    made = file_claim(session, filed, member_id=member_id, by=by, request_key=key)
    if not made.again:
        write_consent(session, member_id, made.claim_id, "zh", by)
    return made
