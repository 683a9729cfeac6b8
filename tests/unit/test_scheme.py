"""Schemes: those that come with the program, and what a scheme's file cannot say."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app import benefits
from app.benefits import fields, tariffs
from app.benefits.benefit import Band
from app.benefits.care import CareClass, med_types, package_med_types
from app.benefits.columns import days
from app.benefits.doubts import doubts
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
    SchemeNotToml,
    SourceOfNothing,
)
from app.benefits.scheme import Scheme
from app.benefits.scheme_file import package_schemes, scheme_of
from app.benefits.tariffs import CapsDisagree, SchemesOverlap, in_force
from app.texts import say
from app.texts.scheme_words import doubted
from app.texts.schemes import WORDS

FOLDER = Path(benefits.__file__).parent / "schemes" / "anyang"
TEXT_2021 = (FOLDER / "2021.toml").read_text(encoding="utf-8")
TEXT_2019 = (FOLDER / "2019.toml").read_text(encoding="utf-8")


def test_the_published_figures() -> None:
    """Contribution, waiting and term as published; benefits are in the cases."""
    found = [
        (x.id, x.contribution.total_fen, x.contribution.unit_and_worker_fen, x.waiting_days)
        for x in package_schemes()
    ]
    assert found == [
        ("2019", 9_000, 6_000, 30),
        ("2021", 7_500, 5_000, 30),
        ("2022", 7_500, 5_000, 0),
        ("2023", 7_500, 5_000, 0),
    ]
    assert [x.contribution.union_fen for x in package_schemes()] == [3_000, 2_500, 2_500, 2_500]
    assert [x.term_months for x in package_schemes()] == [12, 12, 12, None]
    assert {x.renewal_gap_days for x in package_schemes()} == {90}


@pytest.mark.parametrize("scheme", package_schemes(), ids=lambda x: x.id)
def test_a_scheme_survives_its_canonical_form(scheme: Scheme) -> None:
    again = Scheme.from_canonical(scheme.canonical())
    assert again == scheme
    assert again.canonical() == scheme.canonical()
    assert again.digest() == scheme.digest()
    assert len(scheme.digest()) == 64


def test_digests_differ_and_the_order_in_the_file_changes_nothing() -> None:
    assert len({x.digest() for x in package_schemes()}) == 4
    head, chronic, sources = _around(TEXT_2021, "[benefit.chronic]", "[[source]]")
    before, inpatient, _ = _around(head, "[benefit.inpatient]", "\x00")
    assert scheme_of(before + chronic + inpatient + sources) == scheme_of(TEXT_2021)


def _around(text: str, begin: str, end: str) -> tuple[str, str, str]:
    head, _, rest = text.partition(begin)
    middle, found, tail = rest.partition(end)
    return head, begin + middle, found + tail


@pytest.mark.parametrize(
    ("was", "becomes", "refused", "field"),
    [
        (
            "over_fen = 0, percent = 50",
            "over_fen = 1, percent = 50",
            BandsHaveHole,
            "inpatient.bands",
        ),
        ("percent = 50", "percent = 100.01", PercentOutOfRange, "bands"),
        ("percent = 50", "percent = -1", PercentOutOfRange, "bands"),
        ("percent = 50", "percent = 33.333", PercentOutOfRange, "percent"),
        ("percent = 50", "percent = nan", PercentOutOfRange, "percent"),
        ("percent = 50", 'percent = "50"', SchemeFieldWrong, "percent"),
        ("percent = 50", "percent = true", SchemeFieldWrong, "percent"),
        ("percent = 50", "share = 50", SchemeFieldUnknown, "inpatient.bands.share"),
        (", percent = 50", "", SchemeFieldMissing, "inpatient.bands.percent"),
        ("cap_fen = 10_000_000", "cap_fen = -1", CapOutOfRange, "inpatient.cap_fen"),
        ("cap_fen = 10_000_000", "cap_fen = 10.5", SchemeFieldWrong, "inpatient.cap_fen"),
        ("cap_fen = 10_000_000", 'cap_fen = "no"', SchemeFieldWrong, "cap_fen"),
        ("to = 2021-12-31", "to = 2020-12-31", SchemeDatesReversed, "covers_starting"),
        ("from = 2021-01-01", 'from = "soon"', SchemeFieldWrong, "from"),
        ("from = 2021-01-01", "from = 2021-01-01T00:00:00", SchemeFieldWrong, "from"),
        ("union_fen = 2_500", "union_fen = 2_501", ContributionPartsWrong, "contribution"),
        ("union_fen = 2_500", "unions_fen = 2_500", SchemeFieldUnknown, "contribution.unions_fen"),
        ("union_fen = 2_500", "", SchemeFieldMissing, "contribution.union_fen"),
        ("waiting_days = 30", "waiting_days = -1", SchemeFieldWrong, "waiting_days"),
        ("waiting_days = 30", "waiting_days = true", SchemeFieldWrong, "waiting_days"),
        ("term_months = 12", "term_months = 0", SchemeFieldWrong, "term_months"),
        ('pay_by = "start"', 'pay_by = "end"', SchemeFieldWrong, "pay_by"),
        ('"discharged_on"', '"born_on"', SchemeFieldWrong, "inpatient.falls_on"),
        ('waits_by = "admitted_on"', 'waits_by = "x"', SchemeFieldWrong, "inpatient.waits_by"),
        ('"hifob_pay"', '"acct_pay"', SchemeFieldWrong, "inpatient.deducts"),
        ('"hifob_pay"', '"hifp_pay"', SchemeFieldWrong, "inpatient.deducts"),
        ("[benefit.chronic]", "[benefit.dental]", SchemeFieldUnknown, "benefit.dental"),
        ('id = "2021"', 'id = ""', SchemeFieldWrong, "id"),
        ('id = "2021"', 'id = "2021"\nnote = "x"', SchemeFieldUnknown, "note"),
        ('of = ["waiting_days"]', "of = []", FigureWithoutSource, "waiting_days"),
        ('of = ["waiting_days"]', 'of = ["waiting"]', SourceOfNothing, "waiting"),
        ('says = "the calendar year"', 'says = ""', SourceOfNothing, "covers_starting"),
        ("[contribution]", "[contribution", SchemeNotToml, "toml"),
    ],
)
def test_a_broken_scheme_is_refused_by_name(
    was: str, becomes: str, refused: type[SchemeFault], field: str
) -> None:
    assert was in TEXT_2021
    with pytest.raises(refused) as found:
        scheme_of(TEXT_2021.replace(was, becomes, 1))
    assert str(found.value.facts["field"]).endswith(field)
    assert found.type is refused


@pytest.mark.parametrize("over", ["100_000", "0", "99_999"])
def test_bands_must_rise(over: str) -> None:
    """Equal or falling bounds: one yuan would lie in two bands."""
    text = TEXT_2019.replace(
        "over_fen = 0,", "over_fen = 0, percent = 20 },\n{ over_fen = 100_000,"
    )
    with pytest.raises(BandsOverlap):
        scheme_of(
            text.replace("over_fen = 100_000, percent = 50", f"over_fen = {over}, percent = 50")
        )


def test_every_assumption_says_so_and_nothing_published_does() -> None:
    """Published: domain figures in bold. A figure has one source or the other."""
    for scheme in package_schemes():
        for source in scheme.sources:
            assert source.assumption == (source.where == "assumption of this system")
    by_2022 = {
        figure: source.assumption for source in package_schemes()[2].sources for figure in source.of
    }
    assert by_2022["waiting_days"] is False
    assert by_2022["benefit.inpatient.bands"] is True


def test_an_open_ended_scheme_ends_the_day_before_the_next() -> None:
    now = package_schemes()
    following = replace(now[3], id="2026", starts_from=date(2026, 1, 1))
    asked = [date(2019, 9, 30), date(2019, 10, 1), date(2020, 12, 31), date(2025, 12, 31)]
    asked += [date(2026, 1, 1), date(9999, 12, 31)]
    assert in_force(now).starting(days(asked)).tolist() == [-1, 0, 0, 3, 3, 3]
    both = in_force([following, *now])
    assert both.starting(days(asked)).tolist() == [-1, 0, 0, 3, 4, 4]
    assert [x.id for x in both.schemes] == ["2019", "2021", "2022", "2023", "2026"]


def test_a_day_between_two_schemes_is_in_none() -> None:
    first, last = package_schemes()[0], package_schemes()[3]
    assert in_force([first, last]).starting(days([date(2021, 5, 5)])).tolist() == [-1]


def test_schemes_in_force_on_one_day_are_refused() -> None:
    now = package_schemes()
    with pytest.raises(SchemesOverlap):
        in_force([*now, replace(now[1], id="2021b", starts_from=date(2021, 12, 31))])
    with pytest.raises(SchemesOverlap):
        in_force([now[3], replace(now[3], id="2023b")])


def test_schemes_that_share_a_benefit_year_must_agree_on_its_caps() -> None:
    now = package_schemes()
    inpatient, chronic = now[3].benefit("inpatient"), now[3].benefit("chronic")
    assert inpatient
    assert chronic
    more = (chronic, replace(inpatient, cap_fen=20_000_000))
    mid_year = replace(now[3], id="2024", starts_from=date(2024, 7, 1), benefits=more)
    with pytest.raises(CapsDisagree):
        in_force([*now, mid_year])
    in_force([*now, replace(mid_year, starts_from=date(2025, 1, 1))])


def test_every_fault_of_a_scheme_has_words() -> None:
    faults = {
        x.__name__
        for module in (fields, tariffs)
        for x in vars(module).values()
        if isinstance(x, type) and issubclass(x, SchemeFault) and x is not SchemeFault
    }
    assert faults == WORDS.keys()


def test_the_table_of_kinds_of_care_may_be_dated() -> None:
    table = med_types(
        """
        med_type = [
            { code = "21", class = "inpatient" },
            { code = "30", class = "not_paid", to = 2023-12-31 },
            { code = "30", class = "inpatient", from = 2024-01-01 },
        ]
        """
    )
    asked = days([date(2023, 12, 31), date(2024, 1, 1), date(1999, 1, 1), date(2024, 1, 1)])
    found = table.classify(["30", "30", "21", "31"], asked).tolist()
    assert found == [
        *(CareClass.NOT_PAID, CareClass.INPATIENT),
        *(CareClass.INPATIENT, CareClass.UNKNOWN),
    ]
    assert table.class_of("30", date(2023, 12, 31)) is CareClass.NOT_PAID


def test_the_table_names_each_code_once() -> None:
    text = (FOLDER / "med_types.toml").read_text(encoding="utf-8")
    codes = [line["code"] for line in tomllib.loads(text)["med_type"]]
    assert len(codes) == len(set(codes)) == 19
    none = package_med_types().classify([], np.empty(0, np.int32))
    assert none.tolist() == []


CAP = '应写成：10_000_000 / "none"'


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("cap_fen = 10_000_000", "", f"benefit.inpatient.cap_fen：缺少这一项，{CAP}"),
        ("cap_fen = 10_000_000", 'cap_fen = "no"', f"benefit.inpatient.cap_fen：写法不对，{CAP}"),
        ("waiting_days = 30", "", "waiting_days：缺少这一项，应写成：30"),
        ("waiting_days = 30", "waiting_day = 30", "waiting_day：没有这一项。这里可以写：id, "),
        ("waiting_days = 30", "waiting_days = 9999", "waiting_days：写法不对，应写成：0–3660"),
        ("waiting_days = 30", "waiting_days = 30\nx = 1", "x：没有这一项。这里可以写："),
        (
            "percent = 50",
            "percent = 50, y = 1",
            "bands.y：没有这一项。这里可以写：over_fen, ",
        ),
        ("from = 2021-01-01", 'from = "x"', "covers_starting.from：写法不对，应写成：2027-01-01"),
    ],
)
def test_a_refusal_says_which_of_three_it_is_and_what_is_expected(
    was: str, becomes: str, said: str
) -> None:
    with pytest.raises(SchemeFieldWrong) as found:
        scheme_of(TEXT_2021.replace(was, becomes, 1))
    assert said in say(found.value)


def test_what_is_probably_not_meant_is_asked_about_and_not_refused() -> None:
    scheme = scheme_of(TEXT_2021)
    assert doubts(scheme) == []
    assert doubts(replace(scheme, id="city-a")) == doubts(replace(scheme, id="20211")) == []
    later = replace(scheme, starts_from=date(2022, 1, 1), starts_to=None)
    assert [(x.key, x.facts) for x in doubts(later)] == [
        ("scheme_of_another_year", {"scheme": "2021", "starts_from": "2022-01-01"})
    ]
    chronic, inpatient = scheme.benefits
    nothing = (replace(chronic, cap_fen=0), replace(inpatient, bands=(Band(0, 0),)))
    asked = doubts(replace(scheme, benefits=nothing))
    said = [doubted(x.key, x.facts, "zh")[:9] for x in asked]
    assert said == ["请核对：门诊慢性病", "请核对：住院的补助"]
