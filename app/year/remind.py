"""Find what units and members are due to be told, from business state; each reminder once.

Nothing promises these beforehand: a look over what stands finds them, whatever was killed before.
What is older than a month is not told any more, so that a fund that is moved in tells nobody old
news.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.clock import today
from app.cover.place import first_day, in_force
from app.db import one_at_a_time
from app.schemes.publish import published_schemes

DAYS_BEFORE: Final = 7
"""So long before a window closes, or money is due, units are reminded again."""
DAYS_OLD: Final = 30

_MAKE: Final = """
WITH due (kind, unit_id, member_id, account_id, benefit_year, facts, dedupe) AS ({due}), made AS (
    INSERT INTO notice (kind, unit_id, member_id, account_id, benefit_year, facts, due_at, dedupe)
    SELECT kind, unit_id, member_id, account_id, benefit_year, facts, transaction_timestamp(),
           dedupe
    FROM due ORDER BY dedupe
    ON CONFLICT (dedupe) DO NOTHING RETURNING id, due_at
)
INSERT INTO notice_delivery (notice_id, due_at) SELECT id, due_at FROM made
"""


def _making(due: str) -> TextClause:
    return text(_MAKE.format(due=due))


_OPENS: Final = _making(
    """SELECT 'window_opens', u.id, NULL::bigint, NULL::bigint, CAST(:year AS int),
              jsonb_build_object('opens_on', CAST(:opens AS text),
                                 'closes_on', CAST(:closes AS text)),
              'window_opens:' || u.id || ':' || CAST(:year AS text)
       FROM unit_now u WHERE u.stands_id = u.id"""
)
_CLOSES: Final = _making(
    """SELECT 'window_closes', u.id, NULL::bigint, NULL::bigint, CAST(:year AS int),
              jsonb_build_object('days', CAST(:days AS int), 'closes_on', CAST(:closes AS text)),
              'window_closes:' || u.id || ':' || CAST(:year AS text)
       FROM unit_now u WHERE u.stands_id = u.id AND NOT EXISTS (
           SELECT FROM roster r JOIN unit_now s ON s.id = r.unit_id
           WHERE s.stands_id = u.id AND r.benefit_year = :year
                 AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn))"""
)
# A unit that has gone into another is told with that one; nothing of a withdrawn roster is missing,
# and what somebody owes who enrolled alone is not the unit's to pay.
_MISSING = """
    SELECT u.stands_id AS unit_id, r.benefit_year, r.scheme_id, min(r.starts_on) AS starts_on,
           min(r.id) AS roster_id, min(r.confirmed_on) AS first_on,
           max(r.confirmed_on) AS confirmed_on,
           (sum(r.heads * (r.unit_due_fen + r.worker_due_fen))
            - sum(coalesce(s.fen, 0)))::bigint AS fen
    FROM roster r JOIN unit_now u ON u.id = r.unit_id
    LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS fen FROM receipt_share x
                       WHERE x.roster_id = r.id AND NOT EXISTS (
                           SELECT FROM receipt_undone n WHERE n.receipt_id = x.receipt_id)
                      ) s ON true
    WHERE r.benefit_year >= :first AND NOT r.own_money
          AND NOT EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)
          AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
    GROUP BY u.stands_id, r.benefit_year, r.scheme_id
