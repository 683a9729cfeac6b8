"""The office: units and their contacts, the year, money in and out, books, notices."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS = (
    "rights",
    "bulk",
    "units",
    "enrolment",
    "year",
    "money_in",
    "online",
    "payments",
    "recoveries",
    "owed",
    "books",
    "notices",
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0003_{part}.sql").read_text(encoding="utf-8"))
