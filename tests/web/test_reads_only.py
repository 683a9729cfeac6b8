"""An auditor's requests reach the database as its reader; what they write, by named functions."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import event, text

import app
from app.accounts.models import Role
from app.asking import READER
from app.config import READER_ROLE
from app.db import db, transaction
from app.embedded.cluster import APP
from app.web import audit_acts, create_app
from app.web.roles import serves
from tests.conftest import Database
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.test_roles import pages, path_of, served_by

WEB = Path(app.__file__).parent / "web"
OF_ALL = {"account", "sign_in", "demo_account"}
"""Read as the application before it is known who asks."""


BEGUN = "BEGIN"
"""Also what a page asks by a cursor of its own is asked in a transaction."""


@contextmanager
def asked_as(web: Flask) -> Iterator[list[tuple[str, str]]]:
    """Who asked the database what meanwhile."""
    seen: list[tuple[str, str]] = []

    def note(connection, _cursor, statement: str, *_: object) -> None:  # type: ignore[no-untyped-def]
        seen.append((connection.engine.url.username, statement))

    def note_begun(connection) -> None:  # type: ignore[no-untyped-def]
        seen.append((connection.engine.url.username, BEGUN))

    with web.app_context():
        engines = [db.engine, db.engines[READER]]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "begin", note_begun)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "begin", note_begun)


def test_every_page_of_an_auditor_is_read_through_the_readers_sign_in(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    tried = 0
    for rule in pages(web):
        roles = served_by(web, rule.endpoint)
        if not roles or Role.AUDITOR not in roles or "GET" not in rule.methods:
            continue
        if rule.endpoint.startswith("own."):
            continue  # the account's own affairs
        with asked_as(web) as seen:
            _ = auditor.get(path_of(web, rule)).data  # also what is sent as it is read
        assert {who for who, _ in seen} == {APP, READER_ROLE}, rule.rule
        as_app = [said for who, said in seen if who == APP and said != BEGUN]
        for statement in as_app:
            assert any(f"FROM {table}" in statement for table in OF_ALL), (rule.rule, statement)
        tried += 1
    assert tried > 10


def test_others_are_served_as_the_application(web: Flask, fund: Fund, officer: Browser) -> None:
    with asked_as(web) as seen:
        officer.get("/office/")
    assert {who for who, _ in seen} == {APP}


def test_a_view_that_writes_for_an_auditor_is_refused_by_the_database(
    web: Flask, fund: Fund, database: Database
) -> None:
    """A page that somebody adds and forgets: it may do nothing, even with RESET ROLE."""
    tries = (
        "INSERT INTO union_node (name) VALUES ('x')",
        "SET TRANSACTION READ WRITE; INSERT INTO union_node (name) VALUES ('x')",
        "RESET ROLE; SET TRANSACTION READ WRITE; DELETE FROM job",
        "COMMIT; RESET ROLE; UPDATE account SET role = 'officer'",
    )
    with web.app_context():
        settings = database.settings
        url = db.engine.url.render_as_string(hide_password=False)
        reads = db.engines[READER].url.render_as_string(hide_password=False)
    careless = create_app(replace(settings, database_url=url, reader_url=reads))

    @serves(Role.AUDITOR)
    def careless_view(no: int) -> str:
        with transaction() as session:
            session.connection().exec_driver_sql(tries[no])
        return "done"

    careless.add_url_rule("/audit/careless/<int:no>", "careless", careless_view)
    browser = Browser(careless).sign_in("auditor")
    for no in range(len(tries)):
        assert browser.get(f"/audit/careless/{no}").status_code == 500
    with careless.app_context():
        asked = "SELECT (SELECT count(*) FROM union_node WHERE name = 'x'), role FROM account"
        found = db.session().execute(text(f"{asked} WHERE login = 'auditor'")).one()
        db.session().rollback()
        for engine in db.engines.values():
            engine.dispose()
    assert tuple(found) == (0, "auditor")


def test_what_auditors_write_stands_in_one_file() -> None:
    users = {
        path.name
        for path in WEB.glob("*.py")
        if "transaction_beside" in path.read_text(encoding="utf-8")
    }
    assert users == {"audit_acts.py"}
    tree = ast.parse(Path(audit_acts.__file__).read_text(encoding="utf-8"))
    acts = [x.name for x in tree.body if isinstance(x, ast.FunctionDef)]
    assert acts == [
        *(
            "order_a_report",
            "order_a_bundle",
            "order_an_edition",
            "give_own_key",
            "open_a_claim",
            "look_at_paper",
        ),
        *("draw_a_sample", "look_over_a_year", "raise_a_finding", "say_to_a_finding"),
    ]
