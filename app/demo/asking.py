"""What the demonstration's members ask, and who helps whom: one of each kind for the pages."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.demo.accounts import MEMBER, SECOND_MEMBER
from app.demo.live import Office
from app.enquiries.ask import ask, ask_on, rate
from app.enquiries.handle import answer, ask_back
from app.helping.accept import accept_code
from app.helping.invite import invite_by_code

_ASKED: Final = (
    ("payment", "上个月出院的补助金什么时候到账？"),
    ("cover", "明年的参保单位什么时候报名单？"),
    ("claim", "外地住院的结算单医院只给了复印件，可以用吗？"),
    ("account", "换了手机号，在哪里改？"),
)


def ask_and_help(session: Session, office: Office) -> None:
    """Four enquiries in the four ways they can stand, and a member whom another helps."""
    one, other = (_account(session, login) for login in (MEMBER, SECOND_MEMBER))
    first, second = office.officers
    _waits, done, asked_back, again = (
        ask(session, about, said, by=by, request_key=f"demo-{n}", claim_id=None)
        for n, ((about, said), by) in enumerate(zip(_ASKED, (one, one, other, other), strict=True))
    )
    answer(session, done, "每年 11 月起由单位报名单，单位联系人会通知您。", by=first, seen=1)
    rate(session, done, 5, "说得清楚", by=one)
    ask_back(session, asked_back, "复印件上有没有医院盖章？", by=second, seen=1)
    answer(session, again, "请告诉单位工会，由工会更新。", by=first, seen=1)
    ask_on(session, again, "单位工会电话打不通，还有别的办法吗？", by=other, seen=2)
    code = invite_by_code(session, until=None, by=other)
    accept_code(session, code, by=one)


def _account(session: Session, login: str) -> int:
    return session.execute(select(Account.id).where(Account.login == login)).scalar_one()
