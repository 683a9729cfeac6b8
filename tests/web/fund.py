"""A small fund for the pages' tests, made through the same calls the command line makes.

Two years, three units (one of a district union, one that has not paid), the union's part (all of
2019's, some of 2021's), bills that meet every answer, a payment that arrived and one that bounced.
"""

import csv
import io
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import account_named, set_password
from app.accounts.models import Account, Role
from app.adjudication.drain import drain
from app.audit.models import BundleOrder
from app.banking.models import NoticeOrder
from app.benefits.scheme_file import package_schemes
from app.claims.again import look_again
from app.claims.models import Run
from app.claims.settlement import read_settlements
from app.claims.submit import take_feed
from app.clock import today
from app.contributions.receive import receive
from app.contributions.subsidise import receive_subsidy
from app.enquiries.ask import ask, ask_on
from app.enquiries.handle import answer, ask_back
from app.enrolment.enrol import Asked, enrol
from app.enrolment.gift_open import open_gift
from app.enrolment.hand_in import hand_in
from app.enrolment.upload import Wish, take_upload
from app.enrolment.upload_check import check_upload
from app.files.keep import keep
from app.helping.accept import end, register
from app.helping.invite import invite_by_code
from app.helping.models import HelpConsent
from app.jobs import CHECK_ROSTER, Job, forget
from app.money import yuan
from app.online.models import OnlineOrder
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.returns import take_return
from app.roster.person import RosterRow
from app.roster.units import add_unit, unit_of
from app.schemes.draft import open_next
from app.schemes.publish import publish
from app.unions.models import Union
from app.units.ask import ask_registration
from app.units.asked import Registration
from app.units.decide import approve
from tests.factories import (
    csv_bytes,
    make_account,
    make_id,
    make_name,
    make_uscc,
    return_file,
    roster_xlsx,
)

PASSWORD = "a good long password"
ZHAO, QIAN, NOBODY = 0, 1, 999
"""People by their seed: `make_id(ZHAO)`. Zhao and Qian have accounts."""
FIELDS = [
    "setl_id",
    "certno",
    "mdtrt_id",
    "med_type",
    "begndate",
    "enddate",
    "setl_time",
    "fixmedins_name",
    "dise_name",
    "medfee_sumamt",
    "inscp_scp_amt",
    "hifp_pay",
    "hifob_pay",
    "hifmi_pay",
    "psn_part_amt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "refd_setl_flag",
    "init_setl_id",
]


def bill(setl_id: str, seed: int, enddate: str, base: str, **other: str) -> dict[str, str]:
    """A row of a settlement file whose base comes to `base` yuan, both ways."""
    row = {
        "setl_id": setl_id,
        "certno": make_id(seed),
        "med_type": "21",
        "begndate": enddate,
        "enddate": enddate,
        "setl_time": f"{enddate} 10:00:00",
        "fixmedins_name": "市第一人民医院",
        "inscp_scp_amt": base,
        "psn_part_amt": base,
    }
    return row | other


