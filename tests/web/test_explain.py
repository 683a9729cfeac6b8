"""The sentences of an explanation say the columns, to the fen, whatever the kernel answered."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.benefits.scheme_file import package_schemes
from app.texts import LANGUAGES
from app.texts.amounts import MINUS, exact_money, money, share
from app.texts.explain import explain
from app.texts.explained import Answer, Bill, Sentence, Term
from app.texts.plainly import plainly
from app.texts.steps import WORDS
from app.texts.to_officers import TO_OFFICERS
from tests.unit.busy_years import busy_years
from tests.unit.model import Bill as ModelBill
from tests.unit.model import Cover
from tests.unit.runs import determine_run
from tests.unit.strategies import years

SCHEMES = {scheme.id: scheme for scheme in package_schemes()}
AMOUNT = re.compile(rf"{MINUS}?¥[0-9,]+\.[0-9]{{2,}}")
HAN = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\(\w+\)s")
SPOKEN_TO = re.compile(r"您|\byou", re.IGNORECASE)
TERM = Term(starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31), waits_until=date(2021, 1, 31))
BILL = Bill(
    med_type="21",
    begndate=date(2021, 3, 1),
    enddate=date(2021, 3, 9),
    setl_time=datetime(2021, 3, 9, 10),  # noqa: DTZ001 - the bureau names no zone
    mdtrt_id="",
    inscp_scp_amt=1_000_000,
    hifp_pay=600_000,
    hifob_pay=0,
    hifmi_pay=0,
    act_pay_dedc=0,
    psn_part_amt=450_000,
    fulamt_ownpay_amt=50_000,
    overlmt_selfpay=0,
    preselfpay_amt=20_000,
)
GRANTED = Answer(
    care="inpatient",
    benefit_year=2021,
    base_fen=380_000,
    gross_fen=190_000,
    room_fen=10_000_000,
    payable_fen=190_000,
    refusal=None,
)


def amounts(text: str) -> list[Decimal]:
    """The amounts of a sentence in fen, exactly."""
    return [read(found) * 100 for found in AMOUNT.findall(text)]


def read(amount: str) -> Decimal:
    return Decimal(re.sub("[¥,]", "", amount).replace(MINUS, "-"))


def last(sentence: Sentence) -> Decimal:
    return amounts(sentence.text)[-1]


def told(answer: Answer, bill: Bill, scheme: str, term: Term | None) -> dict[str, Sentence]:
    """The sentences by name; the same steps and amounts in both languages."""
    zh, en = (explain(answer, bill, SCHEMES.get(scheme), term, lang) for lang in LANGUAGES)
    assert [x.name for x in zh] == [x.name for x in en]
    assert [amounts(x.text) for x in zh] == [amounts(x.text) for x in en]
    for chinese, english in zip(zh, en, strict=True):
        assert HAN.search(chinese.text)
        assert not HAN.search(english.text)
    for lang, mine in zip(LANGUAGES, (zh, en), strict=True):
        officers = explain(answer, bill, SCHEMES.get(scheme), term, lang, to_officer=True)
        assert [(x.name, amounts(x.text)) for x in officers] == [
            (x.name, amounts(x.text)) for x in mine
        ]
        assert not [x.text for x in officers if SPOKEN_TO.search(x.text)]
    return {sentence.name: sentence for sentence in zh}


def test_an_officer_is_never_spoken_to_as_the_member() -> None:
    spoken = {name for name, said in WORDS.items() if SPOKEN_TO.search(said.zh + said.en)}
    assert len(spoken) > 10
    assert spoken <= TO_OFFICERS.keys() <= WORDS.keys()
    for name, said in TO_OFFICERS.items():
        assert not SPOKEN_TO.search(said.zh + said.en), name
        for one, other in zip(said, WORDS[name], strict=True):
            assert set(PLACE.findall(one)) == set(PLACE.findall(other)), name


def determined(
    covers: list[Cover], bills: list[ModelBill]
) -> Iterator[tuple[ModelBill, Answer, str, Term | None]]:
    """What the kernel answers, in the order it grants, with what each stay had before."""
    answers = {row[0]: row for row in determine_run(covers, bills)}
    stays: dict[tuple[str, ...], int] = defaultdict(int)
    for bill in sorted(bills, key=lambda x: (x.setl_time, x.setl_id)):
        _, _, care, scheme, *columns, refusal = answers[bill.setl_id]
        base, gross, room, payable = (int(Decimal(x) * 100) if x else None for x in columns)
        day = bill.setl_time.date() if care == "chronic" else bill.enddate
        cover = next(
            (x for x in covers if x.certno == bill.certno and x.starts_on <= day <= x.ends_on), None
        )
        term = cover and Term(
            starts_on=cover.starts_on, ends_on=cover.ends_on, waits_until=cover.waits_until
        )
        year = cover.starts_on.year if cover else None
        stay = (bill.certno, care, str(year), bill.mdtrt_id)
        before = stays[stay] if bill.mdtrt_id and scheme == "2019" else 0
        if not refusal and scheme == "2019":
            stays[stay] += base
        yield (
            bill,
            Answer(
                care=care or None,
                benefit_year=year,
                base_fen=base,
                gross_fen=gross,
                room_fen=room,
                payable_fen=payable,
                refusal=refusal or None,
                stay_before_fen=before,
            ),
            scheme,
            term if scheme or refusal == "not_in_scheme" else None,
        )


def national(bill: ModelBill) -> Bill:
    names = {x for x in Bill.__slots__ if x != "act_pay_dedc"}
    return Bill(act_pay_dedc=0, **{name: getattr(bill, name) for name in names})


@settings(deadline=None, max_examples=40)
@given(years())
def test_what_the_kernel_answers_is_what_is_said(
    run: tuple[list[Cover], list[ModelBill]],
) -> None:
    for row in determined(*run):
        _says(*row)


@pytest.mark.parametrize("seed", [1, 2])
def test_long_stays_and_used_up_rooms_are_said_too(seed: int) -> None:
    met = Counter()
    for row in determined(*busy_years(seed, members=6, count=500)):
        met.update(_says(*row).keys())
    for name in (
        "stay_gross",
        "no_cap",
        "payable_room",
        "payable_exhausted",
        "base_borne",
        "base_zero",
    ):
        assert met[name] > 5, (name, met)


def _says(bill: ModelBill, answer: Answer, scheme: str, term: Term | None) -> dict[str, Sentence]:
    said = told(answer, national(bill), scheme, term)
    assert "does_not_add_up" not in said, (said, answer)
    if answer.refusal:
        assert not any(name.startswith("payable") for name in said)
        assert any(name.startswith("do_") for name in said)
        return said
    [base] = [x for name, x in said.items() if name.startswith("base_")]
    assert last(base) == answer.base_fen
    assert last(said.get("stay_gross") or said["gross"]) == answer.gross_fen
    [payable] = [x for name, x in said.items() if name.startswith("payable")]
    assert last(payable) == answer.payable_fen
    if "room" in said:
        cap, used, room = amounts(said["room"].text)
        assert (room, cap - used) == (answer.room_fen, answer.room_fen)
    for name in ("formula", "borne", "stay_gross"):
        if name in said:
            first, *others, result = amounts(said[name].text)
            assert first - sum(others) == result
    for name in ("gross", "stay_after", "stay_before"):
        if name in said:
            _bands_add_up(said[name].text)
    return said


def _bands_add_up(text: str) -> None:
    """Each band's part times its share is what is said, and the parts make the sum."""
    exact = []
    for part, percent, result in re.findall(r"¥([0-9,.]+) × ([0-9.]+)% = ¥([0-9,.]+[0-9])", text):
        product = Decimal(part.replace(",", "")) * Decimal(percent) / 100
        assert product == Decimal(result.replace(",", ""))
        exact.append(product * 100)
    rounded = int(sum(exact) + Decimal("0.5"))
    assert amounts(text)[-1] == rounded
    if len(exact) > 1:
        assert sum(exact) in amounts(text)


