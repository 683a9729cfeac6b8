"""`huzhu payments` and `huzhu account` as an officer types them: processes, files, exit codes."""

import json
import os
import stat

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.check import authenticate
from app.accounts.models import SignInTry
from app.payments.models import PaymentBatch
from app.secrets import Keys, set_keys
from tests import forks
from tests.db.payables import PASSWORD, YEAR, Payables
from tests.factories import make_account, make_id, return_file


@pytest.fixture
def fund(database):
    """A fund with one payable claim and one without an account, committed."""
    settings = database.settings
    set_keys(Keys(settings.encryption_key, settings.index_key, settings.pseudonym_key))
    with Session(database.engine) as session:
        made = Payables(session)
        made.paid = made.claim(made.member(), 10_000)
        made.unpaid = made.claim(made.member(name="王安", account=False), 5_000)
        session.commit()
        yield made


@pytest.fixture
def huzhu(database, tmp_path):
    """Run a command with --json and `secret` in a pipe; its exit code and its one object."""

    def run(*arguments, secret=None, fd_option="--approve-password-fd"):
        given, fds = list(arguments), ()
        if secret is not None:
            reader, writer = os.pipe()
            os.write(writer, f"{secret}\n".encode())
            os.close(writer)
            given, fds = [*given, fd_option, str(reader)], (reader,)
        done = forks.run(
            *given, "--json", "--lang", "en", env={**os.environ, **database.environ}, pass_fds=fds
        )
        for fd in fds:
            os.close(fd)
        assert done.stdout.count("\n") == 1, done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


def export(huzhu, out, secret=PASSWORD, approve="approver", by="preparer"):
    given = ["payments", "export", "--year", str(YEAR), "--out", str(out), "--on", "2024-03-01"]
    return huzhu(*given, "--by", by, "--approve", approve, secret=secret)


def test_from_export_to_the_banks_answer(huzhu, fund, tmp_path):
    out, again, answer = tmp_path / "bank.csv", tmp_path / "again.csv", tmp_path / "return.csv"
    code, told = export(huzhu, out)
    assert (code, told["lines"], told["total"]) == (1, 1, "100.00")
    assert [(x["claim"], x["reason"]) for x in told["left_out"]] == [
        (fund.unpaid, "no_bank_account")
    ]
    assert "王安" not in json.dumps(told, ensure_ascii=False)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [out]

    code, _ = huzhu("payments", "rewrite", told["batch"], "--out", str(again), "--by", "third")
    assert code == 0
    assert again.read_bytes() == out.read_bytes()
    assert stat.S_IMODE(again.stat().st_mode) == 0o600

    answer.write_bytes(return_file(told["batch"], [(1, "100.00", "成功", "2024-03-05")]))
    code, told = huzhu("payments", "import-return", str(answer), "--by", "third")
    assert (code, told["paid"], told["paid_total"], told["listed"]) == (0, 1, "100.00", [])
    code, told = huzhu("payments", "import-return", str(answer), "--by", "third")
    assert (code, told["paid"], told["unchanged"]) == (0, 0, 1)
    assert fund.state(fund.paid) == "paid"


def test_a_listed_line_is_exit_one_and_a_wrong_file_exit_two(huzhu, fund, tmp_path):
    _, told = export(huzhu, tmp_path / "bank.csv")
    answer = tmp_path / "return.csv"
    answer.write_bytes(return_file(told["batch"], [(7, "100.00", "成功", "2024-03-05")]))
    code, said = huzhu("payments", "import-return", str(answer), "--by", "third")
    assert (code, said["refused"], said["listed"][0]["reason"]) == (1, 1, "unknown_line")
    answer.write_bytes(return_file("P2024-0999", [(1, "100.00", "成功", "2024-03-05")]))
    code, said = huzhu("payments", "import-return", str(answer), "--by", "third")
    assert (code, said["error"]) == (2, "NoSuchBatch")


def test_nothing_to_pay_is_no_fault(huzhu, fund, tmp_path):
    code, told = export(huzhu, tmp_path / "one.csv")
    code, told = export(huzhu, tmp_path / "two.csv")
    assert (code, told["batch"], len(told["left_out"])) == (1, None, 1)
    fund.refund(payee(fund), fund.unpaid)
    fund.session.commit()
    code, told = export(huzhu, tmp_path / "three.csv")
    assert (code, told["batch"], told["left_out"]) == (0, None, [])
    assert not (tmp_path / "three.csv").exists()


