"""How the system gets onto a machine and is started: `python3 -m deploy setup|run|test`.

`requirements.lock` is what runs, `requirements-test.lock` that and what tests it: every file by
its SHA-256, for Python 3.11 to 3.14 and every system at once, without addresses. After a change
in pyproject.toml make both anew with `python3 -m deploy lock` (it needs the tool `uv`).
"""
