"""Read a bank's answer, and hold the claims of the batch it answers."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from app.banking.formats import format_named, formats
from app.banking.returnfile import (
    ReturnCountWrong,
    ReturnFile,
    ReturnTotalUnproven,
    ReturnTotalWrong,
    read_return,
)
from app.banking.returnrecords import ReturnNotText
from app.db import one_at_a_time
from app.errors import FileFault, Refusal
from app.payments.batch import NoSuchBatch, batch_numbered
from app.payments.find_sent import Row, holding_sent
from app.payments.models import PaymentBatch

_COMPARED: Final = (ReturnCountWrong, ReturnTotalWrong, ReturnTotalUnproven)
_NUMBER: Final = re.compile(rb"P[0-9]{4}-[0-9]{4,18}")
_FIRST_LINE: Final = 200
"""Bytes; of any bank's answer the first line is shorter."""


class BatchOfOtherFormat(Refusal):
    """The bank answers a batch in the format it was sent in (facts: batch, format)."""


def hold_answer(
    session: Session, data: bytes, template: str | None
) -> tuple[PaymentBatch, ReturnFile, Sequence[Row]]:
    """The batch, its answer, and its payments, whose claims are held from now on.

    The first line says which batch it will be: while the server holds its claims the file is read.
    """
    named = _named_first(session, data)
    if named is not None:
        one_at_a_time(session, f"payments.return {named.id}")
        with holding_sent(session, named.id) as held:
            batch, answer = _of_batch(session, data, template, named)
        if batch is named:
            return batch, answer, held.fetchall()
    else:
        batch, answer = _of_batch(session, data, template, None)
    one_at_a_time(session, f"payments.return {batch.id}")
    with holding_sent(session, batch.id) as held:
        pass
    return batch, answer, held.fetchall()


def _of_batch(
    session: Session, data: bytes, template: str | None, named: PaymentBatch | None
) -> tuple[PaymentBatch, ReturnFile]:
    """The file as its batch's template reads it. Without a template's name each is tried: the
    number in the file says which batch it answers, and that its template was the right one."""
    names = [template] if template else list(formats())
    troubles: dict[str, FileFault] = {}
    for name in names:
        try:
            answer = read_return(data, format_named(name))
        except FileFault as trouble:
            troubles[name] = trouble
            continue
        batch = batch_numbered(session, answer.batch_no)
        if batch.template != name:
            raise BatchOfOtherFormat(batch=answer.batch_no, format=batch.template)
        return batch, answer
    raise _told(troubles, named.template if named else "")


def _told(troubles: dict[str, FileFault], template: str) -> FileFault:
    """Which trouble is the file's: of who came to compare the sums, and could read it; of the
    template of the batch that its first line names; else what the plain format says of text."""
    each = list(troubles.values())
    read = [x for x in each if isinstance(x, _COMPARED)]
    own = [x for name, x in troubles.items() if name == template]
    text = [x for x in each if not isinstance(x, ReturnNotText)]
    return [*read, *own, *text, *each][0]


def _named_first(session: Session, data: bytes) -> PaymentBatch | None:
    """The batch that the first line names; None where it names none."""
    named = _NUMBER.search(data[:_FIRST_LINE].partition(b"\n")[0])
    try:
        return batch_numbered(session, named[0].decode()) if named else None
    except NoSuchBatch:
        return None
