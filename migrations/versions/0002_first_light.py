"""First light: gifts, covers cut short, claims people file, files in and out, the demonstration."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in ("0002_tables.sql", "0002_rights.sql"):
        connection.execute((HERE / part).read_text(encoding="utf-8"))
