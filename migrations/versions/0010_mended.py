"""What two officers unsay of lines, and of money typed as paid back; checks of many rows at once made lighter."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
# "bulk" sets how functions of the others are planned, so it comes last: to replace one drops what was set.
PARTS: tuple[str, ...] = ("tied", "paid_back", "bulk")


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0010_{part}.sql").read_text(encoding="utf-8"))
