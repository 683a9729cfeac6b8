"""Tokens by which programs act: a unit's HR system, a bureau, a member's own.

A unit's contact and a member make tokens for themselves. For a bureau, which is nobody here, the
security administrator makes one that acts for an officer of the city federation, who answers for
what it sends; it can hand files in and nothing else, and counts once that officer has agreed: an
administrator alone would send settlements in somebody else's name. So no token does what its maker
could not do or give.

A token is shown once and kept as a hash. It is 32 random bytes: nobody guesses it, so tries are not
counted; requests are, by the minute. At every request the database is asked whether the account
and the maker are still there with the role they had: a right that is taken away ends the token with
the next request, and the word that takes it away also revokes it, so that it does not come back
with the right.
"""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final, LiteralString

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, Role
from app.accounts.scopes import SCOPES, Scope
from app.accounts.token_models import ApiToken
from app.db import fetched
from app.errors import Refusal
from app.evidence.append import record
from app.unions.models import Union

MOST_DAYS: Final = 366
MOST_TOKENS: Final = 20
MOST_A_MINUTE: Final = 300
LONGEST_LABEL: Final = 60
PREFIX: Final = "hz_"
"""By which people and scanners know a token that lies somewhere."""
_LONGEST: Final = 64
_NOW: Final = func.transaction_timestamp()
_USE: LiteralString = """
UPDATE api_token t
SET used_at = now(),
    minute_at = CASE WHEN t.minute_at > now() - interval '1 min' THEN t.minute_at ELSE now() END,
    in_minute = CASE WHEN t.minute_at > now() - interval '1 min' THEN t.in_minute ELSE 0 END + 1
FROM account a, account m
WHERE t.token_hash = %(hash)s AND t.revoked_at IS NULL AND t.expires_at > now()
      AND a.id = t.account_id AND a.role = t.role AND a.disabled_at IS NULL
      AND m.id = t.made_by AND m.role = t.makers_role AND m.disabled_at IS NULL
      AND (t.made_by = t.account_id OR t.accepted_at IS NOT NULL)
      AND (t.role <> 'officer' OR EXISTS (SELECT FROM union_node n
                                          WHERE n.id = a.union_id AND n.parent_id IS NULL))
RETURNING t.id, a.id, a.role, a.union_id, a.member_id, t.scopes, t.in_minute
"""


class TokenWrong(Refusal):
    """The request has no token that counts."""


class TokenTooOften(Refusal):
    """A token has so many requests a minute."""


class ScopeMissing(Refusal):
    """The token may not do this."""


class MayNotMakeToken(Refusal):
    """Members and units' contacts make tokens, and the security administrator for bureaus."""


class TokenUnnamed(Refusal):
    """A token says what uses it, in a short line."""


class TokenScopes(Refusal):
    """A token may do something, and nothing its account may not do."""


class TokenDays(Refusal):
    """A token ends within a year."""


class TooManyTokens(Refusal):
    """So many tokens that count at once, and no more."""


