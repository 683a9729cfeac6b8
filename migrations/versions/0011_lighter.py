"""What the database does beside bulk money, done once."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = ("sums",)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0011_{part}.sql").read_text(encoding="utf-8"))
