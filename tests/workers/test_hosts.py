"""Drains on several worker hosts against one PostgreSQL; one is cut off in mid-work.

Each host is a network namespace with a cable to the host of the servers, and the cable is pulled
while a transaction of that host is open: nobody is told, packets are lost. The others do all that
it does not hold, and then that, too, while it is still cut off; it works on when the cable is back.
Nothing is lost or doubled. By hand, as HUZHU_LONG=1 says.
"""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from app import bell, boot
from app.embedded import binaries
from app.jobs import DRAINS
from app.servers import GONE_S
from tests.conftest import opened_at
from tests.workers.network import Host, Network, missing, network
from tests.workers.running import celery, eventually, stopped
from tests.workers.second_server import Second, second
from tests.workers.town import Town, assert_sound, promised, town_in

PEOPLE, RUNS, BILLS_EACH = 40, 16, 5
WITHIN_S = 120
MOST_CUTS = 20
# A drain that has found work locks its claims.
_AT_WORK = """
SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE client_addr = %s::inet AND relation = 'claim_queue'::regclass AND mode = 'RowShareLock'
"""


@contextmanager
def valkey(net: Network, folder: Path) -> Iterator[str]:
    """A broker on the servers' host; its address for who is on this machine."""
    socket = f"{folder}/v.sock"
    command = [str(binaries.valkey()), "--bind", "*", "--protected-mode", "no"]
    command += ["--unixsocket", socket, "--save", "", "--dir", str(folder), "--daemonize", "no"]
    with stopped(
        subprocess.Popen(
            net.server.within(command), stdout=subprocess.DEVNULL, start_new_session=True
        )
    ):
        assert eventually(lambda: Path(socket).exists())
        yield f"unix://{socket}"


def on(host: Host, environ: dict[str, str], database: str, folder: Path) -> dict[str, str]:
    """What a worker on this host is told."""
    at = f"@{host.server}:5432/{database}"
    roles = {"": "huzhu_app", "_OWNER": "huzhu_owner", "_AUDITOR": "huzhu_auditor"}
    return {
        **environ,
        **{f"DATABASE{name}_URL": f"postgresql://{role}{at}" for name, role in roles.items()},
        "REDIS_URL": f"redis://{host.server}:6379/0",
        "HUZHU_DATA": str(folder / f"host{host.number}"),
    }


class Lab:
    """A town, the servers, and a worker on each host."""

    def __init__(self, net: Network, server: Second, broker: str, name: str, town: Town) -> None:
        self.net, self.town, self.broker = net, town, broker
        url = server.url("postgres", name).replace("+psycopg", "")
        self.watch = psycopg.connect(url, autocommit=True)
        self.claims = 0

    def at_work(self, host: Host) -> bool:
        return bool(self.watch.execute(_AT_WORK, [host.address]).fetchone()[0])

    def feed(self) -> None:
        """Many runs, each rung for: who is free takes the next. All wait until all are there."""
        bills = [(person, f"{1_000 + person}.37") for person in range(PEOPLE)] * BILLS_EACH
        self.watch.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [DRAINS])
        for _ in range(RUNS):
            run_id = self.town.feed(bills)
            self.claims += len(bills)
            bell.ring(self.broker, bell.DRAIN_RUN, run_id)
        self.watch.execute("SELECT pg_advisory_unlock_all()")

    def cut_off_in_mid_work(self, host: Host) -> int:
        """Pull its cable while it holds work; after how many tries that was so."""
        for number in range(1, MOST_CUTS + 1):
            self.feed()
            assert eventually(lambda: self.at_work(host), WITHIN_S)
            self.net.pull(host)
            threading.Event().wait(1)  # what was on its way has come, or never comes
            if self.at_work(host):
                return number
            self.net.plug_in(host)
        raise AssertionError("no cut met it at work")


@contextmanager
def lab(cluster, database, broker: str, folder: Path, hosts: int) -> Iterator[Lab]:
    boot.furnish(boot.start(database.settings))
    settings = {"listen_addresses": "*"}
    with ExitStack() as stack:
        net = stack.enter_context(network(hosts))
        server = stack.enter_context(
            second(
                cluster,
                standby=False,
                settings=settings,
                as_root=True,
                within=net.server.within,
            )
        )
        bell_url = stack.enter_context(valkey(net, folder))
        there = stack.enter_context(opened_at(server, database.name, bell_url, folder))
        town = stack.enter_context(town_in(there, PEOPLE))
        made = Lab(net, server, there.settings.broker_url or "", database.name, town)
        stack.callback(made.watch.close)
        for host in net.hosts:
            environ, log = on(host, there.environ, database.name, folder), folder / f"{host.number}"
            words = ("worker", "--concurrency", "1", "-O", "fair", "--without-gossip")
            more = ("--without-mingle", "--loglevel", "INFO")
            stack.enter_context(stopped(celery(environ, log, *words, *more, within=host.within)))
        for host in net.hosts:
            log = folder / f"{host.number}"
            assert eventually(lambda log=log: b" ready." in log.read_bytes()), log.read_text()
        beat = ("beat", "--schedule", str(folder / "beat"), "--pidfile", "")
        stack.enter_context(stopped(celery(there.environ, folder / "beat.log", *beat)))
        yield made


@pytest.mark.skipif(os.environ.get("HUZHU_LONG") != "1", reason="by hand: HUZHU_LONG=1")
@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="a cluster that is not embedded")
@pytest.mark.parametrize("hosts", [2, 4])
def test_a_host_cut_off_in_mid_work_loses_and_doubles_nothing(
    cluster, database, broker, tmp_path, hosts
) -> None:
    if why := missing():
        pytest.skip(why)
    with lab(cluster, database, broker, tmp_path, hosts) as made:
        lost = made.net.hosts[0]
        cuts = made.cut_off_in_mid_work(lost)
        began = time.monotonic()
        assert eventually(lambda: promised() <= PEOPLE, WITHIN_S), "the others stand still"
        others, held = time.monotonic() - began, promised()
        assert eventually(lambda: not promised(), GONE_S + WITHIN_S), "its work was never freed"
        whole = time.monotonic() - began
        assert assert_sound() == made.claims
        made.net.plug_in(lost)
        made.feed()
        assert eventually(lambda: made.at_work(lost), WITHIN_S), "it does not come back"
        assert eventually(lambda: not promised(), WITHIN_S)
        assert assert_sound() == made.claims
    did = [(tmp_path / str(x + 1)).read_bytes().count(b" succeeded in ") for x in range(hosts)]
    print(
        f"\n{hosts} hosts, cut off in mid-work at try {cuts}: the others were through after"
        f" {others:.1f} s, what it held ({held} members) after {whole:.1f} s;"
        f" {made.claims} claims, each once; tasks done by each host: {did}"
    )
    assert held > 0
    assert all(did)