class NoSuchToken(Refusal):
    """The account has no such token."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a request with a token acts, and what it may do."""

    token_id: int
    account_id: int
    role: Role
    union_id: int
    member_id: int | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is for. `account_id`: for whom it acts, where that is not its maker."""

    label: str
    scopes: frozenset[Scope]
    days: int
    account_id: int | None = None


def make_token(session: Session, wish: Wish, *, by: int) -> tuple[int, str]:
    """A new token and its number; it is shown once.

    Raises MayNotMakeToken, TokenUnnamed, TokenScopes, TokenDays, TooManyTokens.
    """
    maker = session.get_one(Account, by, populate_existing=True, with_for_update=True)
    account_id = by if wish.account_id is None else wish.account_id
    account = session.get(Account, account_id, populate_existing=True)
    if account is None or not _may_make(session, maker, account):
        raise MayNotMakeToken
    label = " ".join(wish.label.split())
    if not (label and label.isprintable() and len(label) <= LONGEST_LABEL):
        raise TokenUnnamed(longest=LONGEST_LABEL)
    if not wish.scopes or wish.scopes - SCOPES[Role(account.role)]:
        raise TokenScopes
    if not 1 <= wish.days <= MOST_DAYS:
        raise TokenDays(most=MOST_DAYS)
    alive = select(func.count()).where(ApiToken.made_by == by, ApiToken.revoked_at.is_(None))
    if session.execute(alive.where(ApiToken.expires_at > _NOW)).scalar_one() >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    token = PREFIX + token_urlsafe(32)
    row = insert(ApiToken).values(
        token_hash=_hash(token),
        account_id=account.id,
        role=account.role,
        made_by=by,
        makers_role=maker.role,
        label=label,
        scopes=sorted(wish.scopes),
        expires_at=_NOW + text("make_interval(days => :days)").bindparams(days=wish.days),
    )
    token_id = int(session.execute(row.returning(ApiToken.id)).scalar_one())
    scopes = sorted(wish.scopes)
    record(session, "account.token_made", by=by, about=account.id, token=token_id, scopes=scopes)
    return token_id, token


def accept_token(session: Session, token_id: int, *, by: int) -> None:
    """The officer agrees to answer for what this token sends. Twice is once.

    Raises NoSuchToken.
    """
    found = session.get(ApiToken, token_id, populate_existing=True, with_for_update=True)
    if found is None or by != found.account_id or found.revoked_at is not None:
        raise NoSuchToken
    if not found.waits:
        return
    if by not in {each.id for each in answering(session)}:
        raise NoSuchToken
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(accepted_at=_NOW))
    record(session, "account.token_accepted", by=by, about=by, token=token_id)


def tokens_of(session: Session, account_id: int) -> list[tuple[ApiToken, str, bool]]:
    """The tokens an account made or that act for it, newest first: for whom, and whether it counts.

    Those that ended long ago are left out.
    """
    mine = (ApiToken.account_id == account_id) | (ApiToken.made_by == account_id)
    ended = func.coalesce(ApiToken.revoked_at, ApiToken.expires_at)
    asked = (
        select(ApiToken, Account.name, ApiToken.revoked_at.is_(None) & (ApiToken.expires_at > _NOW))
        .join(Account, Account.id == ApiToken.account_id)
        .where(mine, ended > _NOW - text("interval '30 days'"))
        .order_by(ApiToken.id.desc())
        .execution_options(populate_existing=True)
    )
    return [(token, name, bool(counts)) for token, name, counts in session.execute(asked)]


def tokens_made(
    session: Session, *, before: int | None, size: int
) -> list[tuple[ApiToken, str, str, bool]]:
    """All tokens there ever were, newest first: who made each, for whom, and whether it counts."""
    maker = aliased(Account)
    counts = ApiToken.revoked_at.is_(None) & (ApiToken.expires_at > _NOW)
    asked = (
        select(ApiToken, maker.name, Account.name, counts)
        .join(maker, maker.id == ApiToken.made_by)
        .join(Account, Account.id == ApiToken.account_id)
        .order_by(ApiToken.id.desc())
        .limit(size)
    )
    if before is not None:
        asked = asked.where(ApiToken.id < before)
    return [(token, by, of, bool(good)) for token, by, of, good in session.execute(asked)]


def bearer_of(session: Session, token: str, *, most: int = MOST_A_MINUTE) -> Bearer:
    """Whom a token stands for now; the request is counted. Commit, whatever comes of it.

    Raises TokenWrong, and TokenTooOften once it was counted too often.
    """
    if not (token.isascii() and token.startswith(PREFIX) and len(token) <= _LONGEST):
        raise TokenWrong
    rows: list[tuple[Any, ...]] = fetched(session, _USE, {"hash": _hash(token)})
    if not rows:
        raise TokenWrong
    token_id, account_id, role, union_id, member_id, scopes, count = rows[0]
    if count > most:
        raise TokenTooOften(most=most)
    return Bearer(token_id, account_id, Role(role), union_id, member_id, frozenset(scopes))


def answering(session: Session) -> list[Account]:
    """The officers of the city federation, who may answer for what a bureau sends."""
    asked = (
        select(Account)
        .join(Union, Union.id == Account.union_id)
        .where(Union.parent_id.is_(None), Account.role == Role.OFFICER.value)
        .where(Account.disabled_at.is_(None))
        .order_by(Account.id)
    )
    return list(session.scalars(asked))


def _may_make(session: Session, maker: Account, account: Account) -> bool:
    if maker.disabled_at is not None or account.disabled_at is not None:
        return False
    if maker.role != Role.SECURITY_ADMIN:
        return maker.id == account.id and maker.role in (Role.MEMBER, Role.CONTACT)
    if maker.member_id is not None and maker.member_id == account.member_id:
        return False
    return account.id in {each.id for each in answering(session)}


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
