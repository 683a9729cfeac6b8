"""Where sealed pictures lie: one interface, a folder or a bucket behind it (fsspec).

A place is a day and a random name, `2024-05-03/5f…`; what lies there is sealed already. A folder of
this machine is written durably: fsspec alone would return before the bytes are on the disk, and
the row that names them is. Credentials for a bucket are those of its own library
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, or the machine's role): we hold none.

The file system is asked for at each use: fsspec keeps one a process, and a connection made before
a fork must not be used behind it.
"""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from app.attachments.faults import PaperLost, StorageDown
from app.files.disk import whole_file

log: Final = logging.getLogger(__name__)

# Somebody waits at a page: better told soon than after a minute. A bucket changes behind our back.
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "s3": {
        "config_kwargs": {
            "connect_timeout": 5,
            "read_timeout": 20,
            "retries": {"max_attempts": 2, "mode": "standard"},
            # Buckets of other makers know no checksums behind the body; ours are the vault's.
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
        "use_listings_cache": False,
    }
}


def new_place(day: date) -> str:
    """A place of a day that nothing lies at."""
    return f"{day.isoformat()}/{secrets.token_hex(16)}"


class Storage:
    """Puts, gets and removes sealed bytes by their place."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def put(self, place: str, sealed: bytes) -> None:
        """Store bytes at a place."""
        with self._reached() as (files, root):
            if isinstance(files, LocalFileSystem):
                _write_durably(Path(root, place), sealed)
            else:
                files.pipe_file(f"{root}/{place}", sealed)

    def get(self, place: str) -> bytes:
        """What lies at a place. Raises PaperLost where nothing does."""
        with self._reached() as (files, root):
            try:
                found: bytes = files.cat_file(f"{root}/{place}")
            except FileNotFoundError as gone:
                raise PaperLost from gone
        return found

    def remove(self, place: str) -> None:
        """Remove what lies at a place; twice is fine."""
        with self._reached() as (files, root):
            try:
                files.rm_file(f"{root}/{place}")
            except FileNotFoundError:
                log.info("nothing to remove at a place of the storage")

    def days(self) -> list[date]:
        """The days something was stored on, ascending."""
        names = self._names("")
        return sorted(date.fromisoformat(name) for name in names if len(name) == len("2024-05-03"))

    def of_day(self, day: date) -> list[str]:
        """The places of a day."""
        return [f"{day.isoformat()}/{name}" for name in self._names(day.isoformat())]

    def _names(self, folder: str) -> list[str]:
        with self._reached() as (files, root):
            try:
                found = files.ls(f"{root}/{folder}".rstrip("/"), detail=False)
            except FileNotFoundError:
                return []
        return [path.rstrip("/").rsplit("/", 1)[-1] for path in found]

    @contextmanager
    def _reached(self) -> Iterator[tuple[AbstractFileSystem, str]]:
        """The file system and our folder in it. Whatever it cannot do is StorageDown."""
        try:
            protocol = self._address.partition("://")[0]
            files, root = url_to_fs(self._address, **_OPTIONS.get(protocol, {}))
            yield files, root.rstrip("/")
        except PaperLost:
            raise
        # Libraries of buckets raise what they like, and its text can quote an address.
        except Exception as down:
            log.error("storage: %s", type(down).__name__)  # noqa: TRY400 - see above
            raise StorageDown from down


def _write_durably(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(path) as out:
        out.write(sealed)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_storages: list[Storage] = []


def set_storage(address: str) -> None:
    """Say where this process keeps papers. `app.boot` does, once."""
    _storages[:] = [Storage(address)]


def storage() -> Storage:
    """The storage of this process."""
    return _storages[0]
