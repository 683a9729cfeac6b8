"""What pages call decisions, statements and proposals."""

from typing import Final

from flask import Flask
from flask_babel import gettext, lazy_gettext

from app.claims.decided import REASONS_OF, Reason, Says, Waived, What
from app.claims.decision_models import Proposal
from app.claims.lifecycle import Why
from app.claims.propose import DECIDE, RECOVER, SET_OFF, WRITE_OFF_RECOVERY
from app.money import yuan
from app.web.words import WAYS_BACK

SAYS: Final = {
    Says.NOBODY: lazy_gettext("Nobody else: no employer, no third party"),
    Says.EMPLOYER: lazy_gettext("The employer: it happened at work"),
    Says.TRAFFIC: lazy_gettext("Somebody else: a traffic accident"),
    Says.PERSON: lazy_gettext("Somebody else: another person's act"),
    Says.PRODUCT: lazy_gettext("Somebody else: a product or a place"),
    Says.OTHER: lazy_gettext("Somebody else, in another way"),
}
REASONS: Final = {
    Reason.WORK: lazy_gettext("Not paid: a work injury, the employer is liable"),
    Reason.OTHERS_LIABLE: lazy_gettext("Not paid: a third party is liable"),
    Reason.ABROAD: lazy_gettext("Not paid: care abroad"),
    Reason.NOT_PUBLISHED: lazy_gettext("Not paid: not in the published care"),
    Reason.INVOICE: lazy_gettext("Not paid: the invoice was used for another claim"),
    Reason.LATE: lazy_gettext("Not paid: filed too late"),
    Reason.PAPERS: lazy_gettext("Not paid: the papers do not bear it"),
    Reason.NO_COVER: lazy_gettext("Not paid: outside the cover"),
}
WAIVED: Final = {
    Waived.UNIT_LATE: lazy_gettext("No waiting: the unit was late, not the member"),
    Waived.OFFICE_ERROR: lazy_gettext("No waiting: an error of the office"),
    Waived.OTHER_FUND: lazy_gettext("No waiting: the member comes from another mutual-aid fund"),
    Waived.HARDSHIP: lazy_gettext("No waiting: hardship, by the leading group's decision"),
}
WHATS: Final = {
    What.PAY_INPATIENT: lazy_gettext("Treat it as inpatient care"),
    What.PAY_CHRONIC: lazy_gettext("Treat it as chronic outpatient care"),
    What.BY_ADMISSION: lazy_gettext("The day of admission counts, which lies in the cover"),
}
GIVEN_UP: Final = {
    "lost": lazy_gettext("It will not come: written off"),
    "not_owed": lazy_gettext("It is not owed: the grant fell"),
}
LIABLE: Final = {
    "employer": lazy_gettext("The employer"),
    "third_party": lazy_gettext("A third party"),
}


def install(web: Flask) -> None:
    """Add the words to templates."""
    web.jinja_env.filters.update(
        choice=choice, proposed=proposed, liable=lambda who: LIABLE[who], typed_yuan=yuan
    )
    web.jinja_env.globals.update(injury_says=SAYS)


def choice(said: str) -> str:
    """A decision as the form sends it, in words."""
    what, _, more = said.partition(":")
    if what == What.REFUSE:
        return str(REASONS[Reason(more)])
    if what == What.WAIVE_WAITING:
        return str(WAIVED[Waived(more)])
    told: str
    if what == What.UNDO:
        told = gettext("Take the approval back: %(why)s", why=WAYS_BACK[Why(more)])
        return told
    if what == What.SAME_BILL:
        told = gettext("The same bill as claim %(number)s: join them", number=more)
        return told
    return str(WHATS[What(said)])


def proposed(proposal: Proposal) -> str:
    """What somebody proposed, in words."""
    if proposal.act != DECIDE:
        return _of_money(proposal)
    if proposal.what in REASONS_OF:
        return choice(f"{proposal.what}:{proposal.reason}")
    if proposal.what == What.SAME_BILL:
        return choice(f"{What.SAME_BILL}:{proposal.other_claim_id}")
    return choice(proposal.what)


def _of_money(proposal: Proposal) -> str:
    """With all that an approver must know of it, beside the amount."""
    told: str
    if proposal.act == RECOVER:
        told = gettext("Recover from who is liable: %(who)s", who=LIABLE[proposal.what])
    elif proposal.act == WRITE_OFF_RECOVERY:
        told = gettext("Give up a recovery: %(why)s", why=GIVEN_UP[proposal.what])
    elif proposal.act == SET_OFF:
        told = gettext(
            "Use the benefit of claim %(using)s for what claim %(owing)s owes",
            using=proposal.claim_id,
            owing=proposal.other_claim_id,
        )
    else:
        told = gettext("Write off what the member owes")
    return told
