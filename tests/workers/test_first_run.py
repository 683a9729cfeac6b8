"""The step of the start that loads the demonstration city, where it must not load it."""

import os
import re
import subprocess
import sys

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import ROOT
from deploy.progress import PROGRESS
from tests.conftest import Database


def started(database: Database, *given: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deploy.prepare", *given],
        env={**os.environ, "HUZHU_LANG": "en", **database.environ, **environ},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def prepared(database: Database, *given: str, **environ: str) -> str:
    done = started(database, *given, **environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def units_and_demo_accounts(database: Database) -> tuple[int, int]:
    with Session(database.engine) as session:
        units = session.execute(text("SELECT count(*) FROM unit")).scalar_one()
        return units, session.execute(text("SELECT count(*) FROM demo_account")).scalar_one()


def test_a_start_without_it_stays_without_it(database: Database) -> None:
    said = prepared(database, "--empty")
    assert "sign in as officer1 with the password" in said
    assert PROGRESS not in said
    again = prepared(database)
    assert PROGRESS not in again
    assert "password" not in again
    assert units_and_demo_accounts(database) == (0, 0)


def test_who_reads_chinese_is_told_in_chinese_how_to_sign_in(database: Database) -> None:
    said = prepared(database, "--empty", HUZHU_LANG="", LC_ALL="", LANG="zh_CN.UTF-8")
    assert re.findall(r"^登录名 (officer1|auditor)，密码 \S+$", said, re.MULTILINE)
    assert "密码只显示这一次" in said
    assert "sign in" not in said
    with database.engine.begin() as connection:
        offered = "INSERT INTO demo_account SELECT id FROM account ORDER BY id LIMIT 1"
        connection.execute(text(offered))
    done = started(database, "--empty", HUZHU_LANG="zh")
    assert "把 HUZHU_DATA 设为一个新目录" in done.stderr


def test_who_wants_it_empty_is_told_where_it_is_not(database: Database) -> None:
    prepared(database, "--empty")
    with database.engine.begin() as connection:
        offered = "INSERT INTO demo_account SELECT id FROM account ORDER BY id LIMIT 1"
        connection.execute(text(offered))
    done = started(database, "--empty")
    assert done.returncode == 2
    assert "set HUZHU_DATA to a new directory" in done.stderr


def test_who_serves_others_is_told_that_it_is_not_loaded(database: Database) -> None:
    said = prepared(database, HUZHU_TRUSTED_HOSTS="huzhu.example")
    told = [line for line in said.splitlines() if line.startswith(PROGRESS)]
    assert len(told) == 1
    assert "huzhu.example" in told[0]
    assert "no demonstration city was loaded" in told[0]
    assert units_and_demo_accounts(database) == (0, 0)
