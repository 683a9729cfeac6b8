"""For whom a request acts: who asks, or a member who lets the asker help (`app.helping`).

Chosen once on a page of its own, said on every page after that, and asked of the database at every
request: consent that has ended is refused with the next one. Choosing also makes every form of
before worthless (its token is another's): what stands open in a second tab cannot be sent for
somebody else than it was opened for.

Only pages of the member's cover and claims act for others: `HELPED`. A page for members that stands
in neither set stops the start, so that nobody has to remember.
"""

from dataclasses import dataclass
from typing import Final

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.db import db
from app.helping.standing import helped_name
from app.web import stamps
from app.web.roles import ASSETS, ServesNobody, served_by

HELPED: Final = frozenset(
    {"cover", "file_claim", "file_papers", "file_figures", "file_check", "claim_papers"}
    | {"letter", "objections"}
)
"""Stages whose pages show and do what belongs to the member helped: they ask `auth.member_id`."""
OWN: Final = frozenset({"enquiries", "helpers", "own", "card", "tokens"})
"""Pages that are each person's own, or say where money goes: not while acting for somebody else."""
CHOOSING: Final = frozenset({"helping"})
_FOR: Final = "for"
_HELPS: Final = frozenset({Role.MEMBER, Role.HELPER})
_LOOKS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Acting:
    """The member for whom somebody else acts."""

    member_id: int
    name: str


def install(web: Flask) -> None:
    """Give templates `acting`."""
    web.context_processor(lambda: {"acting": acting_for()})


def check(web: Flask) -> None:
    """Raise ServesNobody where it is not said whether a member's page acts for others."""
    unsaid = {
        rule.endpoint
        for rule in web.url_map.iter_rules()
        if rule.endpoint not in ASSETS
        and Role.MEMBER in (served_by(web, rule.endpoint) or ())
        and rule.endpoint.split(".")[0] not in HELPED | OWN | CHOOSING
    }
    if unsaid:
        raise ServesNobody(f"may a helper act there? app.web.acting: {', '.join(sorted(unsaid))}")


def acting_for() -> Acting | None:
    """The member whom who asks acts for; None: everybody for themselves."""
    found: Acting | None = g.get("acting")
    return found


def chosen() -> int:
    """The number of the member acted for; 0 for nobody else. As forms are stamped with it."""
    found = acting_for()
    return found.member_id if found else 0


def act_for(member_id: int | None) -> None:
    """From now on act for this member, or for oneself; forms of before are worth nothing."""
    session.pop(_FOR, None)
    if member_id is not None:
        session[_FOR] = member_id
    stamps.stamp(g.account.id, member_id)


def admit(
    account_id: int, role: Role, roles: frozenset[Role]
) -> tuple[ResponseReturnValue | None, frozenset[Role]]:
    """Where to go instead, if anywhere, and whom the page serves for this request."""
    if role not in _HELPS:
        return None, roles
    ended = look(account_id, role)
    stage = (request.endpoint or "").split(".")[0]
    if Role.MEMBER not in roles or stage in CHOOSING:
        return None, roles
    if stage in HELPED and g.acting:
        return None, roles | {Role.HELPER}
    if ended:
        # In the address: a script that sends a photo follows here first, and a sentence shown once
        # would be shown to it alone.
        return redirect(url_for("helping.choose", ended=1)), roles
    why = ""
    if stage in OWN and g.acting:
        why = gettext("That page is your own. First stop acting for somebody else.")
    elif role is Role.HELPER and stage in HELPED:
        why = gettext("First say for whom you act.")
    if why and request.method not in _LOOKS:
        abort(403)
    return (_choose(why) if why else None), roles


def look(account_id: int, role: Role) -> bool:
    """Find out whom this request acts for; True where that has ended meanwhile.

    It is forgotten when a page is looked at, which says so: what a step keeps by itself on the way
    to the button is seen by nobody.
    """
    g.acting = None
    for_whom = session.get(_FOR)
    if role not in _HELPS or not isinstance(for_whom, int):
        return False
    name = helped_name(db.session(), account_id, for_whom)
    if name is None:
        if request.method in _LOOKS:
            act_for(None)
            current_app.logger.info("helping ended for account %s", account_id)
        return True
    g.acting = Acting(for_whom, name)
    return False


def _choose(why: str) -> ResponseReturnValue:
    if ("trouble", why) not in session.get("_flashes", []):
        flash(why, "trouble")
    return redirect(url_for("helping.choose"))