"""
# After the assessment, and again in the last days, unless it was made in these: the same words
# would come twice at once.
_MONEY: Final = _making(
    f"""SELECT 'money_missing', m.unit_id, NULL::bigint, NULL::bigint, m.benefit_year,
              jsonb_build_object('amount_fen', m.fen, 'pay_by', CAST(d.pay_by AS text)),
              'money_missing:' || m.unit_id || ':' || m.benefit_year || ':' || w.say
       FROM ({_MISSING}) m
       CROSS JOIN LATERAL (SELECT coalesce(
           CAST(CAST(:pay_by AS jsonb)->>m.scheme_id AS date), m.starts_on) AS pay_by) d
       CROSS JOIN LATERAL (
           SELECT 'due:' || m.roster_id AS say WHERE m.confirmed_on >= :since
           UNION ALL SELECT 'before' WHERE d.pay_by BETWEEN :today AND :soon
                                         AND m.first_on < d.pay_by - CAST(:before AS int)) w
       WHERE m.fen > 0"""  # noqa: S608 - put together from constants
)
_ROSTERS: Final = _making(
    """SELECT 'roster_confirmed', r.unit_id, NULL::bigint, NULL::bigint, r.benefit_year,
              jsonb_build_object('heads', r.heads, 'roster', r.id,
                  'amount_fen', r.heads * (r.unit_due_fen + r.worker_due_fen)),
              'roster_confirmed:' || r.id
       FROM roster r WHERE r.unit_id IS NOT NULL AND r.confirmed_on >= :since
             AND NOT r.own_money
             AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
       UNION ALL
       SELECT 'roster_refused', NULL, NULL, p.recorded_by, p.benefit_year,
              jsonb_build_object('upload', p.id), 'roster_refused:' || p.id
       FROM roster_upload p WHERE p.state = 'refused' AND p.recorded_at >= :since"""
)
# What stands of a payment is what two people found, else the bank's word. Heirs have no account
# here: nobody writes to the phone of somebody who died.
_CLAIMS: Final = _making(
    """SELECT 'papers_wanted', NULL::bigint, c.member_id, NULL::bigint, NULL::int,
              jsonb_build_object('claim', c.id), 'papers_wanted:' || c.id
       FROM undone_filing f
       JOIN claim c ON c.member_id = f.member_id AND c.setl_id = f.setl_id
       WHERE f.why <> 'taken_back' AND f.recorded_at >= :since
       UNION ALL
       SELECT CASE o.says WHEN 'paid' THEN 'paid' ELSE 'card_wanted' END, NULL, o.member_id,
              NULL, b.benefit_year,
              jsonb_build_object('claim', p.claim_id, 'amount_fen', p.amount_fen, 'tail', a.tail),
              o.says || ':' || o.grant_no || ':' || o.attempt
       FROM (SELECT x.member_id, x.grant_no, x.attempt,
                    coalesce(r.says, x.outcome) AS says,
                    coalesce(r.booked_on, x.booked_on) AS booked_on
             FROM payment_outcome x
             LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
            ) o JOIN payment p USING (member_id, grant_no, attempt)
       JOIN payment_batch b ON b.id = p.batch_id
       JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
       WHERE o.booked_on >= :since AND o.says IN ('paid', 'failed')
             AND (o.says = 'paid' OR EXISTS (
                 SELECT FROM claim_queue q WHERE q.member_id = p.member_id
                 AND q.claim_id = p.claim_id AND q.state = 'card_wanted'))"""
)


def remind(session: Session, on: date | None = None) -> int:
    """Write what is due on a day, today where none is said; how many notices that made."""
    one_at_a_time(session, "reminders")
    now = on or today()
    known: dict[str, Any] = {
        "today": now,
        "since": now - timedelta(days=DAYS_OLD),
        "soon": now + timedelta(days=DAYS_BEFORE),
        "first": now.year - 1,
        "before": DAYS_BEFORE,
        "pay_by": _pay_by(session),
    }
    made = sum(_made(session, each, known) for each in (_ROSTERS, _MONEY, _CLAIMS))
    return made + sum(_made(session, each, asked) for each, asked in _windows(session, now))


def _windows(session: Session, now: date) -> Iterator[tuple[TextClause, dict[str, Any]]]:
    """What windows are due to be told: of this year and of the next."""
    schemes = published_schemes(session)
    for year in (now.year, now.year + 1):
        scheme = in_force(schemes, first_day(schemes, year))
        window = scheme.window_of(year) if scheme else None
        if window is None or not window.holds(now):
            continue
        days = {"year": year, "opens": str(window.opens_on), "closes": str(window.closes_on)}
        yield _OPENS, days
        left = (window.closes_on - now).days
        if left <= DAYS_BEFORE:
            yield _CLOSES, days | {"days": left}


def _pay_by(session: Session) -> str:
    """By when each scheme wants its money, as JSON; those that go by the cover's start are not
    there."""
    pairs = ((x.id, x.pay_by) for x in published_schemes(session) if x.pay_by)
    return "{" + ", ".join(f'"{name}": "{day}"' for name, day in pairs) + "}"


def _made(session: Session, statement: TextClause, known: dict[str, Any]) -> int:
    wanted = {name: known[name] for name in statement.compile().params}
    return int(session.execute(statement, wanted).rowcount)  # type: ignore[attr-defined]
