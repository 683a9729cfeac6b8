"""What the sheet of a payment batch says; `app.papers` prints it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.papers.batch_sheet import Sheet
from app.payments.batch import batch_numbered


def sheet_of(session: Session, number: str) -> Sheet:
    """A batch as it was frozen, with the people behind it. Raises NoSuchBatch."""
    batch = batch_numbered(session, number)
    approvers = [x for x in (batch.approved_by, batch.third_by) if x is not None]
    people = [batch.prepared_by, *approvers]
    asked = session.execute(select(Account.id, Account.name).where(Account.id.in_(people)))
    names = {row.id: row.name for row in asked}
    return Sheet(
        number=number,
        year=batch.benefit_year,
        sent_on=batch.made_on,
        lines=batch.lines,
        total_fen=batch.total_fen,
        file_sha256=batch.file_sha256,
        prepared_by=names[batch.prepared_by],
        approved_by=tuple(names[each] for each in approvers),
    )
