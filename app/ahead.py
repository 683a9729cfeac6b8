"""What an iterator makes, made by a thread of its own some steps before it is wanted.

Worth it where one side waits, for the database or for what works without Python's lock: zlib,
numpy. A failure comes where the thing that failed was wanted. Whoever wants no more says so by
closing what `ahead` returned, and the thread ends.
"""

from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

Made = TypeVar("Made")


def ahead(made: Iterator[Made], most: int) -> Generator[Made, None, None]:
    """The same, in order; `most`, at least 2: so many are made and not yet taken."""
    waiting: Queue[tuple[Made] | BaseException | None] = Queue(most)
    enough = Event()

    def make() -> None:
        try:
            for one in made:
                waiting.put((one,))
                if enough.is_set():
                    break
        except BaseException as broken:
            waiting.put(broken)
        else:
            waiting.put(None)

    maker = Thread(target=make)
    maker.start()
    try:
        while (one := waiting.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one[0]
    finally:
        enough.set()
        # One may wait for a place, and its end after it.
        while not waiting.empty():
            waiting.get()
        maker.join()