def test_every_sentence_of_a_grant_names_its_rule_and_the_rules_source() -> None:
    for sentence in told(GRANTED, BILL, "2021", TERM).values():
        assert sentence.clauses or sentence.name == "payable", sentence
        for clause in sentence.clauses:
            assert clause.title
            assert clause.says
            assert clause.where


def test_the_shares_clause_is_the_published_sentence() -> None:
    said = told(GRANTED, BILL, "2021", TERM)
    [clause] = said["gross"].clauses
    assert (clause.scheme, clause.care, clause.assumption) == ("2021", "住院", False)
    assert "50%" in clause.says
    [waits, day] = said["waited"].clauses
    assert waits.assumption
    assert day.care == "住院"


def test_waiting_says_the_last_waiting_day() -> None:
    admitted = replace(BILL, begndate=date(2021, 1, 30))
    refused = replace(
        GRANTED, refusal="waiting", base_fen=None, gross_fen=None, room_fen=None, payable_fen=0
    )
    said = told(refused, admitted, "2021", TERM)
    assert "2021-01-30" in said["waiting"].text
    assert "do_waiting" in said
    assert "2021-01-30" in told(GRANTED, BILL, "2021", TERM)["waited"].text
    waived = told(replace(GRANTED, decided="waive_waiting"), admitted, "2021", TERM)
    assert "waited" not in waived
    assert "2021-01-30" in waived["waiting_waived"].text
    assert "does_not_add_up" not in waived


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"refusal": "refunded"}, "refunded"),
        ({"refusal": "held", "med_type": "22", "care": None}, "held_injury"),
        ({"refusal": "held", "med_type": "140201", "care": None}, "held"),
        ({"refusal": "not_in_scheme", "med_type": "11", "care": None}, "not_paid"),
        ({"refusal": "not_in_scheme", "scheme": ""}, "before_schemes"),
        ({"refusal": "not_in_scheme", "scheme": "2019", "care": "chronic"}, "care_not_paid"),
        ({"refusal": "unknown_med_type", "med_type": "99", "care": None}, "unknown_med_type"),
        ({"refusal": "no_cover", "scheme": "", "term": None}, "no_cover"),
        ({"refusal": "date_missing"}, "date_missing"),
    ],
)
def test_each_refusal_says_why_and_what_to_do(columns: dict[str, str], name: str) -> None:
    answer = replace(
        GRANTED,
        base_fen=None,
        gross_fen=None,
        room_fen=None,
        payable_fen=0,
        refusal=columns["refusal"],
        care=columns.get("care", "inpatient"),
    )
    bill = replace(BILL, med_type=columns.get("med_type", "21"))
    said = told(answer, bill, columns.get("scheme", "2021"), columns.get("term", TERM))
    assert name in said
    assert list(said)[-1].startswith("do_")


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_fen": 380_001},
        {"gross_fen": 190_001, "payable_fen": 190_001},
        {"payable_fen": 189_999},
        {"payable_fen": 190_001},
        {"room_fen": None},
    ],
)
def test_what_does_not_add_up_is_said(wrong: dict[str, int]) -> None:
    assert "does_not_add_up" not in told(GRANTED, BILL, "2021", TERM)
    assert "does_not_add_up" in told(replace(GRANTED, **wrong), BILL, "2021", TERM)


