"""Become another program, one that dies with the process that asked for it.

Run by its path with `python -I -S`: standard library only, imports nothing of ours, and costs
some 20 ms. On Linux it execs, so that the program keeps this process's id: the kernel sends
`--signal` the moment the parent is gone, kill -9 included. Elsewhere it stays as a watchdog: its
standard input is a pipe from the parent, whose end closes when the parent is gone.

`--unprivileged` enters a user namespace in which root is an ordinary user: PostgreSQL refuses
root, and no system user need be made. A change of credentials clears the parent-death signal, so
that signal is asked for last, just before exec.
"""

import argparse
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
USUAL_FIRST_USER = 1000
FORBIDDEN = 77
"""Exit code: this system gives us no user namespace."""
MISSING = 127
"""Exit code: the program is not there or cannot be executed."""
LAST_WORDS_S = 20


def die_with_parent(sent: int = signal.SIGKILL, parent: int | None = None) -> None:
    """Be killed when the parent is; on Linux by the kernel, elsewhere by a thread that looks."""
    parent = parent or os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), sent)
    else:
        threading.Thread(target=_die_when_orphaned, args=(sent, parent), daemon=True).start()


def _die_when_orphaned(sent: int, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), sent)


def become_unprivileged() -> None:
    """Root becomes an ordinary user of its own namespace; files stay root's outside."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    inside = _ordinary_user()
    for name, said in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {user} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(said)


def _ordinary_user() -> int:
    """A user id other than root's that has a name: `initdb` looks its own name up."""
    known = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid]
    return USUAL_FIRST_USER if USUAL_FIRST_USER in known or not known else known[0]


def ask_default_signals() -> None:
    """A start in the background inherits an ignored SIGINT, and exec would keep it ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def watch(argv: list[str], sent: int) -> int:
    """Run `argv` until it ends or the pipe on our standard input does; pass signals on."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, close_fds=False)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, pass_on)
    threading.Thread(target=_stop_at_end_of_input, args=(child, sent), daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _stop_at_end_of_input(child: "subprocess.Popen[bytes]", sent: int) -> None:
    while os.read(0, 1):
        pass
    child.send_signal(sent)
    try:
        child.wait(LAST_WORDS_S)
    except subprocess.TimeoutExpired:
        child.kill()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--unprivileged", action="store_true")
    parser.add_argument("--keep-input", action="store_true")
    parser.add_argument("--watch", action="store_true", default=sys.platform != "linux")
    parser.add_argument("argv", nargs="+")
    asked = parser.parse_args()
    ask_default_signals()
    if asked.unprivileged:
        try:
            become_unprivileged()
        except OSError as refused:
            print(f"no user namespace: {refused}", file=sys.stderr)
            return FORBIDDEN
    try:
        if asked.watch and not asked.keep_input:
            return watch(asked.argv, asked.signal)
        if not asked.keep_input:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if sys.platform == "linux":
            die_with_parent(asked.signal, asked.parent)
        os.execv(asked.argv[0], asked.argv)
    except OSError as refused:
        print(f"{asked.argv[0]}: {refused}", file=sys.stderr)
    return MISSING


if __name__ == "__main__":
    sys.exit(main())
