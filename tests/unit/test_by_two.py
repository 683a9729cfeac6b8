"""Work shared out between two: all of it is done once, and a failure of either ends both."""

from queue import PriorityQueue
from threading import Event, Thread, get_ident
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.audit import by_two as shared_out
from app.audit.by_two import Work, by_two

OWN, OTHER = Session(), Session()


def noted(done: list[tuple[str, Session]], name: str) -> Work:
    return lambda session: done.append((name, session))


def test_alone_one_does_everything_the_lowest_rank_first() -> None:
    done: list[tuple[str, Session]] = []
    with by_two(OWN, None) as shared:
        shared.add(noted(done, "later"), 2)
        shared.add(noted(done, "first"), 1)
        assert not done
    assert done == [("first", OWN), ("later", OWN)]


def test_the_other_works_by_a_thread_of_its_own_while_the_block_does() -> None:
    threads, began = set[int](), Event()

    def work(session: Session) -> None:
        assert session is OTHER
        threads.add(get_ident())
        began.set()

    with by_two(OWN, OTHER) as shared:
        shared.add(work)
        assert began.wait(60)
    assert get_ident() not in threads


def test_what_work_itself_shares_is_done_too() -> None:
    done: list[tuple[str, Session]] = []
    with by_two(OWN, OTHER) as shared:
        shared.add(lambda session: shared.add(noted(done, "more")))
    assert [name for name, _ in done] == ["more"]


def test_a_failure_of_the_others_is_told_when_the_block_ends() -> None:
    def fails(_: Session) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), by_two(OWN, OTHER) as shared:
        shared.add(fails)


def broken() -> None:
    with by_two(OWN, OTHER):
        raise KeyError


def test_where_the_block_fails_the_other_does_not_wait_for_ever() -> None:
    with pytest.raises(KeyError):
        broken()


def test_where_the_block_fails_it_does_not_wait_for_work_that_the_other_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy, free, taken = Event(), Event(), Event()

    class Taken(PriorityQueue[Any]):
        """The other takes what waits as soon as it is known that something does."""

        def empty(self) -> bool:
            nothing = super().empty()
            free.set()
            assert nothing or taken.wait(60)
            return nothing

        def get_nowait(self) -> Any:
            free.set()
            assert taken.wait(60)
            return super().get_nowait()

    def first(_: Session) -> None:
        busy.set()
        assert free.wait(60)

    def block() -> None:
        with by_two(OWN, OTHER) as shared:
            shared.add(first)
            assert busy.wait(60)
            shared.add(lambda session: taken.set())
            raise KeyError

    def fails() -> None:
        with pytest.raises(KeyError):
            block()

    monkeypatch.setattr(shared_out, "PriorityQueue", Taken)
    failing = Thread(target=fails, daemon=True)
    failing.start()
    failing.join(10)
    assert not failing.is_alive()
