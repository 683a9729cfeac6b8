"""What the lines of reports are called that have a name of their own."""

from typing import Final

from flask import g
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.reports.opens import NO_UNION

_UNIONS: Final = text(
    """
    SELECT u.id, u.name FROM union_node u LEFT JOIN union_node top ON top.id = u.parent_id
    WHERE u.parent_id IS NULL OR top.parent_id IS NULL ORDER BY u.id
    """
)
_CAMPAIGNS: Final = text(
    """
    SELECT id, name FROM campaign g
    WHERE EXISTS (SELECT FROM roster r WHERE r.campaign_id = g.id AND r.benefit_year = :year)
    ORDER BY id
    """
)


def unions_told(session: Session, en: bool) -> dict[str, str]:
    """The unions of a report's rows, by number; "0": none."""
    if "unions_told" not in g:
        g.unions_told = [(str(union), name) for union, name in session.execute(_UNIONS)]
    return dict([*g.unions_told, ("0", NO_UNION[en])])


def campaigns_of(session: Session, year: int) -> dict[str, str]:
    """The campaigns that gave covers of a year, by number."""
    if "campaigns_of" not in g:
        found = session.execute(_CAMPAIGNS, {"year": year})
        g.campaigns_of = {str(number): name for number, name in found}
    return dict(g.campaigns_of)
