"""The years that something was determined of."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_YEARS: Final = """
SELECT DISTINCT benefit_year FROM determination WHERE benefit_year IS NOT NULL
UNION
SELECT DISTINCT extract(year FROM coalesce(s.enddate, s.setl_time::date))::smallint
FROM determination d
JOIN settlement s ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.benefit_year IS NULL
ORDER BY 1
"""


def years_recorded(session: Session) -> list[int]:
    """Every year that `app.adjudication.recorded` finds determinations of; each is of one year."""
    return list(session.scalars(text(_YEARS)))
