"""The small demonstration city as `huzhu demo load` leaves it: as planned, sound, and provable."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import boot
from app.accounts.models import Account, DemoAccount
from app.adjudication.replay import replay
from app.audit import verify
from app.audit.gather import snapshot
from app.audit.make import make_bundle
from app.claims.lifecycle import State
from app.contributions.subsidise import subsidy_due
from app.db import db
from app.demo import accounts
from app.demo.checkpoint import demo_key
from app.demo.first_run import start_empty, untouched
from app.demo.load import FundNotEmpty, Progress, ServesOthers, load
from app.demo.plan import City, city, planned_covers
from app.demo.riders import COVERS, UNITS
from app.demo.scale import SMALL
from app.demo.totals import totals
from app.evidence.note import fingerprint
from app.ledger.balance import trial_balance
from app.payments.due import expense_off_fen, untied
from app.reviews.bulk import clean_among
from app.roster.models import Unit
from tests import forks
from tests.conftest import Cluster, Database, copy_of

YEARS = (2022, 2023, 2024)


@contextmanager
def furnished(made: Database) -> Iterator[Database]:
    app = boot.start(made.settings)
    boot.furnish(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    yield made


@pytest.fixture(scope="module")
def loaded(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, dict[str, object]]]:
    """A database with the city, loaded by the command; and what the command said."""
    with (
        copy_of(cluster, template, broker, tmp_path_factory.mktemp("data")) as made,
        furnished(made),
    ):
        done = typed(made, "demo", "load")
        assert done.returncode == 0, done.stdout + done.stderr
        yield made, json.loads(done.stdout)


@pytest.fixture
def stored(loaded: tuple[Database, dict[str, object]]) -> Iterator[Session]:
    with Session(loaded[0].engine) as session:
        yield session


@pytest.fixture(scope="module")
def planned() -> City:
    return city(SMALL)


def typed(database: Database, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return forks.run(
        *words, "--json", "--lang", "en", env={**os.environ, **database.environ, **environ}
    )


def count(session: Session, statement: str) -> int:
    return int(session.execute(text(statement)).scalar_one())


def test_it_is_as_planned(
    loaded: tuple[Database, dict[str, object]], stored: Session, planned: City
) -> None:
    told = loaded[1]
    assert told["as_planned"] is True
    found = totals(stored)
    assert (found.units, found.covers, found.gifts) == (40 + UNITS, SMALL.covers + COVERS, 180)
    assert told["paid"] == found.paid == SMALL.paid == len(planned.will_be_paid)
    paid = stored.execute(
        text(
            "SELECT c.setl_id FROM claim c JOIN claim_queue q"
            " ON q.member_id = c.member_id AND q.claim_id = c.id WHERE q.state = 'paid'"
        )
    ).scalars()
    assert {int(setl_id[-8:]) for setl_id in paid} == planned.will_be_paid


def test_every_cover_runs_as_planned(stored: Session, planned: City) -> None:
    asked = "SELECT starts_on, ends_on, waits_until, cares FROM cover WHERE roster_id NOT IN"
    rows = stored.execute(
        text(f"{asked} (SELECT id FROM roster WHERE unit_id IN (SELECT unit_id FROM gig_unit))")
    )
    found = Counter((a, b, c, tuple(d) if d else None) for a, b, c, d in rows)
    wanted = Counter(
        (cover.term.starts_on, cover.term.ends_on, cover.waits_until, cover.cares)
        for cover in planned_covers(planned)
    )
    assert found == wanted
    # The bridge of 2022 to 2023 is among them, and covers that began late.
    assert any(a.month == 7 and a.year == 2023 for a, _, _, _ in found)
    assert any(a.day not in {1} for a, _, _, _ in found)


def test_claims_stand_in_every_state(stored: Session) -> None:
    states = {State(state) for state in totals(stored).states}
    # A claim is FILED until its determination, which the loading does not leave undone.
    assert states == set(State) - {State.FILED}
    assert count(stored, "SELECT count(*) FROM job") == 0


HAS = {
    "refunds": "refund",
    "corrections": "settlement WHERE version = 2",
    "late bills, settled long before bills of an earlier feed": """settlement s WHERE EXISTS (
        SELECT FROM settlement e
        WHERE e.run_id < s.run_id AND e.setl_time > s.setl_time + interval '2 months')""",
    "bills of strangers": "unmatched_settlement",
    "bounced payments": "payment_outcome WHERE outcome = 'failed'",
    "payments sent again and paid": "payment_outcome WHERE attempt = 2 AND outcome = 'paid'",
    "payments without an answer": "claim_queue WHERE state = 'sent'",
    "new cards": "bank_account WHERE seq = 2",
    "people of two units": "enrolment_outcome WHERE outcome = 'credited'",
    "rosters not paid": """roster r WHERE NOT EXISTS (
        SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)""",
    "a cap reached": "entitlement WHERE used_fen = cap_fen",
    "claims filed by hand": "filed_claim",
    "injuries held": "determination WHERE refusal = 'held'",
    "bills outside cover": "determination WHERE refusal = 'no_cover'",
    "bills without the person's part": "settlement WHERE psn_part_amt IS NULL",
    "enquiries that wait": "enquiry_queue WHERE state = 'open'",
    "enquiries that are answered": "enquiry_queue WHERE state = 'answered'",
    "askers who are asked back": "enquiry_queue WHERE state = 'asked_back'",
    "members whom somebody helps": "help_consent",
    "rosters with wrong rows": """event
        WHERE act = 'roster.imported' AND (facts->>'refused')::int > 0""",
    "units' own unions": """union_node u JOIN union_node p ON p.id = u.parent_id
        WHERE p.parent_id IS NOT NULL""",
}


@pytest.mark.parametrize("what", HAS)
def test_it_has(stored: Session, what: str) -> None:
    assert count(stored, f"SELECT count(*) FROM {HAS[what]}") > 0


def test_some_claims_can_be_approved_together(stored: Session) -> None:
    asked = "SELECT claim_id FROM review_queue WHERE stage = 'approve'"
    assert len(clean_among(stored, stored.scalars(text(asked)))) == COVERS


@pytest.mark.parametrize("year", YEARS)
def test_each_year_is_sound(stored: Session, year: int) -> None:
    played = replay(stored, year)
    assert played.determinations
    assert played.differences == []
    for by in ("benefit_year", "booked_on"):
        assert trial_balance(stored, year, by).closes
    assert untied(stored, year) == []
    assert expense_off_fen(stored, year) == 0


@pytest.mark.parametrize("year", YEARS)
def test_each_years_bundle_verifies(
    loaded: tuple[Database, dict[str, object]], tmp_path: Path, year: int
) -> None:
    out = tmp_path / f"{year}.zip"
    with snapshot(loaded[0].engine) as session:
        make_bundle(session, year, out)
    result = verify.examine(str(out), None, (fingerprint(demo_key().public),))
    assert result["ok"], result["fault"]
    assert (result["waiting"], result["signed"]) == (0, True)


def test_the_union_pays_what_is_due_and_the_bank_is_never_empty(stored: Session) -> None:
    """What is left is of covers that began after the last 15 July."""
    due = subsidy_due(stored)
    assert [due[year] for year in YEARS[:-1]] == [0, 0]
    assert 0 <= due[YEARS[-1]] < 100_000
    statement = """
        SELECT min(left_fen) FROM (
            SELECT sum(sum(p.amount_fen)) OVER (ORDER BY e.booked_on) AS left_fen
            FROM posting p JOIN entry e ON e.id = p.entry_id
            WHERE p.account = '1001' GROUP BY e.booked_on) day"""
    assert count(stored, statement) > 0
    closing = [trial_balance(stored, year).lines[0] for year in YEARS]
    assert {line.account.value for line in closing} == {"1001"}
    left = list(accumulate(line.balance_fen for line in closing))
    assert min(left) > 0


def test_its_accounts_show_what_they_are_for(stored: Session) -> None:
    rows = stored.execute(select(Account).join(DemoAccount, DemoAccount.account_id == Account.id))
    of = {account.login: account for account in rows.scalars()}
    [contact] = [login for login, account in of.items() if account.role == "contact"]
    assert {login: account.role for login, account in of.items()} == {
        contact: "contact",
        accounts.OFFICER: "officer",
        accounts.SECOND_OFFICER: "officer",
        accounts.THIRD_OFFICER: "officer",
        accounts.FOURTH_OFFICER: "officer",
        accounts.AUDITOR: "auditor",
        accounts.MEMBER: "member",
        accounts.SECOND_MEMBER: "member",
        accounts.OPERATOR: "operator",
        accounts.SYSTEM_ADMIN: "system_admin",
        accounts.SECURITY_ADMIN: "security_admin",
        accounts.AUDIT_ADMIN: "audit_admin",
    }
    member = of[accounts.MEMBER].member_id
    rows = stored.execute(
        text("SELECT DISTINCT state FROM claim_queue WHERE member_id = :m"), {"m": member}
    )
    assert {"paid", "closed", "held", "payable", "review"} <= set(rows.scalars())
    used = text("SELECT used_fen FROM entitlement WHERE member_id = :m AND benefit_year = 2023")
    assert 10_000_000 in stored.execute(used, {"m": member}).scalars().all()
    other = {"m": of[accounts.SECOND_MEMBER].member_id}
    assert not stored.execute(text("SELECT FROM claim WHERE member_id = :m"), other).all()
    assert len(stored.execute(text("SELECT FROM cover WHERE member_id = :m"), other).all()) == 3


def test_nobody_is_loaded_twice_or_onto_a_real_fund(
    loaded: tuple[Database, dict[str, object]], stored: Session
) -> None:
    before = totals(stored)
    done = typed(loaded[0], "demo", "load")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (2, "FundNotEmpty")
    assert totals(stored) == before
    assert not untouched(stored)


def test_a_single_unit_makes_it_a_real_fund(database: Database) -> None:
    with furnished(database), Session(database.engine) as session:
        assert untouched(session)
        account = session.scalars(select(Account).order_by(Account.id)).first()
        assert account
        unit = Unit(
            uscc="x", name="单位", union_id=account.union_id, unit_percent=50, recorded_by=1
        )
        session.add(unit)
        session.flush()
        assert not untouched(session)
        with pytest.raises(FundNotEmpty):
            load(session, database.settings, "small", ignored)


def test_the_choice_to_start_empty_is_kept(session: Session) -> None:
    assert untouched(session)
    start_empty(session)
    assert not untouched(session)


def test_it_is_not_loaded_where_others_are_served(database: Database) -> None:
    with furnished(database):
        done = typed(database, "demo", "load", HUZHU_TRUSTED_HOSTS="huzhu.example")
        told = json.loads(done.stdout)
        assert (done.returncode, told["error"]) == (2, "ServesOthers")
        assert "huzhu.example" in told["message"]
        settings = replace(database.settings, trusted_hosts=("huzhu.example",))
        with Session(database.engine) as session, pytest.raises(ServesOthers):
            load(session, settings, "small", ignored)


def test_what_is_interrupted_leaves_nothing(database: Database) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(now: Progress) -> None:
        if now.done > now.all // 50:
            raise Interrupted

    with furnished(database), Session(database.engine) as session:
        with pytest.raises(Interrupted):
            load(session, database.settings, "small", interrupt)
        assert session.scalar(select(func.count()).select_from(Unit))
        session.rollback()
        assert untouched(session)
        assert session.scalar(select(func.count()).select_from(DemoAccount)) == 0


ignored: Callable[[Progress], None] = lambda now: None  # noqa: E731


@pytest.mark.parametrize(
    "what",
    [
        "unit_request WHERE state = 'waiting'",
        "unit_refund",
        "payment_order WHERE state = 'prepared'",
        "held_decision",
        "notice",
        "scheme_draft WHERE state = 'open'",
        "public_list JOIN public_list_approval a ON a.list_id = public_list.id",
        (
            "statement_line l WHERE taken_as = 'suspense'"
            " AND NOT EXISTS (SELECT FROM line_resolution r WHERE r.line_id = l.id)"
        ),
    ],
)
def test_something_of_every_kind_lies_on_the_desks(stored: Session, what: str) -> None:
    assert count(stored, f"SELECT count(*) FROM {what}") > 0
