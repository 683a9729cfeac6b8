"""Work shared out between two connections on one moment: each does what it can, none waits.

The second has a thread of its own. What only the first can do it does itself; what either can is
put here, the longest first, and is done by whoever is free.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from queue import Empty, PriorityQueue
from typing import Final

from sqlalchemy.orm import Session

Work = Callable[[Session], None]
_LAST: Final = 1 << 30


class Shared:
    """Work that waits for either connection."""

    def __init__(self) -> None:
        self._waiting: PriorityQueue[tuple[int, int, Work | None]] = PriorityQueue()
        self._number = count()
        self.helper: Future[None] | None = None

    def add(self, work: Work, rank: int = 0) -> None:
        """The lowest rank is done first."""
        self._waiting.put((rank, next(self._number), work))

    def no_more(self) -> None:
        self._waiting.put((_LAST, next(self._number), None))

    def work(self, session: Session) -> None:
        """Do what comes, to the end."""
        while work := self._waiting.get()[-1]:
            work(session)

    def rest(self, session: Session) -> None:
        """Do what still waits; a failure of the other's ends this one's work, too."""
        while not (self.helper and self.helper.done()):
            try:
                *_, work = self._waiting.get_nowait()
            except Empty:
                return
            if work:
                work(session)

    def leave(self) -> None:
        """Nobody need do what still waits; the other may take it meanwhile."""
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()


@contextmanager
def by_two(session: Session, beside: Session | None) -> Iterator[Shared]:
    """What is shared in the block is done by `beside` meanwhile, and all of it when the block
    ends; without `beside` by `session`, then."""
    shared = Shared()
    if beside is None:
        yield shared
        shared.rest(session)
        return
    with ThreadPoolExecutor(1) as one:
        shared.helper = one.submit(shared.work, beside)
        try:
            yield shared
            shared.rest(session)
        except BaseException:
            shared.leave()
            raise
        finally:
            shared.no_more()
        shared.helper.result()
