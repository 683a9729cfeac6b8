"""The lines of a bank file: who is paid, to which account, for what."""

from collections.abc import Collection, Sequence
from itertools import repeat
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.banking.payfile import Head, NameNotInEncoding, PayLine, PayLineUnfit, written
from app.banking.template import Template
from app.db import array, fetched
from app.errors import Refusal
from app.secrets import vault


class NameNotWritable(Refusal):
    """The file's encoding lacks a character of a name: the bank would not know the person."""


class LineNotWritable(Refusal):
    """A name or an account as no bank takes it."""


class Payee(NamedTuple):
    """Who is paid for a member, and where: the account is sealed, and may not be known.

    Of a member who died it is the heir that two officers named, or nobody yet (`deceased`).
    `heir_member_id`: the heir is a member, too.
    """

    member_id: int
    name: str
    account_seq: int | None
    account_cipher: bytes | None
    heir_id: int | None = None
    deceased: bool = False
    heir_member_id: int | None = None
    confirmed: bool = False
    """The member has said that the account is the own one."""
    account_by: int | None = None
    """The account of the member's own account's recorder; not told of what was sent."""

    @property
    def card(self) -> int | None:
        """Which account it is: an heir's are counted below zero (as `failed_account`)."""
        return self.account_seq if self.heir_id is None else -self.heir_id


class Line(NamedTuple):
    """One payment as it goes to the bank."""

    line: int
    claim_id: int
    amount_fen: int
    payee: Payee


def payees(session: Session, members: Collection[int]) -> dict[int, Payee]:
    """Today's names and accounts of these members; "" where no name is known."""
    found = fetched(session, _PAYEES, {"members": array(sorted(members))})
    return {payee.member_id: payee for payee in map(tuple.__new__, repeat(Payee), found)}


def sent_lines(session: Session, batch_id: int) -> list[Line]:
    """The lines of a batch as they were frozen."""
    return [
        Line(line, claim_id, amount_fen, Payee(*payee))
        for line, claim_id, amount_fen, *payee in fetched(session, _SENT, {"batch": batch_id})
    ]


def bank_file(
    template: Template, head: Head, year: int, lines: Sequence[Line], encoding: str | None = None
) -> bytes:
    """The bytes for the bank. Raises NameNotWritable and LineNotWritable, naming the claim."""
    remark = f"{_REMARK}{year}"
    try:
        return written(
            template,
            head,
            [
                PayLine(line.line, line.payee.name, account, line.amount_fen, remark)
                for line, account in zip(lines, _accounts(lines), strict=True)
            ],
            encoding,
        )
    except NameNotInEncoding as lost:
        raise NameNotWritable(claim=_claim(lost, lines), **lost.facts) from lost
    except PayLineUnfit as unfit:
        raise LineNotWritable(claim=_claim(unfit, lines), **unfit.facts) from unfit


def _accounts(lines: Sequence[Line]) -> list[str]:
    """The accounts in clear: nearly all are members' own."""
    own = [x.payee for x in lines if x.payee.heir_id is None]
    sealed = [x.account_cipher or b"" for x in own]
    of_rows = [(x.member_id, x.account_seq or 0) for x in own]
    opened = iter(vault().open_all(sealed, "bank_account", of_rows))
    return [_heirs(x.payee) if x.payee.heir_id is not None else next(opened) for x in lines]


def _heirs(payee: Payee) -> str:
    return vault().open(payee.account_cipher or b"", "heir", payee.heir_id or 0)


def _claim(refused: Refusal, lines: Sequence[Line]) -> int:
    return next(line.claim_id for line in lines if line.line == refused.facts["line_no"])


_REMARK: Final = "职工医疗互助保障金"

_PAYEES: Final[LiteralString] = """
SELECT w.member_id, coalesce(heir.name, named.name, ''),
       CASE WHEN NOT died.said THEN bank.seq END,
       CASE WHEN died.said THEN heir.account_cipher ELSE bank.account_cipher END,
       heir.id, died.said, heir.is_member,
       EXISTS (SELECT FROM card_confirmed k
               WHERE k.member_id = w.member_id AND k.account_seq = bank.seq),
       bank.recorded_by
FROM unnest(%(members)s::bigint[]) AS w(member_id)
LEFT JOIN LATERAL (
    SELECT n.name FROM member_name n
    WHERE n.member_id = w.member_id ORDER BY n.seq DESC LIMIT 1
) named ON true
LEFT JOIN LATERAL (
    SELECT a.seq, a.account_cipher, a.recorded_by FROM bank_account a
    WHERE a.member_id = w.member_id ORDER BY a.seq DESC LIMIT 1
) bank ON true
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM member_fate f
        WHERE f.member_id = w.member_id AND f.fate = 'died' AND NOT EXISTS (
            SELECT FROM member_fate b WHERE b.member_id = f.member_id
            AND b.seq = f.seq + 1 AND b.fate = 'alive')) AS said
) died
LEFT JOIN LATERAL (
    SELECT h.id, h.name, h.account_cipher,
           (SELECT m.id FROM member m WHERE m.certno_index = h.certno_index) AS is_member
    FROM heir h WHERE h.member_id = w.member_id ORDER BY h.id DESC LIMIT 1
) heir ON died.said
"""

_SENT: Final[LiteralString] = """
SELECT p.line, p.claim_id, p.amount_fen, p.member_id, p.name, p.account_seq,
       coalesce(a.account_cipher, h.account_cipher), p.heir_id
FROM payment p
LEFT JOIN heir h ON h.member_id = p.member_id AND h.id = p.heir_id
LEFT JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
WHERE p.batch_id = %(batch)s ORDER BY p.line
"""
