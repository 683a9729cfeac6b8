"""A long answer is made whole before its first byte goes: a slow reader holds a file and no more.

An answer that is written while it is read holds what it is read by as long as somebody likes to
read, and the database's connections are few: as many slow phones, and nobody is answered any more.
So the rows are read as fast as the database gives them, all of one moment, into a file that has no
name: the system takes it back when the reader has it, when he breaks off, and when the process
ends. What fails on the way is answered as a fault, and not by half a file that looks whole.

100,000 rows take some seconds before the first byte; what may take minutes is made by a worker.
The fund's log alone is sent while it is read (`app.web.log`): it is only ever added to, so that
its parts need not be of one moment, and each is read in a short transaction.
"""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from flask import Response
from sqlalchemy.orm import Session

_IN_MEMORY: Final = 1 << 20
"""Bytes; most lists are shorter, and no disk is asked."""
_BLOCK: Final = 1 << 16


def of_one_moment(session: Session) -> None:
    """All that this session reads until its transaction ends is of this moment."""
    session.rollback()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def spooled(session: Session, blocks: Iterable[bytes], content_type: str) -> Response:
    """The answer of these blocks, which are read by this session; its connection is given back."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    try:
        for block in blocks:  # `writelines` would look at the size when all is written
            file.write(block)
    except BaseException:
        file.close()
        raise
    finally:
        session.rollback()
    size = file.tell()
    file.seek(0)
    answer = Response(_read(file), content_type=content_type)
    answer.content_length = size
    answer.call_on_close(file.close)  # also where nobody begins to read
    return answer


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
