"""What proves itself besides: money typed again, and what two officers say and unsay."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = ("names", "accounts", "lines", "policy")


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0009_{part}.sql").read_text(encoding="utf-8"))
