"""A benefit year opens with a partition of its own; a batch of payments is looked up once."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = ("years", "owed")


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0012_{part}.sql").read_text(encoding="utf-8"))
