"""Open gift campaigns (赠送保障活动) and find them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.benefits.care import CARES
from app.cover.place import in_force
from app.db import refuses
from app.enrolment.enrol import NoScheme
from app.enrolment.reach import reach_of
from app.errors import Refusal
from app.evidence.append import record
from app.roster.models import Campaign, GiftPlace
from app.schemes.publish import published_schemes
from app.unions.tree import above

LONGEST_NAME: Final = 200
MOST_MONTHS: Final = 12
MOST_PLACES: Final = 10_000_000
MOST_EACH_FEN: Final = 100_000_000
_INPATIENT: Final = ("inpatient",)


class CampaignNameMissing(Refusal):
    """A campaign has a name of at most 200 characters, without control characters."""


class CampaignKnown(Refusal):
    """A campaign of this name was opened already."""


class NoSuchCampaign(Refusal):
    """No campaign has this name, or its money is not the officer's to give."""


class QuotaWrong(Refusal):
    """A campaign has at least one place."""


class GiftTermWrong(Refusal):
    """A gift runs one to twelve months."""


class GiftCareUnknown(Refusal):
    """A care that no scheme knows, or none at all."""


class GiftDaysReversed(Refusal):
    """A campaign closes before it opens."""


class GiftAmountWrong(Refusal):
    """What the union pays a cover is out of bounds."""


class FunderNotReached(Refusal):
    """The union that pays is neither the officer's own nor one below it."""


refuses("campaign_name_key", CampaignKnown)


class Gift(NamedTuple):
    """A campaign as doors need it; `given`: the places that were given, never given again."""

    id: int
    name: str
    union_id: int
    quota: int
    given: int
    term_months: int
    cares: tuple[str, ...]
    each_fen: int
    opens_on: date
    closes_on: date

    @property
    def left(self) -> int:
        return self.quota - self.given


def open_gift(
    session: Session,
    *,
    name: str,
    union_id: int,
    quota: int,
    term_months: int,
    opens_on: date,
    closes_on: date,
    by: int,
    cares: Sequence[str] = _INPATIENT,
    each_fen: int | None = None,
) -> Gift:
    """Open a campaign: `quota` covers of `term_months` that start from `opens_on` to `closes_on`.

    `each_fen` is what the union pays a cover; None: the whole contribution of the scheme in force
    when it opens. `union_id` pays: the officer's union or one below it, that wants no second word
    of its own. Raises FunderNotReached, CampaignNameMissing, CampaignKnown, QuotaWrong,
    GiftTermWrong, GiftCareUnknown, GiftDaysReversed, GiftAmountWrong, NoScheme.
    """
    reach = reach_of(session, by)
    if reach is not None and union_id not in reach:
        raise FunderNotReached
    name = name.strip()
    _check(name, quota, term_months, cares)
    if closes_on < opens_on:
        raise GiftDaysReversed(opens_on=opens_on.isoformat(), closes_on=closes_on.isoformat())
    if each_fen is None:
        each_fen = _whole_contribution(session, opens_on)
    if not 0 <= each_fen <= MOST_EACH_FEN:
        raise GiftAmountWrong(amount_fen=each_fen)
    if session.scalar(select(Campaign.id).where(Campaign.name == name)):
        raise CampaignKnown
    facts: dict[str, Any] = {"quota": quota, "term_months": term_months, "each_fen": each_fen}
    ordered = [care for care in CARES if care in cares]
    campaign = insert(Campaign).values(
        name=name,
        union_id=union_id,
        cares=ordered,
        opens_on=opens_on,
        closes_on=closes_on,
        recorded_by=by,
        **facts,
    )
    campaign_id = session.execute(campaign.returning(Campaign.id)).scalar_one()
    record(
        session,
        "gift.opened",
        by=by,
        about=campaign_id,
        name=name,
        cares=" ".join(ordered),
        opens_on=opens_on.isoformat(),
        closes_on=closes_on.isoformat(),
        **facts,
    )
    return gift_of(session, name)


def gift_of(session: Session, name: str) -> Gift:
    """The campaign of this name. Raises NoSuchCampaign."""
    found = session.execute(_gifts().where(Campaign.name == name.strip())).one_or_none()
    if found is None:
        raise NoSuchCampaign(campaign=name.strip())
    return _gift(found)


def gifts(session: Session) -> list[Gift]:
    """All campaigns, in the order they were opened."""
    return [_gift(row) for row in session.execute(_gifts().order_by(Campaign.id))]


def check_gives(session: Session, gift: Gift, *, by: int) -> None:
    """Raise NoSuchCampaign where another's money would be given.

    A campaign is given by the union that pays, those above it and those below it.
    """
    reach = reach_of(session, by)
    own = session.scalar(select(Account.union_id).where(Account.id == by))
    if reach is None or own is None or gift.union_id in {*reach, *above(session, own)}:
        return
    raise NoSuchCampaign(campaign=gift.name)


def _check(name: str, quota: int, term_months: int, cares: Sequence[str]) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise CampaignNameMissing(longest=LONGEST_NAME)
    if not 0 < quota <= MOST_PLACES:
        raise QuotaWrong(quota=quota)
    if not 0 < term_months <= MOST_MONTHS:
        raise GiftTermWrong(months=term_months)
    if not cares or not {*cares} <= {*CARES}:
        raise GiftCareUnknown(cares=", ".join(cares), known=", ".join(CARES))


def _whole_contribution(session: Session, opens_on: date) -> int:
    scheme = in_force(published_schemes(session), opens_on)
    if scheme is None:
        raise NoScheme(starts_on=opens_on.isoformat())
    return scheme.contribution.total_fen


def _gifts() -> Select[Any]:
    given = (
        select(func.coalesce(func.max(GiftPlace.place), 0))
        .where(GiftPlace.campaign_id == Campaign.id)
        .scalar_subquery()
    )
    return select(
        Campaign.id,
        Campaign.name,
        Campaign.union_id,
        Campaign.quota,
        given,
        Campaign.term_months,
        Campaign.cares,
        Campaign.each_fen,
        Campaign.opens_on,
        Campaign.closes_on,
    )


def _gift(row: Sequence[Any]) -> Gift:
    found = Gift(*row)
    return found._replace(cares=tuple(found.cares))
