"""What a program may be allowed to do, and for whose account. Pure.

Nothing that needs two people is here, and nothing that moves or confirms money: these stay with
people at a page. A scope never does more than the account for which the token acts may do itself:
the routes call the domain in that account's name, which asks again.
"""

from enum import StrEnum
from typing import Final

from app.accounts.models import Role


class Scope(StrEnum):
    """One thing that a token may do."""

    COVER_READ = "cover:read"
    CLAIMS_READ = "claims:read"
    CLAIMS_WRITE = "claims:write"
    UNIT_READ = "unit:read"
    ROSTER_WRITE = "roster:write"
    SETTLEMENTS_WRITE = "settlements:write"


SCOPES: Final[dict[Role, frozenset[Scope]]] = {
    Role.MEMBER: frozenset({Scope.COVER_READ, Scope.CLAIMS_READ, Scope.CLAIMS_WRITE}),
    Role.CONTACT: frozenset({Scope.UNIT_READ, Scope.ROSTER_WRITE}),
    Role.OFFICER: frozenset({Scope.SETTLEMENTS_WRITE}),
}
"""By the role of the account for which a token acts. An officer's is made by the security
administrator, for a bureau whose files the officer answers for."""
