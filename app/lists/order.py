"""Long lists as workbooks: ordered here, made by a worker, kept to be fetched by who asked.

The order is committed with its job, as an audit bundle's is (`app.audit.order`). What is asked is
read again as the account stands when the work is done: of a right that was taken away meanwhile
nothing is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.clock import today
from app.db import aside, one_at_a_time
from app.errors import Refusal
from app.files.keep import DAYS_KEPT, keep_file
from app.files.scratch import scratch
from app.jobs import MAKE_LIST_FILE
from app.lists.cells import cells, heads, list_name, value_of
from app.lists.listing import Sees, Wanted
from app.lists.listings import EVERY
from app.lists.models import ListFile
from app.lists.of_people import CLAIMS
from app.lists.read_listing import every_row
from app.lists.seen import Scope, scope_below
from app.lists.tables_out import write_workbook
from app.ordered import FAILED, MAKING, READY, Orders

LIST_FILES: Final = Orders(ListFile, MAKE_LIST_FILE)
MOST_UNDER_WAY: Final = 2
TOO_LONG, NO_RIGHT = "TooLong", "NoRight"
_MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListFilesUnderWay(Refusal):
    """One account has so many lists made at once, and no more."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A list, its part, and what is asked of it: filters as typed, the order, whom."""

    listing: str
    part: str
    filters: Mapping[str, str]
    sort: str
    people: tuple[int, ...] | None
    union_id: int
    lang: str


def order_list_file(session: Session, asked: Ordered, *, by: int) -> int:
    """Ask for the workbook; the order's number. Raises ListFilesUnderWay."""
    one_at_a_time(session, f"list files of {by}")
    going = select(func.count()).where(ListFile.asked_by == by, ListFile.state == MAKING)
    if session.execute(going).scalar_one() >= MOST_UNDER_WAY:
        raise ListFilesUnderWay(most=MOST_UNDER_WAY)
    return LIST_FILES.ask(
        session,
        listing=asked.listing,
        part=asked.part,
        filters=dict(asked.filters),
        sort=asked.sort,
        people=None if asked.people is None else list(asked.people),
        union_id=asked.union_id,
        lang=asked.lang,
        asked_by=by,
    )


def make_list_file(session: Session, order_id: int) -> None:
    """Make an order's workbook and keep it. Twice equals once."""
    order = session.get_one(ListFile, order_id)
    if order.state != MAKING:
        return
    scope = scope_asked(session, order)
    if scope is None:
        LIST_FILES.tell(session, order_id, state=FAILED, trouble=NO_RIGHT)
        return
    listing, lang = EVERY[order.listing], order.lang
    rows = cells(listing, every_row(session, scope, listing, _wanted(order)), lang)
    with scratch("huzhu-list") as folder:
        path = folder / "list.xlsx"
        name = list_name(listing, lang)
        if not write_workbook(path, name, heads(listing, lang), rows, _telling(order_id)):
            LIST_FILES.tell(session, order_id, state=FAILED, trouble=TOO_LONG)
            return
        what = f"{order.listing}-{order.part}" if order.part else order.listing
        known = {"name": f"{what}-{today()}.xlsx", "media_type": _MEDIA_TYPE}
        file = keep_file(session, path, by=order.asked_by, **known)
    LIST_FILES.tell(session, order_id, state=READY, file_id=file.id)


def scope_asked(session: Session, order: ListFile) -> Scope | None:
    """What the order may show, as who asked stands now; None: nothing any more."""
    account = session.get_one(Account, order.asked_by, populate_existing=True)
    own = scope_below(session, account.union_id)
    roles = {Role.OFFICER, Role.OPERATOR} if order.listing == CLAIMS.name else {Role.OFFICER}
    if account.disabled_at is not None or account.role not in roles:
        return None
    if not own.whole and (
        order.union_id not in own.unions or EVERY[order.listing].sees is Sees.FUND
    ):
        return None
    return scope_below(session, order.union_id)


def let_old_list_files_go(session: Session) -> None:
    """Forget orders whose files are gone."""
    old = text(f"recorded_at < now() - make_interval(days => {DAYS_KEPT})")
    session.execute(delete(ListFile).where(ListFile.state != MAKING, old))


def _wanted(order: ListFile) -> Wanted:
    listing = EVERY[order.listing]
    values = {
        each.name: value
        for each in listing.filters
        if (value := value_of(each, order.filters.get(each.name, ""))) is not None
    }
    people = None if order.people is None else tuple(order.people)
    return Wanted(values, order.sort, people, order.part)


def _telling(order_id: int) -> Callable[[int], None]:
    """Says how far it is, in a transaction of its own."""

    def watch(done: int) -> None:
        with aside() as session:
            LIST_FILES.tell(session, order_id, done=done)

    return watch
