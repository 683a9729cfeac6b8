"""Remake the queue of enquiries from their facts; who took one is kept, it stands nowhere else."""

from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session


class Requeued(NamedTuple):
    """Rows there are, and rows that differed: it should be none."""

    rows: int
    differed: int


def requeue(session: Session) -> Requeued:
    """Put the queue right while nobody works on it."""
    session.execute(text("LOCK TABLE enquiry_queue IN EXCLUSIVE MODE"))
    differed = len(session.execute(_PUT_RIGHT).all())
    rows = session.execute(text("SELECT count(*) FROM enquiry_queue")).scalar_one()
    return Requeued(rows, differed)


_PUT_RIGHT: Final = text(
    """
    INSERT INTO enquiry_queue AS q (enquiry_id, state, category, union_id, due_on, seq)
    SELECT e.id, CASE last.kind WHEN 'question' THEN 'open' WHEN 'answer' THEN 'answered'
                 ELSE 'asked_back' END,
           e.category, coalesce(went.union_id, e.union_id), due.due_on, last.seq
    FROM enquiry e
    CROSS JOIN LATERAL (SELECT m.kind, m.seq FROM enquiry_message m
                        WHERE m.enquiry_id = e.id ORDER BY m.seq DESC LIMIT 1) last
    CROSS JOIN LATERAL (SELECT m.due_on FROM enquiry_message m WHERE m.enquiry_id = e.id
                        AND m.due_on IS NOT NULL ORDER BY m.seq DESC LIMIT 1) due
    LEFT JOIN LATERAL (SELECT d.union_id FROM enquiry_dispatch d
                       WHERE d.enquiry_id = e.id ORDER BY d.seq DESC LIMIT 1) went ON true
    ON CONFLICT (enquiry_id) DO UPDATE SET state = excluded.state, category = excluded.category,
        union_id = excluded.union_id, due_on = excluded.due_on, seq = excluded.seq
    WHERE (q.state, q.category, q.union_id, q.due_on, q.seq)
          <> (excluded.state, excluded.category, excluded.union_id, excluded.due_on, excluded.seq)
    RETURNING enquiry_id
    """
)
