"""Money typed again, what two officers unsay, consents, sums kept."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = (
    "names",
    "accounts",
    "lines",
    "policy",
    "forms",
    "spent",
    "consents",
    "beside",
    "owed",
    "summed",
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0009_{part}.sql").read_text(encoding="utf-8"))
