"""One index fewer that each bill of a feed is entered in by itself."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0007"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    connection.execute((HERE / "0018_feed.sql").read_text(encoding="utf-8"))
