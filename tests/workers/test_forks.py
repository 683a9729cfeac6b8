"""What is typed in forks (see there) is done and said as the installed command does and says it."""

import os
import tempfile

from app.boot import furnish, start
from app.db import db
from tests import forks
from tests.workers.commands import installed

EXPORT = (
    *("payments", "export", "--year", "2023", "--out", "out.csv", "--on", "2024-01-05"),
    *("--by", "officer1", "--approve", "officer2", "--approve-password-fd"),
)


def test_they_do_and_say_what_the_installed_command_does(database):
    made = start(database.settings)
    passwords = {each.login: each.password for each in furnish(made)}
    with made.app_context():
        db.engine.dispose()
    with tempfile.TemporaryFile() as handed:
        handed.write(passwords["officer2"].encode())
        asked = (
            (0, ["claims", "--help"], ""),
            (2, ["unit", "\udcff"], ""),
            (0, [*EXPORT, str(handed.fileno())], ""),
            (2, [*EXPORT, "0"], "another password"),
        )
        answers = []
        for code, words, said in asked:
            for run in (installed, forks.run):
                handed.seek(0)
                env = {**os.environ, **database.environ, "HUZHU_LANG": "zh"}
                done = run(*words, env=env, said=said, pass_fds=[handed.fileno()])
                answers.append((done.returncode, done.stdout, done.stderr))
            assert answers[-1] == answers[-2]
            assert answers[-1][0] == code, answers[-1]
    assert not any("Traceback" in err for _, _, err in answers)


def test_they_see_what_is_theirs_alone(tmp_path):
    """The folder, the environment and the files of one are not those of the next."""
    nobody = {"PATH": os.environ["PATH"], "HUZHU_LANG": "en"}
    (tmp_path / "here.zip").write_bytes(b"no bundle")
    there = forks.run("verify", "here.zip", env=nobody, cwd=tmp_path)
    gone = forks.run("verify", "here.zip", env={**nobody, "HUZHU_LANG": "zh"})
    assert there.returncode == 1
    assert (gone.returncode, gone.stdout) == (2, "")
    assert not gone.stderr.isascii()
