"""The embedded start's keys: made once, kept in `.data/keys.json` for its owner's eyes only.

Who loses this file loses every ID and bank account that is encrypted under it: it belongs in the
backup, and never beside the backup of the database.
"""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Final

from app.config import KEY_BYTES, KEYS
from app.embedded import locks
from app.embedded.cluster import DatabaseUnavailable
from app.embedded.keeper import CLUSTER

FILE: Final = "keys.json"


def keys(data_dir: Path) -> dict[str, str]:
    """The keys as environment variables; made if there is no database yet that needs old ones."""
    path = data_dir / FILE
    with locks.alone(data_dir / locks.KEYS):
        if not path.exists():
            if (data_dir / CLUSTER).exists():
                raise DatabaseUnavailable(
                    f"{path} is missing: without its keys nobody can read the IDs in the "
                    "database. Put it back from your backup."
                )
            _make(path)
        return _read(path)


def _make(path: Path) -> None:
    made = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in KEYS}
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        json.dump(made, file, indent=1)
        file.flush()
        os.fsync(descriptor)
    unfinished.rename(path)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        return {name: str(found[name]) for name in KEYS}
    except (ValueError, KeyError, TypeError):
        raise DatabaseUnavailable(f"{path} is damaged. Put it back from your backup.") from None
