"""What people are found by: written with the few, promised of the many, filled in of before."""

from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import boot
from app.adjudication.rebuild import rebuild
from app.boot import MIGRATIONS, furnish, migrate
from app.db import db, transaction
from app.embedded.cluster import OWNER
from app.errands import do_errands, due_errands
from app.jobs import MAKE_FINDABLE
from app.roster.make_findable import AT_ONCE, FEW, make_findable, make_findable_of_before
from app.roster.members import add_members, certno_index, set_names
from app.roster.tail import tail_indexes
from app.secrets import vault
from tests.factories import make_id, make_name

COUNT = 5
MANY = FEW + 1
BEFORE = (
    "INSERT INTO member (id, certno_cipher, certno_index) VALUES (:who, :cipher, :index)",
    "INSERT INTO member_name (member_id, seq, name, sort_key) VALUES (:who, 1, :name, 'mou3')",
    "INSERT INTO member_tail VALUES (:who, :tail)",
)


def told(session: Session, seeds: range) -> dict[int, int]:
    """People come with their names: member by seed."""
    added = add_members(session, [make_id(seed) for seed in seeds])
    members = {seed: added[make_id(seed)] for seed in seeds}
    set_names(session, {who: make_name(seed) for seed, who in members.items()}, {}, by=None)
    return members


def searchable(session: Session) -> dict[tuple[int, int], tuple[str, bytes]]:
    rows = session.execute(text("SELECT member_id, seq, name, tail_index FROM searchable_name"))
    return {(who, seq): (name, bytes(index)) for who, seq, name, index in rows}


def all_of(members: dict[int, int]) -> dict[tuple[int, int], tuple[str, bytes]]:
    return {
        (who, 1): (make_name(seed), tail_indexes([make_id(seed)])[0])
        for seed, who in members.items()
    }


@pytest.mark.parametrize("fill", [make_findable_of_before, rebuild])
def test_what_is_missing_is_filled_once_and_as_if_written_with_the_name(database, fill):
    with Session(database.engine) as session, session.begin():
        members = told(session, range(COUNT))
        assert searchable(session) == all_of(members)
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM searchable_name"))
    owner.dispose()
    for _ in range(2):
        with Session(database.engine) as session, session.begin():
            fill(session)
            assert searchable(session) == all_of(members)


@pytest.fixture
def of_before(cluster, database):
    """The owner's engine of a database as the fourth migration left it."""
    cluster.drop("huzhu_before")
    cluster.make("huzhu_before", "template1")
    engine = create_engine(cluster.url(OWNER, "huzhu_before"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    yield engine
    engine.dispose()
    cluster.drop("huzhu_before")


@pytest.mark.parametrize("with_tails", [True, False])
def test_a_full_database_of_before_finds_everybody(of_before, cluster, database, with_tails):
    app = boot.start(replace(database.settings, database_url=cluster.url(OWNER, "huzhu_before")))
    with of_before.begin() as connection:
        for seed in range(COUNT):
            who, certno = seed + 1, make_id(seed)
            row = {
                "who": who,
                "cipher": vault().seal(certno, "member", who),
                "index": certno_index(certno),
                "name": make_name(seed),
                "tail": tail_indexes([certno])[0],
            }
            for statement in BEFORE[: 3 if with_tails else 2]:
                connection.execute(text(statement), row)
    migrate(of_before.url.render_as_string(hide_password=False))
    everybody = all_of({seed: seed + 1 for seed in range(COUNT)})
    with Session(of_before) as session:
        assert searchable(session) == (everybody if with_tails else {})
    furnish(app)
    with Session(of_before) as session:
        assert searchable(session) == everybody
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(database):
    started = boot.start(database.settings)
    with started.app_context():
        yield started
        db.session.remove()
        db.engine.dispose()


def test_of_many_a_promise_is_kept_once_also_where_spans_overlap(app):
    with transaction() as session:
        members = told(session, range(MANY))
        assert searchable(session) == {}
        first = min(members.values())
    assert due_errands() == [(MAKE_FINDABLE, first)]
    assert do_errands() == 0
    with transaction() as session:
        assert searchable(session) == all_of(members)
        called = {who: "欧阳娜" for seed, who in members.items() if seed}
        set_names(session, called, dict.fromkeys(called, 1), by=None)
        whole_span = range(first, first + AT_ONCE + 1)
        make_findable(session, whole_span, list)
    assert do_errands() == 0
    with transaction() as session:
        anew = {
            (who, 2): ("欧阳娜", tail_indexes([make_id(seed)])[0])
            for seed, who in members.items()
            if seed
        }
        assert searchable(session) == all_of(members) | anew
        keys = session.scalars(text("SELECT sort_key FROM searchable_name WHERE seq = 2")).all()
        assert {*keys} == {"ou1 yang2 na4"}
    assert due_errands() == []


def test_equal_tails_have_equal_indexes_and_others_do_not():
    one, same, other = tail_indexes(["410599196001010001", "X10599196101010001"[1:], "41019X"])
    assert one == same != other
