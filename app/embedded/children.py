"""Child processes that never outlive us: their own session, default signals, a log file."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from app.embedded import launch
from app.embedded.launch import die_with_parent

__all__ = ["command", "die_with_parent", "start", "stop"]


def command(
    argv: Sequence[str | Path],
    *,
    dies_by: signal.Signals,
    unprivileged: bool = False,
    keep_input: bool = False,
) -> list[str]:
    """The command line that becomes `argv` and ends with this process, by signal `dies_by`.

    `keep_input`: standard input is the program's, not the watchdog's pipe.
    """
    return [
        sys.executable,
        "-I",
        "-S",
        launch.__file__,
        *("--parent", str(os.getpid())),
        *("--signal", str(int(dies_by))),
        *(["--unprivileged"] if unprivileged else []),
        *(["--keep-input"] if keep_input else []),
        "--",
        *map(str, argv),
    ]


def start(
    argv: Sequence[str | Path],
    log: IO[bytes],
    *,
    dies_by: signal.Signals,
    unprivileged: bool = False,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a child. Its standard input is the watchdog's pipe (see `launch`): leave it open."""
    return subprocess.Popen(
        command(argv, dies_by=dies_by, unprivileged=unprivileged),
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        pass_fds=pass_fds,
        start_new_session=True,
    )


def stop(child: "subprocess.Popen[bytes]", *, by: signal.Signals, patience_s: float) -> int:
    """Ask a child to end, wait, and kill its whole session where it does not."""
    if child.poll() is None:
        child.send_signal(by)
        try:
            child.wait(patience_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    code = child.wait()
    if child.stdin:
        child.stdin.close()
    return code
