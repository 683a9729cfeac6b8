"""A run of the program in a temporary place, as somebody's first: for pictures and browser tests.

with trial() as run:
    run.url, run.said, run.data_dir
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.environment import ROOT

START_S: Final = 300
STOP_S: Final = 60
_URL: Final = re.compile(r"^http://127\.0\.0\.1:\d+$", re.MULTILINE)


class DidNotStart(Exception):
    """The message is what the run said."""


@dataclass(frozen=True)
class Trial:
    """A run that answers at `url`."""

    url: str
    data_dir: Path
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def trial(*given: str, **environ: str) -> Iterator[Trial]:
    """`deploy run` with these words, on a free port and data of its own; all gone afterwards.

    `environ` is told to it besides; nothing a developer set for servers of their own is.
    """
    place = Path(tempfile.mkdtemp(prefix="huzhu-trial-"))
    log, data_dir = place / "said", place / "data"
    try:
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.supervise", "--port", "0", *given],
                cwd=ROOT,
                env={**_nobodys_settings(), "HUZHU_DATA": str(data_dir), **environ},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Trial(_address(process, log), data_dir, log)
        finally:
            _end(process)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _nobodys_settings() -> dict[str, str]:
    theirs = ("HUZHU_", "DATABASE_", "REDIS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(theirs)}


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_S
    while True:
        said = log.read_text(encoding="utf-8")
        if found := _URL.search(said):
            return found[0]
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(said)
        time.sleep(0.1)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    # Its children go with it, whatever ends it.
    process.kill()
    process.wait()
