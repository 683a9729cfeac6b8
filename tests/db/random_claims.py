"""Acts of a random year: gifts, deaths and heirs, bills, and what two people decide of them."""

from datetime import date, timedelta

from sqlalchemy import text

from app.claims.decide import approve_decision, propose_decision
from app.claims.decided import Reason, What
from app.enrolment.fates import FateRow, doubt_fate, import_fates, take_fate_back
from app.enrolment.gift_enrol import GiftAsked, give
from app.enrolment.gift_open import gift_of, open_gift
from app.payments.heirs import approve_heir, propose_heir
from app.roster.members import set_accounts
from tests.db.office import bill, bills_csv, certno_index_of, person, refund
from tests.db.random_money import RandomMoney
from tests.db.random_office import PEOPLE, Doing, Lot, NothingThere
from tests.db.typed import a_stay, file_by_hand
from tests.factories import make_account, make_id, make_name

KINDS = ("21", "21", "21", "14", "22", "22", "140201", "11", "999")
GIFT = "骑手关爱"


class RandomClaims(RandomMoney):
    """What bears on claims; at first some people are covered and have cards."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.day = date(2024, 2, 1)
        for unit in (1, 2):
            people = [person(n, n + 2, n) for n in range(PEOPLE) if n % 3 == unit]
            self.office.covered(people, date(2024, 1, 1), unit=unit)
        self.settle()

    # Gifts and deaths.

    def give(self, lot: Lot) -> Doing:
        if not self.ids("SELECT 1 FROM campaign"):
            days = {"opens_on": date(2023, 1, 1), "closes_on": date(2025, 12, 31)}
            union = self.ids("SELECT min(id) FROM union_node")[0]
            how = {"name": GIFT, "union_id": union, "quota": 5, "term_months": 12}
            open_gift(self.session, **how, **days, by=self.by)
        rows = [person(n, line) for line, n in enumerate(lot.some(PEOPLE, 3), 2)]
        asked = GiftAsked(gift_of(self.session, GIFT), self._start(2024), self.day, "gift")

        def doing() -> None:
            give(self.session, asked, rows, by=self.by)

        doing()
        self.settle()
        return doing

    def died(self, lot: Lot) -> Doing:
        seed, fate = lot.upto(PEOPLE), lot.of(("died", "retired"))
        row = FateRow(2, make_name(seed), make_id(seed), fate, self.day)

        def doing() -> None:
            import_fates(self.session, [row], file_sha256="f", by=self.by)

        doing()
        self.settle()
        return doing

    def alive(self, lot: Lot) -> None:
        member = lot.of(self.ids("SELECT DISTINCT member_id FROM member_fate ORDER BY 1"))
        doubt_fate(self.session, member, by=self.by)
        take_fate_back(self.session, member, by=self.second)
        self.settle()

    def heir(self, lot: Lot) -> None:
        member = lot.of(self.ids("SELECT DISTINCT member_id FROM member_fate ORDER BY 1"))
        named = {"name": "王平", "certno": make_id(700), "account": make_account(700)}
        how = {**named, "relation": "配偶", "papers": "公证书"}
        propose_heir(self.session, member, **how, by=self.by)
        approve_heir(self.session, member, by=self.second)

    def card(self, lot: Lot) -> None:
        """Members bring cards, each another one."""
        cards = "SELECT m.id, count(b.*) FROM member m LEFT JOIN bank_account b"
        cards += " ON b.member_id = m.id GROUP BY 1 ORDER BY 1"
        found = dict(map(tuple, self.session.execute(text(cards))))
        some = list(found)[lot.upto(3) :: 1 + lot.upto(3)]
        new = {who: make_account(1000 + self.next()) for who in some}
        set_accounts(self.session, new, {who: found[who] for who in some}, by=self.by)

    # Bills.

    def feed(self, lot: Lot) -> Doing:
        rows = []
        for _ in range(1 + lot.upto(4)):
            number, who = lot.upto(14), lot.upto(PEOPLE)
            day = (self.day - timedelta(days=lot.of((0, 3, 40, 200)))).isoformat()
            scope = lot.of(("1000.00", "300.00", "90000.00", "250000.01", "5000.00"))
            row = bill(f"N{number:02d}", number % PEOPLE, day, scope, med_type=lot.of(KINDS))
            undoes = lot.upto(7) == 0
            rows.append(refund(f"R{number}", f"N{number:02d}", who, day) if undoes else row)
        content = bills_csv(*{x["setl_id"]: x for x in rows}.values())

        def doing() -> None:
            self.office.take(content)

        doing()
        self.settle()
        return doing

    def file(self, lot: Lot) -> Doing:
        seed = lot.upto(PEOPLE)
        if not self.ids("SELECT 1 FROM member WHERE certno_index = :i", i=certno_index_of(seed)):
            raise NothingThere
        stated = lot.of(("", f"N{seed:02d}"))
        sheet, key = (
            a_stay(self.day.isoformat(), "800.00", stated),
            f"request-key-{self.next():08d}",
        )
        file_by_hand(self.session, seed, sheet, key)
        self.settle()
        return lambda: file_by_hand(self.session, seed, sheet, key)

    def decide(self, lot: Lot) -> Doing:
        claim = lot.of(
            self.ids(
                "SELECT claim_id FROM claim_queue WHERE state IN ('review', 'held', 'payable')"
                " ORDER BY state = 'payable', claim_id"
            )
        )
        what = lot.of((What.PAY_INPATIENT, What.PAY_INPATIENT, What.REFUSE, What.PAY_CHRONIC))
        reason = Reason.OTHERS_LIABLE if what is What.REFUSE else None
        made = propose_decision(self.session, claim, what, reason=reason, by=self.by)
        approve_decision(self.session, made, by=self.second)
        self.settle()
        return lambda: approve_decision(self.session, made, by=self.second)
