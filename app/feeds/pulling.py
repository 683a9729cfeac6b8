"""The pull of the day before, as a worker does it again and again until it has come."""

import time
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Account, Role
from app.clock import today
from app.errors import Refusal
from app.feeds.bureau import Interface, Pause
from app.feeds.import_file import Transaction
from app.feeds.pull import Pulled, is_pulled, pull_day
from app.outside import Bureau


class NoBureau(Refusal):
    """No interface of a bureau is set."""


class BureauByUnknown(Refusal):
    """The setting names no officer."""


def interface_of(bureau: Bureau | None, pause: Pause = time.sleep) -> Interface:
    """The interface that the settings name. Raises NoBureau."""
    if bureau is None:
        raise NoBureau
    return Interface(bureau, pause)


def pull_yesterday(transaction: Transaction, interface: Interface) -> Pulled | None:
    """Pull the day before, where it has not come whole yet. Raises PullFailed."""
    day = today() - timedelta(days=1)
    login = interface.bureau.by
    with transaction() as session:
        if is_pulled(session, day):
            return None
        by = session.scalar(
            select(Account.id).where(
                Account.login == login.strip().lower(),
                Account.role == Role.OFFICER.value,
                Account.disabled_at.is_(None),
            )
        )
    if by is None:
        raise BureauByUnknown
    return pull_day(transaction, interface, day, by=by)