def feed(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


FIRST_FEED = feed(
    bill(
        "S001",
        ZHAO,
        "2021-04-12",
        "20000.00",
        begndate="2021-04-02",
        dise_name="急性阑尾炎",
        medfee_sumamt="31000.00",
        inscp_scp_amt="28000.00",
        hifp_pay="15000.00",
        hifob_pay="800.00",
        psn_part_amt="15200.00",
        fulamt_ownpay_amt="1800.00",
        overlmt_selfpay="200.00",
        preselfpay_amt="1000.00",
    ),
    bill("S002", ZHAO, "2021-01-15", "3000.00"),
    bill("S003", ZHAO, "2021-06-30", "180000.00"),
    bill("S004", ZHAO, "2021-07-30", "20000.00"),
    bill("S005", ZHAO, "2021-08-30", "500.00"),
    bill("S006", ZHAO, "2021-09-01", "700.01", med_type="14", dise_name="高血压"),
    bill("S007", ZHAO, "2021-09-05", "900.00", med_type="22"),
    bill("S008", ZHAO, "2021-09-06", "60.00", med_type="11"),
    bill("S009", ZHAO, "2021-09-07", "60.00", med_type="9876"),
    bill("S010", ZHAO, "2022-09-08", "800.00"),
    bill("S011", QIAN, "2021-05-05", "1234.57", psn_part_amt=""),
    bill("S012", QIAN, "2021-05-06", "4000.00"),
    bill("S013", NOBODY, "2021-05-06", "4000.00"),
    bill("S014", QIAN, "2021-05-07", "12.345"),
    bill("S015", QIAN, "2021-05-08", "100.00", inscp_scp_amt="80.00", hifp_pay="80.00"),
    bill("S101", ZHAO, "2019-12-20", "800.00", mdtrt_id="M1", begndate="2019-12-10"),
    bill("S102", ZHAO, "2019-12-21", "1500.01", mdtrt_id="M1", begndate="2019-12-10"),
    bill("S103", ZHAO, "2019-12-22", "300.00", mdtrt_id="", begndate="2019-12-22"),
)
SECOND_FEED = feed(
    bill("S012", QIAN, "2021-05-06", "3000.00"),
    {
        "setl_id": "R011",
        "certno": make_id(QIAN),
        "init_setl_id": "S011",
        "refd_setl_flag": "1",
        "med_type": "21",
        "setl_time": "2021-08-01",
        "inscp_scp_amt": "-1234.57",
    },
)


class Fund:
    """Ids of what `fill` made."""

    def __init__(self, session: Session) -> None:
        self.session = session
        publish(session, package_schemes(), by=None)
        self.city = Union(name="市总工会")
        session.add(self.city)
        session.flush()
        self.district = Union(name="北区总工会", parent_id=self.city.id)
        session.add(self.district)
        session.flush()
        self.officer = self._account("officer1", "经办一", Role.OFFICER)
        self.second = self._account("officer2", "经办二", Role.OFFICER)
        self.auditor = self._account("auditor", "审计", Role.AUDITOR)
        self.operator = self._account("operator", "承办员", Role.OPERATOR)
        self.of_district = self._account("north", "北区经办", Role.OFFICER, self.district.id)

    def fill(self) -> None:
        """Everything."""
        works = self._unit(1, "市纺织机械厂", self.city.id)
        north = self._unit(2, "北区第三小学", self.district.id)
        late = self._unit(3, "滨河物业服务有限公司", self.city.id)
        self._enrol(works, 2019, [ZHAO], "2019-10-01", paid="60.00")
        self._enrol(works, 2021, [ZHAO, 2, 3, 4], "2021-01-01", paid="200.00")
        self._enrol(north, 2021, [QIAN, 5], "2021-01-01", paid="100.00")
        self._enrol(late, 2021, [6, 7, 8], "2021-01-01", paid="90.00")
        self._subsidise(2019, self.city, 30_00)
        self._subsidise(2021, self.district, 100_00)
        self.zhao = self._account("zhao", make_name(ZHAO), Role.MEMBER, certno=make_id(ZHAO))
        self.qian = self._account("qian", make_name(QIAN), Role.MEMBER, certno=make_id(QIAN))
        self.first_run = self.take(FIRST_FEED)
        self._pay()
        self.second_run = self.take(SECOND_FEED)
        self._open_gift()
        self.bundle = self._bundle()
        self.notices = self._notices()
        self.online = self._online()
        self.upload = self._upload()
        open_next(self.session, 2029, from_year=2028, by=self.officer)
        self.contact = self._contact()
        self.enquiry = self._enquiry()
        self.relative = self._relative()

    def _open_gift(self) -> None:
        open_gift(
            self.session,
            name="Summer 2021",
            union_id=self.city.id,
            quota=2,
            term_months=6,
            opens_on=date(2021, 6, 1),
            closes_on=date(2021, 12, 31),
            by=self.officer,
        )

    def take(self, data: bytes) -> int:
        """Import a feed and determine it; its run."""
        file = read_settlements(data)
        taken = take_feed(self.session, file, file_sha256="0" * 64, by=self.officer)
        look_again(self.session)
        for run_id in self.session.scalars(select(Run.id)).all():
            while drain(self.session, run_id):
                pass
        assert taken.run_id
        return taken.run_id

    def _account(
        self, login: str, name: str, role: Role, union: int | None = None, certno: str | None = None
    ) -> int:
        first = self.session.scalar(select(Account.id).order_by(Account.id).limit(1))
        return add_account(
            self.session, login, name, role, PASSWORD, by=first, certno=certno, union_id=union
        )

    def _unit(self, seed: int, name: str, union_id: int) -> str:
        uscc = make_uscc(seed)
        add_unit(
            self.session,
            uscc=uscc,
            name=name,
            union_id=union_id,
            unit_percent=50,
            by=self.officer,
        )
        return uscc

    def _enrol(self, uscc: str, year: int, people: list[int], starts_on: str, paid: str) -> None:
        unit, day = unit_of(self.session, uscc), date.fromisoformat(starts_on)
        rows = [
            RosterRow(line, make_name(seed), make_id(seed), make_account(seed))
            for line, seed in enumerate(people, 2)
        ]
        # A roster of next year was confirmed, and paid, this year.
        asked = Asked(unit, year, day, min(day, today()), 50, "0" * 64)
        enrol(self.session, asked, rows, by=self.officer)
        receive(
            self.session,
            unit_id=unit.id,
            year=year,
            amount_fen=int(paid.replace(".", "")),
            received_on=min(day, today()),
            reference=f"{uscc[-6:]}-{year}",
            by=self.officer,
        )

    def _subsidise(self, year: int, union: Union, amount_fen: int) -> None:
        receive_subsidy(
            self.session,
            union_id=union.id,
            year=year,
            amount_fen=amount_fen,
            received_on=date(year, 12, 1),
            reference="S-1",
            by=self.officer,
        )

    def _bundle(self) -> int:
        """An order whose file was made, as if a worker had: its number."""
        file = keep(
            self.session,
            [b"PK"],
            name="huzhu-2021.zip",
            media_type="application/zip",
            by=self.auditor,
        )
        verdict = {"ok": True, "says": {"zh": "核对无误。", "en": "Everything holds."}}
        made = {"sha256": file.sha256, "size": 2, "made_from_event": 9, "verdict": verdict}
        order = BundleOrder(
            benefit_year=2021,
            last_year=2021,
            state="ready",
            file_id=file.id,
            asked_by=self.auditor,
            **made,
        )
        self.session.add(order)
        self.session.flush()
        return order.id

    def _notices(self) -> int:
        """Payment notices that were made, as if a worker had: the order's number."""
        file = keep(
            self.session,
            [b"PK"],
            name="缴费通知单-2021.zip",
            media_type="application/zip",
            by=self.officer,
        )
        order = NoticeOrder(
            benefit_year=2021,
            union_id=self.city.id,
            made_on=date(2021, 2, 1),
            state="ready",
            total=3,
            left_out=1,
            file_id=file.id,
            asked_by=self.officer,
        )
        self.session.add(order)
        self.session.flush()
        return order.id

    def _online(self) -> int:
        """An online order whose time has run out: its number."""
        order = OnlineOrder(
            provider="wechat",
            out_trade_no="HZ20210101000000",
            unit_id=unit_of(self.session, make_uscc(3)).id,
            benefit_year=2021,
            amount_fen=60_00,
            expires_at=datetime(2021, 1, 1, tzinfo=UTC),
            created_by=self.officer,
        )
        self.session.add(order)
        self.session.flush()
        return order.id

    def _upload(self) -> int:
        """A roster file with a good and a bad row that was read and waits for an officer's word."""
        unit = unit_of(self.session, make_uscc(1))
        day = date(2022, 1, 1)
        rows = [[make_name(2), make_id(2), ""], ["无号", "", ""]]
        upload_id = take_upload(
            self.session,
            Wish(unit.id, 2022, day, day, "form", "zh"),
            roster_xlsx(rows),
            name="花名册.xlsx",
            by=self.officer,
        )
        check_upload(self.session, upload_id)
        forget(self.session, self.session.scalars(select(Job.id).where(Job.kind == CHECK_ROSTER)))
        return upload_id

    def _contact(self) -> str:
        """A unit that asked to be registered and was, its contact's sign-in; and one that waits."""
        given = {"unit_percent": 50, "contact": "吴安", "phone": "13800001234"}
        wanted = Registration(make_uscc(4), "北区幼儿园", self.district.id, **given)
        asked = ask_registration(self.session, wanted, by=self.of_district)
        done = approve(self.session, asked.request_id, by=self.officer)
        self.kindergarten, self.district_id = done.unit_id, self.district.id
        self.city_id = self.city.id
        assert done.contact
        set_password(self.session, done.contact.login, PASSWORD, by=self.officer)
        day = date(2024, 3, 1)
        rows = [["姓名", "身份证号", "增减"], [make_name(60), make_id(60), "增"]]
        how = {"name": "增减.csv", "starts_on": day, "request_key": "form"}
        contact = account_named(self.session, done.contact.login)
        contact.renew = False  # has chosen this one
        self.list = hand_in(self.session, done.unit_id, csv_bytes(rows), by=contact.id, **how)
        waits = Registration(make_uscc(5), "北区书店", self.district.id, **given)
        self.request = ask_registration(self.session, waits, by=None).request_id
        return done.contact.login

    def _enquiry(self) -> int:
        """Zhao asks about claim 1, is asked back, asks on and is answered: a whole thread."""
        made = ask(
            self.session, "claim", "到账了吗？", by=self.zhao, request_key="form", claim_id=1
        )
        ask_back(self.session, made, "哪张卡？", by=self.officer, seen=1)
        ask_on(self.session, made, "工资卡", by=self.zhao, seen=2)
        answer(self.session, made, "已经到账。", by=self.second, seen=3)
        return made

    def _relative(self) -> int:
        """Somebody who is no member, and whom Zhao let help; Zhao ended it."""
        code = invite_by_code(self.session, until=None, by=self.zhao)
        made = register(
            self.session,
            code,
            name="孙安",
            certno=make_id(70),
            phone="13800001234",
            login="relative",
            password=PASSWORD,
        )
        consent = self.session.scalars(select(HelpConsent.id)).one()
        end(self.session, consent, by=self.zhao)
        return made

    def _pay(self) -> None:
        batch = prepare_batch(
            self.session,
            2021,
            prepared_by=self.officer,
            approved_by=self.second,
            made_on=date(2021, 10, 1),
        )
        sent = sent_lines(self.session, batch.id)
        # The last one bounces.
        answers = [
            (
                x.line,
                yuan(x.amount_fen),
                *(
                    ("失败", "2021-10-02", "户名不符")
                    if x is sent[-1]
                    else ("成功", "2021-10-02", "")
                ),
            )
            for x in sent
        ]
        take_return(self.session, return_file(batch.number, answers), by=self.officer)
