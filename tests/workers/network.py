"""A network of hosts on one machine, each in a network namespace of its own, and their cables.

One host holds the servers; each other has a cable to it and to nobody else, which can be pulled.
Nobody need be root: all of them lie in one user namespace in which this user is.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

PROGRAMS = ("ip", "nsenter", "unshare")


@dataclass(frozen=True)
class Host:
    """A host; `pid` is a process that keeps its namespaces, `number` its place."""

    pid: int
    number: int

    @property
    def address(self) -> str:
        return f"10.77.{self.number}.2"

    @property
    def server(self) -> str:
        """Where this host reaches the servers."""
        return f"10.77.{self.number}.1"

    def within(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` on this host; its process is the program's own."""
        return ["nsenter", "-t", str(self.pid), "-U", "-n", "--preserve-credentials", *argv]

    def runs(self, *argv: str) -> None:
        subprocess.run(self.within(argv), check=True, capture_output=True)


@dataclass(frozen=True)
class Network:
    """The host of the servers, and the others."""

    server: Host
    hosts: tuple[Host, ...]

    def pull(self, host: Host) -> None:
        """Pull the cable of a host: nobody is told, packets are just lost."""
        self.server.runs("ip", "link", "set", f"to{host.number}", "down")

    def plug_in(self, host: Host) -> None:
        self.server.runs("ip", "link", "set", f"to{host.number}", "up")


def missing() -> str:
    """Why no network can be made here; empty where one can."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    if lacking:
        return f"no program {lacking[0]}"
    tried = subprocess.run(
        [*_ALONE, "ip", "link", "add", "name", "a", "type", "veth", "peer", "name", "b"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no network namespaces: {tried.stderr.strip()}" if tried.returncode else ""


_ALONE = ("unshare", "--user", "--map-root-user", "--net")


@contextmanager
def network(hosts: int) -> Iterator[Network]:
    """A server's host and so many others, each by a cable; all gone at the end."""
    with ExitStack() as stack:
        server = stack.enter_context(_host(0, list(_ALONE)))
        server.runs("ip", "link", "set", "lo", "up")
        made = []
        for number in range(1, hosts + 1):
            host = stack.enter_context(_host(number, server.within(["unshare", "--net"])))
            near, far = f"to{number}", ("name", "eth0", "netns", str(host.pid))
            server.runs("ip", "link", "add", "name", near, "type", "veth", "peer", *far)
            server.runs("ip", "address", "add", f"{host.server}/30", "dev", near)
            server.runs("ip", "link", "set", near, "up")
            host.runs("ip", "link", "set", "lo", "up")
            host.runs("ip", "address", "add", f"{host.address}/30", "dev", "eth0")
            host.runs("ip", "link", "set", "eth0", "up")
            made.append(host)
        yield Network(server, tuple(made))


@contextmanager
def _host(number: int, into: list[str]) -> Iterator[Host]:
    """Namespaces for as long as a process of ours waits in them."""
    keeper = subprocess.Popen(
        [*into, "sh", "-c", "echo up; exec cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    assert keeper.stdin
    assert keeper.stdout
    try:
        assert keeper.stdout.readline() == b"up\n"
        yield Host(keeper.pid, number)
    finally:
        keeper.stdin.close()
        keeper.stdout.close()
        keeper.wait()
