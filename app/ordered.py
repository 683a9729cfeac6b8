"""What people ask for and a worker makes: a row says how far it is, and commits with its job.

Bundles, editions, reports, notices, long lists, looks and questions have a table each, because
each is asked with other words and keeps another answer. What they share stands here: a row is
making, ready or failed; it is promised with its row, promised again where the job was lost, and
failed in words where tries have run out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.db import aside
from app.jobs import Job, promise

MAKING: Final = "making"
READY: Final = "ready"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Orders:
    """The table `of` orders (with `id`, `state`, `trouble`) and the `kind` of job that does one.

    `going`: the states in which one is under way. `as_trouble`: an error's kind as the table keeps
    it.
    """

    of: Any
    kind: str
    going: tuple[str, ...] = (MAKING,)
    as_trouble: Callable[[str], object] = str

    def ask(self, session: Session, **values: object) -> int:
        """A new order and its promise; its number."""
        added = insert(self.of).values(values | {"state": MAKING}).returning(self.of.id)
        order_id: int = session.execute(added).scalar_one()
        promise(session, self.kind, order_id, [(0, [])])
        return order_id

    def tell(self, session: Session, order_id: int, **values: object) -> None:
        """Write into an order's row what is known of it now."""
        session.execute(update(self.of).where(self.of.id == order_id).values(values))

    def telling(self, order_id: int, **values: object) -> Callable[[int, int], None]:
        """Says how many steps of how many are done, in a transaction of its own."""

        def watch(done: int, of: int) -> None:
            with aside() as session:
                self.tell(session, order_id, done=done, total=of, **values)

        return watch

    def give_up(self, session: Session, order_id: int) -> None:
        """Tries have run out: the order says so, and can be asked for again."""
        job = select(Job.trouble).where(Job.kind == self.kind, Job.subject_id == order_id)
        why = session.scalar(job) or "WorkerLost"
        self.tell(session, order_id, state=FAILED, trouble=self.as_trouble(why))

    def promise_forgotten(self, session: Session) -> None:
        """Promise again what is under way without a job."""
        job = select(Job.id).where(Job.kind == self.kind, Job.subject_id == self.of.id)
        lost = select(self.of.id).where(self.of.state.in_(self.going), ~job.exists())
        for order_id in session.scalars(lost).all():
            promise(session, self.kind, order_id, [(0, [])])
