"""A city with many claims of years that are over, paid by the bank: what pages are measured on.

The demonstration city is loaded; people, covers, bills, answers, payments and postings beneath it
are put in as rows by statements of the database (`standing_claims.sql`), as the imports and drains
would have left them: a million claims stand in minutes. The database is named after their number
and found again in a data directory that was kept (HUZHU_BENCH_DATA).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import NullPool, create_engine, text

from app import boot
from app.books.keep_spent import keep_spent
from app.db import db, transaction
from app.desks.keep_waiting import keep_waiting
from app.embedded.cluster import SUPERUSER
from app.roster.members import certno_index
from app.secrets import vault
from deploy.prepare import load_city
from tests.bench.copying import connect
from tests.bench.standing_city import certno
from tests.conftest import Cluster, Database, opened_at

_FAR = 5_000_000
FILL = Path(__file__).with_suffix(".sql")


@contextmanager
def standing(
    cluster: Cluster, template: str, broker: str, claims: int, folder: Path
) -> Iterator[Database]:
    """The database with so many claims, filled where it is not there."""
    name = f"standing_{claims}"
    if not _is_there(cluster, name):
        making = f"{name}_making"
        cluster.drop(making)
        cluster.make(making, template)
        with opened_at(cluster, making, broker, folder) as made:
            _fill(cluster, made, making, claims)
        cluster.execute("ALTER DATABASE {a} RENAME TO {b}", a=making, b=name)
    with opened_at(cluster, name, broker, folder) as made:
        boot.migrate(made.owner_url)
        with boot.start(made.settings).app_context(), transaction() as session:
            keep_spent(session)  # as the sweep has long done
            keep_waiting(session)
            db.engine.dispose()
        yield made


def _is_there(cluster: Cluster, name: str) -> bool:
    with connect(cluster.superuser_url.render_as_string(hide_password=False)) as asked:
        found = asked.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return bool(found.rowcount)


def _fill(cluster: Cluster, made: Database, name: str, claims: int) -> None:
    app = boot.start(made.settings)
    boot.furnish(app)
    with app.app_context():
        load_city(made.settings)
        db.engine.dispose()
    with connect(cluster.url(SUPERUSER, name)) as owner:
        owner.execute(FILL.read_text(encoding="utf-8").format(claims=claims))
        give_numbers(owner)
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


def give_numbers(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Citizen IDs, sealed as the vault does: pages open them."""
    owner.execute("SET session_replication_role = replica")
    found = owner.execute("SELECT id FROM member WHERE certno_cipher = '' ORDER BY id").fetchall()
    owner.execute("CREATE TEMP TABLE given (id BIGINT, cipher BYTEA, number_index BYTEA)")
    with owner.cursor().copy("COPY given FROM STDIN") as copy:
        for seed, (number,) in enumerate(found):
            # Above the demonstration's own.
            typed = certno(_FAR + seed)
            copy.write_row((number, vault().seal(typed, "member", number), certno_index(typed)))
    owner.execute(
        "UPDATE member m SET certno_cipher = g.cipher, certno_index = g.number_index"
        " FROM given g WHERE g.id = m.id"
    )


def accounts(made: Database) -> dict[str, list[int]]:
    """The demonstration's accounts by role."""
    asked = text(
        "SELECT a.role, array_agg(a.id ORDER BY a.id) FROM account a"
        " JOIN demo_account d ON d.account_id = a.id GROUP BY 1"
    )
    with create_engine(made.owner_url, poolclass=NullPool).connect() as connection:
        return dict(connection.execute(asked).all())
