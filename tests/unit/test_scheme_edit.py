"""A scheme is opened from another and edited; what cannot be a scheme is refused, and why."""

from datetime import date
from decimal import Decimal

import pytest

from app.benefits.fields import (
    BandsHaveHole,
    BandsOverlap,
    CapOutOfRange,
    ContributionPartsWrong,
    FigureWithoutSource,
    PercentOutOfRange,
    SchemeDatesReversed,
    SchemeFault,
    SchemeFieldMissing,
    SchemeFieldUnknown,
    SchemeFieldWrong,
)
from app.benefits.scheme import Scheme, Source
from app.benefits.scheme_edit import ASSUMED, changed, opened_from
from app.benefits.scheme_file import package_schemes, scheme_of
from app.benefits.scheme_text import toml_of
from app.benefits.window import Window, WindowAfterStart, WindowReversed
from app.texts import LANGUAGES, say

LAST = package_schemes()[-1]
DIGESTS = {
    "2019": "546d0e9e1583",
    "2021": "006b79b042b1",
    "2022": "75e0f40d84b8",
    "2023": "e4fdf30c81c3",
}
"""Of the schemes that came with the program: determinations name them."""


def opened() -> Scheme:
    return opened_from(LAST, "2025", date(2025, 1, 1))


@pytest.mark.parametrize("scheme", package_schemes(), ids=lambda scheme: scheme.id)
def test_the_schemes_that_are_published_keep_their_digests(scheme):
    assert scheme.digest().startswith(DIGESTS[scheme.id])
    assert scheme.enrolment is None


@pytest.mark.parametrize("scheme", [*package_schemes(), opened()], ids=lambda scheme: scheme.id)
def test_a_scheme_written_out_reads_as_the_same(scheme):
    assert scheme_of(toml_of(scheme)) == scheme
    assert Scheme.from_canonical(scheme.canonical()) == scheme


def test_the_next_scheme_has_the_rules_of_the_last():
    new = opened()
    assert (new.id, new.starts_from, new.starts_to) == ("2025", date(2025, 1, 1), None)
    assert (new.contribution, new.benefits, new.term_months) == (
        LAST.contribution,
        LAST.benefits,
        LAST.term_months,
    )


def test_days_move_along_with_the_year():
    window = {"from": "2024-02-29", "to": "2024-12-20", "mid_year": False}
    old = changed(opened(), {"enrolment": window, "pay_by": "2025-01-31"})
    new = opened_from(old, "2026", date(2026, 1, 1))
    assert new.pay_by == date(2026, 1, 31)
    assert new.enrolment == Window(date(2025, 2, 28), date(2025, 12, 20), mid_year=False)
    assert new.window_of(2027) == Window(date(2026, 2, 28), date(2026, 12, 20), mid_year=False)


def test_a_changed_figure_loses_its_source_and_the_others_keep_theirs():
    report = Source((), "80 yuan a head", "document 12", assumption=False)
    figures = {"contribution.total_fen": 8_000, "contribution.union_fen": 3_000}
    new = changed(opened(), figures, {"contribution.total_fen": report})
    of = {name: source for source in new.sources for name in source.of}
    assert (of["contribution.total_fen"].says, of["contribution.total_fen"].where) == (
        report.says,
        report.where,
    )
    assert of["contribution.union_fen"].says == ASSUMED.says
    assert of["contribution.union_fen"].assumption
    assert of["contribution.unit_and_worker_fen"].says == (
        "what was not said to change stayed as in 2021"
    )


def test_a_window_can_be_set_and_taken_away_again():
    window = {"enrolment.from": "2024-10-08", "enrolment.to": "2024-12-20"}
    new = changed(opened(), window | {"enrolment.mid_year": True})
    assert new.enrolment == Window(date(2024, 10, 8), date(2024, 12, 20), mid_year=True)
    assert changed(new, {"enrolment": "none"}) == opened()


