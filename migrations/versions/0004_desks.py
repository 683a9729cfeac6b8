"""The desks: what the pages of members, officers, auditors and administrators keep."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS = (
    "rosters",
    "second",
    "credit",
    "attachments",
    "roles",
    "staff",
    "reviews",
    "enquiries",
    "helping",
    "drafts",
    "lists",
    "member",
    "auditor",  # the last one: it says of every table whether an auditor may read it
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0004_{part}.sql").read_text(encoding="utf-8"))
