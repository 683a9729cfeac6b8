"""Whatever a bank writes: 1001 by booking day is the statement, each line is somewhere once."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.contributions.reference import notice_reference
from tests.db.money_year import Teller
from tests.db.office import Office

FIRST = date(2023, 12, 1)
AMOUNTS = st.integers(-30_000, 30_000).filter(bool)
REMARKS = st.sampled_from(("ref1", "ref2", "both", "wrong", "结息", "手续费", "互助金", ""))
NAMES = st.sampled_from(("单位1", "单位2", "市总工会", "路人", ""))
LINES = st.lists(st.tuples(AMOUNTS, NAMES, REMARKS, st.integers(0, 3)), min_size=1, max_size=12)

BOOKED = text(
    """
    SELECT e.booked_on, sum(p.amount_fen)::bigint FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE p.account = '1001' GROUP BY 1
    """
)
MOVED = text(
    """
    SELECT booked_on, sum(amount_fen)::bigint FROM statement_line
    WHERE taken_as NOT IN ('unexplained', 'batch') GROUP BY 1
    """
)
HELD = text(
    """
    SELECT (SELECT coalesce(sum(amount_fen), 0) FROM statement_line WHERE taken_as = 'suspense'),
           (SELECT -coalesce(sum(amount_fen), 0) FROM posting WHERE account = '2103'),
           (SELECT coalesce(sum(amount_fen), 0) FROM statement_line WHERE taken_as = 'receipt'),
           (SELECT coalesce(sum(amount_fen), 0) FROM receipt)
    """
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(LINES, min_size=1, max_size=3))
def test_the_books_are_the_bank(session, parts):
    with session.begin_nested() as outer:
        office = Office(session)
        teller = Teller(office)
        units = [office.unit(seed).id for seed in (1, 2)]
        office.enrol([0], date(2024, 1, 1))
        office.enrol([1, 2], date(2024, 1, 1), unit=2)
        one, two = (notice_reference(unit, 2024) for unit in units)
        said = {"ref1": one, "ref2": two, "both": f"{one} {two}", "wrong": one[:-1] + "X"}
        day = FIRST
        for lines in parts:
            written = []
            for fen, name, remark, later in lines:
                day += timedelta(days=later)
                amount = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
                written.append((day, amount, name, said.get(remark, remark)))
            teller.take(*written)
        # Days on which nothing moved, or it came out even, are no days.
        booked, moved = (
            {day: fen for day, fen in session.execute(asked) if fen} for asked in (BOOKED, MOVED)
        )
        assert booked == moved
        suspense, held, matched, received = session.execute(HELD).one()
        assert (suspense, matched) == (held, received)
        assert session.scalar(text("SELECT count(*) FROM statement_line")) == teller.lines
        outer.rollback()
