"""Seal and sign, as the commands do."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.audit.checkpoint import sign_checkpoint
from app.audit.seal import Sealed, begin_seal, seal
from app.evidence.note import Note, SigningKey


def sealed(engine: Engine) -> Sealed:
    with Session(engine) as session, session.begin():
        until = begin_seal(session)
    with Session(engine) as session, session.begin():
        return seal(session, until)


def signed(engine: Engine, key: SigningKey, by: int) -> Note:
    sealed(engine)
    with Session(engine) as session, session.begin():
        return sign_checkpoint(session, key, by=by)
