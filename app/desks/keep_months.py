"""Work out what each month came to, once a day: a million claims are not counted for a page.

The first time of all months there are, later from the beginning of last year on: what is older
stands. Each figure is counted for the union that looked after the member on its day and for all
above it, so that a page reads the rows of one union.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.clock import today
from app.db import one_at_a_time
from app.desks.models import ClaimMonth
from app.roster.under import ROSTERS, union_on, unit_on
from app.workdays import working_days_after

_BEIJING: Final = "AT TIME ZONE INTERVAL '8 hours'"
_FIRST: Final = date(2019, 1, 1)
"""Before this day no claim was filed."""


def _up_to(day: str) -> str:
    """SQL: how many working days there were up to a day."""
    return f"(CAST(:up_to AS integer[]))[{day} - CAST(:first AS date) + 1]"


def working_days(after: str, until: str) -> str:
    """SQL: how many working days lie after a day, up to another; asks for `calendar_until`.

    By an array's places: a join with the days would look through all of them for each payment.
    """
    return f"({_up_to(until)} - {_up_to(after)})"


# What was paid had been received and decided when its batch was made: of history that is loaded
# later, the days on which it was recorded say nothing.
RECEIVED: Final = f"""
    SELECT c.member_id, c.id AS claim_id, 0::bigint AS payment_id,
           least((c.recorded_at {_BEIJING})::date, b.made_on) AS on_day,
           'received' AS what, 0 AS days, 0::bigint AS fen
    FROM claim c LEFT JOIN made b ON b.member_id = c.member_id AND b.claim_id = c.id
    WHERE c.recorded_at >= :since
"""  # noqa: S608 - put together from constants
DECIDED: Final = f"""
    SELECT m.member_id, m.claim_id, 0::bigint AS payment_id,
           least((m.recorded_at {_BEIJING})::date, b.made_on) AS on_day,
           'decided' AS what, 0 AS days, 0::bigint AS fen
    FROM claim_move m LEFT JOIN made b ON b.member_id = m.member_id AND b.claim_id = m.claim_id
    WHERE m.state IN ('payable', 'closed') AND m.recorded_at >= :since AND NOT EXISTS (
        SELECT FROM claim_move e
        WHERE e.member_id = m.member_id AND e.claim_id = m.claim_id AND e.seq < m.seq
              AND e.state IN ('payable', 'closed'))
"""  # noqa: S608
PAID: Final = f"""
    SELECT p.member_id, p.claim_id, p.id AS payment_id, x.on_day, 'paid' AS what,
           CASE WHEN x.on_day < x.filed_on THEN -1
                ELSE coalesce({working_days("x.filed_on", "x.on_day")}, -1) END AS days,
           p.amount_fen AS fen
    FROM payment p
    JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    JOIN claim c ON c.member_id = p.member_id AND c.id = p.claim_id
    CROSS JOIN LATERAL (
        SELECT coalesce(r.booked_on, o.booked_on) AS on_day,
               (c.recorded_at {_BEIJING})::date AS filed_on
    ) x
    WHERE coalesce(r.says, o.outcome) = 'paid'
"""  # noqa: S608
_CAPPED: Final = """
    SELECT member_id, 0::bigint, 0::bigint, make_date(benefit_year, 1, 1), 'capped', 0, 0::bigint
    FROM entitlement WHERE used_fen >= cap_fen
