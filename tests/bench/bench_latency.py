"""A settlement imported while a worker is up: how long until it is determined.

python3 -m deploy test bench -k latency
"""

import time
from statistics import median

import redis

from app import bell
from tests.workers.running import eventually, worker
from tests.workers.town import determined, town_in

TIMES = 20


def test_latency(database, broker, tmp_path) -> None:
    with redis.Redis.from_url(broker) as client:
        client.flushall()
    taken = []
    with town_in(database, people=TIMES) as town, worker(database.environ, tmp_path / "log"):
        for number in range(TIMES):
            began = time.perf_counter()
            run_id = town.feed([(number, "1000.00")])
            bell.ring(database.settings.broker_url, bell.DRAIN_RUN, run_id)
            assert eventually(lambda number=number: determined() == number + 1)
            taken.append(time.perf_counter() - began)
    print(
        f"\nimported → determined, {TIMES} times: median {median(taken) * 1000:.0f} ms,"
        f" longest {max(taken) * 1000:.0f} ms"
    )
