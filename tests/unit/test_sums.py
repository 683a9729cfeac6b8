"""The page's sums for 300 million members are those of the rates that lie beside it."""

import json
from pathlib import Path

import pytest

from app.config import ROOT
from deploy.sums import RATES, measured, page, sums

PAGE = ROOT / "deploy" / "runbooks" / "scale.md"


def test_the_page_has_the_sums_of_its_rates() -> None:
    assert page(measured(RATES)) in PAGE.read_text(encoding="utf-8")


def test_where_and_when_the_rates_were_measured_is_kept() -> None:
    kept = json.loads(RATES.read_text(encoding="utf-8"))
    assert {"at", "machine", "python"} <= kept.keys()
    assert all(value > 0 for value in kept["rates"].values())


def test_twice_the_rate_is_half_the_time() -> None:
    rates = measured(RATES)
    once, twice = (
        dict(
            sums(
                rates
                | {"replayed_a_processor_second": rates["replayed_a_processor_second"] * times}
            )
        )
        for times in (1, 2)
    )
    hours = [float(x["replay of a year, of one processor"].split()[0]) for x in (once, twice)]
    assert hours[0] == pytest.approx(2 * hours[1], abs=0.2)


@pytest.mark.parametrize("text", ["", '{"lines": [], "rates": {}}', '{"rates": {"other": 1}}'])
def test_a_run_without_the_rates_is_told_in_words(tmp_path: Path, text: str) -> None:
    kept = tmp_path / "latest.json"
    if text:
        kept.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"bench_whole\.py"):
        measured(kept)
