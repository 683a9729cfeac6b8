"""Set up, run and test the system on a bare machine, with nothing but Python.

Parses on Python 3.8 and needs the standard library alone: who has too old a Python, no `venv`
module or no network is told what to do, in a sentence.
"""

import subprocess
import sys

from deploy.spoken import said

OLDEST = (3, 11)


def usage() -> str:
    """What can be asked for."""
    return said(
        """\
python3 -m deploy run [--port N] [--empty]
                                      start everything and say where; Ctrl-C stops it. The first
                                      time with a demonstration city, unless --empty
python3 -m deploy test [faults|bench|ocr] [what pytest takes]
                                      all checks and tests; a part; the long or the timed forms
python3 -m deploy setup [ocr]         make or mend .venv and nothing else; to read photos, too
python3 -m deploy pictures            make the README's pictures anew (needs Chromium)
python3 -m deploy lock                make the locks anew from pyproject.toml
"""
    )


def too_old() -> str:
    """What to do about this Python, or nothing."""
    if sys.version_info >= OLDEST:
        return ""
    newer = ["python3.%d" % minor for minor in (14, 13, 12, 11)]
    found = [name for name in newer if _starts(name)]
    do = (
        said("Run it again as: %s -m deploy %s", found[0], " ".join(sys.argv[1:]))
        if found
        else said(
            "Install one (Debian, Ubuntu: apt install python3.11 python3.11-venv; "
            "macOS: brew install python@3.13) and start with that one."
        )
    )
    return said("This is Python %d.%d, and 3.11 or newer is needed. %s", *sys.version_info[:2], do)


def _starts(python: str) -> bool:
    try:
        return subprocess.call([python, "-c", "import venv"], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def main() -> int:
    refused = too_old()
    if refused:
        print(refused, file=sys.stderr)
        return 2
    from deploy import commands, environment

    what, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if what in ("", "-h", "--help") or what not in commands.COMMANDS:
        asked = what in ("-h", "--help")
        print(usage(), end="", file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        return commands.COMMANDS[what](given)
    except environment.Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(said("stopped; the same command goes on from here"), file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
