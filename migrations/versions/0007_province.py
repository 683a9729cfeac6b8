"""What a fund of a province's size needs, and what an auditor can follow in it."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = (
    "follow",
    "bundle",
    "proofs",
    "erasure",
    "drain",
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0007_{part}.sql").read_text(encoding="utf-8"))