BAND = {"over_fen": 0, "basis_points": 5_000}
INPATIENT = "benefit.inpatient"
HOSTILE = {
    "a hole in the bands": ({f"{INPATIENT}.bands": [BAND | {"over_fen": 1}]}, BandsHaveHole),
    "two bands at the same place": ({f"{INPATIENT}.bands": [BAND, {**BAND}]}, BandsOverlap),
    "a band over its successor": (
        {f"{INPATIENT}.bands": [BAND, BAND | {"over_fen": 500}, BAND | {"over_fen": 400}]},
        BandsOverlap,
    ),
    "no band": ({f"{INPATIENT}.bands": []}, SchemeFieldWrong),
    "percent 101": ({f"{INPATIENT}.bands": [BAND | {"basis_points": 10_100}]}, PercentOutOfRange),
    "percent -1": ({f"{INPATIENT}.bands": [BAND | {"basis_points": -100}]}, PercentOutOfRange),
    "a negative cap": ({f"{INPATIENT}.cap_fen": -1}, CapOutOfRange),
    "a cap of all money": ({f"{INPATIENT}.cap_fen": 10**30}, CapOutOfRange),
    "a cap that is a fraction": ({f"{INPATIENT}.cap_fen": Decimal("1.5")}, SchemeFieldWrong),
    "a care that is none": ({"benefit.dental.cap_fen": 1}, SchemeFieldUnknown),
    "a figure that is none": ({"waiting_weeks": 1}, SchemeFieldUnknown),
    "a table for a figure": ({"contribution": 7_500}, SchemeFieldWrong),
    "waiting below 0": ({"waiting_days": -1}, SchemeFieldWrong),
    "waiting for ever": ({"waiting_days": 10**12}, SchemeFieldWrong),
    "no month": ({"term_months": 0}, SchemeFieldWrong),
    "parts that do not add up": ({"contribution.union_fen": 2_499}, ContributionPartsWrong),
    "negative parts": (
        {"contribution.union_fen": -1, "contribution.total_fen": 4_999},
        ContributionPartsWrong,
    ),
    "an end before the start": ({"covers_starting.to": "2024-12-31"}, SchemeDatesReversed),
    "no day": ({"covers_starting.from": "2025-02-29"}, SchemeFieldWrong),
    "a window reversed": (
        {"enrolment": {"from": "2024-12-20", "to": "2024-10-08", "mid_year": True}},
        WindowReversed,
    ),
    "a window after the start": (
        {"enrolment": {"from": "2025-01-01", "to": "2025-02-08", "mid_year": True}},
        WindowAfterStart,
    ),
    "half a window": ({"enrolment.from": "2024-10-08"}, SchemeFieldMissing),
    "an id that names no file": ({"id": "../2025"}, SchemeFieldWrong),
    "no id": ({"id": ""}, SchemeFieldWrong),
    "sources by the back door": ({"source": []}, FigureWithoutSource),
}


@pytest.mark.parametrize(("changes", "refusal"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_a_scheme_is_refused_with_the_reason(changes, refusal):
    with pytest.raises(SchemeFault) as refused:
        changed(opened(), changes)
    assert refused.type in {refusal, SchemeFieldUnknown}
    assert refused.type is refusal or refusal is FigureWithoutSource
    for lang in LANGUAGES:
        assert "%(" not in say(refused.value, lang)


def test_who_names_no_figure_is_told_of_what_the_scheme_could_have_too():
    for name, named in (
        ("window", {"enrolment", "waiting_days"}),
        ("covers_starting.until", {"to"}),
    ):
        with pytest.raises(SchemeFieldUnknown) as refused:
            changed(opened(), {name: "2025-11-20"})
        known = set(refused.value.facts["known"].split(", "))
        assert named <= known
        assert "source" not in known


TEXTS = {
    "no TOML": "id = ",
    "percent NaN": "percent = nan",
    "percent signalling": "percent = inf",
    "percent 1e400": "percent = 1e400",
    "percent 1e999999": "percent = 1e999999",
    "percent 1e99999999999999999999": "percent = 1e99999999999999999999",
    "percent 33.333": "percent = 33.333",
    "percent in words": 'percent = "50"',
    "a number of 5,000 digits": f"percent = {'9' * 5_000}",
    "an hour": "percent = 50, at = 2025-01-01T00:00:00",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_file_that_says_no_figure_is_refused(text):
    good = toml_of(opened())
    assert "percent = 50" in good
    with pytest.raises(SchemeFault):
        scheme_of(good.replace("percent = 50", text, 1) if "percent" in text else text)


def test_a_file_that_is_deep_or_long_is_refused():
    for text in (f"a = {'[' * 5_000}", "#" * 100_000):
        with pytest.raises(SchemeFieldWrong):
            scheme_of(text)