def payee(fund):
    return fund.session.scalar(
        text("SELECT member_id FROM claim WHERE id = :c"), {"c": fund.unpaid}
    )


def test_a_wrong_password_approves_nothing_and_counts_as_a_try(huzhu, fund, tmp_path):
    out = tmp_path / "bank.csv"
    code, told = export(huzhu, out, secret="not the password")
    assert (code, told["error"]) == (2, "WrongLogin")
    assert fund.session.query(SignInTry).count() == 1
    for wrong in ({"approve": "nobody"}, {"approve": "approver", "secret": ""}):
        assert export(huzhu, out, **wrong)[0] == 2
    assert not out.exists()
    assert not fund.session.scalars(select(PaymentBatch)).all()
    assert fund.state(fund.paid) == "payable"


def test_one_officer_does_not_approve_alone(huzhu, fund, tmp_path):
    code, told = export(huzhu, tmp_path / "bank.csv", approve="preparer")
    assert (code, told["error"]) == (2, "OnePerson")
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_written_over(huzhu, fund, tmp_path):
    out = tmp_path / "bank.csv"
    out.write_text("sent yesterday")
    code, told = export(huzhu, out)
    assert (code, told["error"]) == (2, "OutFileExists")
    assert out.read_text() == "sent yesterday"
    assert fund.state(fund.paid) == "payable"


def test_where_the_file_cannot_be_written_nothing_is_sent(huzhu, fund, tmp_path):
    code, told = export(huzhu, tmp_path / "no such folder" / "bank.csv")
    assert (code, told["error"]) == (2, "FileUnwritable")
    assert fund.state(fund.paid) == "payable"


def test_accounts_from_the_command_line(huzhu, fund, database):
    given = ["account", "add", "--by", "third", "--name", "钱安"]
    code, told = huzhu(*given, "--login", "Qian", "--role", "officer")
    assert (code, told["login"]) == (0, "qian")
    with Session(database.engine) as session:
        assert authenticate(session, "qian", told["password"], "terminal").name == "钱安"
    code, told = huzhu(
        *given, "--login", "qian2", "--role", "member", "--certno", make_id(1).lower(),
        secret=PASSWORD, fd_option="--password-fd",
    )  # fmt: skip
    assert (code, "password" in told) == (0, False)
    code, told = huzhu(*given, "--login", "qian3", "--role", "member", "--certno", make_id(9))
    assert (code, told["error"]) == (2, "NoSuchMember")
    assert huzhu("account", "disable", "qian", "--by", "third")[0] == 0
    code, told = huzhu("account", "password", "qian2", "--by", "third")
    assert (code, len(told["password"]) > 20) == (0, True)
    code, told = huzhu("account", "list")
    listed = {x["login"]: (x["role"], x["member"], x["disabled"]) for x in told["accounts"]}
    assert listed["qian"] == ("officer", False, True)
    assert listed["qian2"] == ("member", True, False)
    assert "password_hash" not in json.dumps(told)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "2030 年没有任何记账"), ("en", "Nothing is booked")]
)
def test_the_balance_of_a_year_without_entries_says_so(fund, database, lang, said):
    done = forks.run("balance", "2030", "--lang", lang, env={**os.environ, **database.environ})
    assert done.returncode == 0
    assert said in done.stdout
    assert "0.00" not in done.stdout


def test_an_heir_that_cannot_be_is_refused_in_words(huzhu, fund, database):
    with Session(database.engine) as session:
        session.execute(
            text(
                "INSERT INTO member_fate (member_id, seq, fate, on_day, file_sha256, recorded_by)"
                " SELECT min(m.id), 1, 'died', '2024-01-05', '', min(a.id) FROM member m, account a"
            )
        )
        session.commit()
    heir = ["payments", "heir", "--certno", make_id(1), "--name", "王平", "--heir-certno", "1"]
    heir += ["--relation", "配偶", "--account", make_account(700), "--papers", "公证书"]
    given = [*heir, "--by", "preparer", "--approve", "approver"]
    code, told = huzhu(*given, secret=PASSWORD)
    assert (code, told["error"]) == (2, "HeirUnfit")
    said = told["message"].removeprefix("The heir: ")
    assert " " in said, f"a sentence, and not the name of a reason: {said}"
