"""Who approves a refund is told where it does not go to the account that is known."""

import os
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.compare_payee import Goes, going_elsewhere, said_of
from app.banking.propose_refund import Payee, propose_refund
from app.banking.refund import approve_refunds
from app.cli import huzhu as program
from app.clock import today
from app.contributions.receive import receive
from app.secrets import Keys, set_keys
from tests.db.asking import ACCOUNT, Asking
from tests.db.money_year import DAY, Teller
from tests.db.office import Office

ONE, TWO = 31, 32
OTHER = "6222999900001111"
START = date(2023, 1, 1)


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    made.register(ONE)
    made.register(TWO, account="", bank="")
    for unit in (ONE, TWO):
        made.receive("30", START, unit=unit)
    return made


def refund(office: Asking, unit: int, account: str, fen: int) -> int:
    return propose_refund(
        office.session,
        "over",
        unit_id=office.unit_id(unit),
        year=START.year,
        amount_fen=fen,
        payee=Payee("单位", account),
        by=office.by,
    )


def told(office: Asking, *refunds: int) -> list[tuple[int, Goes, str, str]]:
    found = going_elsewhere(office.session, refunds)
    return [(x.refund_id, x.goes, x.tail, x.known) for x in found]


def test_another_account_than_the_units_own_is_told(office: Asking) -> None:
    own, other = refund(office, ONE, ACCOUNT, 100), refund(office, ONE, OTHER, 200)
    assert told(office, own, other) == [(other, Goes.OTHER, "1111", "5678")]
    [found] = going_elsewhere(office.session, [other])
    assert said_of(found, "zh").endswith("收款账号尾号 1111，登记的尾号 5678")
    # What counts is what is registered on the day it is approved.
    office.change(office.unit_id(ONE), account=OTHER)
    assert told(office, own, other) == [(own, Goes.OTHER, "5678", "1111")]
    approve_refunds(office.session, [own, other], by=office.second, on=today())
    assert told(office, own, other) == [], "what does not wait is asked about no more"


def test_a_unit_without_an_account_is_told_and_one_that_went_is_paid_as_the_other(
    office: Asking,
) -> None:
    unknown = refund(office, TWO, OTHER, 100)
    assert told(office, unknown) == [(unknown, Goes.UNKNOWN, "1111", "")]
    office.merge(office.unit_id(TWO), office.unit_id(ONE))
    assert told(office, unknown) == [(unknown, Goes.OTHER, "1111", "5678")]


def test_the_command_tells_before_it_asks_for_the_password(
    database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [x for x in os.environ if x.startswith("HUZHU")]:
        monkeypatch.delenv(name)
    for name, value in database.environ.items():
        monkeypatch.setenv(name, value)
    settings = database.settings
    with Session(database.engine) as session, session.begin():
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        teller = Teller(Office(session))
        unit, by = teller.office.unit().id, teller.office.by
        teller.second()
        paid = {"unit_id": unit, "year": 2023, "amount_fen": 500}
        receive(session, received_on=DAY, reference="A-1", by=by, **paid)
        number = propose_refund(session, "over", payee=Payee("单位", OTHER), by=by, **paid)
    approve = ["bank", "approve-refunds", str(number), "--approve", "second90", "--lang", "en"]
    done = CliRunner().invoke(
        program, [*approve, "--out", f"{tmp_path / 'r.csv'}"], input="wrong\n"
    )
    said = "no registered account to hold this one against (ending in 1111)"
    assert done.exit_code == 2
    assert 0 <= done.stderr.index(said) < done.stderr.lower().index("password")
    with database.engine.connect() as rows:
        assert rows.scalar(text("SELECT count(*) FROM refund_step")) == 0
