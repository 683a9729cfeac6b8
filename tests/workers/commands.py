"""The command line as a person uses it: processes, exit codes, what they say.

`Person` types one command after the other, the first one as it is installed and the others in forks
(see tests/forks.py).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import ROOT
from tests import forks

HUZHU = Path(sys.executable).with_name("huzhu")


@dataclass(frozen=True)
class Said:
    """What a command did: its exit code, and what it said on both channels."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert self.out.count("\n") == 1, self
        found = json.loads(self.out)
        assert isinstance(found, dict), self
        assert found["exit"] == self.code, self
        assert found["ok"] == (self.code == 0), self
        return found


@dataclass
class Person:
    """Somebody at a terminal of their own."""

    environ: dict[str, str]
    begun: bool = False

    def types(self, *words: object, secret: str = "", expect: int = 0) -> Said:
        """Run `huzhu` with these words; `secret` comes in a pipe, whose number is `{fd}`."""
        reader, writer = os.pipe()
        os.write(writer, secret.encode())
        os.close(writer)
        given = tuple(str(word).replace("{fd}", str(reader)) for word in words)
        if self.begun:
            done = forks.run(*given, env=self.environ, pass_fds=(reader,))
        else:
            done = installed(*given, env=self.environ, pass_fds=(reader,))
            self.begun = True
        os.close(reader)
        said = Said(given, done.returncode, done.stdout, done.stderr)
        assert said.code == expect, said
        assert "Traceback" not in said.err, said
        assert "Warning" not in said.err, said
        return said

    def asks(self, *words: object, secret: str = "", expect: int = 0) -> dict[str, Any]:
        """The same with --json."""
        return self.types(*words, "--json", secret=secret, expect=expect).told


def installed(
    *words: str, env: Mapping[str, str], said: str = "", pass_fds: Sequence[int] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run `huzhu` itself."""
    return subprocess.run(
        [HUZHU, *words],
        cwd=ROOT,
        env=env,
        input=said,
        capture_output=True,
        text=True,
        pass_fds=pass_fds,
        timeout=120,
        check=False,
    )


def typed_at_once(environ: dict[str, str], lines: Iterable[Sequence[str]]) -> list[Said]:
    """Run many commands, one after the other, each in a process of its own."""
    done = [forks.run(*words, env=environ, errors="surrogateescape") for words in lines]
    return [Said(x.args, x.returncode, x.stdout, x.stderr) for x in done]


def of_its_own(data_dir: Path, lang: str = "en") -> dict[str, str]:
    """The environment of somebody who has nothing but the program."""
    names = [name for name in os.environ if name == "PATH" or name.startswith(("PIP_", "SSL_"))]
    kept = {name: os.environ[name] for name in names}
    return {**kept, "HUZHU_DATA": str(data_dir), "HUZHU_LANG": lang, "HOME": str(data_dir)}
