"""The only place that reads the clock. Days are the fund's days: China Standard Time.

A fixed offset and no zone database: China has kept one offset since 1991, and a bare machine may
have no zone files. What is recorded for ever (`recorded_at`) comes from the database's clock.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    return datetime.now(CHINA)


def today() -> date:
    return now().date()
