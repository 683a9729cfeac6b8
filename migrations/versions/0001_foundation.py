"""The foundation: every table of the fund's year, and the application role's rights.

The SQL stands beside this file, because SQL reads best as SQL.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    op.execute(ROLE)
    connection = op.get_bind().connection.driver_connection
    for part in ("0001_tables.sql", "0001_rights.sql"):
        connection.execute((HERE / part).read_text(encoding="utf-8"))


ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'huzhu_app') THEN
        CREATE ROLE huzhu_app NOLOGIN;
        EXECUTE format('GRANT huzhu_app TO %I', current_user);
    END IF;
END $$
"""
