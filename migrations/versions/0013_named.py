"""A listed row of a feed names its bill."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = ("bill",)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0013_{part}.sql").read_text(encoding="utf-8"))
