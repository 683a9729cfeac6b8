"""Have a bundle checked by its verifier, as an auditor would run it: a process of its own.

`python -I -S` sees nothing of ours: no environment, no packages, no settings. What it says is kept
as it says it, in both languages.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.audit import verify
from app.embedded import children

SECONDS: Final = 600
"""A full city's year takes a small part of it."""
LANGUAGES: Final = ("zh", "en")


class VerifierFailed(Exception):
    """The verifier did not come to an answer: it was stopped, or answered nonsense."""


def verdict(bundle: Path, watch: Callable[[int, int], None]) -> dict[str, Any]:
    """What the verifier found, as its --json has it, and under `says` its words by language.

    Raises VerifierFailed.
    """
    found = _run(bundle, "zh", watch)
    told: dict[str, Any] = found
    if found["fault"]:  # its words are in the language that was asked for
        other = _run(bundle, "en", lambda done, of: None)
        told = {"fault": _Said({"zh": found["fault"]["says"], "en": other["fault"]["says"]})}
    return {**found, "says": {lang: verify.report(told, lang) for lang in LANGUAGES}}


class _Said(dict[str, str]):
    """A fault's words by language, for the verifier's report."""

    def says(self, lang: str) -> str:
        return self[lang]


def _run(bundle: Path, lang: str, watch: Callable[[int, int], None]) -> dict[str, Any]:
    script = str(Path(verify.__file__))
    asked = ["--json", "--progress", "--lang", lang, str(bundle)]
    argv = [sys.executable, "-I", "-S", script, *asked]
    with subprocess.Popen(  # noqa: S603 - nothing in the command comes from outside
        children.command(argv, dies_by=signal.SIGKILL),
        stdin=subprocess.PIPE,  # the watchdog's: it ends with us
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
        cwd="/",
        text=True,
        start_new_session=True,
    ) as child:
        late = threading.Timer(SECONDS, child.kill)
        late.start()
        try:
            for line in child.stderr or ():
                done, _, of = line.strip().partition("/")
                if done.isdigit() and of.isdigit():
                    watch(int(done), int(of))
            answer = child.stdout.read() if child.stdout else ""
            code = child.wait()
        finally:
            late.cancel()
            child.kill()
    return _answer(answer, code)


def _answer(text: str, code: int) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as nonsense:
        raise VerifierFailed(code) from nonsense
    if not isinstance(found, dict) or code != int(not found.get("ok")):
        raise VerifierFailed(code)
    return found
