"""Photos and papers as a form sends them: each taken, or named with the reason why not."""

from typing import Any, Final, NamedTuple

from flask import request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.attachments.keep import keep_attachment
from app.attachments.kinds import Kind
from app.errors import FileFault
from app.files.names import plain_name
from app.texts import say
from app.web.languages import language

MOST_FILES: Final = 10
"""Of one form: each is decoded while its sender waits."""
KINDS: Final[dict[Kind, Any]] = {
    Kind.SETTLEMENT_SHEET: lazy_gettext("Settlement sheet"),
    Kind.INVOICE: lazy_gettext("Invoice"),
    Kind.DISCHARGE_RECORD: lazy_gettext("Discharge record"),
    Kind.COST_QUERY_SHEET: lazy_gettext("Cost query sheet"),
    Kind.CHRONIC_BOOKLET: lazy_gettext("Chronic illness booklet"),
    Kind.BANK_CARD: lazy_gettext("Bank card"),
    Kind.IDENTITY: lazy_gettext("Proof of identity"),
    Kind.STATEMENT: lazy_gettext("Statement"),
    Kind.CONSENT: lazy_gettext("Signed consent"),
    Kind.OTHER: lazy_gettext("Other paper"),
}


class NotTaken(NamedTuple):
    """A file that was not taken: which one of several (0: it came alone), its name, and why."""

    place: int
    name: str
    why: str

    @property
    def said(self) -> str:
        """In the reader's language."""
        if not self.place:
            return str(gettext("“%(name)s”: %(why)s", name=self.name, why=self.why))
        return str(gettext("File %(place)d, “%(name)s”: %(why)s", **self._asdict()))


def sent_files(field: str) -> list[FileStorage]:
    """The files chosen in a field; a browser sends an empty one where none was."""
    return [each for each in request.files.getlist(field) if each.filename]


def keep_all(
    session: Session, files: list[FileStorage], *, member_id: int, kind: Kind, by: int
) -> tuple[list[int], list[NotTaken]]:
    """Keep what can be kept. What is the storage's fault, or a limit's, is raised."""
    ids: list[int] = []
    not_taken: list[NotTaken] = []
    for place, each in enumerate(files, 1):
        try:
            kept = keep_attachment(session, each.read(), member_id=member_id, kind=kind, by=by)
            ids += kept.ids
        except FileFault as fault:
            name = plain_name(each.filename or "")
            which = place if len(files) > 1 else 0
            not_taken.append(NotTaken(which, name, say(fault, language())))
    return list(dict.fromkeys(ids)), not_taken
