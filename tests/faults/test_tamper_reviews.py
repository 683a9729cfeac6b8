"""Reviews forged together with their log: one person for two, or the filer for the approver."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from tests.conftest import Database
from tests.db.fund_year import fund_year
from tests.faults.forge import Bundle, Table
from tests.faults.test_tamper import cell, fault_of, forged, put, where

YEAR = 2021


@pytest.fixture(scope="module")
def whole(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reviews") / f"{YEAR}.zip"
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        make_bundle(session, YEAR, path)
        session.rollback()
    return path


@pytest.fixture
def bundle(whole: Path) -> Bundle:
    return Bundle(whole)


def typed_claim(bundle: Bundle) -> str:
    """The claim that a member filed and officers took through all four stages."""
    reviews = bundle.table("review")
    row = where(reviews, stage="approve", needs="accept first second approve")
    return cell(reviews, row, "claim_id")


def says(bundle: Bundle, claim: str, stage: str, by: str) -> None:
    """Write another person into an act, its event, and the claim's move."""
    reviews, events, moves = (bundle.table(x) for x in ("review", "event", "claim_move"))
    row = where(reviews, claim_id=claim, stage=stage)
    put(reviews, row, "by", by)
    for place in range(1, len(events)):
        facts = json.loads(cell(events, place, "facts"))
        act = cell(events, place, "act")
        of_claim = cell(events, place, "about") == claim
        confirmed = act == "claim.confirmed" and stage == "approve"
        if of_claim and (confirmed or (act == "review.passed" and facts["stage"] == stage)):
            put(events, place, "by", by)
    if stage == "approve":
        put(moves, where(moves, claim_id=claim, act="confirm"), "by", by)
    for name, table in (("review", reviews), ("event", events), ("claim_move", moves)):
        bundle.put(name, table)


def person_at(bundle: Bundle, claim: str, stage: str) -> str:
    reviews: Table = bundle.table("review")
    return cell(reviews, where(reviews, claim_id=claim, stage=stage), "by")


def test_untouched_it_holds(whole: Path, bundle: Bundle) -> None:
    assert verify.examine(str(whole))["fault"] is None
    assert len(bundle.table("review")) > 5


@pytest.mark.parametrize(("stage", "as_at"), [("second", "first"), ("approve", "second")])
def test_two_stages_by_one_person_are_found(
    bundle: Bundle, tmp_path: Path, stage: str, as_at: str
) -> None:
    claim = typed_claim(bundle)
    says(bundle, claim, stage, person_at(bundle, claim, as_at))
    fault = fault_of(forged(bundle, tmp_path))
    assert (fault.check, f"claim_id={claim}" in fault.record) == ("same_reviewer", True)


def test_an_approver_who_filed_or_whose_claim_it_is_is_found(
    bundle: Bundle, tmp_path: Path
) -> None:
    claim = typed_claim(bundle)
    claims, filings, staff = (bundle.table(x) for x in ("claim", "filed_claim", "staff"))
    number = cell(claims, where(claims, claim_id=claim), "setl_id")
    member = cell(claims, where(claims, claim_id=claim), "member")
    approver = person_at(bundle, claim, "approve")
    # The approver's account filed it, says the forged table.
    copy = bundle.copy()
    put(filings, where(filings, setl_id=number), "by", approver)
    copy.put("filed_claim", filings)
    assert fault_of(forged(copy, tmp_path)).check in {"filer_confirms", "differs"}
    # The member's own account approves: no officer's. And an officer who is the member.
    copy = bundle.copy()
    filer = cell(bundle.table("filed_claim"), where(filings, setl_id=number), "by")
    says(copy, claim, "approve", filer)
    assert fault_of(forged(copy, tmp_path)).check in {"no_officer", "own_claim"}
    copy = bundle.copy()
    put(staff, where(staff, staff=approver), "member", member)
    copy.put("staff", staff)
    assert fault_of(forged(copy, tmp_path)).check == "own_claim"


def test_every_dropped_act_is_found(bundle: Bundle, tmp_path: Path) -> None:
    head, *rows = bundle.table("review")
    for place in range(len(rows)):
        copy = bundle.copy()
        copy.put("review", [head, *rows[:place], *rows[place + 1 :]])
        assert fault_of(forged(copy, tmp_path)), place
    copy = bundle.copy()
    copy.put("review", [head])
    assert fault_of(forged(copy, tmp_path))
