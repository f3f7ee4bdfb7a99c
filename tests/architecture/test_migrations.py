"""The database's versions: numbered, one head, up and down, in agreement with the models."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from survey_app.settings import PROJECT_ROOT
from survey_app.store.migration import alembic_config, downgrade, schema_state, upgrade
from survey_app.store.session import Database
from survey_app.store.tables import Base


def test_migrations_are_numbered_with_one_head() -> None:
    names = sorted(path.name for path in Path(PROJECT_ROOT / "migrations/versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    numbers = [int(name[:4]) for name in names]
    assert numbers == list(range(1, len(names) + 1))
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [names[-1][:4]]


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_up(blank_database: Database) -> None:
    upgrade(blank_database.engine)
    downgrade(blank_database.engine, "base")
    assert set(inspect(blank_database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(blank_database.engine)
    with blank_database.engine.connect() as connection:
        assert schema_state(connection).is_current
