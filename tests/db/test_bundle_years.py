"""Bundles of several benefit years and of a calendar year: they hold, and what is forged shows."""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import frictionless
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.bundle import json_bytes
from app.audit.make import NothingBookedInYear, make_booked, make_bundle
from tests.conftest import Database
from tests.db.fund_year import keys
from tests.faults.forge import Bundle
from tests.faults.test_tamper import chances

CALENDAR = 2021


@pytest.fixture(scope="module")
def fund(lived_database: Database) -> Iterator[Session]:
    keys()
    with lived_database.engine.connect() as connection, Session(connection) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def several(fund: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("years") / "years.zip"
    make_bundle(fund, (2021, 2019), out)
    return out


@pytest.fixture(scope="module")
def booked(fund: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("booked") / "booked.zip"
    make_booked(fund, CALENDAR, out)
    return out


def test_several_years_hold_and_each_is_what_it_is_alone(
    fund: Session, several: Path, tmp_path: Path
) -> None:
    result = verify.examine(str(several))
    assert result["fault"] is None, result["fault"].says("en")
    assert result["benefit_years"] == [2019, 2021]
    assert "2019, 2021" in verify.report(result, "en")
    alone = {}
    for year in (2019, 2021):
        make_bundle(fund, year, tmp_path / f"{year}.zip")
        alone[year] = verify.examine(str(tmp_path / f"{year}.zip"))
        with zipfile.ZipFile(several) as all_, zipfile.ZipFile(tmp_path / f"{year}.zip") as one:
            for name in verify.OF_YEAR:
                if name in one.namelist():
                    assert all_.read(f"{year}/{name}") == one.read(name)
    for each in ("determinations", "payments", "received_fen", "paid_fen"):
        assert result[each] == sum(found[each] for found in alone.values())
    again = tmp_path / "again.zip"
    make_bundle(fund, [2019, 2021], again)
    assert again.read_bytes() == several.read_bytes()


@pytest.mark.parametrize("which", ["several", "booked"])
def test_unpacked_they_hold_and_every_year_is_a_data_package(
    which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with zipfile.ZipFile(request.getfixturevalue(which)) as bundle:
        bundle.extractall(tmp_path)
    result = verify.examine(str(tmp_path))
    assert result["fault"] is None
    for year in result["benefit_years"]:
        report = frictionless.validate(str(tmp_path / str(year) / "datapackage.json"))
        assert report.valid, report.flatten(["title", "message"])


def test_a_calendar_year_has_every_entry_booked_in_it(fund: Session, booked: Path) -> None:
    result = verify.examine(str(booked))
    assert result["fault"] is None, result["fault"].says("en")
    assert f"calendar year {CALENDAR}" in verify.report(result, "en")
    wanted = fund.scalars(
        text("SELECT id FROM entry WHERE extract(year FROM booked_on) = :year ORDER BY 1"),
        {"year": CALENDAR},
    ).all()
    shown = set()
    for year in result["benefit_years"]:
        shown |= {int(row[0]) for row in table_of(booked, year, "entry")}
    assert set(wanted) <= shown
    assert len(wanted) > 10
    # The bank: what it had before, what moved and what it had after, by the calendar.
    at_bank = fund.execute(
        text(
            "SELECT sum(p.amount_fen) FILTER (WHERE extract(year FROM e.booked_on) < :year),"
            " sum(p.amount_fen) FROM posting p JOIN entry e ON e.id = p.entry_id"
            " WHERE p.account = '1001' AND extract(year FROM e.booked_on) <= :year"
        ),
        {"year": CALENDAR},
    ).one()
    assert (result["opening_fen"], result["closing_fen"]) == tuple(map(int, at_bank))
    with pytest.raises(NothingBookedInYear):
        make_booked(fund, 1999, booked.with_name("1999.zip"))


def table_of(path: Path, year: int, name: str) -> list[list[str]]:
    return OfYear(path, year).table(name)[1:]


class OfYear(Bundle):
    """A forger's look at one year of several."""

    def __init__(self, path: Path, year: int) -> None:
        super().__init__(path)
        self.all, self.year = self.files, year

    def table(self, name: str) -> list[list[str]]:
        self.files = {f"data/{name}.csv": self.all[f"{self.year}/data/{name}.csv"]}
        return super().table(name)


def forged(bundle: Bundle, tmp_path: Path) -> str:
    """Totals, digests and manifest repaired; what the verifier finds."""
    totals: dict[str, dict[str, bytes]] = defaultdict(dict)
    for name, content in bundle.files.items():
        year, _, rest = name.partition("/")
        if year.isdigit():
            totals[year][rest] = content
    for year, files in totals.items():
        part = Bundle.__new__(Bundle)
        part.files = files
        bundle.files[f"{year}/control.json"] = json_bytes(part._control())
    manifest = json.loads(bundle.files["manifest.json"])
    for each in manifest["files"]:
        content = bundle.files[each["name"]]
        each |= {"bytes": len(content), "sha256": verify.hashlib.sha256(content).hexdigest()}
    result = verify.examine(str(bundle.seal(json_bytes(manifest)).zipped(tmp_path / "f.zip")))
    assert result["fault"] is not None
    return str(result["fault"].check)


def test_two_years_that_say_different_things_are_found(several: Path, tmp_path: Path) -> None:
    bundle = Bundle(several)
    name = "2021/data/unit.csv"
    bundle.files[name] = bundle.files[name].replace("单位1".encode(), "单位9".encode())
    assert forged(bundle, tmp_path) == "two_words"


def test_a_forged_calendar_year_is_found(booked: Path, tmp_path: Path) -> None:
    lines = Bundle(booked).files["booked.csv"].decode().splitlines(keepends=True)
    assert len(lines) > 10
    for n in chances("booked").sample(range(1, len(lines)), 5):
        line = lines[n]
        cells = line.strip().split(",")
        cells[3] = str(int(cells[3]) + 1)
        for changed in ([",".join(cells) + "\n"], [], [line, line]):
            bundle = Bundle(booked)
            bundle.files["booked.csv"] = "".join([*lines[:n], *changed, *lines[n + 1 :]]).encode()
            assert forged(bundle, tmp_path), (n, changed)


def test_a_benefit_year_left_out_is_found_by_its_file(booked: Path, tmp_path: Path) -> None:
    bundle = Bundle(booked)
    manifest = json.loads(bundle.files["manifest.json"])
    gone = manifest["benefit_years"].pop(0)
    manifest["files"] = [x for x in manifest["files"] if not x["name"].startswith(f"{gone}/")]
    bundle.files = {k: v for k, v in bundle.files.items() if not k.startswith(f"{gone}/")}
    bundle.files["manifest.json"] = json_bytes(manifest)
    assert forged(bundle, tmp_path)
