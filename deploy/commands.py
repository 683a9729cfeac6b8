"""What `python3 -m deploy` can do. Newer Python from here on."""

import os
import subprocess
import sys
from collections.abc import Callable

from deploy import checks, environment
from deploy.environment import Refused
from deploy.spoken import said


def setup(given: list[str]) -> int:
    if given[:1] == ["ocr"]:
        given = given[1:]
        environment.make(environment.OCR)
    _nothing_more("setup", given)
    environment.make(environment.RUN)
    print(said("ready: python3 -m deploy run"))
    return 0


def run(given: list[str]) -> int:
    environment.make(environment.RUN)
    os.chdir(environment.ROOT)
    python = str(environment.PYTHON)
    sys.stdout.flush()
    os.execv(python, [python, "-m", "deploy.supervise", *given])


def test(given: list[str]) -> int:
    if given[:1] == ["bench"]:
        print("the benches need what they are compared with, too (%s)" % environment.BENCH.name)
        environment.make(environment.BENCH)
    else:
        environment.make(environment.TEST)
    if given[:1] == ["ocr"]:
        print("reading photos needs the extra ocr, too (%s)" % environment.OCR.name)
        environment.make(environment.OCR)
    return checks.run(given)


def pictures(given: list[str]) -> int:
    _nothing_more("pictures", given)
    environment.make(environment.TEST)
    argv = [str(environment.PYTHON), "-m", "deploy.photograph"]
    return subprocess.call(argv, cwd=environment.ROOT)


def lock(given: list[str]) -> int:
    _nothing_more("lock", given)
    return environment.lock()


def _nothing_more(command: str, given: list[str]) -> None:
    if given:
        raise Refused(said("%s takes no more words: %s", command, " ".join(given)))


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run,
    "test": test,
    "pictures": pictures,
    "lock": lock,
}
