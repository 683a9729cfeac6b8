"""One of everything an officer's pages show or act on, upon the filled fund: ids by kind.

Made by the pages themselves wherever a page makes it, so that what is tried is what can be there.
"""

import io
import re
from datetime import date
from tempfile import TemporaryFile

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.models import Role
from app.banking.add_account import add_fund_account
from app.db import db, transaction
from app.dispatch import drain_all
from app.enrolment.hand_in import hand_in
from app.enrolment.self_enrol import open_gig_unit
from app.feeds.import_file import import_file
from app.lists.order import Ordered, order_list_file
from app.roster.units import add_unit
from app.simulation.order import order_question
from app.simulation.outlook import Ahead
from app.units.ask import ask_registration
from app.units.asked import Registration
from tests.db.statements import NUMBER, plain
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, QIAN, Fund, bill, feed

DAY = date(2021, 11, 20)
WAITS = "城关运输公司"
"""Waits to be registered, in no district."""
PAYER, PAYERS_ACCOUNT = "远方机电公司", "6222999900001111"
HEIR = make_name(700)
ROW = ["姓名", "身份证号", "增减"], [make_name(701), make_id(701), "增"]
JOINS = csv_bytes(ROW)
HANDED_IN = {"name": "增减.csv", "starts_on": date(2024, 1, 1), "request_key": "x"}
"""Joiners of the works, handed in and not decided."""
CITYS_DEAD = 3
"""Of the works, a unit of the city's own: nobody of the district's."""


