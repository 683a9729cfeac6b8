"""An officer's own views of a list: a name for its filters, which stand in the address."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.lists.models import ExportLog, SavedView
from app.roster.identity import names_somebody

LONGEST_NAME: Final = 40
MOST: Final = 20


class ViewNameMissing(Refusal):
    """A view has a name of at most so many characters."""


class ViewNamesSomebody(Refusal):
    """A name is kept and shown in clear: it holds no ID number, card or telephone number."""


class TooManyViews(Refusal):
    """An account keeps so many views at most."""


@dataclass(frozen=True, slots=True)
class View:
    """`state` and `filters` make the address."""

    id: int
    name: str
    state: str
    filters: str


def save_view(session: Session, name: str, *, state: str, filters: str, by: int) -> None:
    """Save it; one of this list and name is replaced.

    Raises ViewNameMissing, ViewNamesSomebody, TooManyViews.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ViewNameMissing(longest=LONGEST_NAME)
    if names_somebody(name):
        raise ViewNamesSomebody
    same = (SavedView.name == name) & (SavedView.state == state)
    others = (SavedView.account_id == by) & ~same
    if (session.scalar(select(func.count()).where(others)) or 0) >= MOST:
        raise TooManyViews(most=MOST)
    row = put(SavedView).values(account_id=by, name=name, state=state, filters=filters)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["account_id", "state", "name"], set_={"filters": filters}
        )
    )


def forget_view(session: Session, view_id: int, *, by: int) -> bool:
    """Forget one of the account's own; whether there was one."""
    own = delete(SavedView).where(SavedView.id == view_id, SavedView.account_id == by)
    return bool(session.execute(own.returning(SavedView.id)).all())


def views_of(session: Session, account_id: int) -> list[View]:
    """The account's views by name."""
    asked = select(SavedView.id, SavedView.name, SavedView.state, SavedView.filters)
    own = asked.where(SavedView.account_id == account_id).order_by(SavedView.name)
    return [View(*row) for row in session.execute(own)]


def log_export(session: Session, what: str, *, filters: str, form: str, by: int) -> None:
    """Write down that a list left as a file, and which: never whom it held."""
    row = {"account_id": by, "what": what, "filters": filters, "form": form}
    session.execute(insert(ExportLog).values(row))
