"""The tabs above every page: where each role goes, and which pages belong to which tab."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from flask import Flask
from flask_babel import lazy_gettext

from app.accounts.models import Role


class Tab(NamedTuple):
    """Where a tab leads, its name, and what belongs to it: blueprints or endpoints."""

    endpoint: str
    name: Any
    parts: Collection[str]
    where: Mapping[str, str] = {}

    def holds(self, endpoint: str, blueprints: Collection[str]) -> bool:
        return any(part == endpoint or part in blueprints for part in self.parts)


# Seven short names stand in one line of a phone; what is used seldom is a link on one of them.
UNITS: Final = frozenset(
    {
        *("units", "rosters", "papers", "changes", "change_lists", "late"),
        *("unit_requests", "unit_asks"),
    }
)

_OWN: Final = Tab("own.show", lazy_gettext("My account"), {"own"})

TABS: Final[dict[Role, list[Tab]]] = {
    Role.OFFICER: [
        Tab("office.start", lazy_gettext("Start"), {"office", "runs"}),
        Tab(
            "claims.in_state",
            lazy_gettext("Claims (tab)"),
            {"claims", "claim_list", "counter", "held", "recoveries", "people"},
            {"state": "held"},
        ),
        Tab(
            "payments.index",
            lazy_gettext("Payments"),
            {"payments", "resolutions", "heirs", "public_lists"},
        ),
        Tab("units.newest", lazy_gettext("Units (tab)"), UNITS),
        Tab("money.start", lazy_gettext("Money"), {"money", "lines", "online"}),
        Tab("year.this_year", lazy_gettext("Year (tab)"), {"year", "schemes", "gifts"}),
        Tab("books.start", lazy_gettext("Books"), {"books"}),
    ],
    Role.OPERATOR: [
        Tab("operator.start", lazy_gettext("Start"), {"operator", "runs"}),
        Tab(
            "claims.in_state",
            lazy_gettext("Claims (tab)"),
            {"claims", "claim_list", "counter", "people"},
            {"state": "held"},
        ),
        Tab("payments.index", lazy_gettext("Payments"), {"payments"}),
        Tab("units.newest", lazy_gettext("Units (tab)"), UNITS),
        Tab("money.start", lazy_gettext("Money"), {"money"}),
        Tab("year.this_year", lazy_gettext("Year (tab)"), {"year"}),
    ],
    Role.SYSTEM_ADMIN: [_OWN],
    Role.SECURITY_ADMIN: [_OWN],
    Role.AUDIT_ADMIN: [_OWN],
    Role.NONE: [_OWN],
    Role.CONTACT: [
        Tab(
            "contact.start",
            lazy_gettext("Start"),
            {"contact", "unit_asks", "online", "change_lists"},
        ),
        Tab("rosters.sent", lazy_gettext("Rosters"), {"rosters"}),
    ],
    Role.MEMBER: [
        Tab("cover.mine", lazy_gettext("My cover"), {"cover.mine"}),
        Tab("cover.claims", lazy_gettext("My claims"), {"cover.claims", "cover.claim"}),
        Tab("file_claim.form", lazy_gettext("File a claim"), {"file_claim"}),
    ],
    Role.AUDITOR: [
        Tab("audit.years", lazy_gettext("Years"), {"audit"}),
        Tab("openings.listed", lazy_gettext("Claims (tab)"), {"openings"}),
        Tab("books.start", lazy_gettext("Books"), {"books"}),
    ],
}


def install(web: Flask) -> None:
    """Give templates the tabs of a role."""
    web.jinja_env.globals["tabs_of"] = lambda role: TABS[Role(role)]
