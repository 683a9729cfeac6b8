"""The process that keeps the embedded PostgreSQL up for as long as anybody uses it.

Commands and `deploy run` share one server, come and go in any order, and may be killed. So the
server belongs to none of them: its keeper waits to hold the lock that every user shares, and to
get it means that nobody is left. The kernel frees the lock of a killed user, so kill -9 leaves no
orphans; and a newcomer waits for the lock until the old server has stopped, so nobody is cut off.
"""

import argparse
import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

from app.embedded import children, cluster, locks
from app.embedded.binaries import POSTGRES_MAJOR
from app.embedded.cluster import DatabaseUnavailable

CLUSTER: Final = "pg"
RECORD: Final = "server.json"
READY: Final = "ready"
STATUS_LINE: Final = 7
"""Of postmaster.pid; `pg_ctl` reads it too."""
PREVIOUS_S: Final = 60
LEFTOVERS_S: Final = 15
FAST_S: Final = 60
PRIVATE: Final = 0o700


class ServerEnded(Exception):
    """The server ended while people used it."""


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("data_dir", "initdb", "postgres"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--not-durable", action="store_true")
    asked = parser.parse_args()
    with locks.opened(asked.data_dir / locks.KEEPER) as kept:
        if not locks.try_alone(kept):
            return _tell("The embedded database is being started or stopped by another process.")
        try:
            keep(asked.data_dir, asked.initdb, asked.postgres, durable=not asked.not_durable)
        except DatabaseUnavailable as refused:
            _tell(str(refused))


def keep(data_dir: Path, initdb: Path, postgres: Path, *, durable: bool) -> None:
    folder = data_dir / CLUSTER
    if not folder.exists():
        cluster.make(folder, initdb, postgres)
    _refuse_other_version(folder)
    sockets = _socket_dir(data_dir)
    # systemd's cleaner of /tmp leaves alone what lies in a locked directory.
    locks.share(os.open(sockets, os.O_RDONLY))
    settings = cluster.SERVER_SETTINGS | ({} if durable else cluster.NOT_DURABLE)
    settings |= {"unix_socket_directories": f'"{sockets}"'}
    try:
        server = start(folder, postgres, settings)
    except DatabaseUnavailable:
        shutil.rmtree(sockets, ignore_errors=True)
        raise
    _record(data_dir, sockets)
    _tell(READY)
    with locks.opened(data_dir / locks.IN_USE) as in_use:
        try:
            _wait_until_unused(in_use, server)
        except ServerEnded:
            return
        children.stop(server, by=signal.SIGINT, patience_s=FAST_S)
        (data_dir / RECORD).unlink(missing_ok=True)
        shutil.rmtree(sockets, ignore_errors=True)


def start(folder: Path, postgres: Path, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it takes connections, recovery included."""
    _await_previous(folder)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder.parent / "log" / "postgres.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    deadline = time.monotonic() + LEFTOVERS_S
    while True:
        before = _pid_file(folder)
        with log.open("ab") as output:
            said_before = output.tell()
            server = children.start(
                [postgres, "-D", folder, *options],
                output,
                dies_by=signal.SIGINT,
                unprivileged=cluster.as_root(),
            )
        while (code := server.poll()) is None:
            lines = _pid_file(folder)
            if lines != before and lines[STATUS_LINE:] and lines[STATUS_LINE].strip() == READY:
                return server
            time.sleep(0.01)
        with log.open("rb") as output:
            output.seek(said_before)
            said = output.read().decode(errors="replace")
        # After a kill -9 of the server its sessions need a moment to notice.
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise DatabaseUnavailable(cluster.explain(code, said, postgres))
        time.sleep(0.2)


def _pid_file(folder: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return (folder / "postmaster.pid").read_text(errors="replace").splitlines()
    return []


def _await_previous(folder: Path) -> None:
    """A server whose keeper was killed is stopping: wait. A stranger with its number: not ours."""
    lines = _pid_file(folder)
    if not lines or not lines[0].strip().isdigit():
        return
    pid = int(lines[0])
    deadline = time.monotonic() + PREVIOUS_S
    while _serves(pid, folder):
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"Another PostgreSQL (process {pid}) uses {folder}.")
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    with suppress(OSError):
        os.kill(pid, 0)
        # Somebody else's process got the number, after a restart of the machine, say.
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _serves(pid: int, folder: Path) -> bool:
    if Path("/proc/self/cwd").exists():
        with suppress(OSError):
            return os.readlink(f"/proc/{pid}/cwd") == str(folder)
        return False
    said = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "postgres" in said.stdout


def _refuse_other_version(folder: Path) -> None:
    made_by = (folder / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != POSTGRES_MAJOR:
        raise DatabaseUnavailable(
            f"{folder} was made by PostgreSQL {made_by}, and this is {POSTGRES_MAJOR}. "
            f"Dump it with the version of huzhu that made it, move it away and load the dump."
        )


def _socket_dir(data_dir: Path) -> Path:
    """A short private directory: a socket's path has at most 103 bytes, and ours may be long.

    Not in XDG_RUNTIME_DIR, which goes when the user signs out while we go on.
    """
    with suppress(FileNotFoundError, ValueError, KeyError):
        recorded = Path(json.loads((data_dir / RECORD).read_text())["sockets"])
        found = recorded.lstat()
        private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == PRIVATE
        if private and found.st_uid == os.geteuid():
            return recorded
    short = "/tmp"  # noqa: S108  # mkdtemp makes it private; TMPDIR may be long
    return Path(tempfile.mkdtemp(prefix="huzhu-", dir=short if os.access(short, os.W_OK) else None))


def _record(data_dir: Path, sockets: Path) -> None:
    unfinished = data_dir / f"{RECORD}.unfinished"
    record = {"sockets": str(sockets), "keeper": os.getpid()}
    unfinished.write_text(json.dumps(record), encoding="utf-8")
    unfinished.rename(data_dir / RECORD)


def _wait_until_unused(in_use: int, server: "subprocess.Popen[bytes]") -> None:
    def ended(_number: int, _frame: FrameType | None) -> None:
        raise ServerEnded

    signal.signal(signal.SIGCHLD, ended)
    if server.poll() is not None:
        raise ServerEnded
    fcntl.flock(in_use, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _tell(line: str) -> None:
    """One answer to whoever started us; they may be gone by now."""
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), line.encode())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the end: nothing follows


if __name__ == "__main__":
    main()
