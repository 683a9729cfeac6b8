"""The command line as a person uses it: processes, exit codes, what they say.

`Person` types one command after the other. `typed_at_once` runs many in forks of one process that
has read the program already, so that hundreds of wrong arguments take seconds.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config import ROOT

HUZHU = Path(sys.executable).with_name("huzhu")
_FORKS = """
import gc, importlib, json, os, sys, tempfile
from app.cli import _COMMANDS, main
for module in sorted(set(_COMMANDS.values())):
    importlib.import_module(f"app.cli.{module}")
# What commands import when they run, so that the forks need not, each by itself.
import app.accounts.prepares, app.boot, app.embedded.start, app.errands, app.texts.roster
import app.files.marked, app.roster.sheet, app.tables
gc.freeze()
def run(words):
    kept = [tempfile.TemporaryFile() for _ in "oe"]
    child = os.fork()
    if not child:
        for number, file in enumerate(kept, 1):
            os.dup2(file.fileno(), number)
        code = 70
        try:
            code = main(words)
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = []
    for file in kept:
        file.seek(0)
        texts.append(file.read().decode(errors="surrogateescape"))
    return [code, *texts]
json.dump([run(words) for words in json.load(sys.stdin)], sys.stdout)
"""


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

    def types(self, *words: object, secret: str = "", expect: int = 0) -> Said:
        """Run `huzhu` with these words; `secret` comes in a pipe, whose number is `{fd}`."""
        reader, writer = os.pipe()
        os.write(writer, secret.encode())
        os.close(writer)
        given = tuple(str(word).replace("{fd}", str(reader)) for word in words)
        done = subprocess.run(
            [HUZHU, *given],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=(reader,),
            timeout=120,
            check=False,
        )
        os.close(reader)
        said = Said(given, done.returncode, done.stdout, done.stderr)
        assert said.code == expect, said
        assert "Traceback" not in said.err, said
        assert "Warning" not in said.err, said
        return said

    def asks(self, *words: object, secret: str = "", expect: int = 0) -> dict[str, Any]:
        """The same with --json."""
        return self.types(*words, "--json", secret=secret, expect=expect).told


def typed_at_once(environ: dict[str, str], lines: Sequence[Sequence[str]]) -> list[Said]:
    """Run many commands, one after the other, each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORKS],
        cwd=ROOT,
        env=environ,
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    return [Said(tuple(words), *answer) for words, answer in zip(lines, answers, strict=True)]


def of_its_own(data_dir: Path, lang: str = "en") -> dict[str, str]:
    """The environment of somebody who has nothing but the program."""
    names = [name for name in os.environ if name == "PATH" or name.startswith(("PIP_", "SSL_"))]
    kept = {name: os.environ[name] for name in names}
    return {**kept, "HUZHU_DATA": str(data_dir), "HUZHU_LANG": lang, "HOME": str(data_dir)}
