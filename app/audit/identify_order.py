"""Identified editions that auditors with the right ask for: promised, made by a worker, logged.

The event of an edition names the bundle and the key, and never who is in it. Its purpose stays
beside it and not in the log, as with claims that are opened (`app.audit.open_claim`).
"""

import hashlib
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.auditor_key import Key, NoIdentifiedRight, key_with_right
from app.audit.identified_models import IdentifiedEdition
from app.audit.identify import NotABundle, identify
from app.audit.models import BundleOrder
from app.audit.open_claim import LONGEST, SHORTEST, NoPurpose
from app.audit.pack import BundleTooLarge
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.files.disk import FileUnwritable, cause_of
from app.files.keep import keep_file, kept, read
from app.files.scratch import scratch
from app.jobs import IDENTIFY
from app.ordered import FAILED, MAKING, READY, Orders

EDITIONS: Final = Orders(IdentifiedEdition, IDENTIFY)


class NoBundleThere(Refusal):
    """The bundle's file is not there: not made, or let go."""


def order_edition(session: Session, order_id: int, *, purpose: str, by: int) -> int:
    """Ask for a ready bundle's identified edition; one under way is not doubled.

    Raises NoIdentifiedRight, NoPurpose, NoBundleThere.
    """
    key, purpose = key_with_right(session, by), said_purpose(purpose)
    one_at_a_time(session, f"editions of {by}")
    order = session.get(BundleOrder, order_id)
    if order is None or not order.file_id:
        raise NoBundleThere
    going = select(IdentifiedEdition.id).where(
        IdentifiedEdition.order_id == order_id,
        IdentifiedEdition.asked_by == by,
        IdentifiedEdition.state == MAKING,
    )
    if found := session.scalar(going):
        return found
    asked = {"order_id": order_id, "key_id": key.id, "purpose": purpose}
    return EDITIONS.ask(session, **asked, asked_by=by)


def said_purpose(purpose: str) -> str:
    """What an edition is wanted for, in some words. Raises NoPurpose."""
    plain = " ".join(purpose.split())
    if not SHORTEST <= len(plain) <= LONGEST:
        raise NoPurpose(shortest=SHORTEST, longest=LONGEST)
    return plain


def make_edition(session: Session, edition_id: int) -> None:
    """Make it from the bundle's kept file, for the key it was asked for. Twice equals once."""
    edition = session.get_one(IdentifiedEdition, edition_id)
    if edition.state != MAKING:
        return
    order = session.get_one(BundleOrder, edition.order_id)
    file = kept(session, order.file_id) if order.file_id else None
    try:
        key = key_with_right(session, edition.asked_by)
        if file is None or key.id != edition.key_id:
            raise NoBundleThere if file is None else NoIdentifiedRight
        with scratch("huzhu-identified") as folder:
            bundle, out = folder / file.name, folder / f"{file.name}.age"
            with bundle.open("wb") as stream:
                stream.writelines(read(session, file))
            with out.open("wb") as stream:
                identify(session, bundle, key.recipient, stream)
            stored = keep_file(
                session,
                out,
                name=f"{bundle.stem}-identified.zip.age",
                media_type="application/octet-stream",
                by=edition.asked_by,
            )
    except (NoBundleThere, NoIdentifiedRight, NotABundle, BundleTooLarge) as refused:
        # Trying again would not help.
        EDITIONS.tell(session, edition_id, state=FAILED, trouble=refused.name)
        return
    record_edition(session, stored.sha256, order.sha256 or "", key, by=edition.asked_by)
    told = {"file_id": stored.id, "sha256": stored.sha256, "size": stored.size}
    EDITIONS.tell(session, edition_id, state=READY, **told)


def record_edition(session: Session, sha256: str, bundle: str, key: Key, *, by: int) -> None:
    """Say in the log that an edition was made: of which bundle, for which key."""
    record(
        session,
        "bundle.identified",
        by=by,
        sha256=sha256,
        bundle=bundle,
        key=key.id,
        fingerprint=key.fingerprint,
    )


def save_edition(session: Session, bundle: Path, out: Path, *, by: int) -> str:
    """The same of a bundle's file, to a file; its SHA-256.

    Raises NoIdentifiedRight, NotABundle, BundleTooLarge, FileUnwritable.
    """
    key = key_with_right(session, by)
    try:
        with out.open("wb") as stream:
            identify(session, bundle, key.recipient, stream)
    except OSError as fault:
        raise FileUnwritable(path=str(out), cause=cause_of(fault)) from fault
    digest = _sha256(out)
    record_edition(session, digest, _sha256(bundle), key, by=by)
    return digest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
