"""A second PostgreSQL beside the tests' own, made of it by `pg_basebackup`.

As a standby it follows by streaming; else it goes its own way. It listens on a socket of its own
and, where that is asked for, on the network.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

from app.embedded import binaries, children
from app.embedded.cluster import SERVER_SETTINGS, as_root
from tests.conftest import Cluster
from tests.workers.running import eventually

REPLICATES = "local replication all trust\n"
NETWORK = "host all all 10.77.0.0/16 trust\n"


class Second:
    """Where it answers by its socket."""

    def __init__(self, like: URL, sockets: Path) -> None:
        self._like, self._sockets = like, sockets

    def url(self, role: str, database: str) -> str:
        of = self._like.set(username=role, database=database, query={"host": str(self._sockets)})
        return of.render_as_string(hide_password=False)

    def answers(self) -> bool:
        try:
            return self.asked("SELECT 1") == 1
        except psycopg.OperationalError:
            return False

    def asked(self, query: str, database: str = "postgres") -> object:
        url = self.url("postgres", database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            [value] = connection.execute(query.encode()).fetchone() or [None]
        return value


@contextmanager
def second(
    cluster: Cluster,
    *,
    standby: bool,
    settings: Mapping[str, str] | None = None,
    as_root: bool = as_root(),
    within: Callable[[Sequence[str]], Sequence[str]] = list,
) -> Iterator[Second]:
    """A copy of the cluster as it is, running for as long as the block does.

    `within`: what a command is put into, to run it in another network.
    """
    with tempfile.TemporaryDirectory(prefix="hz-", dir="/tmp") as place:
        folder, sockets = Path(place) / "pg", Path(place) / "s"
        sockets.mkdir(mode=0o700)
        _copied(cluster, folder, standby=standby)
        with (folder / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write(NETWORK)
        told = {**SERVER_SETTINGS, "fsync": "off", "hot_standby_feedback": "on"}
        told |= {"unix_socket_directories": str(sockets), **(settings or {})}
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        server = [binaries.postgres("postgres"), "-D", folder, *options]
        started = children.command(server, dies_by=signal.SIGINT, unprivileged=as_root)
        made = Second(cluster.superuser_url, sockets)
        with (Path(place) / "log").open("wb") as log:
            running = subprocess.Popen(
                within(started), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            assert eventually(made.answers), (Path(place) / "log").read_text()
            yield made
        finally:
            children.stop(running, by=signal.SIGINT, patience_s=30)


def _copied(cluster: Cluster, folder: Path, *, standby: bool) -> None:
    plain = cluster.superuser_url.set(drivername="postgresql")
    url = plain.render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        [rules] = connection.execute("SHOW hba_file").fetchone() or [""]
        said = Path(rules).read_text(encoding="ascii")
        if REPLICATES not in said:
            Path(rules).write_text(said + REPLICATES, encoding="ascii")
            connection.execute("SELECT pg_reload_conf()")
    options = ["-D", str(folder), "-X", "stream", "--checkpoint=fast", "--no-sync"]
    program = str(binaries.postgres("pg_basebackup"))
    subprocess.run(
        [program, *options, *(["-R"] if standby else []), "-d", url],
        check=True,
        capture_output=True,
        env=dict(os.environ),
    )
