"""Whatever Python runs it, from 3.8 on, the verifier says the same of the same bundle.

Those found on this machine are asked: on the path, or installed by pyenv; HUZHU_LONG=1 asks all of
them and about more, else the oldest and the newest.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.audit import verify
from app.audit.bundle import json_bytes
from tests.faults.forge import Bundle
from tests.faults.mutate import Mutator
from tests.faults.test_seals import YEAR, YEARS, Fund, fund

__all__ = ["fund"]
LONG = os.environ.get("HUZHU_LONG") == "1"
MUTATIONS = 1_000 if LONG else 20
OLDEST, NEWEST = 8, 20
SAYS = """
import importlib.util, json, sys
found = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(found)
found.loader.exec_module(verify)
verify.processors = lambda: 2
for path in sys.argv[3:]:
    verify.LARGE = 0 if "whole" in path else 1 << 60
    result = verify.examine(path, None, (), sys.argv[2])
    for lang in ("zh", "en"):
        print(json.dumps([verify.as_json(result, lang), verify.report(result, lang)]))
"""


def pythons() -> list[str]:
    """Of each version from 3.8 on one that runs, but this one; the oldest first."""
    names = [shutil.which(f"python3.{minor}") for minor in range(OLDEST, NEWEST)]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    names += map(str, pyenv.glob("versions/*/bin/python3"))
    found = {sys.version_info[:2]: ""}
    for name in filter(None, names):
        told = subprocess.run([name, "-V"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"Python (\d+)\.(\d+)", told)
        if version and (number := (int(version[1]), int(version[2]))) >= (3, OLDEST):
            found.setdefault(number, name)
    return [name for _, name in sorted(found.items()) if name]


def said(python: str, since: str, paths: list[Path]) -> list[str]:
    """What is said of each bundle by a process of this Python: in both languages, a line each."""
    command = [python, "-I", "-S", "-c", SAYS, verify.__file__, since, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, ""), python
    return done.stdout.splitlines()


ODD = {
    "nul": ("data/unit.csv", b",", b",\0"),
    "return": ("data/unit.csv", b",", b"\r,"),
    "quotation": ("data/event.csv", b"}", b'}"'),
    "day": ("data/cover.csv", b"-01-01,", b"0101,"),
    "comma": ("seals/notes.json", b"}", b",}"),
    "null": ("seals/notes.json", b'"public": "', b'"public": null, "other": "'),
    "rows": ("seals/rows.csv", b"unit,", b"unit\r,"),
    "number": ("seals/rows.csv", b"unit,", b"unit," + b"9" * 5_000),
}
"""What one Python takes and another does not, or words in another way: where, what, by what."""


def changed(bundle: Bundle, name: str, old: bytes, new: bytes) -> Bundle:
    """Only the manifest is made to fit: nothing else could read such a file."""
    copy = bundle.copy()
    content = copy.files[name].replace(old, new, 1)
    assert content != copy.files[name]
    manifest = json.loads(copy.files["manifest.json"])
    for listed in manifest["files"]:
        if listed["name"] == name:
            listed.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    copy.files[name] = content
    return copy.seal(json_bytes(manifest))


def test_every_python_says_the_same(fund: Fund, tmp_path: Path) -> None:
    others = pythons()
    if not others:
        pytest.skip("no other Python was found")
    paths = [tmp_path / f"whole {year} 资料包.zip" for year in YEARS]
    for year, path in zip(YEARS, paths, strict=True):
        shutil.copy(fund.folder / f"{year}.zip", path)
    for what, how in ODD.items():
        paths.append(changed(fund.bundle(), *how).zipped(tmp_path / f"{what}.zip"))
    mutator = Mutator(fund.bundle(), (fund.folder / f"{YEAR}.zip").read_bytes(), fund.key, 3)
    for number in range(MUTATIONS):
        paths.append(tmp_path / f"{number}.zip")
        paths[-1].write_bytes(mutator.draw()[1])
    since = fund.last.text
    wanted = said(sys.executable, since, paths)
    assert [json.loads(line)[0]["ok"] for line in wanted] == [
        *[True] * 2 * len(YEARS),
        *[False] * 2 * (len(paths) - len(YEARS)),
    ]
    for python in others if LONG else {others[0], others[-1]}:
        assert said(python, since, paths) == wanted, python
    print(f"{len(paths)} bundles; other Pythons: {len(others)}")
