"""A second process may look at rows by themselves; the verdict is that of one, to the record."""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from app.audit import verify
from app.audit.bundle import json_bytes
from app.audit.gather import snapshot
from app.audit.make import make_bundle
from tests.faults.forge import Bundle
from tests.faults.mutate import KINDS, Mutator
from tests.faults.test_seals import YEAR, YEARS, Fund, fund

__all__ = ["fund"]
MUTATIONS = 2_000 if os.environ.get("HUZHU_LONG") == "1" else 30
ALONE = 1 << 60
FAILS, SAYS_WHAT_IT_LIKES, IS_NONE = "/bin/false", "/bin/echo", "/nowhere/python"


@pytest.fixture(params=[True, False], ids=["copied", "started"])
def beside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Two processes for however little, on however small a machine; the second in either way."""
    monkeypatch.setattr(verify, "LARGE", 0)
    monkeypatch.setattr(verify, "processors", lambda: 2)
    monkeypatch.setattr(verify, "may_fork", lambda: request.param)
    return monkeypatch


def told(path: Path, fund: Fund) -> tuple[Any, Any]:
    """What is said, and the facts of what is wrong."""
    result = verify.examine(str(path), None, fund.known, fund.last.text)
    fault = result["fault"]
    return verify.as_json(result, "en"), fault and fault.facts


def vouched(path: Path) -> str:
    second = verify.second_for(str(path), 0)
    assert second is not None
    try:
        return second.vouches_for()
    finally:
        second.end()


def manifest_of(path: Path) -> str:
    with path.open("rb") as file:
        return verify.digest_of(verify.Zip(file), "manifest.json")[1]


@pytest.mark.parametrize("year", YEARS)
def test_the_second_process_vouches_for_what_is_signed(
    fund: Fund, beside: pytest.MonkeyPatch, year: int
) -> None:
    path = fund.folder / f"{year}.zip"
    assert vouched(path) == manifest_of(path)
    two = told(path, fund)
    assert two[0]["ok"]
    beside.setattr(verify, "LARGE", ALONE)
    assert two == told(path, fund)


def test_it_vouches_for_several_years_in_one(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "years.zip"
    with snapshot(fund.engine) as session:
        make_bundle(session, YEARS, path)
    assert vouched(path) == manifest_of(path)
    two = told(path, fund)
    assert two[0]["ok"]
    beside.setattr(verify, "LARGE", ALONE)
    assert two == told(path, fund)


def test_it_does_not_vouch_for_a_row_of_the_log_that_was_changed(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Rows of every table, one by one; what lists and sums them was made to fit."""
    tried = 0
    for name in verify.TABLES:
        bundle = fund.bundle()
        table = bundle.table(name)
        if name in verify.NOT_SEALED or len(table) == 1:
            continue
        del table[-1]
        bundle.put(name, table)
        try:
            path = bundle.repair().zipped(tmp_path / f"{name}.zip")
        except (KeyError, ValueError):  # what sums it up needs the row
            continue
        assert vouched(path) == "", name
        tried += 1
    assert tried > 10


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, links in verify.LOOKED_UP.items()
        for field in {field for fields in links for field in fields}
    ],
)
def test_the_first_finds_what_the_second_need_not_look_for(
    fund: Fund, tmp_path: Path, name: str, field: str
) -> None:
    """Whoever vouches for the rows: a link that leads nowhere, in any of them."""
    whole = fund.bundle()
    check_trusting(whole.repair().zipped(tmp_path / "whole.zip"), fund)
    [at] = [place for place, each in enumerate(whole.table(name)[0]) if each == field]
    linked = [place for place, row in enumerate(whole.table(name)) if place and row[at]]
    for place in {*linked[:3], *linked[-3:]}:
        bundle = fund.bundle()
        table = bundle.table(name)
        table[place][at] = "987654321" if table[place][at].isdigit() else "M-0000000000000000"
        bundle.put(name, table)
        path = bundle.repair().zipped(tmp_path / "bad.zip")
        with pytest.raises((verify.Fault, *verify.MALFORMED)):
            check_trusting(path, fund)
    assert linked


