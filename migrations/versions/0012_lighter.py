"""What the database asks of a batch of payments, asked once."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = ("owed",)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0012_{part}.sql").read_text(encoding="utf-8"))
