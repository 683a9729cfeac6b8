"""What a member has typed so far of one claim, and which steps of it are done. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from app.attachments.kinds import Kind
from app.claims.decided import Says
from app.claims.injuries import INJURY
from app.claims.sheet import FIELDS, KINDS, Sheet, read_sheet
from app.claims.tidy import tidy
from app.errors import RowFault
from app.filing.sums import Sums, sums_of
from app.roster.person import Refused, read_account

CHRONIC: Final = "14"
_LONGEST: Final = 400
"""Signs of a field that are kept: more than any field may have, so that it is told as wrong."""
FIGURES: Final = tuple(name for name in FIELDS if name != "med_type")


class Step(StrEnum):
    """The steps, in their order."""

    KIND = "kind"
    PAPERS = "papers"
    FIGURES = "figures"
    CARD = "card"
    CHECK = "check"


STEPS: Final = tuple(Step)


class Card(StrEnum):
    """Which card: the one the fund knows, a new one, or one the member gives later."""

    KNOWN = "known"
    NEW = "new"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything as it was typed. `kind`: of care; `says`: who is liable, empty while not asked.

    `sums_seen`: the sums that were said to stand on the sheet so; `account`: of a new card;
    `offered`: the figures that a form showed as read from a photo, and that were looked at so.
    """

    kind: str = ""
    says: str = ""
    paper_ids: tuple[int, ...] = ()
    papers_done: bool = False
    figures: dict[str, str] = field(default_factory=dict)
    sums_seen: str = ""
    card: str = ""
    account: str = ""
    offered: tuple[str, ...] = ()

    @property
    def med_type(self) -> str:
        """The kind of care it is filed as: where somebody is liable, people look at it first."""
        liable = self.kind in KINDS and self.kind != CHRONIC and self.says not in ("", Says.NOBODY)
        return INJURY if liable else self.kind

    @property
    def statement(self) -> Says | None:
        """What is said of an injury, where it is filed as one."""
        return Says(self.says) if self.med_type == INJURY and self.says in set(Says) else None

    def with_figures(self, typed: Mapping[str, str]) -> "Typed":
        """With these figures; what is no field of a sheet is left out."""
        kept = {name: typed[name][:_LONGEST] for name in FIGURES if typed.get(name)}
        return replace(self, figures=kept)

    def with_offered(self, names: str) -> "Typed":
        """With these figures, named as a form does, as looked at."""
        seen = {*self.offered, *names.split()}
        return replace(self, offered=tuple(name for name in FIGURES if name in seen))

    def sheet(self, today: date) -> tuple[Sheet | None, list[RowFault]]:
        """The sheet that the figures are, or what is wrong with them."""
        texts = {name: tidy(name, self.figures.get(name, "")) for name in FIGURES}
        if self.kind == CHRONIC:  # days of a stay were typed before the kind was changed
            texts |= {"begndate": "", "enddate": ""}
        return read_sheet(texts | {"med_type": self.med_type}, today)

    def sums(self, today: date) -> Sums | None:
        """What the figures come to, once they can be read."""
        sheet, _ = self.sheet(today)
        return sums_of(sheet) if sheet else None

    def new_account(self) -> str | None:
        """The new card's number without blanks; None where there is none, or none that can be."""
        try:
            return read_account(self.account, lambda _: None)
        except Refused:
            return None

    def done(self, step: Step, today: date, *, card_known: bool) -> bool:
        """Whether a step needs nothing more."""
        match step:
            case Step.KIND:
                said = self.says in set(Says)
                return self.kind == CHRONIC or (self.kind in KINDS and said)
            case Step.PAPERS:
                return self.papers_done
            case Step.FIGURES:
                sums = self.sums(today)
                return sums is not None and (sums.agree or sums.key == self.sums_seen)
            case Step.CARD:
                new = self.card == Card.NEW and self.new_account() is not None
                known = self.card == Card.KNOWN and card_known
                return new or known or self.card == Card.LATER
            case Step.CHECK:
                return False

    def next_step(self, today: date, *, card_known: bool) -> Step:
        """The first step that is not done."""
        return next(x for x in STEPS if not self.done(x, today, card_known=card_known))

    def written(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @staticmethod
    def read(written: str) -> "Typed":
        """From JSON."""
        known = json.loads(written)
        lists = ("paper_ids", "offered")
        return Typed(**known | {name: tuple(known.get(name, ())) for name in lists})


def papers_wanted(kind: str) -> tuple[Kind, ...]:
    """The papers a kind of care needs (domain: papers)."""
    if kind == CHRONIC:
        return (Kind.SETTLEMENT_SHEET, Kind.COST_QUERY_SHEET, Kind.CHRONIC_BOOKLET)
    return (Kind.SETTLEMENT_SHEET, Kind.INVOICE, Kind.DISCHARGE_RECORD)
