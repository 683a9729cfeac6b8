"""A bundle says by whom its schemes were written and published, and its verifier looks."""

from datetime import date
from pathlib import Path

import pytest

from app.adjudication.replay import replay
from app.audit import verify
from app.audit.make import make_bundle
from app.schemes.draft import open_next, set_figures
from app.schemes.publish_draft import publish_draft
from tests.db.drafting import Federation
from tests.db.office import assert_sound, bill, person
from tests.faults.forge import Bundle

YEAR = 2025


@pytest.fixture
def made(session, tmp_path: Path) -> Path:
    """A year under a scheme of its own: 60 % inpatient, a window, waiting."""
    city = Federation(session)
    opened = open_next(session, YEAR, from_year=2024, by=city.by)
    window = {"from": "2024-10-08", "to": "2025-06-30", "mid_year": True}
    bands = [{"over_fen": 0, "basis_points": 6_000}]
    figures = {"enrolment": window, "benefit.inpatient.bands": bands, "waiting_days": 30}
    edited = set_figures(session, opened.id, figures, by=city.officer("editor"))
    publish_draft(session, opened.id, digest=edited.digest, by=city.officer("second"))
    enrol(city)
    city.determine(bill("A", 1, "2025-05-10", "1000.00"))
    assert city.payable("A") == [60_000]
    assert_sound(session)
    assert replay(session, YEAR).differences == []
    make_bundle(session, YEAR, tmp_path / "2025.zip")
    return tmp_path / "2025.zip"


def enrol(city: Federation) -> None:
    city.covered([person(1)], date(2025, 1, 1))


def fault_of(bundle: Bundle, folder: Path) -> str:
    verdict = verify.examine(str(bundle.repair().zipped(folder / "forged.zip")))
    return "" if verdict["fault"] is None else verdict["fault"].check


def test_a_year_with_a_scheme_of_its_own_verifies(made: Path) -> None:
    assert verify.examine(str(made))["fault"] is None


def change(bundle: Bundle, table: str, column: str, row: int, cell: str) -> None:
    found = bundle.table(table)
    found[row][found[0].index(column)] = cell
    bundle.put(table, found)


@pytest.mark.parametrize("row", [1, 2])
def test_who_wrote_and_published_is_found(made: Path, tmp_path: Path, row: int) -> None:
    bundle = Bundle(made)
    schemes = bundle.table("scheme")
    publisher = schemes[-1][schemes[0].index("by")]
    assert publisher
    change(bundle, "scheme_version", "by", row, publisher)
    assert fault_of(bundle, tmp_path) == "same_person"


def test_an_unwritten_or_otherwise_written_scheme_is_found(made: Path, tmp_path: Path) -> None:
    whole = Bundle(made)
    for forge in ("none", "last", "number", "digest", "by"):
        bundle = whole.copy()
        versions = bundle.table("scheme_version")
        assert len(versions) == 3
        if forge == "none":
            bundle.put("scheme_version", versions[:1])
        elif forge == "last":
            bundle.put("scheme_version", versions[:2])
        elif forge == "number":
            change(bundle, "scheme_version", "version", 2, "3")
        elif forge == "digest":
            change(bundle, "scheme_version", "digest", 2, "0" * 64)
        else:
            change(bundle, "scheme", "by", len(bundle.table("scheme")) - 1, "")
        assert fault_of(bundle, tmp_path), forge
