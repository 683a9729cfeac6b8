"""The embedded cluster on disk: made once, whole or not at all, with the roles it needs.

`huzhu_owner` owns the database and migrates; `huzhu_app` has no rights but those the migrations
grant; `huzhu_auditor` may read what they let it. Locale C.UTF-8 comes from PostgreSQL itself (its
builtin provider), so that text sorts the same on every machine.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.embedded import children, launch

DATABASE: Final = "huzhu"
OWNER: Final = "huzhu_owner"
APP: Final = "huzhu_app"
READER: Final = "huzhu_auditor"
SUPERUSER: Final = "postgres"

SERVER_SETTINGS: Final = {
    "listen_addresses": "",  # the private socket is the only way in
    "unix_socket_permissions": "0700",
    "wal_level": "replica",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    # A roster of 100,000 writes as much: its COPYs need not wait for the disk one by one.
    "wal_buffers": "64MB",
    # What was written meanwhile is on the disk when the commit comes, and the commit waits for the
    # little that is left: of a large roster 0.05 to 0.1 s less.
    "wal_writer_delay": "10ms",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    # Rows and statements hold personal data: the log gets neither.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "512MB",  # such a database may lie in memory
}
"""For tests only: a power cut may lose everything."""

HBA: Final = "local all all trust\n"
"""Who can open the socket (0700, in a 0700 directory) is its owner already."""

ROLES: Final = (
    f"CREATE ROLE {OWNER} LOGIN;",
    f"CREATE ROLE {APP} LOGIN;",
    f"CREATE ROLE {READER} LOGIN;",
    f"CREATE DATABASE {DATABASE} OWNER {OWNER};",
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
    f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP};",
    f"GRANT CONNECT ON DATABASE {DATABASE} TO {READER};",
    f"ALTER DATABASE {DATABASE} SET timezone = 'Asia/Shanghai';",
)


class DatabaseUnavailable(Exception):
    """The embedded database cannot be started. The message says why and what to do."""


def as_root() -> bool:
    return os.geteuid() == 0


def make(folder: Path, initdb: Path, postgres: Path) -> None:
    """Initialise a cluster beside `folder` and move it there when it is complete."""
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    who = (f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8")
    _run([initdb, "-D", unfinished, *who, *locale])
    (unfinished / "pg_hba.conf").write_text(HBA, encoding="ascii")
    # Single-user mode: no server, no socket, and a statement a line.
    _run(
        [postgres, "--single", "-D", unfinished, "-c", "exit_on_error=true", "postgres"],
        said="\n".join(ROLES) + "\n",
    )
    unfinished.rename(folder)


def _run(argv: Sequence[str | Path], said: str = "") -> None:
    done = subprocess.run(
        children.command(argv, dies_by=signal.SIGKILL, unprivileged=as_root(), keep_input=True),
        input=said,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseUnavailable(explain(done.returncode, done.stdout + done.stderr, argv[0]))


def explain(code: int, output: str, program: Path | str) -> str:
    """A sentence for a program that ended when it should not have."""
    if code == launch.FORBIDDEN:
        return (
            "PostgreSQL refuses to run as root, and this system gives us no user namespace in "
            "which root is an ordinary user. Run this as an ordinary user, or set DATABASE_URL "
            "and REDIS_URL to servers of your own."
        )
    if code == launch.MISSING and as_root():
        return (
            f"PostgreSQL runs without root's rights and cannot reach {program}. "
            f"Run this as the user who owns that folder. ({output.strip()})"
        )
    last = "\n".join(output.strip().splitlines()[-5:])
    return f"{Path(program).name} ended with code {code}:\n{last}"
