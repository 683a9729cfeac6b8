"""The clause behind a sentence: which rule, and the source that the scheme cites for it. Pure."""

from collections.abc import Iterator
from typing import Final

from app.texts import Words
from app.texts.explained import Clause, Scheme
from app.texts.sources import said
from app.texts.steps import CARES, FIGURES, GENERAL

_REPORT: Final = "the fund's report on its first five years"
_ASSUMED: Final = "assumption of this system"
_GENERAL_SOURCES: Final = {
    "borne": ("borne by the member himself", _REPORT, False),
    "smaller": (
        "the base is the smaller of what insurance left and what the member bears, never below 0",
        _ASSUMED,
        True,
    ),
    "benefit_year": (
        "a benefit year is the calendar year in which the cover starts",
        _ASSUMED,
        True,
    ),
    "refunds": (
        "a settlement that the bureau undoes pays nothing, and what was granted is reversed",
        _ASSUMED,
        True,
    ),
    "med_types": (
        (
            "inpatient and chronic outpatient care are paid; injury and special diseases wait for "
            "a person; other kinds are not paid"
        ),
        "the national interface's code table",
        False,
    ),
}


def clauses(figure: str, scheme: Scheme | None, care: str | None, lang: str) -> Iterator[Clause]:
    """The clause of a figure, once for each source that speaks of it."""
    if figure in GENERAL:
        says, where, assumed = _GENERAL_SOURCES[figure]
        title = _in(GENERAL[figure], lang)
        yield Clause("", "", title, said(says, lang), said(where, lang), assumed)
    elif scheme:
        of_care = f"benefit.{care}.{figure}"
        for source in scheme.sources:
            if figure in source.of:
                about = ""
            elif any(of_care == name or of_care.startswith(f"{name}.") for name in source.of):
                about = _in(CARES[care], lang) if care else ""
            else:
                continue
            yield Clause(
                scheme.id,
                about,
                _in(FIGURES[figure], lang),
                said(source.says, lang),
                said(source.where, lang),
                source.assumption,
            )


def _in(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.zh