def test_a_stay_is_rounded_once_for_each_sum() -> None:
    answer = replace(
        GRANTED,
        benefit_year=2019,
        base_fen=150_001,
        stay_before_fen=80_000,
        gross_fen=71_001,
        room_fen=None,
        payable_fen=71_001,
    )
    bill = replace(BILL, mdtrt_id="M1", inscp_scp_amt=150_001, hifp_pay=0, psn_part_amt=None)
    said = told(answer, bill, "2019", replace(TERM, starts_on=date(2019, 10, 1)))
    assert "¥950.005" in said["stay_after"].text
    assert amounts(said["stay_gross"].text) == [95_001, 24_000, 71_001]
    assert "does_not_add_up" not in said


@given(st.integers(-(10**16), 10**16))
def test_money_is_read_back(fen: int) -> None:
    assert read(money(fen)) * 100 == fen


@given(st.integers(-(10**20), 10**20))
def test_exact_money_is_exact(amount: int) -> None:
    assert read(exact_money(amount)) * 1_000_000 == amount


def test_shares_have_no_idle_zeros() -> None:
    assert [share(x) for x in (0, 5, 2_000, 3_350, 10_000)] == [
        "0%",
        "0.05%",
        "20%",
        "33.5%",
        "100%",
    ]


def test_a_reason_without_its_facts_leaves_its_places_open() -> None:
    assert plainly("ColumnMissing", "en") == "The column “…” must exist and does not."
    assert "…" in plainly("ColumnMissing", "zh")
    for reason in ("SetlIdTwice", "RowWidth"):
        assert not {"…", "%"} & set(plainly(reason, "en") + plainly(reason, "zh"))
