"""What other rules would have cost: the same bills, in the same order, by the same kernel."""

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import benefits as schemes
from app.adjudication.replay import recompute
from app.benefits.fields import CapOutOfRange, SchemeFault, SchemeFieldUnknown
from app.benefits.scheme_file import line_of, package_schemes
from app.cover.end_at_death import end_at_death
from app.evidence.append import record
from app.simulation.answer import Answer, answer
from app.simulation.asked import Asked, ask
from app.simulation.gather import NothingToAsk
from app.simulation.keep import Loaded, loaded, set_folder
from app.simulation.outlook import Ahead, SuppositionOutOfRange
from app.simulation.question import NobodyCovered, Question, YearsReversed
from app.simulation.supposed import supposed_change, supposed_scheme
from app.texts import say
from tests import forks
from tests.conftest import Database
from tests.db.office import Office, bill
from tests.db.test_replay import a_busy_year

RECORDED = """
SELECT sum(payable_fen)::bigint FROM determination d WHERE benefit_year = 2021 AND NOT EXISTS (
    SELECT FROM determination f WHERE f.claim_id = d.claim_id AND f.seq > d.seq)
"""
SCHEMES = {scheme.id: scheme for scheme in package_schemes()}
SIXTY = {"benefit.inpatient.bands": [{"over_fen": 0, "basis_points": 6_000}]}
NOT_AHEAD = Ahead(0)
HIGHER = {**SIXTY, "benefit.inpatient.cap_fen": 15_000_000}


@pytest.fixture(autouse=True)
def beside(tmp_path: Path) -> None:
    set_folder(tmp_path)


@pytest.fixture
def office(session) -> Office:
    return Office(session)


def asked(office: Office, figures, first=2021, last=2021, ahead=NOT_AHEAD) -> Asked:
    held = loaded(office.session)
    return ask(held, supposed_change(SCHEMES["2021"], figures), first, last, ahead)


def paid(found: Answer) -> list[tuple[int, int]]:
    """Of each year what was paid and what would have been."""
    sums = (side.paid_fen.sum(axis=(1, 2, 3)).tolist() for side in (found.was, found.supposed))
    return list(zip(*sums, strict=True))


def test_sixty_percent_and_a_cap_of_150000(office):
    """100,000.00 and the cap as they were: 60,000.00 more would fit under the cap asked about."""
    office.covered([0, 1], date(2021, 1, 1))
    office.determine(
        bill("A1", 0, "2021-02-10", "150000.00"),
        bill("A2", 0, "2021-03-10", "100000.00"),
        bill("B1", 1, "2021-03-10", "1000.00"),
    )
    found = asked(office, HIGHER).answer
    assert paid(found) == [(10_000_000 + 50_000, 15_000_000 + 60_000)]
    assert found.changed == (2, 5_000_000 + 10_000, 0, 0)
    assert found.was.at_cap.tolist() == [[1, 0]]
    assert found.supposed.at_cap.tolist() == [[0, 0]]
    assert found.was.owed_fen.sum() == found.supposed.owed_fen.sum() == 2 * 7_500


def test_the_rules_as_they_were_change_nothing(session):
    """Also with a correction, a refund, a cover that came late, a held bill and the cap reached."""
    a_busy_year(session)
    held = loaded(session)
    found = answer(held.inputs, held.schemes, held.was, Question(SCHEMES["2021"], 2021, 2021))
    assert found.changed == (0, 0, 0, 0)
    for name in found.was.__slots__:
        assert np.array_equal(getattr(found.was, name), getattr(found.supposed, name)), name
    recorded = session.scalars(text(RECORDED)).one()
    moved = sum(x.would_be_fen - x.payable_fen for x in recompute(session, 2021))
    assert paid(found) == [(recorded + moved, recorded + moved)]


