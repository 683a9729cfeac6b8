"""Alembic's entry: runs as the owner role, on the connection that `app.boot.migrate` hands over."""

from alembic import context

from app.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
