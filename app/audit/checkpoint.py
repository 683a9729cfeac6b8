"""Keys of checkpoints, and the signing: the audit administrator's alone."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.prepares import ActNotOfRole
from app.audit.log import Leaf, Signed, checkpoints, leaves, root_of
from app.audit.seal_models import Checkpoint, CheckpointKey, CheckpointWitness
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.evidence.note import (
    Note,
    SigningKey,
    cosigns,
    fingerprint,
    is_of,
    line_of,
    read_note,
    signs,
)

_SIGNING = "checkpoint"
SIGNATURE_BYTES = 64
"""Of an Ed25519 signature by itself."""

refuses("audit_admins_alone", ActNotOfRole)


class KeyKnown(Refusal):
    """The key is registered already."""


class NoKeyYet(Refusal):
    """No key is registered with which checkpoints could be signed."""


class KeyNotInUse(Refusal):
    """Checkpoints are signed with another key (facts: given, in_use; fingerprints)."""


class NotSigned(Refusal):
    """The file is no signature of a checkpoint by the key in use (facts: in_use)."""


class NotTheLog(Refusal):
    """The log is not what was signed, or an earlier checkpoint signed more of it."""


class NothingSealed(Refusal):
    """There is nothing in the log that could be signed."""


class NotWitnessed(Refusal):
    """The file holds no line but this log's own."""


class NotTheWitness(Refusal):
    """No new line in the file is signed with the witness's key."""


class LogRewritten(Refusal):
    """The log does not begin with what an earlier checkpoint signed."""


class NoSuchCheckpoint(Refusal):
    """No checkpoint says that (facts: size)."""


class NothingSigned(Refusal):
    """There is no checkpoint yet."""


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

    Raises NoKeyYet, KeyNotInUse, NothingSealed, LogRewritten.
    """
    one_at_a_time(session, _SIGNING)
    in_use = _in_use(session)
    if in_use.public != key.public:
        given, known = fingerprint(key.public), fingerprint(in_use.public)
        raise KeyNotInUse(given=given, in_use=known, name=in_use.name)
    log, before = leaves(session), checkpoints(session)
    if before and before[-1].note.size == len(log) and before[-1].public == key.public:
        return before[-1].note
    note = key.sign(in_use.name, _unsigned(in_use, log))
    _keep(session, in_use, log, before, note, by)
    return note


def key_in_use(session: Session) -> CheckpointKey | None:
    """The key that checkpoints are signed with now."""
    return session.scalar(select(CheckpointKey).order_by(CheckpointKey.id.desc()).limit(1))


def to_sign(session: Session) -> Note:
    """What the keeper of the key signs where the key is: the log as it is, unsigned.

    Raises NoKeyYet, NothingSealed.
    """
    return _unsigned(_in_use(session), leaves(session))


def keep_signed(session: Session, content: bytes, *, by: int) -> Note:
    """Keep a checkpoint that was signed elsewhere. Kept already: the same note.

    `content`: a signed note, or an Ed25519 signature by itself of the log as it is (what
    `openssl pkeyutl -sign` writes). Raises NoKeyYet, NotSigned, NotTheLog, NothingSealed,
    LogRewritten.
    """
    one_at_a_time(session, _SIGNING)
    in_use, log, before = _in_use(session), leaves(session), checkpoints(session)
    if len(content) == SIGNATURE_BYTES:
        note = _unsigned(in_use, log)
        line = line_of(in_use.name, in_use.public, content)
        note = Note(note.origin, note.size, note.root, (line,))
    else:
        note = read_note(content.decode("utf-8", "replace"))
    ours = [x for x in note.lines if signs(x, note, in_use.name, in_use.public)]
    if not ours:
        raise NotSigned(in_use=fingerprint(in_use.public))
    note = Note(note.origin, note.size, note.root, (ours[0],))
    if any(x.note.body == note.body and x.public == in_use.public for x in before):
        return note
    if root_of(log[: note.size]) != note.root or note.size > len(log):
        raise NotTheLog(size=note.size)
    if before and before[-1].note.size > note.size:
        raise NotTheLog(size=note.size)
    _keep(session, in_use, log, before, note, by)
    return note


def _in_use(session: Session) -> CheckpointKey:
    """Raises NoKeyYet."""
    found = key_in_use(session)
    if found is None:
        raise NoKeyYet
    return found


def _unsigned(in_use: CheckpointKey, log: list[Leaf]) -> Note:
    if not log:
        raise NothingSealed
    return Note(in_use.name, len(log), root_of(log))


def _keep(
    session: Session,
    in_use: CheckpointKey,
    log: list[Leaf],
    before: list[Signed],
    note: Note,
    by: int,
) -> None:
    for earlier in before[-1:]:
        if root_of(log[: earlier.note.size]) != earlier.note.root:
            raise LogRewritten(size=earlier.note.size)
    values = {"size": note.size, "key_id": in_use.id, "note": note.text, "signed_by": by}
    made = session.execute(insert(Checkpoint).values(values).returning(Checkpoint.id))
    record(
        session,
        "checkpoint.signed",
        by=by,
        about=made.scalar_one(),
        size=note.size,
        root=note.root.hex(),
        fingerprint=fingerprint(in_use.public),
    )


def keep_witness(
    session: Session, text: str, *, by: int, public: bytes | None = None
) -> tuple[Note, int]:
    """Keep what others signed of a checkpoint beside it: the checkpoint, and how many new lines.

    `public`: the key of one of them, by which the lines that are kept are checked.
    Raises NotANote, NothingSigned, NoSuchCheckpoint, NotWitnessed, NotTheWitness.
    """
    note = read_note(text)
    signed_here = checkpoints(session)
    if not signed_here:
        raise NothingSigned
    known = [x for x in signed_here if x.note.body == note.body]
    if not known:
        raise NoSuchCheckpoint(size=note.size)
    signed, lines = known[-1], _of_others(note, known)
    of_it = CheckpointWitness.checkpoint_id == signed.id
    kept = set(session.scalars(select(CheckpointWitness.signature).where(of_it)))
    fresh = [line for line in lines if line not in kept]
    if public is not None:
        fresh = [line for line in fresh if cosigns(line, note, public)]
        if not fresh:
            raise NotTheWitness(fingerprint=fingerprint(public))
    for line in fresh:
        values = {"checkpoint_id": signed.id, "signature": line, "public": public, "kept_by": by}
        session.execute(insert(CheckpointWitness).values(values))
    if fresh:
        record(session, "checkpoint.witnessed", by=by, about=signed.id, lines=len(fresh))
    return signed.note, len(fresh)


def _of_others(note: Note, known: list[Signed]) -> list[str]:
    """The lines that do not say they are of the keys that signed it here. Raises NotWitnessed."""
    lines = [
        line
        for line in dict.fromkeys(note.lines)
        if not any(is_of(line, x.name, x.public) for x in known)
    ]
    if not lines:
        raise NotWitnessed(size=note.size)
    return lines
