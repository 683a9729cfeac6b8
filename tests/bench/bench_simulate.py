"""Questions about other rules against L, the bare COPY of replay's inputs out and results in.

    HUZHU_LONG=1 python3 -m deploy test bench -k simulate

The short form asks about 100,000 claims, the long one about a million.
"""

import os

from app import boot
from app.audit.gather import snapshot
from app.benefits.scheme_file import package_schemes
from app.db import db
from app.dispatch import drain_run
from app.secrets import vault
from app.simulation.asked import ask
from app.simulation.keep import loaded
from app.simulation.outlook import Ahead
from app.simulation.supposed import supposed_change
from tests.bench import city
from tests.bench.bench_replay import INPUTS, RESULT
from tests.bench.copying import connect, copied_in, copied_out, seconds
from tests.factories import make_id

CLAIMS = 1_000_000 if os.environ.get("HUZHU_LONG") == "1" else 100_000
SIXTY = [{"over_fen": 0, "basis_points": 6_000}]


def seal_ids(owner_url: str) -> None:
    """The bench's city has no ID numbers; years of birth are read from them."""
    known = [make_id(seed) for seed in range(1_000)]
    with connect(owner_url) as connection:
        ids = [row[0] for row in connection.execute(b"SELECT id FROM member").fetchall()]
        sealed = [vault().seal(known[x % len(known)], "member", x) for x in ids]
        connection.execute(
            b"UPDATE member m SET certno_cipher = x.sealed"
            b" FROM unnest(%s::bigint[], %s::bytea[]) x (id, sealed) WHERE m.id = x.id",
            [ids, sealed],
        )
        connection.commit()


def test_simulate(database) -> None:
    run_id = city.settled(database, CLAIMS)
    scheme = next(x for x in package_schemes() if x.starts_from.year == city.YEAR)
    asked = []

    def question(cap_fen: int) -> None:
        figures = {"benefit.inpatient.bands": SIXTY, "benefit.inpatient.cap_fen": cap_fen}
        with snapshot(db.engine) as session:
            held = loaded(session)
        supposed = supposed_change(scheme, figures)
        asked.append(ask(held, supposed, city.YEAR, city.YEAR, Ahead()))

    with boot.start(database.settings).app_context():
        for _ in drain_run(run_id):
            pass
        seal_ids(database.owner_url)
        times = [seconds(lambda cap=cap: question(cap * 100_000)) for cap in (150, 151, 152)]
        db.engine.dispose()
    with connect(database.owner_url) as connection:
        connection.execute(RESULT.encode())
        limit = sum(seconds(lambda query=query: copied_out(connection, query)) for query in INPUTS)
        limit += copied_in(connection, ("result",), like="")
    assert all(x.answer.changed.more > 0 for x in asked)
    read, first, second = times
    print(
        f"\n{CLAIMS:,} claims, L {limit:.2f} s: reading and the first answer {read / limit:.2f} L,"
        f" inputs laid down {first / limit:.2f} L, another question {second / limit:.2f} L"
    )
