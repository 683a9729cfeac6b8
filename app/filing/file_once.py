"""File a claim that came whole, from a program: sheet, statement and consent in one transaction."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.decided import Says
from app.claims.file import Filed, RequestKeyUsed, file_claim
from app.claims.injuries import state_injury
from app.claims.sheet import Sheet
from app.filing.send import ConsentMissing, write_consent
from app.texts.consent import NEWEST

# What was said in the very transaction of the filing.
_SAID: Final = text(
    """
    SELECT s.says FROM injury_statement s JOIN claim c
        ON c.member_id = s.member_id AND c.id = s.claim_id AND c.recorded_at = s.recorded_at
    WHERE s.member_id = :member AND s.claim_id = :claim
    """
)


def file_once(
    session: Session,
    sheet: Sheet,
    *,
    member_id: int,
    statement: Says | None,
    consent: str,
    request_key: str,
    lang: str,
    by: int,
) -> Filed:
    """File it; the same request again is the same claim, as it was filed the first time.

    Raises ConsentMissing, NotInjury, and as `app.claims.file.file_claim`.
    """
    if consent != NEWEST:
        raise ConsentMissing
    filed = file_claim(session, sheet, member_id=member_id, by=by, request_key=request_key)
    if filed.again:
        said = session.scalar(_SAID, {"member": member_id, "claim": filed.claim_id})
        if said != (statement and statement.value):
            raise RequestKeyUsed
        return filed
    if statement:
        state_injury(session, filed.claim_id, statement, by=by)
    write_consent(session, member_id, filed.claim_id, lang, by)
    return filed
