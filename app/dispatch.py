"""Job kind -> the one call it means. Workers, the command line and tests drain through here.

A batch that fails is done again member by member, so that one poisoned job holds up nobody else;
that job waits longer after each try and shows in the officers' list with the error's kind.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text, update

from app.adjudication.drain import MEMBERS_AT_ONCE, Drained, drain
from app.claims.again import look_again, sweep
from app.claims.bills import FEEDS
from app.claims.gather import gather, scatter
from app.collector import nothing_collected
from app.db import one_at_a_time, transaction
from app.errands import do_errands
from app.feeds.take import still_coming
from app.jobs import DETERMINE, DRAINS, LOOK_AGAIN, TO_DETERMINE, Job, forget

log: Final = logging.getLogger(__name__)

_NOW: Final = text("transaction_timestamp()")
_LATER: Final = "transaction_timestamp() + least(tries + 1, 60) * interval '1 minute'"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done of all that was due."""

    members: int = 0
    determined: int = 0
    payable_fen: int = 0
    in_trouble: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(
            self.members + other.members,
            self.determined + other.determined,
            self.payable_fen + other.payable_fen,
            self.in_trouble + other.in_trouble,
        )


def drain_all(watch: Callable[[Done], None] = lambda done: None) -> Done:
    """Do all due work, run by run. `watch` is told what has been done so far."""
    done = Done(in_trouble=do_errands()) + do_look_again()
    with transaction() as session:
        sweep(session)
    for run_id in due_runs():
        for more in drain_run(run_id):
            done += more
            watch(done)
    return done


def drain_run(run_id: int, members: int = MEMBERS_AT_ONCE) -> Iterator[Done]:
    """Determine what is due in one run, batch by batch, until nothing free is left."""
    with transaction() as session:
        gather(session, run_id)  # of a feed that goes no further
    while True:
        try:
            with nothing_collected(), transaction() as session:
                drained = drain(session, run_id, members)
        except Exception as trouble:
            if members > 1:
                with transaction() as session:
                    scatter(session, run_id)  # or those of whom it is one would come again
                yield from drain_run(run_id, members=1)
                continue
            yield _put_off(run_id, trouble)
            continue
        if drained is None:
            return
        yield _done(drained)


def due_runs() -> list[int]:
    """Runs with due work, oldest first; of a feed that is just coming, when it has ended."""
    with transaction() as session:
        return list(
            session.scalars(
                select(Job.subject_id)
                .where(Job.kind.in_(TO_DETERMINE), Job.due_at <= _NOW)
                .where(~still_coming(Job.subject_id))  # type: ignore[arg-type]
                .distinct()
                .order_by(Job.subject_id)
            )
        )


def do_look_again() -> Done:
    """Take up what rosters and covers changed, for all promises of it at once."""
    look = select(Job.id).where(Job.kind == LOOK_AGAIN, Job.due_at <= _NOW)
    with transaction() as session:
        promised = list(session.scalars(look))
    if not promised:
        return Done()
    # A drain that read covers before these were promised may still write "no cover": first it ends.
    with transaction() as session:
        one_at_a_time(session, DRAINS)
    try:
        with transaction() as session:
            # The turn before any row: who holds the turn may wait for the rows.
            one_at_a_time(session, FEEDS)
            mine = look.where(Job.id.in_(promised)).with_for_update(skip_locked=True)
            taken = list(session.scalars(mine))
            if taken:
                look_again(session)
                forget(session, taken)
    except Exception as trouble:  # what is due already is not held up by it
        return _put_off_looking(promised, trouble)
    return Done()


def _done(drained: Drained) -> Done:
    return Done(drained.members, drained.determined, drained.payable_fen)


def _put_off(run_id: int, trouble: Exception) -> Done:
    """Put the first due job of a run off, with the kind of its trouble (never its text)."""
    kind = type(trouble).__name__
    with transaction() as session:
        job_id = session.scalar(
            select(Job.id)
            .where(Job.kind == DETERMINE, Job.subject_id == run_id)
            .where(Job.due_at <= _NOW)
            .order_by(Job.part_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(tries=Job.tries + 1, trouble=kind, due_at=text(_LATER))
        )
    log.error("job %s of run %s put off: %s", job_id, run_id, kind)
    return Done(in_trouble=1)


def _put_off_looking(job_ids: list[int], trouble: Exception) -> Done:
    """Put promises to look again off, with the kind of the trouble."""
    kind = type(trouble).__name__
    with transaction() as session:
        session.execute(
            update(Job)
            .where(Job.id.in_(job_ids))
            .values(tries=Job.tries + 1, trouble=kind, due_at=text(_LATER))
        )
    log.error("looking again put off: %s", kind)
    return Done(in_trouble=len(job_ids))
