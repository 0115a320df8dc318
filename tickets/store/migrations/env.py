"""Alembic's entry. The connection, with its transaction, comes from `tickets.store.migrating`."""

from alembic import context

from tickets.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