def test_a_supposed_waiting_is_a_first_covers_alone(office):
    office.covered([0], date(2021, 6, 1))
    office.covered([0, 1], date(2022, 6, 1))
    office.determine(
        bill("A1", 0, "2021-07-10", "1000.00"),  # waited for 30 days as it was; 60 would be more
        bill("A2", 0, "2022-06-10", "1000.00"),  # a renewal
        bill("B1", 1, "2022-06-10", "1000.00"),  # a first cover, of a year without waiting
    )
    found = asked(office, {"waiting_days": 60}, 2021, 2022).answer
    assert paid(found) == [(50_000, 0), (100_000, 50_000)]
    assert found.changed == (0, 0, 2, 100_000)
    later = asked(office, {"waiting_days": 60}, 2022, 2022).answer
    assert paid(later) == [(100_000, 50_000)]


def test_a_contribution_changes_what_units_owe_and_not_what_gifts_do(office):
    office.covered([0, 1], date(2021, 1, 1))
    found = asked(office, {"contribution.total_fen": 9_000})
    assert found.scheme.contribution.union_fen == 4_000
    assert found.answer.was.owed_fen.sum() == 15_000
    assert found.answer.supposed.owed_fen.sum() == 18_000
    assert int(found.answer.heads.sum()) == 2


def test_every_table_adds_up_to_the_same_fen(session):
    office = a_busy_year(session)
    found = asked(office, HIGHER, 2021, 2022, Ahead(3)).answer
    for side in (found.was, found.supposed):
        by_group = side.groups_fen.sum(axis=2)
        assert np.array_equal(by_group, side.paid_fen.sum(axis=(1, 2)))
    more = sum(supposed - was for was, supposed in paid(found))
    assert more == found.changed.more_fen - found.changed.less_fen
    assert int(found.group_heads.sum()) == int(found.heads.sum()) == 5


def test_the_balance_goes_on_as_supposed(office):
    office.covered(range(10), date(2021, 1, 1))
    office.determine(*(bill(f"A{n}", n, "2021-02-10", "100.00") for n in range(10)))
    years = asked(office, SIXTY, ahead=Ahead(2, 1_000, 5_000, 0)).supposed
    assert [(x.year, x.ahead, x.owed_fen, x.paid_fen) for x in years] == [
        (2021, False, 75_000, 60_000),
        (2022, True, 82_500, 99_000),  # 11 heads, each 60.00 and half as much again
        (2023, True, 90_750, 163_350),
    ]
    assert [x.left_fen for x in years] == [15_000, -1_500, -74_100]
    for year in years:
        assert year.low_fen < year.left_fen < year.high_fen
    assert years == asked(office, SIXTY, ahead=Ahead(2, 1_000, 5_000, 0)).supposed


def test_a_second_question_reads_nothing(session, tmp_path):
    office = a_busy_year(session)
    read: list[tuple[int, int]] = []

    def held(**how) -> Loaded:
        read.clear()
        return loaded(session, lambda done, of: read.append((done, of)), **how)

    first = held()
    assert read[-1][0] == read[-1][1]
    again = held(anew=True)
    assert read == []
    assert again.read_at == first.read_at
    record(session, "cover.tested", by=office.by)
    assert held().read_at == first.read_at  # of a minute ago
    assert read == []
    held(anew=True)
    assert read
    assert len(list((tmp_path / "what-if").iterdir())) == 1


def test_columns_that_another_version_laid_down_are_made_anew(session, tmp_path):
    office = a_busy_year(session)
    before = paid(asked(office, HIGHER).answer)
    [place] = (tmp_path / "what-if").iterdir()
    (place / "begins.npy").rename(place / "whose.npy")
    assert paid(asked(office, HIGHER).answer) == before
    assert (place / "begins.npy").exists()
    assert not (place / "whose.npy").exists()


