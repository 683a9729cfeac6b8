"""`huzhu bank propose --returned`, `confirm` and `check` as officers type them."""

import json
import os

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.secrets import Keys, set_keys
from tests import forks
from tests.db.payables import MADE_ON, PASSWORD, Payables, answer, send
from tests.db.suspense import in_suspense
from tests.db.test_brought_back import BACK


@pytest.fixture
def huzhu(database):
    def run(*given: str, secret: str | None = None) -> tuple[int, dict[str, object]]:
        reader, writer = os.pipe()
        if secret is not None:
            os.write(writer, f"{secret}\n".encode())
            given += ("--approve-password-fd", str(reader))
        os.close(writer)
        words = (*given, "--json", "--lang", "en")
        environ = {**os.environ, **database.environ}
        done = forks.run(*words, env=environ, pass_fds=(reader,))
        os.close(reader)
        assert done.stdout.count("\n") == 1, done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


def test_several_are_said_to_have_come_back_and_all_is_explained(huzhu, database):
    settings = database.settings
    with Session(database.engine) as session, session.begin():
        set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
        fund = Payables(session)
        for fen in (10_000, 20_000):
            fund.claim(fund.member(), fen)
        batch = send(fund)
        in_suspense(session, fund.third, MADE_ON, 1_000_000)
        in_suspense(session, fund.third, MADE_ON, -30_000)
        line = str(in_suspense(session, fund.third, BACK, 30_000))
        answer(fund, batch, (1, "100.00", "失败"), (2, "200.00", "失败"))
    said = ("bank", "propose", line, "--returned")
    told = huzhu(*said, f"{batch.number}:1", "--by", "preparer")[1]
    assert (told["error"], "100.00" in str(told["message"])) == ("SumNotTheLines", True)
    assert huzhu(*said, batch.number, "--by", "preparer")[0] == 0
    assert huzhu("bank", "confirm", line, "--approve", "approver", secret=PASSWORD)[0] == 0
    code, told = huzhu("bank", "check")
    assert (code, told["holds"], told["lines"], told["waiting"]) == (1, True, 3, 1)
    with Session(database.engine) as session:
        words = session.scalars(text("SELECT says FROM payment_resolution"))
        assert list(words) == ["failed", "failed"]
