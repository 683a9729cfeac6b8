"""The list of claims in one state, and what its page does: as a file, as a view of one's own."""

from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.claims.lifecycle import State
from app.lists.of_people import CLAIMS
from app.web.listed import At
from app.web.lists import drop_view, keep_view, list_page, take_file
from app.web.read.waits_of_claims import WAITING
from app.web.roles import serves

_SHOWN: Final = (*WAITING, State.CLOSED, State.PAID)
"""What waits for somebody first."""
_STATES: Final = "<any(review, payable, closed, held, sent, paid, card_wanted):state>"

pages = Blueprint("claim_list", __name__, url_prefix="/office/claims")


def claims_page(state: str) -> ResponseReturnValue:
    """The page of `claims.in_state`."""
    return list_page(At(CLAIMS, state), "claims/in_state.html", state=State(state), states=_SHOWN)


@pages.post(f"/{_STATES}/file")
@serves(Role.OFFICER, Role.OPERATOR)
def file(state: str) -> ResponseReturnValue:
    return take_file(At(CLAIMS, state))


@pages.post(f"/{_STATES}/view")
@serves(Role.OFFICER, Role.OPERATOR)
def save(state: str) -> ResponseReturnValue:
    return keep_view(At(CLAIMS, state))


@pages.post("/views/<id:view_id>/forget")
@serves(Role.OFFICER, Role.OPERATOR)
def forget(view_id: int) -> ResponseReturnValue:
    return drop_view(At(CLAIMS, State.HELD.value), view_id)
