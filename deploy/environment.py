"""`.venv`, made from a hash-locked list and mended where an earlier start was interrupted.

What lies in it is known by a stamp, written last: the digest of the lock, of pyproject.toml and
of the place. A stamp that fits means nothing to do; anything else means installing again, which
pip makes short where most of it is there.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import spoken

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN = ROOT / "deploy" / "requirements.lock"
TEST = ROOT / "deploy" / "requirements-test.lock"
BENCH = ROOT / "deploy" / "requirements-bench.lock"
OCR = ROOT / "deploy" / "requirements-ocr.lock"
# What each holds besides itself; where two name a package, they name the same version.
HOLDS = {RUN: (RUN,), TEST: (RUN, TEST), BENCH: (RUN, TEST, BENCH), OCR: (RUN, OCR)}
LOCKS = tuple(HOLDS)
OFFLINE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "No matching distribution found",
)
FETCHED = ("Collecting ", "Processing ", "Requirement already satisfied")
SAY_EVERY_S = 5


class Refused(Exception):
    """It cannot be set up. The message says what to do."""


def make(lock: Path) -> None:
    """Have `.venv` hold what `lock` lists; nothing to do is done at once."""
    if _fits(lock):
        return
    with _alone():
        if _fits(lock):  # another start has just made it
            return
        if not os.access(ROOT, os.W_OK):
            raise Refused(
                spoken.said(
                    "There is no permission to write in %s. Run this as its owner, "
                    "or make a copy of it that is yours.",
                    ROOT,
                )
            )
        works = _works()
        fitted = [each for each in LOCKS if works and _fits(each)]
        for each in LOCKS:
            _stamp(each).unlink(missing_ok=True)
        if not works:
            _make_venv()
        _install(lock)
        for each in {*fitted, *HOLDS[lock]}:
            _stamp(each).write_text(_digest(each), encoding="ascii")


def lock() -> int:
    """Make all lists anew, newest versions that fit; a longer list has the shorter one's."""
    groups: list[tuple[list[str], Path]] = [
        ([], RUN),
        (["--group", "test", "-c", _named(RUN)], TEST),
        (["--group", "test", "--group", "bench", "-c", _named(TEST)], BENCH),
        (["--extra", "ocr", "-c", _named(BENCH)], OCR),
    ]
    for group, made in groups:
        how = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "-q"]
        hidden = ["--no-emit-index-url", "--no-emit-find-links"]
        argv = ["uv", "pip", "compile", *how, *hidden, "pyproject.toml", *group, "-o"]
        if not shutil.which("uv"):
            raise Refused("This needs the tool uv: python3 -m pip install uv")
        code = subprocess.call([*argv, _named(made)], cwd=ROOT)
        if code:
            return code
    return 0


def _named(lock: Path) -> str:
    return str(lock.relative_to(ROOT))


def _stamp(lock: Path) -> Path:
    return VENV / ("huzhu-" + lock.stem)


def _digest(lock: Path) -> str:
    """Of all an installed environment depends on: scripts in it hold its absolute path."""
    parts = (lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _fits(lock: Path) -> bool:
    try:
        return _stamp(lock).read_text(encoding="ascii") == _digest(lock) and os.access(
            PYTHON, os.X_OK
        )
    except OSError:
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once: the second waits. The lock needs no right to write."""
    with RUN.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(spoken.said("waiting for another set-up to end …"), flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _works() -> bool:
    """Whether `.venv` is whole, of this place and new enough: else it is made anew."""
    asked = "import sys, pip; sys.exit(not (sys.version_info >= (3, 11)))"
    if not os.access(PYTHON, os.X_OK):
        return False
    try:
        said = (VENV / "bin" / "activate").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    if str(VENV) not in said:
        return False
    tried = subprocess.run([PYTHON, "-I", "-c", asked], capture_output=True, check=False)
    return tried.returncode == 0


def _make_venv() -> None:
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing:
        raise Refused(
            spoken.said(
                "This Python has no %s module. Debian, Ubuntu: apt install python3-venv "
                "(for this one: python%d.%d-venv); then run this again.",
                missing[0],
                *sys.version_info[:2],
            )
        )
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        print(spoken.said("removing an unfinished .venv …"), flush=True)
        shutil.rmtree(VENV)
    print(spoken.said("making .venv …"), flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(spoken.said("python3 -m venv failed:\n%s", _last(done.stdout.splitlines())))


def _install(lock: Path) -> None:
    wanted = sum("==" in line and line[0].isalpha() for line in lock.read_text().splitlines())
    print(spoken.said("installing %d packages …", wanted), flush=True)
    _pip("--require-hashes", "--only-binary=:all:", "-r", str(lock), wanted=wanted)
    print(spoken.said("installing huzhu itself …"), flush=True)
    _pip("--no-deps", "--no-build-isolation", "-e", str(ROOT), wanted=0)


def _pip(*what: str, wanted: int) -> None:
    # Somebody's settings for another purpose: --user is refused in a virtual environment.
    env = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PYTHONUNBUFFERED="1")
    env.pop("PYTHONHOME", None)
    env.pop("PYTHONPATH", None)
    pip = subprocess.Popen(
        [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *what],
        cwd=str(ROOT),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    said: list[str] = []
    fetched, told_at = 0, time.monotonic()
    for line in pip.stdout or ():
        said.append(line.rstrip())
        fetched += line.startswith(FETCHED)
        if line.startswith("Installing collected packages") and wanted:
            print(spoken.said("  unpacking …"), flush=True)
            wanted = 0
        elif time.monotonic() - told_at > SAY_EVERY_S and wanted:
            print(spoken.said("  %d of %d …", min(fetched, wanted), wanted), flush=True)
            told_at = time.monotonic()
    if pip.wait():
        raise Refused(_why(said))


def _why(said: list[str]) -> str:
    everything = "\n".join(said)
    if "DO NOT MATCH THE HASHES" in everything:
        return spoken.said(
            "A package is not the file the lock names. Nothing of it was installed. "
            "Try again; if it stays so, your package index serves altered files:\n%s",
            _last(said),
        )
    if "No space left on device" in everything:
        return spoken.said(
            "The disk is full: about 600 MB are needed in %s. Then run this again.", ROOT
        )
    if any(sign in everything for sign in OFFLINE):
        return spoken.said(
            "pip could not get the packages. Check the network, or name your package index "
            "(PIP_INDEX_URL, or pip config), then run this again. pip said:\n%s",
            _last(said),
        )
    return spoken.said("pip failed; run this again when it is mended. It said:\n%s", _last(said))


def _last(said: list[str]) -> str:
    return "\n".join("  " + line for line in said[-6:])
