"""Money that never arrived and had been paid back lay stuck before 0016: the upgrade lets it go.

The database is as the fifteenth migration left it, and what the members and the bank did is done
there, by the domain's own calls and under the triggers of then. No batch pays it. Then all that
came after is migrated; an ordinary batch pays it, once, and bundles hold.
"""

from datetime import date

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.audit import verify
from app.audit.make import make_bundle
from app.boot import MIGRATIONS, migrate
from app.embedded.cluster import APP, OWNER
from app.enrolment.fates import FateRow, import_fates
from app.payments.batch import NothingToPay
from app.payments.heirs import approve_heir, propose_heir
from app.recoveries.owing import approve_set_off, propose_set_off, repay
from app.recoveries.standing import money_of
from tests.db.fund_year import Fund, bill
from tests.db.held_year import claim_of
from tests.db.office import assert_sound
from tests.db.payables import acts, payments, reasons
from tests.db.test_heirs import HEIR
from tests.db.test_never_arrived_bundles import batch_of, found_out, said_of
from tests.factories import make_id, make_name

NAME = "huzhu_fifteenth"
SINCE = {
    "owed_year(bigint, bigint)": "integer RETURN CAST(NULL AS integer)",
    "owed_back(bigint, bigint)": "bigint RETURN CAST(0 AS bigint)",
}
"""What the program asks of the schema since: there nothing answers to it, as nobody asked."""


@pytest.fixture
def of_before(cluster):
    """The application's engine of a database as the fifteenth migration left it."""
    cluster.drop(NAME)
    cluster.make(NAME, "template1")
    owner = create_engine(cluster.url(OWNER, NAME))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with owner.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0015")
        for asked, answer in SINCE.items():
            stands_in = f"CREATE FUNCTION {asked} RETURNS {answer}"
            connection.execute(text(stands_in))
    engine = create_engine(cluster.url(APP, NAME))
    yield engine
    engine.dispose()
    owner.dispose()
    cluster.drop(NAME)


def upgraded(cluster):
    owner = create_engine(cluster.url(OWNER, NAME))
    with owner.begin() as connection:
        for asked in SINCE:
            connection.execute(text(f"DROP FUNCTION {asked}"))
    owner.dispose()
    migrate(cluster.url(OWNER, NAME))


def a_fund(session):
    fund = Fund(session)
    fund.second = add_account(session, "second", "乙", Role.OFFICER, "battery horse", by=None)
    unit = fund.unit(1)
    fund.enrol(unit, date(2021, 1, 1), date(2020, 12, 20), range(4))
    fund.receive(unit, 2021, "200", date(2020, 12, 28))
    return fund


def stuck(fund, how):
    """Paid, undone or corrected to nothing, paid back or set off, never arrived."""
    session, on = fund.session, date(2021, 5, 1)
    fund.feed(bill("N1", 1, "2021-03-01", "2000.00"))
    first = batch_of(fund, date(2021, 4, 1))
    said_of(fund, first, (1, "1000.00", "成功", "2021-04-02"))
    undone = {"refd_setl_flag": "1", "init_setl_id": "N1"}
    if how == "corrected":
        fund.feed(bill("N1", 1, "2021-03-01", "0.00"))
    else:
        fund.feed({**bill("R1", 1, "2021-04-10", "-2000.00"), **undone})
    claim = claim_of(session, "N1")
    if how == "set off":
        fund.feed(bill("N2", 1, "2021-04-20", "2000.00"))
        using = claim_of(session, "N2")
        made = propose_set_off(session, claim, using, 100_000, booked_on=on, by=fund.clerk)
        approve_set_off(session, made, by=fund.second)
    else:
        repay(session, claim, 100_000, received_on=on, reference="S1", by=fund.clerk)
    said_of(fund, first, (1, "1000.00", "失败", "2021-05-08"))
    found_out(fund, first, 1)
    return claim, payments(session, claim)[0].member_id


def verified(session, path):
    make_bundle(session, 2021, path)
    found = verify.examine(str(path))
    assert found["ok"], found["fault"].says("en")
    assert_sound(session)


@pytest.mark.parametrize("who", ["member", "heir"])
@pytest.mark.parametrize("how", ["repaid", "set off", "corrected"])
def test_what_was_stuck_is_paid_after_the_upgrade(cluster, of_before, tmp_path, how, who):
    with Session(of_before) as session, session.begin():
        fund = a_fund(session)
        claim, member = stuck(fund, how)
        fund.new_cards([member])
        assert money_of(session, member, claim).paid_fen == -100_000
        if how != "corrected":  # that one has a year of its own, and was paid before as well
            with pytest.raises(NothingToPay) as left, session.begin_nested():
                batch_of(fund, date(2021, 6, 1))
            assert left.value.left_out == []
        if who == "heir":
            row = FateRow(2, make_name(1), make_id(1), "died", date(2021, 5, 20))
            import_fates(session, [row], file_sha256="f", by=fund.clerk)
        rows_before = acts(session, claim)
    of_before.dispose()
    upgraded(cluster)
    with Session(of_before) as session, session.begin():
        fund.session = session
        verified(session, tmp_path / "upgraded.zip")
        assert acts(session, claim) == rows_before, "nothing was edited"
        if who == "heir":
            with pytest.raises(NothingToPay) as left, session.begin_nested():
                batch_of(fund, date(2021, 6, 1))
            assert reasons(left.value.left_out) == {claim: "deceased"}
            propose_heir(session, member, by=fund.clerk, **HEIR)
            approve_heir(session, member, by=fund.second)
    with Session(of_before) as session, session.begin():
        fund.session = session
        batch = batch_of(fund, date(2021, 6, 1))
        assert (batch.lines, batch.total_fen) == (1, 100_000)
    with Session(of_before) as session, session.begin():
        fund.session = session
        said_of(fund, batch, (1, "1000.00", "成功", "2021-06-02"))
        money = money_of(session, member, claim)
        assert (money.payable_fen, money.paid_fen, money.state) == (0, 0, "paid")
        assert (payments(session, claim)[-1].heir_id is not None) == (who == "heir")
        with pytest.raises(NothingToPay), session.begin_nested():
            batch_of(fund, date(2021, 7, 1))
    with Session(of_before) as session, session.begin():
        verified(session, tmp_path / "paid.zip")
