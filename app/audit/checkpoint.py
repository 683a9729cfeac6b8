"""Keys of checkpoints, and the signing: the audit administrator's alone."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.prepares import ActNotOfRole
from app.audit.log import checkpoints, leaves, root_of
from app.audit.seal_models import Checkpoint, CheckpointKey, CheckpointWitness
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.evidence.note import Note, SigningKey, fingerprint, read_note, signs

_SIGNING = "checkpoint"

refuses("audit_admins_alone", ActNotOfRole)


class KeyKnown(Refusal):
    """The key is registered already."""


class KeyNotInUse(Refusal):
    """Checkpoints are signed with another key."""


class NothingSealed(Refusal):
    """There is nothing in the log that could be signed."""


class LogRewritten(Refusal):
    """The log does not begin with what an earlier checkpoint signed."""


class NoSuchCheckpoint(Refusal):
    """No checkpoint says that."""


refuses("checkpoint_key_public_key", KeyKnown)


def register_key(session: Session, name: str, public: bytes, *, by: int) -> None:
    """Say which key signs from now on; those before stay readable."""
    one_at_a_time(session, _SIGNING)
    values = {"name": name, "public": public, "registered_by": by}
    made = session.execute(insert(CheckpointKey).values(values).returning(CheckpointKey.id))
    about, known = made.scalar_one(), fingerprint(public)
    record(session, "checkpoint.key", by=by, about=about, name=name, fingerprint=known)


def sign_checkpoint(session: Session, key: SigningKey, *, by: int) -> Note:
    """Sign the log as it is. Signed already: the same note.

    Raises KeyNotInUse, NothingSealed, LogRewritten.
    """
    one_at_a_time(session, _SIGNING)
    in_use = session.scalar(select(CheckpointKey).order_by(CheckpointKey.id.desc()).limit(1))
    if in_use is None or in_use.public != key.public:
        raise KeyNotInUse(fingerprint=fingerprint(key.public))
    log = leaves(session)
    if not log:
        raise NothingSealed
    before = checkpoints(session)
    if before and before[-1].note.size == len(log) and before[-1].public == key.public:
        return before[-1].note
    for earlier in before[-1:]:
        if root_of(log[: earlier.note.size]) != earlier.note.root:
            raise LogRewritten(size=earlier.note.size)
    note = key.sign(in_use.name, Note(in_use.name, len(log), root_of(log)))
    values = {"size": note.size, "key_id": in_use.id, "note": note.text, "signed_by": by}
    made = session.execute(insert(Checkpoint).values(values).returning(Checkpoint.id))
    record(
        session,
        "checkpoint.signed",
        by=by,
        about=made.scalar_one(),
        size=note.size,
        root=note.root.hex(),
        fingerprint=fingerprint(key.public),
    )
    return note


def keep_witness(session: Session, text: str, *, by: int) -> tuple[Note, int]:
    """Keep what others signed of a checkpoint beside it: the checkpoint, and how many new lines.

    Raises NotANote, NoSuchCheckpoint.
    """
    note = read_note(text)
    known = [x for x in checkpoints(session) if x.note.body == note.body]
    if not known:
        raise NoSuchCheckpoint(size=note.size)
    signed = known[-1]
    of_it = CheckpointWitness.checkpoint_id == signed.id
    kept = set(session.scalars(select(CheckpointWitness.signature).where(of_it)))
    fresh = [
        line
        for line in dict.fromkeys(note.lines)
        if line not in kept and not any(signs(line, note, x.name, x.public) for x in known)
    ]
    for line in fresh:
        values = {"checkpoint_id": signed.id, "signature": line, "kept_by": by}
        session.execute(insert(CheckpointWitness).values(values))
    if fresh:
        record(session, "checkpoint.witnessed", by=by, about=signed.id, lines=len(fresh))
    return signed.note, len(fresh)