class Rich:
    """Ids of what `make` made; `city` is what a district officer has no business with."""

    def __init__(self, web: Flask, fund: Fund) -> None:
        self.web, self.fund = web, fund
        self.one, self.two = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")

    def make(self) -> "Rich":
        self._by_calls()
        self.line = self._number("SELECT id FROM statement_line WHERE amount_fen = 7000")
        self.open_line = self._number("SELECT id FROM statement_line WHERE amount_fen = 8000")
        self.statement = self._number("SELECT max(id) FROM bank_statement")
        path = f"/office/money/lines/{self.line}"
        payee = {"payee": PAYER, "payee_account": PAYERS_ACCOUNT}
        came(self.one.post(path, act="refund", **payee))
        self.refund = self._number("SELECT max(id) FROM unit_refund")
        self._order()
        heir = {"name": HEIR, "certno": make_id(700), "relation": "配偶", "papers": "公证书"}
        path = f"/office/payments/heirs/{self.dead}/propose"
        came(self.one.post(path, account=make_account(700), **heir))
        came(self.one.post("/books/close", period="2019-10"))
        self.asked = self._number("SELECT max(id) FROM books_asked")
        self._injury()
        return self

    def _by_calls(self) -> None:
        with self.web.app_context():
            with transaction() as session:
                self.fund.session = session
                by = self.fund.officer
                account = {"holder": "市总工会", "bank": "某银行", "number": NUMBER}
                forms = {"statement_format_name": "plain", "payment_format": "plain"}
                add_fund_account(session, code="main", by=by, **account, **forms)
                bills = [
                    bill("S201", QIAN, "2021-06-01", "1000.00"),
                    bill("I900", 2, "2021-10-20", "1000.00", med_type="22"),
                ]
                self.fund.take(feed(*bills))
                given = {"union_id": 1, "unit_percent": 0}
                add_unit(session, uscc=make_uscc(9), name="骑手之家", by=by, **given)
                self.gig = int(session.execute(text("SELECT max(id) FROM unit")).scalar_one())
                open_gig_unit(session, self.gig, by=by)
                given = {"unit_percent": 50, "contact": "郑平", "phone": "13800005678"}
                wanted = Registration(make_uscc(6), WAITS, 1, **given)
                self.request = ask_registration(session, wanted, by=None).request_id
                dead = text(
                    "INSERT INTO member_fate (member_id, seq, fate, on_day, file_sha256,"
                    " recorded_by) SELECT l.member_id, 1, 'died', '2021-12-01', '', :by"
                    " FROM roster_line l JOIN roster r ON r.id = l.roster_id"
                    " WHERE r.unit_id = 1 AND r.benefit_year = 2021 AND l.line = 5"
                    " RETURNING member_id"
                )
                self.question = order_question(session, 2021, 2021, {}, Ahead(), by=by)
                asked = Ordered("claims", "paid", {}, "", None, 1, "zh")
                self.made = order_list_file(session, asked, by=by)
                self.list = hand_in(session, 1, JOINS, by=by, **HANDED_IN)
                self.dead = int(session.execute(dead, {"by": by}).scalar_one())
            assert drain_all().in_trouble == 0
        self._feed()
        lines = [(DAY, "70.00", PAYER, "=1+1"), (DAY, "80.00", "乙公司", "互助金")]
        self.send_statement(self.one, plain([*lines, (DAY, "-6.00", "某公司", "")]))

    def _feed(self) -> None:
        """A file of the bureau's, taken part by part; none of its bills is new."""
        with self.web.app_context(), TemporaryFile() as file:
            file.write(feed(bill("S201", QIAN, "2021-06-01", "1000.00")))
            [taken] = import_file(transaction, file, name="2021.csv", by=self.fund.officer)
        self.feed = taken.feed_id

    def send_statement(self, browser: Browser, data: bytes) -> TestResponse:
        file = (io.BytesIO(data), "statement.csv")
        fields = {"csrf_token": browser.token(), "account": "main", "file": file}
        return browser.client.post("/office/money/statements", data=fields)

    def _order(self) -> None:
        wish = {"template": "plain", "account": "", "made_on": "2021-11-01"}
        answer = self.one.post("/office/payments/ready/2021", **wish)
        self.batch = int(came(answer).rpartition("/")[2])

    def _injury(self) -> None:
        found = "SELECT member_id, id FROM claim WHERE setl_id = 'I900'"
        with self.web.app_context():
            self.member, self.claim = db.session().execute(text(found)).one()
        claim = f"/office/members/{self.member}/claims/{self.claim}"
        came(self.one.post(f"{claim}/state", says="traffic"))
        came(self.one.post(f"{claim}/decide", said="pay_as:inpatient"))
        self.proposal = self._number("SELECT max(id) FROM proposal")

    def _number(self, asked: str) -> int:
        with self.web.app_context():
            return int(db.session().execute(text(asked)).scalar_one())

    def accounts(self) -> None:
        """Officers of a unit's own union, and an auditor of the district."""
        with self.web.app_context(), transaction() as session:
            asked = text("SELECT union_id FROM unit_now WHERE id = :unit")
            node = session.execute(asked, {"unit": self.fund.kindergarten}).scalar_one()
            district, by = self.fund.district_id, self.fund.officer
            for login, role, union_id in (
                ("nursery", Role.OFFICER, node),
                ("north_audit", Role.AUDITOR, district),
            ):
                add_account(session, login, login, role, PASSWORD, by=by, union_id=union_id)

    def rows(self) -> dict[str, int]:
        """How many rows each table has that people's acts write."""
        asked = text("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
        with self.web.app_context():
            names = set(db.session().scalars(asked)) - {"session", "sign_in_try"}
            counted = " UNION ALL ".join(f"SELECT '{x}', count(*) FROM \"{x}\"" for x in names)
            return dict(db.session().execute(text(counted)).all())

    @property
    def fields(self) -> dict[str, str]:
        """Fields of all forms at once, with what they would do to somebody else's things."""
        return {
            "act": "unit",
            "unit": "1",
            "uscc": make_uscc(1),
            "other": make_uscc(1),
            "year": "2021",
            "from_year": "2021",
            "amount": "1.00",
            "source": "over",
            "payee": "x",
            "payee_account": PAYERS_ACCOUNT,
            "reason": "x",
            "why": "lost",
            "on": "2022-01-05",
            "on_day": "2022-01-05",
            "until": "2099-01-01",
            "from_on": "2022-01-05",
            "name": "x",
            "contact": "x",
            "phone": "13800001234",
            "says": "paid",
            "booked_on": "2021-11-05",
            "evidence": "x",
            "period": "2019-10",
            "entry": "1",
            "said": "pay_as:inpatient",
            "template": "plain",
            "made_on": "2021-11-01",
            "starts_on": "2021-12-01",
            "digest": "0",
            "how": "draft",
            "sha256": "0",
            "unit_id": "1",
            "union_id": "1",
            "member_id": str(self.member),
            "by": "1",
            "approved_by": "2",
        }

    @property
    def paths(self) -> dict[str, object]:
        """Values for every argument of a path: things of the whole fund, or of a unit of the city's
        own that no district and no other unit's contact has anything to do with."""
        return {
            "account": "4001",
            "account_id": 1,
            "asked_id": self.asked,
            "batch": "P2021-0001",
            "batch_id": self.batch,
            "campaign_id": 1,
            "checkpoint_id": 1,
            "claim_id": self.claim,
            "consent_id": 1,
            "draft_id": 1,
            "edition_id": 1,
            "enquiry_id": 1,
            "entry_id": 1,
            "fate": "matched",
            "code": "main",
            "feed_id": self.feed,
            "file_sha256": "0" * 64,
            "finding_id": 1,
            "how": "credit",
            "invite_id": 1,
            "key": "shared_card",
            "kind": "pdf",
            "line": 1,
            "line_id": self.line,
            "list_id": self.list,
            "made_id": self.made,
            "listed": "suspense",
            "member_id": self.member,
            "month": 1,
            "no": 1,
            "notices_id": self.fund.notices,
            "number": 1001,
            "objection_id": 1,
            "of_line": "granted",
            "of_month": 0,
            "of_what": "outcome",
            "online_id": self.fund.online,
            "opening_id": 1,
            "order_id": self.fund.bundle,
            "paper_id": 1,
            "papers_id": 1,
            "part": "marked",
            "payment_id": 1,
            "proposal_id": self.proposal,
            "question_id": self.question,
            "receipt_id": 1,
            "reference": "GAAAAAAAA",
            "refund_id": self.refund,
            "request_id": self.request,
            "roster_id": 2,
            "run_id": self.fund.first_run,
            "sample_id": 1,
            "statement_id": self.statement,
            "search_id": 1,
            "state": "held",
            "subsidy_id": 1,
            "token_id": 1,
            "unit_id": 1,
            "upload_id": self.fund.upload,
            "view_id": 1,
            "year": 2021,
        }


def came(answer: TestResponse) -> str:
    """Where an act that was done leads."""
    assert answer.status_code == 302, (answer.status_code, re.sub(r"<[^>]+>", " ", answer.text))
    return answer.location