@pytest.mark.parametrize("later", [0, 5])
def test_columns_of_another_log_are_made_anew(session, tmp_path, later):
    """A fund that was restored comes to the same numbers of events, and to others' columns."""
    office = a_busy_year(session)
    before = asked(office, HIGHER).answer
    office.determine(bill("E1", 1, "2021-09-01", "4000.00"))
    last = session.scalar(text("SELECT max(id) FROM event"))
    [place] = (tmp_path / "what-if").iterdir()
    place = place.rename(place.with_name(str(last + later)))
    words = json.loads((place / "words.json").read_text(encoding="utf-8"))
    # A test is one transaction, and all its events are of one moment.
    words["last"] = "1609430400.000000"
    (place / "words.json").write_text(json.dumps(words), encoding="utf-8")
    found = asked(office, HIGHER).answer
    assert paid(found) != paid(before)
    assert (tmp_path / "what-if" / str(last) / "words.json").exists()


def test_what_was_granted_before_a_cover_was_cut_stands(office):
    """A death that is told of late: the bill is asked under the cover as it was; no second head."""
    office.covered([0], date(2021, 1, 1))
    office.determine(bill("A1", 0, "2021-11-10", "1000.00"))
    end_at_death(office.session, {office.live("A1").member_id: date(2021, 9, 1)}, by=office.by)
    found = asked(office, SIXTY).answer
    assert paid(found) == [(50_000, 60_000)]
    assert int(found.heads.sum()) == 1
    assert found.supposed.owed_fen.sum() == 7_500


def test_gifts_and_unions_of_a_whole_year(lived):
    held = loaded(lived)
    found = ask(held, supposed_change(SCHEMES["2021"], HIGHER), 2021, 2021, Ahead(0)).answer
    gifts = held.inputs.gift & held.inputs.granted
    assert gifts.any()
    assert not gifts.all()
    of_year = held.inputs.granted & (held.inputs.benefit_year == 2021)
    assert found.was.owed_fen.sum() == held.inputs.due_fen[of_year].sum()
    assert paid(found)[0][0] < paid(found)[0][1]


@pytest.mark.parametrize(
    ("years", "refused"), [((2022, 2021), YearsReversed), ((2030, 2031), NobodyCovered)]
)
def test_years_that_cannot_be_asked_about(office, years, refused):
    office.covered([0], date(2021, 1, 1))
    with pytest.raises(refused):
        asked(office, SIXTY, *years)


def test_nobody_was_ever_covered(office):
    with pytest.raises(NothingToAsk):
        loaded(office.session)


@pytest.mark.parametrize("wrong", [{"years": 21}, {"growth": 5_001}, {"ageing": -1}])
def test_suppositions_nobody_could_mean(wrong):
    with pytest.raises(SuppositionOutOfRange):
        Ahead(**wrong)


def test_a_file_needs_no_sources_and_its_faults_have_lines():
    toml = (Path(schemes.__file__).parent / "schemes/anyang/2021.toml").read_text(encoding="utf-8")
    bare = toml[: toml.index("\n[[source]]")].replace("percent = 50", "percent = 60")
    scheme = supposed_scheme(bare)
    assert scheme.benefits[1].bands[0].basis_points == 6_000
    assert all(source.assumption for source in scheme.sources)
    for change, at in (
        (
            ("{ over_fen = 0, percent = 60 }", "{ over_fen = 9, percent = 60 }"),
            "bands = [{ over_fen = 9",
        ),
        (("cap_fen = 10_000_000", "cap_fen = -1"), "cap_fen = -1"),
        (("percent = 20", "percent = 500"), "bands = [{ over_fen = 0, percent = 500"),
        (("waiting_days = 30", "waiting_days ="), "waiting_days ="),
        (("union_fen = 2_500", "union_fen = 2_400"), "[contribution]"),
    ):
        wrong = bare.replace(*change)
        with pytest.raises(SchemeFault) as refused:
            supposed_scheme(wrong)
        line = line_of(wrong, refused.value.facts["field"])
        assert wrong.splitlines()[line - 1].startswith(at)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("waiting_days = 30", "waiting_dayz = 30"),
        ("waiting_days = 30", '"waiting_dayz" = 30'),
        ("[contribution]", "[contributon]"),
        ("union_fen = 2_500", "unions_fen = 2_500"),
        ("cap_fen = 300_000", "cap_fem = 300_000"),
        ("{ over_fen = 0, percent = 20 }", "\n{ over_fen = 0, percent = 20 },\n{ ovre_fen = 9 }"),
        ("to = 2021-12-31 }", "too = 2021-12-31 }"),
    ],
)
def test_a_misspelt_name_is_told_with_its_own_line_and_the_names_there_are(was, becomes):
    """It is not that another field is missing, on the first line."""
    toml = (Path(schemes.__file__).parent / "schemes/anyang/2021.toml").read_text(encoding="utf-8")
    wrong = toml.replace(was, becomes)
    with pytest.raises(SchemeFieldUnknown) as refused:
        supposed_scheme(wrong)
    written = re.findall(r"[a-z_]+", becomes)
    [misspelt] = [x for x in written if refused.value.facts["field"].split(".")[-1] == x]
    line = line_of(wrong, refused.value.facts["field"])
    assert misspelt in wrong.splitlines()[line - 1]
    assert misspelt not in refused.value.facts["known"].split(", ")


