"""Lay the columns down beside the data, a plain array file each, and map them when asked again.

A folder is named by the log's last event; it appears whole or not at all, and older ones go when a
newer one is whole. Where the log has gone on, columns of the last ten minutes still serve, and the
answer says of when they are: an officer asks several questions of one state of the fund.
"""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.benefits.columns import Bills, Covers
from app.benefits.tariffs import Schemes, in_force
from app.schemes.publish import published_schemes
from app.simulation.answer import Was, baseline
from app.simulation.gather import Watch, gather
from app.simulation.inputs import Inputs

_FOLDER: Final = "what-if"
_WORDS: Final = "words.json"
_OWN: Final = [x.name for x in fields(Inputs) if x.name not in {"bills", "covers", "unions"}]
_PARTS: Final[dict[str, Any]] = {"bills": Bills, "covers": Covers, "was": Was}
_COLUMNS: Final = [
    *_OWN,
    *(f"{part}.{x.name}" for part, kind in _PARTS.items() for x in fields(kind)),
]
_NOW: Final = """SELECT to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SSOF')"""
_LAST: Final = "SELECT coalesce(max(id), 0) FROM event"
_RECORDED: Final = "SELECT CAST(extract(epoch FROM recorded_at) AS text) FROM event WHERE id = :id"
_SERVES: Final = timedelta(minutes=10)
_folders: list[Path] = []


def set_folder(data_dir: Path) -> None:
    """Say beside which data this process lays columns down. `app.boot` does, once."""
    _folders[:] = [data_dir / _FOLDER]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The fund's columns as they were `read_at` (by the database's clock), the schemes published
    by then, and what these give for every bill."""

    inputs: Inputs
    schemes: Schemes
    was: Was
    read_at: datetime


def loaded(session: Session, watch: Watch = lambda done, of: None, *, anew: bool = False) -> Loaded:
    """The columns, from the files or from the database. `session` should see one snapshot.

    `anew`: read the database wherever the log has gone on.
    """
    schemes = in_force(published_schemes(session))
    last, now = session.scalar(text(_LAST)), session.scalar(text(_NOW))
    [folder] = _folders
    place = folder / str(last)
    if not _is_ours(session, place):
        older = None if anew else _latest(session, folder, datetime.fromisoformat(now), schemes)
        if older is None:
            inputs = gather(session, schemes, watch)
            shutil.rmtree(place, ignore_errors=True)  # of another version
            words = {"read_at": now, "last": _recorded(session, place), **_of(schemes)}
            _lay_down(place, inputs, baseline(inputs, schemes), words)
        else:
            place = older
    return _mapped(place, schemes)


def _is_ours(session: Session, place: Path) -> bool:
    """Whether all columns are there that this version of the program asks for, of this log.

    A fund that was restored, or another one beside the same data, comes to the same numbers.
    """
    if not all((place / f"{name}.npy").exists() for name in _COLUMNS):
        return False
    return bool(_words(place).get("last", "") == _recorded(session, place))


def _recorded(session: Session, place: Path) -> str | None:
    """When the event was recorded that names a folder."""
    found: str | None = session.scalar(text(_RECORDED), {"id": int(place.name)})
    return found


def _words(place: Path) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((place / _WORDS).read_text(encoding="utf-8"))
    return words


def _of(schemes: Schemes) -> dict[str, Any]:
    return {"schemes": [scheme.digest() for scheme in schemes.schemes]}


def _latest(session: Session, folder: Path, now: datetime, schemes: Schemes) -> Path | None:
    """The newest columns, if they are of the last minutes and of the same schemes."""
    made = [x for x in folder.iterdir() if x.name.isdigit()] if folder.is_dir() else []
    made = [x for x in made if _is_ours(session, x)]
    if not made:
        return None
    latest = max(made, key=lambda x: int(x.name))
    words = _words(latest)
    serves = now - datetime.fromisoformat(words["read_at"]) < _SERVES
    return latest if serves and words["schemes"] == _of(schemes)["schemes"] else None


def _lay_down(place: Path, inputs: Inputs, was: Was, words: dict[str, Any]) -> None:
    beside = place.parent
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=beside, prefix="."))
    for part, held in (("bills", inputs.bills), ("covers", inputs.covers), ("was", was)):
        for x in fields(held):
            np.save(made / f"{part}.{x.name}.npy", getattr(held, x.name))
    for name in _OWN:
        np.save(made / f"{name}.npy", getattr(inputs, name))
    words = {**words, "unions": inputs.unions}
    (made / _WORDS).write_text(json.dumps(words), encoding="utf-8")
    try:
        os.rename(made, place)
    except OSError:  # another process was quicker
        shutil.rmtree(made)
        if not place.is_dir():
            raise
    for older in beside.iterdir():
        if older.name.isdigit() and int(older.name) < int(place.name):
            shutil.rmtree(older, ignore_errors=True)


def _mapped(place: Path, schemes: Schemes) -> Loaded:
    def column(name: str) -> Any:
        # Bare, for every piece that is cut from numpy's own kind of it is made with ceremony.
        return np.asarray(np.load(place / f"{name}.npy", mmap_mode="r"))

    parts: dict[str, Any] = {
        part: kind(*(column(f"{part}.{x.name}") for x in fields(kind)))
        for part, kind in _PARTS.items()
    }
    words = _words(place)
    own: dict[str, Any] = {name: column(name) for name in _OWN}
    inputs = Inputs(
        bills=parts["bills"], covers=parts["covers"], unions=tuple(words["unions"]), **own
    )
    return Loaded(inputs, schemes, parts["was"], datetime.fromisoformat(words["read_at"]))
