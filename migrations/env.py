"""Alembic's entry: the caller opens the connection (see survey_app/store/migration.py)."""

from alembic import context

from survey_app.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
