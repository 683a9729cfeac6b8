"""Roles that a cluster of an older version lacks: only its superuser may make them."""

import psycopg

from app.config import DRIVER
from app.embedded.cluster import DATABASE, READER


def have_roles(superuser_url: str) -> None:
    """Make what is missing. Twice equals once."""
    plain = superuser_url.replace(DRIVER, "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [READER])
        if known.rowcount:
            return
        role, base = psycopg.sql.Identifier(READER), psycopg.sql.Identifier(DATABASE)
        connection.execute(psycopg.sql.SQL("CREATE ROLE {} LOGIN").format(role))
        connection.execute(psycopg.sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(base, role))
