"""The command line in forks of one process that has read the program already.

A typed `huzhu` spends a second on reading its program and a tenth of that on what it was told; and
the tests type hundreds. `run` types one in a fork that has words, environment, folder, standard
input and output, files handed to it and an exit code of its own, as `subprocess.run` gives them;
that the installed command does the same is asked in tests/workers/test_forks.py.
"""

import atexit
import fcntl
import functools
import gc
import importlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import IO

from app.config import ROOT

# What commands import when they run, so that the forks need not, each by itself.
LATE = (
    *("accounts.prepares", "boot", "embedded.start", "errands", "texts.roster", "files.marked"),
    *("roster.sheet", "tables"),
)
ANSWER_S = 180
NUMBER = struct.Struct("q")
MOST_FILES = 1024
turn = threading.Lock()
"""One command at a time: threads of a test wait for each other."""


def run(
    *words: str,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    said: str = "",
    program: str = "",
    pass_fds: Iterable[int] = (),
    timeout: float = ANSWER_S,
    errors: str = "strict",
) -> "subprocess.CompletedProcess[str]":
    """Type `huzhu` and these words; `said`: what comes in by standard input.

    `program`: what is run instead of it, as `python -c` would.
    """
    with turn, ExitStack() as stack:
        asked, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        given = stack.enter_context(_spoken(said))
        handed = {0: given.fileno(), 1: out.fileno(), 2: err.fileno(), **{x: x for x in pass_fds}}
        told = {"words": words, "environ": dict(env), "cwd": str(cwd), "fds": list(handed)}
        told["program"] = program
        asked.write(json.dumps(told).encode())
        asked.seek(0)
        code = _typed([asked.fileno(), *handed.values()], timeout)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors=errors))
    return subprocess.CompletedProcess(words, code, *texts)


def _spoken(said: str) -> IO[bytes]:
    reader, writer = os.pipe()
    with open(writer, "w") as file:
        file.write(said)
    return open(reader, "rb")


def _typed(handed: list[int], timeout: float) -> int:
    """Hand a fork its files; wait for its exit code."""
    reader = _reader()
    reader.settimeout(timeout)
    socket.send_fds(reader, [b"."], handed)
    child = _number(reader)
    try:
        return _number(reader)
    except TimeoutError:
        os.kill(child, 9)
        _number(reader)
        raise


def _number(reader: socket.socket) -> int:
    found = reader.recv(NUMBER.size, socket.MSG_WAITALL)
    assert found, "the process that has read the program has ended"
    return int(NUMBER.unpack(found)[0])


@functools.cache
def _reader() -> socket.socket:
    """The other end of the process that has read the program; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
        )

    @atexit.register
    def end() -> None:
        ours.close()
        process.wait()

    return ours


def serve(asked: socket.socket) -> None:
    from app.cli import _COMMANDS

    names = {f"cli.{module}" for module in _COMMANDS.values()}
    for name in (*sorted(names), *LATE):
        importlib.import_module(f"app.{name}")
    gc.freeze()
    while True:
        said, handed, _, _ = socket.recv_fds(asked, 1, 64)
        if not said:
            return
        child = os.fork()
        if not child:
            os._exit(_do(handed))
        for fd in handed:
            os.close(fd)
        asked.send(NUMBER.pack(child))
        asked.send(NUMBER.pack(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))


def _do(handed: list[int]) -> int:
    """What a fresh process does between its start and its end."""
    from app.cli import main

    code = 1
    try:
        with open(handed[0], closefd=False) as file:
            told = json.load(file)
        _take(dict(zip(told["fds"], handed[1:], strict=True)))
        os.environ.clear()
        os.environ.update(told["environ"])
        time.tzset()
        os.chdir(told["cwd"])
        sys.argv = ["huzhu", *told["words"]]
        if told["program"]:
            exec(told["program"], {"__name__": "__main__"})  # noqa: S102 - a test's own
        code = 0 if told["program"] else main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if code and not isinstance(ended.code, int):
            print(ended.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _take(files: dict[int, int]) -> None:
    """Have these files by these numbers, and no other."""
    above = max(files) + 1
    moved = {number: fcntl.fcntl(fd, fcntl.F_DUPFD, above) for number, fd in files.items()}
    for number, fd in moved.items():
        os.dup2(fd, number)
    for low, high in pairwise([*sorted(files), MOST_FILES]):
        os.closerange(low + 1, high)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
