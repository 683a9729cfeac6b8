"""A request's session, and through which of the database's sign-ins it asks.

An auditor reads through another sign-in of the database, which may SELECT and nothing else. It is a
connection of its own: a role taken with SET ROLE is given back by whoever gets `RESET ROLE` into a
statement, and SET LOCAL by the next COMMIT; a sign-in without rights has none to give back. What an
auditor's acts write (an opening, an order) is written beside, by `app.db.transaction_beside`.
"""

from typing import Any, Final

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

READER: Final = "reader"
"""The bind of the sign-in that only reads."""


class Asking(FlaskSession):
    """The application's session, or the reader's from `only_read` on."""

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **more: Any
    ) -> Engine | Connection:
        if bind is None and self.info.get(READER):
            return self._db.engines[READER]
        return super().get_bind(mapper, clause, bind, **more)


def only_read(session: Session) -> None:
    """From here on this session is the reader's."""
    session.close()
    session.info[READER] = True


def read_no_more(session: Session) -> None:
    """The request is over; its session may belong to a context around it."""
    if session.info.pop(READER, None):
        session.close()
