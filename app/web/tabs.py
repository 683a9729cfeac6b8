"""The tabs above every page: where each role goes, and which pages belong to which tab."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from flask import Flask
from flask_babel import lazy_gettext

from app.accounts.models import Role
from app.web.acting import acting_for


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
        *("units", "rosters", "papers", "changes", "change_lists", "late", "receipts"),
        *("unit_requests", "unit_asks"),
    }
)

_OWN: Final = Tab("own.show", lazy_gettext("My account"), {"own", "tokens"})

TABS: Final[dict[Role, list[Tab]]] = {
    Role.OFFICER: [
        Tab(
            "office.start",
            lazy_gettext("Start"),
            {*("office", "runs", "feeds", "enquiry_desk"), *("lists", "list_orders", "findings")},
        ),
        Tab(
            "claims.in_state",
            lazy_gettext("Claims (tab)"),
            {
                *("claims", "counter", "held", "recoveries", "reviews", "clean"),
                *("claim_list", "people", "help_desk"),
                *("objections.waiting", "objections.show"),
            },
            {"state": "held"},
        ),
        Tab(
            "payments.index",
            lazy_gettext("Payments"),
            {"payments", "resolutions", "heirs", "public_lists"},
        ),
        Tab("units.newest", lazy_gettext("Units (tab)"), UNITS),
        Tab("money.start", lazy_gettext("Money"), {"money", "lines", "online", "fund_accounts"}),
        Tab("year.this_year", lazy_gettext("Year (tab)"), {"year", "schemes", "gifts", "what_if"}),
        Tab("books.start", lazy_gettext("Books"), {"books", "reports", "erasures"}),
    ],
    Role.OPERATOR: [
        Tab("operator.start", lazy_gettext("Start"), {"operator", "runs", "feeds"}),
        Tab(
            "claims.in_state",
            lazy_gettext("Claims (tab)"),
            {"claims", "claim_list", "counter", "people", "reviews", "list_orders"},
            {"state": "held"},
        ),
        Tab("payments.index", lazy_gettext("Payments"), {"payments", "heirs", "public_lists"}),
        Tab("units.newest", lazy_gettext("Units (tab)"), UNITS),
        Tab("money.start", lazy_gettext("Money"), {"money"}),
        Tab("year.this_year", lazy_gettext("Year (tab)"), {"year"}),
    ],
    Role.SYSTEM_ADMIN: [Tab("admin.accounts", lazy_gettext("Accounts"), {"admin"}), _OWN],
    Role.SECURITY_ADMIN: [Tab("admin.rights", lazy_gettext("Rights"), {"admin"}), _OWN],
    Role.AUDIT_ADMIN: [
        Tab("admin.sign_in_log", lazy_gettext("Sign-in log"), {"admin.sign_in_log"}),
        Tab("admin.changes", lazy_gettext("Changes (tab)"), {"admin.changes", "tokens"}),
        Tab("admin.openings", lazy_gettext("Openings (tab)"), {"admin.openings"}),
        Tab("seals.show", lazy_gettext("Proof (tab)"), {"seals", "beside"}),
        _OWN._replace(parts={"own"}),
    ],
    Role.NONE: [_OWN],
    Role.CONTACT: [
        Tab(
            "contact.start",
            lazy_gettext("Start"),
            {"contact", "unit_asks", "online", "change_lists", "tokens", "units", "changes"},
        ),
        Tab("rosters.sent", lazy_gettext("Rosters"), {"rosters"}),
        Tab("enquiries.mine", lazy_gettext("Enquiries"), {"enquiries"}),
    ],
    Role.MEMBER: [
        Tab("cover.mine", lazy_gettext("My cover"), {"cover.mine", "card"}),
        Tab(
            "cover.claims",
            lazy_gettext("My claims"),
            {"cover.claims", "cover.claim", "objections.form"},
        ),
        Tab(
            "file_claim.form",
            lazy_gettext("File a claim"),
            {"file_claim", "file_papers", "file_figures", "file_check"},
        ),
        Tab("enquiries.mine", lazy_gettext("Enquiries"), {"enquiries"}),
        Tab("helpers.mine", lazy_gettext("Helpers (tab)"), {"helpers", "helping"}),
    ],
    Role.AUDITOR: [
        Tab("audit.years", lazy_gettext("Years"), {"audit", "identified", "inspection"}),
        Tab("findings.listed", lazy_gettext("Findings"), {"findings"}),
        Tab("log.listed", lazy_gettext("Log (tab)"), {"log"}),
        Tab("openings.listed", lazy_gettext("Claims (tab)"), {"openings"}),
        Tab("books.start", lazy_gettext("Books"), {"books", "reports"}),
    ],
}


_FOR_WHOM: Final = Tab("helping.choose", lazy_gettext("For whom (tab)"), {"helping"})
TABS[Role.HELPER] = [_FOR_WHOM]
ACTING: Final = [*TABS[Role.MEMBER][:3], _FOR_WHOM]
"""Of whoever acts for a member: that member's cover and claims, and nothing else."""


def install(web: Flask) -> None:
    """Give templates the tabs of a role."""
    web.jinja_env.globals["tabs_of"] = tabs_of


def tabs_of(role: str) -> list[Tab]:
    """The tabs of who asks now."""
    return ACTING if acting_for() else TABS[Role(role)]
