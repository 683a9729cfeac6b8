"""What a fund needs before its first year, and what of it is there: for who sees nothing yet."""

from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.read.scope import UNIT, Scope

_THERE: Final = text(
    f"""
    SELECT (SELECT count(*) > 1 FROM account WHERE role = 'officer' AND disabled_at IS NULL),
           EXISTS (SELECT FROM fund_account),
           EXISTS (SELECT FROM unit_now u WHERE {UNIT}),
           EXISTS (SELECT FROM roster_upload x JOIN unit_now u ON u.id = x.unit_id WHERE {UNIT})
           OR EXISTS (SELECT FROM roster r JOIN unit_now u ON u.id = r.unit_id WHERE {UNIT}),
           EXISTS (SELECT FROM campaign)
    """  # noqa: S608 - the scope is a constant
)


class There(NamedTuple):
    """What is there. `whole`: who looks is of the city federation, whom the first two concern."""

    second_officer: bool
    account: bool
    units: bool
    rosters: bool
    gifts: bool
    whole: bool

    @property
    def begun(self) -> bool:
        """Somebody was enrolled, or is about to be: nobody needs first steps any more."""
        return self.rosters or self.gifts


def first_steps(session: Session, scope: Scope) -> There:
    """What is there of what the scope needs."""
    return There._make((*session.execute(_THERE, scope.asked).one(), scope.whole))
