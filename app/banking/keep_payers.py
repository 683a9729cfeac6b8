"""Keep the numbers of accounts that money came from: encrypted, each once."""

from collections.abc import Iterable
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.banking.statement import digits_of
from app.db import copy_in, fetched, numbers
from app.secrets import vault

_TABLE: Final = "payer_account"
_TAIL: Final = 4
_KNOWN: LiteralString = """
SELECT account_index, id FROM payer_account WHERE account_index = ANY(%(indexes)s)
"""
_NUMBER: LiteralString = "SELECT id, account_cipher FROM payer_account WHERE id = %(id)s"


def keep_payers(session: Session, accounts: Iterable[str]) -> dict[str, int]:
    """The numbers of these accounts' rows, by account as written; new ones are added."""
    indexes = {
        x: vault().index("payer", digits_of(x)) for x in dict.fromkeys(accounts) if digits_of(x)
    }
    wanted = {"indexes": list(set(indexes.values()))}
    known = {bytes(index): number for index, number in fetched(session, _KNOWN, wanted)}
    new = {index: digits_of(x) for x, index in indexes.items() if index not in known}
    ids = numbers(session, "payer_account_id_seq", len(new))
    rows = [
        (number, vault().seal(digits, _TABLE, number), index, digits[-_TAIL:])
        for number, (index, digits) in zip(ids, new.items(), strict=True)
    ]
    copy_in(session, _TABLE, ("id", "account_cipher", "account_index", "tail"), rows)
    known |= dict(zip(new, ids, strict=True))
    return {x: known[index] for x, index in indexes.items()}


def payer_number(session: Session, payer_id: int) -> str:
    """The account's number in clear, for the file to the bank."""
    [(number, cipher)] = fetched(session, _NUMBER, {"id": payer_id})
    return vault().open(cipher, _TABLE, number)
