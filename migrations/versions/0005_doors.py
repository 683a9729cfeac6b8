"""More doors to the desks: what programs, longer lists and quicker searches need."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
PARTS: tuple[str, ...] = (
    "questions",
    "search",
    "small",
    "api",
    "start",
    "reading",
    "pages",
)


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    for part in PARTS:
        connection.execute((HERE / f"0005_{part}.sql").read_text(encoding="utf-8"))
