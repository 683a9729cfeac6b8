"""What lies beside a bundle and not in it: its digest, a stamp of the time, others' signatures.

A bundle is a function of its rows and its checkpoint; these come later, or from outside.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.audit.log import checkpoints, witnessed
from app.audit.sm2 import public_file, sm2_of
from app.audit.stamp import stamp
from app.outside import Tsa


def beside(
    session: Session, name: str, sha256: str, checkpoint: int | None, tsa: Tsa | None
) -> Iterator[tuple[str, bytes]]:
    """Names and contents, for a bundle's file of this name. Raises NotStamped."""
    digest = f"{sha256}  {name}\n".encode()
    yield f"{name}.sha256", digest
    if tsa:
        yield f"{name}.sha256.tsr", stamp(digest, tsa)
    signed = [x for x in checkpoints(session) if x.note.size == checkpoint]
    for each in signed[-1:]:
        note, sm2 = witnessed(session, each), sm2_of(session, each.id)
        if len(note.lines) > len(each.note.lines):
            yield f"{name}.witnesses.txt", note.text.encode()
        if sm2:
            yield f"{name}.checkpoint.txt", each.note.body.encode()
            yield f"{name}.checkpoint.sm2.pub", public_file(sm2[0])
            yield f"{name}.checkpoint.sm2.sig", sm2[1]
