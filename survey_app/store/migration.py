"""Bringing the database to the version that this code expects."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from survey_app.settings import PROJECT_ROOT

# Two processes that start at once must not migrate at once; the number is arbitrary but fixed.
MIGRATION_LOCK = 7_203_412


@dataclass(frozen=True)
class SchemaState:
    """The version that the database has, and the one that the code expects."""

    current: str | None
    expected: str | None

    @property
    def is_current(self) -> bool:
        """Tell whether nothing is left to migrate."""
        return self.current == self.expected


def alembic_config() -> Config:
    """Return Alembic's configuration, independent of the working directory."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to ``revision`` in one transaction, one process at a time."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        command.upgrade(_config_on(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to ``revision`` in one transaction."""
    with engine.begin() as connection:
        command.downgrade(_config_on(connection), revision)


def schema_state(connection: Connection) -> SchemaState:
    """Compare the database's version with the code's."""
    return SchemaState(
        current=MigrationContext.configure(connection).get_current_revision(),
        expected=ScriptDirectory.from_config(alembic_config()).get_current_head(),
    )


def _config_on(connection: Connection) -> Config:
    config = alembic_config()
    config.attributes["connection"] = connection
    return config