"""
_FACTS: Final = " UNION ALL ".join((RECEIVED, DECIDED, PAID, _CAPPED))
MADE: Final = """made AS MATERIALIZED (
        SELECT p.member_id, p.claim_id, min(b.made_on) AS made_on
        FROM payment p JOIN payment_batch b ON b.id = p.batch_id GROUP BY 1, 2
    )"""
# The last cover that had begun says whose the member was, or the first where none had; most members
# are of one union for ever, and it is asked of the others alone.
_UNION_ON: Final = f"""(
            SELECT coalesce({union_on("y.unit_id", "f.on_day")}, g.union_id)
            FROM cover v JOIN roster r ON r.id = v.roster_id
            LEFT JOIN campaign g ON g.id = r.campaign_id
            CROSS JOIN LATERAL (
                SELECT {unit_on("v.member_id", "v.roster_id", "r.unit_id", "f.on_day")} AS unit_id
            ) y
            WHERE v.member_id = f.member_id
            ORDER BY v.starts_on <= f.on_day DESC, abs(f.on_day - v.starts_on), v.id DESC LIMIT 1
        )"""  # noqa: S608 - put together from constants
_UP: Final = """up AS (
        SELECT id AS union_id, id AS above_id, parent_id FROM union_node
        UNION ALL
        SELECT up.union_id, n.id, n.parent_id FROM up JOIN union_node n ON n.id = up.parent_id
    )"""
PLACED: Final = f"""home AS MATERIALIZED (
        SELECT v.member_id, min(x.union_id) AS union_id,
               bool_or(x.often) OR min(x.union_id) <> max(x.union_id) AS several
        FROM cover v JOIN {ROSTERS} x ON x.roster_id = v.roster_id
        WHERE v.member_id IN (SELECT member_id FROM facts) GROUP BY 1
    ), placed AS (
        SELECT f.*, coalesce(CASE WHEN h.several THEN {_UNION_ON} ELSE h.union_id END, top.id)
               AS union_id
        FROM facts f
        CROSS JOIN (SELECT id FROM union_node WHERE parent_id IS NULL ORDER BY id LIMIT 1) top
        LEFT JOIN home h USING (member_id)
    )"""  # noqa: S608
"""SQL, in WITH after `facts`: the same with the union that looked after the member on the day."""
_MONTHS: Final = f"""
    WITH RECURSIVE {_UP}, {MADE}, facts AS MATERIALIZED (
        SELECT member_id, on_day, what, days, count(*) AS counted, sum(fen) AS fen
        FROM ({_FACTS}) f WHERE on_day >= :since_on GROUP BY 1, 2, 3, 4
    ), {PLACED}
    SELECT up.above_id AS union_id, date_trunc('month', f.on_day)::date AS month, f.what, f.days,
           sum(f.counted) AS counted, sum(f.fen) AS fen
    FROM placed f JOIN up ON up.union_id = f.union_id
    GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from constants
_KEEP: Final = text(
    f"INSERT INTO claim_month (union_id, month, what, days, counted, fen) {_MONTHS}"
)
_TOLD: Final = text(
    f"""
    SELECT coalesce(jsonb_agg(m), '[]')::text FROM ({_MONTHS}) m
    JOIN union_node u ON u.id = m.union_id LEFT JOIN union_node p ON p.id = u.parent_id
    WHERE p.parent_id IS NULL
    """  # noqa: S608 - put together from constants
)
_EVER: Final = date(1900, 1, 1)


def keep_months(session: Session, *, fresh: bool = False) -> bool:
    """Work them out anew where that was last done a day ago; the sweep calls it.

    `fresh`: however lately it was done, for a report: what is printed agrees with the books.
    """
    one_at_a_time(session, "claim months")
    last = session.scalar(select(func.max(ClaimMonth.recorded_at)))
    day_ago = func.transaction_timestamp() - text("interval '1 day'")
    if not fresh and last is not None and session.scalar(select(last > day_ago)):
        return False
    since = date(today().year - 1, 1, 1) if last else _EVER
    session.execute(delete(ClaimMonth).where(ClaimMonth.month >= since))
    asked = {"since": f"{since} 00:00:00+08", "since_on": since}
    session.execute(_KEEP, asked | calendar_until(today()))
    return True


def months_told(session: Session, since: date, last: date) -> str:
    """The same from a day on, as JSON, keeping nothing: of what this session sees.

    Of the top of the tree and the unions right below it, which reports show.
    """
    asked = {"since": f"{since} 00:00:00+08", "since_on": since}
    return str(session.execute(_TOLD, asked | calendar_until(last)).scalar_one())


def calendar_until(last: date) -> dict[str, object]:
    """The values that `working_days` asks for: of each day from the first on, their number."""
    up_to, count, working = [], 0, working_days_after(_FIRST, 1)
    for number in range((last - _FIRST).days + 1):
        if _FIRST + timedelta(days=number) == working:
            count, working = count + 1, working_days_after(working, 1)
        up_to.append(count)
    return {"first": _FIRST, "up_to": up_to}
