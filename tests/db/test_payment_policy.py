"""By SQL as the application: no batch says looser limits than the policy of its day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.boot import migrate
from app.clock import today
from app.payments.policy import rules
from tests.db.money_year import Teller
from tests.db.office import Office, keys
from tests.db.test_rights import refused

BATCH = (
    "INSERT INTO payment_batch (benefit_year, made_on, lines, total_fen, file_sha256, prepared_by,"
    " approved_by, total_over_fen, line_over_fen)"
    " VALUES (2023, :on, 1, :total, '', :one, :other, :total_over, :line_over)"
)
[RULE] = rules()
SAID = {"total_over": RULE.total_over_fen, "line_over": RULE.line_over_fen, "total": 50_000}


@pytest.fixture
def batch(session):
    keys()
    teller = Teller(Office(session))
    two = {"one": teller.office.by, "other": teller.second()}
    return {**SAID, **two, "on": date(2024, 1, 2)}


@pytest.mark.parametrize("limit", ["total_over", "line_over"])
@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2024, 1, 2), None])
def test_looser_limits_are_refused(session, batch, limit, day):
    day = day or today()
    loose = batch | {limit: batch[limit] + 1, "on": day}
    assert refused(session, BATCH, "23514", **loose) == "payment_batch_policy"
    strict = batch | {limit: batch[limit] - 1, "on": day}
    session.execute(text(BATCH), strict)


def test_without_a_third_person_no_sum_is_above_the_policy(session, batch):
    high = batch | {"total": RULE.total_over_fen + 1}
    assert refused(session, BATCH, "23514", **high) == "payment_batch_third_check"
    forged = high | {"total_over": high["total"]}
    assert refused(session, BATCH, "23514", **forged) == "payment_batch_policy"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO payment_policy VALUES ('2000-01-01', 1000000000000, 1000000000000)",
        "UPDATE payment_policy SET total_over_fen = 1000000000000",
        "DELETE FROM payment_policy",
        "TRUNCATE payment_policy",
    ],
)
def test_the_application_does_not_write_the_policy(session, statement):
    refused(session, statement, "42501")


def test_the_stricter_of_two_days_holds_and_a_start_puts_the_policy_back(database):
    """A rule that began yesterday: dating a batch earlier brings no looser one back."""
    owner = create_engine(database.owner_url)
    since = today() - timedelta(days=1)
    add = text("INSERT INTO payment_policy VALUES (:since, 100, 100)")
    with owner.begin() as connection:
        connection.execute(add, {"since": since})
        connection.execute(
            text("UPDATE payment_policy SET line_over_fen = 7 WHERE starts_on < :x"), {"x": since}
        )
    limits = text(
        "SELECT starts_on, total_over_fen, line_over_fen FROM payment_policy ORDER BY starts_on"
    )
    keys()
    with database.engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            teller = Teller(Office(session))
            two = {"one": teller.office.by, "other": teller.second()}
            batch = {**SAID, **two, "on": date(2024, 1, 2), "line_over": 7}
            assert refused(session, BATCH, "23514", **batch) == "payment_batch_policy"
            session.execute(text(BATCH), batch | {"total_over": 100, "total": 50})
        outer.rollback()
    migrate(database.owner_url)
    with owner.connect() as connection:
        kept = [tuple(row) for row in connection.execute(limits)]
    owner.dispose()
    assert kept == [(x.starts_on, x.total_over_fen, x.line_over_fen) for x in rules()]