def check_trusting(path: Path, fund: Fund) -> None:
    """By one process, which believes that another went through all rows."""

    class Vouches(verify.Second):
        def __init__(self) -> None:
            pass

        def vouches_for(self) -> str:
            return manifest_of(path)

    with path.open("rb") as file:
        verify.check(verify.Zip(file), None, fund.known, fund.last.text, Vouches())


@pytest.mark.parametrize("name", ["README.md", "data/posting.csv", "seals/rows.csv"])
def test_it_vouches_for_no_file_that_is_not_the_one_listed(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The first process leaves all hashing of files to it."""
    bundle = fund.bundle()
    bundle.files[name] += b"\n" * (name == "README.md")
    manifest = json.loads(bundle.files["manifest.json"])
    [listed] = [x for x in manifest["files"] if x["name"] == name]
    if name != "README.md":
        listed["sha256"] = "0" * len(listed["sha256"])
    path = bundle.seal(json_bytes(manifest)).zipped(tmp_path / "other.zip")
    assert vouched(path) == ""
    two = told(path, fund)
    assert two[0]["fault"]["check"] == "hash"
    beside.setattr(verify, "LARGE", ALONE)
    assert two == told(path, fund)


def test_it_vouches_for_no_totals_that_tables_do_not_add_up_to(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = fund.bundle()
    control = json.loads(bundle.files["control.json"])
    control["tables"]["settlement"]["sums"]["hifp_pay"] += 1
    manifest = json.loads(bundle.files["manifest.json"])
    content = bundle.files["control.json"] = json_bytes(control)
    for listed in manifest["files"]:
        if listed["name"] == "control.json":
            listed.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    path = bundle.seal(json_bytes(manifest)).zipped(tmp_path / "totals.zip")
    assert vouched(path) == ""
    two = told(path, fund)
    assert two[0]["fault"]["check"] == "totals"
    beside.setattr(verify, "LARGE", ALONE)
    assert two == told(path, fund)


def test_the_first_bad_record_is_the_same(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = (fund.folder / f"{YEAR}.zip").read_bytes()
    mutator = Mutator(fund.bundle(), plain, fund.key, 7)
    path, kinds = tmp_path / "mutated.zip", set()
    for _ in range(MUTATIONS):
        kind, changed = mutator.draw()
        kinds.add(kind)
        path.write_bytes(changed)
        beside.setattr(verify, "LARGE", 0)
        two = told(path, fund)
        beside.setattr(verify, "LARGE", ALONE)
        assert two == told(path, fund), kind
        assert not two[0]["ok"], kind
    assert len(kinds) > len(KINDS) // 2


@pytest.mark.parametrize("beside", [False], indirect=True)
@pytest.mark.parametrize("python", [FAILS, SAYS_WHAT_IT_LIKES, IS_NONE, ""])
def test_one_process_does_it_all_where_the_second_is_lost(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path, python: str
) -> None:
    wanted, fault = alone(fund, beside, tmp_path)
    beside.setattr(sys, "executable", python)
    assert told(fund.folder / f"{YEAR}.zip", fund) == wanted
    assert told(tmp_path / "bad.zip", fund) == fault


@pytest.mark.parametrize("beside", [True], indirect=True)
@pytest.mark.parametrize("instead", [lambda *_: os._exit(3), lambda *_: "0" * 64, None])
def test_one_process_does_it_all_where_its_copy_is_lost(
    fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path, instead: Any
) -> None:
    wanted, fault = alone(fund, beside, tmp_path)
    beside.setattr(verify, "check_rows", instead)
    assert told(fund.folder / f"{YEAR}.zip", fund) == wanted
    assert told(tmp_path / "bad.zip", fund) == fault


def alone(fund: Fund, beside: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Any, Any]:
    """What one process says of a good bundle and of a bad one, `bad.zip`."""
    path = fund.folder / f"{YEAR}.zip"
    wanted = told(path, fund)
    changed: Bundle = fund.bundle()
    table = changed.table("claim")
    changed.put("claim", [table[0], *table[2:]])
    bad = changed.repair().zipped(tmp_path / "bad.zip")
    beside.setattr(verify, "LARGE", ALONE)
    fault = told(bad, fund)
    assert fault[0]["fault"] is not None
    beside.setattr(verify, "LARGE", 0)
    return wanted, fault
