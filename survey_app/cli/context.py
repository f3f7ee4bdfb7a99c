"""What every command shares: the database, output for people or machines, and exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from survey_app.settings import Settings, load_settings
from survey_app.store.migration import upgrade
from survey_app.store.session import Database, open_database
from survey_app.text import translator

EXIT_REFUSED = 3
EXIT_DIFFERENT = 4

console = Console()
say = translator("en")

as_json_option = click.option("--json", "as_json", is_flag=True, help="Output for machines.")


def open_app_database(settings: Settings | None = None) -> Database:
    """Open the product's database, migrated to this code's version."""
    database = open_database(settings or load_settings())
    upgrade(database.engine)
    return database


def print_json(value: object) -> None:
    """Print one JSON document; non-finite numbers are a defect, never output."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str))


def print_rows(
    rows: Sequence[Mapping[str, Any]], as_json: bool, title: str, columns: Sequence[str] = ()
) -> None:
    """Print rows as a table for people or a JSON list for machines."""
    if as_json:
        print_json([dict(row) for row in rows])
        return
    names = list(columns) or (list(rows[0]) if rows else [])
    table = Table(title=title)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    console.print(table)


def refuse(key: str, **values: str | int | float) -> NoReturn:
    """Say on standard error what was refused and how to mend it, and end with exit code 3."""
    click.echo(f"survey: {say(key, **values)}", err=True)
    sys.exit(EXIT_REFUSED)


Command = Callable[..., Any]
