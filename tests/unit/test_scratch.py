"""A folder for work on disk goes with the work, and with the next where it was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.config import ROOT
from app.files.scratch import scratch

HOLDS = """
import sys
from app.files.scratch import scratch
with scratch("kept") as folder:
    (folder / "half").write_text("half a bundle")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(place: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_it_is_private_and_gone_after(place: Path) -> None:
    with scratch("kept") as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("x")
    assert list(place.iterdir()) == []
    with pytest.raises(ValueError, match="broken"), scratch("kept"):
        raise ValueError("broken")
    assert list(place.iterdir()) == []


def test_one_in_use_is_left_alone_and_one_left_behind_is_cleared(place: Path) -> None:
    with holder(place) as other:
        folder = Path(other.stdout.readline().strip())
        with scratch("kept") as mine:
            assert mine != folder
            assert (folder / "half").exists()
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert (folder / "half").exists()
        with scratch("kept") as mine:
            assert list(place.iterdir()) == [mine]


def test_what_only_looks_like_one_is_left_alone(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("x")
    (place / "kept.link").symlink_to(elsewhere)
    (place / "kept.file").write_text("x")
    with scratch("kept"):
        assert (elsewhere / "mine").exists()
        assert (place / "kept.file").exists()
