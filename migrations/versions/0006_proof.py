"""What proves the books to outsiders: seals over the evidence, and what builds on them."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = (
    "reports",
    "inspection",
    "feed",
    "desks",
    "seal",
    "fast",
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0006_{part}.sql").read_text(encoding="utf-8"))
