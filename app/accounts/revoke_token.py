"""End tokens of programs: by a word, or because a right or a password went."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.token import NoSuchToken
from app.accounts.token_models import ApiToken
from app.evidence.append import record


def revoke_token(session: Session, token_id: int, *, by: int) -> None:
    """End a token at once: its maker does, or the account it acts for. Twice is once.

    Raises NoSuchToken.
    """
    found = session.get(ApiToken, token_id, populate_existing=True, with_for_update=True)
    if found is None or by not in {found.made_by, found.account_id}:
        raise NoSuchToken
    if found.revoked_at is None:
        _revoke(session, [found], by)


def revoke_own_tokens(session: Session, account_id: int) -> None:
    """End what an account made for itself: the password was changed, perhaps because it was known.

    What others made for it they made with a password of theirs.
    """
    own = (ApiToken.account_id == account_id) & (ApiToken.made_by == account_id)
    asked = select(ApiToken).where(own, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
    _revoke(session, list(session.scalars(asked.with_for_update())), account_id)


def revoke_tokens_of(session: Session, account_id: int, *, by: int | None) -> None:
    """End every token that this account made or that acts for it: its right or password went."""
    mine = (ApiToken.account_id == account_id) | (ApiToken.made_by == account_id)
    asked = select(ApiToken).where(mine, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
    _revoke(session, list(session.scalars(asked.with_for_update())), by)


def _revoke(session: Session, tokens: list[ApiToken], by: int | None) -> None:
    for token in tokens:
        ended = update(ApiToken).where(ApiToken.id == token.id)
        session.execute(ended.values(revoked_at=func.transaction_timestamp()))
        record(session, "account.token_revoked", by=by, about=token.account_id, token=token.id)
