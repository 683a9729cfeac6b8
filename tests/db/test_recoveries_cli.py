"""`huzhu claims decide|state` and `huzhu recoveries` as officers type them."""

import json
import os
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.password import hashed
from app.secrets import Keys, set_keys
from tests import forks
from tests.db.deciding import officer
from tests.db.office import Office, bill
from tests.db.test_decide import claim_of
from tests.db.undoing import Desk

DAY = ("--on", "2023-06-01")
PASSWORD = "a good long password"


@pytest.fixture
def huzhu(database):
    def run(*given: str, secret: str | None = None) -> tuple[int, dict[str, object]]:
        """`secret`: the second officer's password, by a pipe."""
        read = [] if secret is None else ["--approve-password-fd", "0"]
        words = (*given, *read, "--json", "--lang", "en")
        environ = {**os.environ, **database.environ}
        done = forks.run(*words, env=environ, said=f"{secret or ''}\n")
        assert done.stdout.count("\n") == 1, done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def injury(database) -> str:
    """A held injury; two officers, `one` and `two`; committed."""
    with Session(database.engine) as session, session.begin():
        office = Office(session)
        settings = database.settings
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        office.covered([0], date(2023, 1, 1))
        office.determine(bill("I1", 0, "2023-05-10", "1000.00", med_type="22"))
        for login in ("one", "two"):
            session.get_one(Account, officer(session, login)).password_hash = hashed(PASSWORD)
        return str(claim_of(office, "I1"))


def test_an_injury_is_stated_decided_and_recovered(huzhu, injury, database):
    pay = ("claims", "decide", injury, "--what", "pay_as:inpatient", "--by", "one")
    assert huzhu(*pay)[1]["error"] == "StatementMissing"
    assert huzhu("claims", "state", injury, "--says", "traffic", "--by", "one")[0] == 0
    code, told = huzhu(*pay)
    assert code == 0
    proposal = str(told["proposal"])
    approve = ("recoveries", "approve", proposal, "--approve")
    assert huzhu("recoveries", "approve", proposal, "--by", "two")[0] == 2, "in another's name"
    assert huzhu(*approve, "two", secret="of somebody else")[1]["error"] == "WrongLogin"
    assert huzhu(*approve, "one", secret=PASSWORD)[1]["error"] == "SameOfficer"
    code, told = huzhu(*approve, "two", secret=PASSWORD)
    assert (code, told["what"], told["claim"]) == (0, "decide", int(injury))
    assert huzhu("drain")[1]["payable"] == "500.00"
    ask = ("--liable", "third_party", "--ref", "调解书", *DAY, "--by", "one")
    code, told = huzhu("recoveries", "open", injury, "--amount", "300", *ask)
    asked = str(told["proposal"])
    code, told = huzhu("recoveries", "approve", asked, "--approve", "two", secret=PASSWORD)
    assert (told["what"], told["claim"]) == ("recover", int(injury))
    recovery = str(told["approved"])
    come = ("recoveries", "receive", recovery, "--amount", "100", "--ref", "B-1", *DAY)
    assert huzhu(*come, "--by", "one")[0] == 0
    assert huzhu(*come, "--by", "one")[1]["error"] == "BookedBefore"
    listed = huzhu("recoveries", "list")[1]
    assert [(x["open"], x["liable"]) for x in listed["recoveries"]] == [("200.00", "third_party")]
    assert listed["receivables"] == []
    environ = {**os.environ, **database.environ}
    told = forks.run("recoveries", "list", "--lang", "zh", env=environ).stdout
    assert f"追偿 {recovery}  申请 {injury}  第三方  200.00" in told
    using = ("--using", injury, "--amount", "1", *DAY, "--by", "one")
    assert huzhu("recoveries", "set-off", injury, *using)[1]["error"] == "NothingOwed"


def test_an_approved_filing_is_undone_by_two_who_type_it(huzhu, database):
    with Session(database.engine) as session, session.begin():
        desk = Desk(session)
        claim = str(desk.approved().claim_id)
        for login in ("second", "third", "fourth"):
            account = session.query(Account).filter_by(login=login).one()
            account.password_hash = hashed(PASSWORD)
    ask = ("claims", "decide", claim, "--what", "undo", "--by", "third")
    assert huzhu(*ask)[1]["error"] == "NoReason"
    assert huzhu(*ask, "--why", "work")[1]["error"] == "NoReason", "no reason of this"
    assert huzhu(*ask, "--why", "figures")[1]["error"] == "RemarkMissing"
    code, told = huzhu(*ask, "--why", "figures", "--remark", "统筹支付漏填")
    approve = ("recoveries", "approve", str(told["proposal"]), "--approve")
    assert code == 0
    assert huzhu(*approve, "third", secret=PASSWORD)[1]["error"] == "SameOfficer"
    code, told = huzhu(*approve, "fourth", secret=PASSWORD)
    assert (code, told["what"], told["claim"]) == (0, "decide", int(claim))
    assert huzhu("drain")[1]["payable"] == "0.00"
    assert huzhu(*ask, "--why", "figures", "--remark", "x")[1]["error"] == "NotUndoable"
