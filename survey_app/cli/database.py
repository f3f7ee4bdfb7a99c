"""``survey db``: the database's version."""

from __future__ import annotations

import sys

import click

from survey_app.cli.context import EXIT_DIFFERENT, as_json_option, print_json
from survey_app.settings import load_settings
from survey_app.store.migration import schema_state, upgrade
from survey_app.store.session import open_database


@click.group()
def commands() -> None:
    """Bring the database up to date, or see whether it is."""


@commands.command("upgrade")
@as_json_option
def upgrade_command(as_json: bool) -> None:
    """Migrate the database to this code's version."""
    database = open_database(load_settings())
    upgrade(database.engine)
    with database.engine.connect() as connection:
        state = schema_state(connection)
    if as_json:
        print_json({"current": state.current, "expected": state.expected})
    else:
        click.echo(f"database at {state.current}")


@commands.command("check")
@as_json_option
def check_command(as_json: bool) -> None:
    """Compare the database's version with this code's; exit code 4 when they differ."""
    with open_database(load_settings()).engine.connect() as connection:
        state = schema_state(connection)
    if as_json:
        print_json({"current": state.current, "expected": state.expected, "ok": state.is_current})
    else:
        click.echo(f"database at {state.current}, code expects {state.expected}")
    if not state.is_current:
        sys.exit(EXIT_DIFFERENT)