def test_what_is_advised_for_no_cap_can_be_written():
    toml = (Path(schemes.__file__).parent / "schemes/anyang/2021.toml").read_text(encoding="utf-8")
    with pytest.raises(CapOutOfRange) as refused:
        supposed_scheme(toml.replace("cap_fen = 10_000_000", "cap_fen = -1"))
    for lang in ("zh", "en"):
        [advised] = re.findall(r'cap_fen = \S*"', say(refused.value, lang))
        made = supposed_scheme(toml.replace("cap_fen = 10_000_000", advised))
        assert [benefit.cap_fen for benefit in made.benefits] == [300_000, None]


@pytest.mark.parametrize(("brackets", "line"), [(20_000, 2), (60_000, 1)])
def test_a_file_nobody_could_read_is_refused_with_a_line_too(brackets: int, line: int) -> None:
    """Tables in tables in tables; or more than a scheme can be, of which nothing is read."""
    toml = f'id = "deep"\na = {"[" * brackets}{"]" * brackets}\n'
    with pytest.raises(SchemeFault) as refused:
        supposed_scheme(toml)
    assert line_of(toml, refused.value.facts["field"]) == line


def test_the_command(database: Database, tmp_path: Path) -> None:
    with Session(database.engine) as session:
        a_busy_year(session)
        session.commit()

    def huzhu(*given: str) -> tuple[int, dict[str, Any]]:
        done = forks.run("simulate", *given, "--json", env={**os.environ, **database.environ})
        return done.returncode, json.loads(done.stdout)

    cap = ("--set", "benefit.inpatient.cap_fen=15000000")
    code, told = huzhu("--years", "2021-2022", *cap, "--growth", "2.5", "--ahead", "1")
    assert code == 0, told
    assert [x["year"] for x in told["years"]] == [2021, 2022]
    assert told["years"][0]["supposed"]["paid_fen"] > told["years"][0]["was"]["paid_fen"]
    assert [x["ahead"] for x in told["balance"]] == [False, False, True]
    file = tmp_path / "question.toml"
    file.write_text('id = "2021"\nwaiting_days = "many"\n', encoding="utf-8")
    code, told = huzhu("--years", "2021", "--scheme", str(file))
    assert (code, told["error"], told["line"]) == (2, "SchemeFieldMissing", 1)
    file.write_bytes(b"")  # no question, and not the scheme in force
    assert huzhu("--years", "2021", "--scheme", str(file))[1]["error"] == "SchemeFieldMissing"
    for years in ("2021-", "0000-2021", "２０２１"):
        assert huzhu("--years", years, *cap)[1]["error"] == "YearsWrong"
    assert huzhu("--years", "2021")[1]["error"] == "FileOrFigures"
