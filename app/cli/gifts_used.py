"""What `huzhu gift list` says of a campaign's cost and use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.money import yuan
from app.texts.counted import counted

if TYPE_CHECKING:
    from app.enrolment.gift_use import GiftUse

_SAID = {
    "zh": (
        "工会承担 {cost} 元；{ended} 份因缴费参保提前终止；"
        "{people} 人 {claims} 件获补助 {granted} 元，已发放 {paid} 元。"
    ),
    "en": (
        "The union owes {cost}; {ended} ended by a paid cover; {claims} {claims|claim|claims}"
        " of {people} {people|person|people} granted {granted}, {paid} paid."
    ),
}


def used_facts(use: GiftUse) -> dict[str, object]:
    """As JSON."""
    return {
        "cost": yuan(use.cost_fen),
        "ended": use.ended,
        "claims": use.claims,
        "people": use.people,
        "granted": yuan(use.granted_fen),
        "paid": yuan(use.paid_fen),
    }


def used(use: GiftUse, lang: str) -> str:
    """In a sentence."""
    return counted(_SAID[lang], **used_facts(use))
