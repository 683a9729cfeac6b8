"""Waiting that a signal cuts short, so that nothing is torn in the middle."""

import os
import select
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


class Bell:
    """Rings at INT, TERM and HUP, and when a child ends.

    Handlers are set explicitly: a start in the background inherits an ignored SIGINT. A hang-up
    that somebody chose to ignore (nohup) stays ignored.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in STOPS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def wait(self, seconds: float) -> None:
        """Wait, at most until something happens; raises `Stopped` once we are asked to stop."""
        if not self.asked:
            self.pause(seconds)
        if self.asked:
            raise Stopped

    def pause(self, seconds: float) -> None:
        if select.select([self._reading], [], [], seconds)[0]:
            os.read(self._reading, 4096)

    def pause_until(self, done: Callable[[], bool], patience_s: float) -> bool:
        """While stopping: whether it was done in time. A second signal ends all patience."""
        deadline, asked = time.monotonic() + patience_s, max(self.asked, 1)
        while not done():
            if time.monotonic() > deadline or self.asked > asked:
                return False
            self.pause(0.1)
        return True
