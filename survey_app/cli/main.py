"""The ``survey`` command: every job that an operator or analyst would script."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from survey_app.cli.lazy import LazyGroup

EXIT_NO_DATABASE = 5

COMMANDS = {
    "serve": "serve:serve",
    "db": "database:commands",
    "pack": "pack:commands",
    "user": "user:commands",
    "campaign": "campaign:commands",
    "qr": "qr:commands",
    "sample": "sample:commands",
    "simulate": "simulate:commands",
    "results": "results:commands",
    "audit": "audit:commands",
    "plan": "plan:commands",
    "report": "report:report_command",
    "estimate": "estimate:estimate",
}


@click.group(cls=LazyGroup, places=COMMANDS)
@click.version_option(package_name="survey")
def survey() -> None:
    """Citizen feedback and satisfaction measurement for a province."""


def main() -> None:
    """Run the command; a refusal is a sentence and an exit code, never a stack trace."""
    try:
        survey()
    except Exception as error:  # sorted out by kind: only a refusal is swallowed
        _end(error)


def _end(error: Exception) -> NoReturn:
    from sqlalchemy.exc import OperationalError

    from survey_app.cli.context import EXIT_REFUSED, say
    from survey_app.services.errors import ServiceError
    from survey_app.store.embedded import DatabaseUrlError

    match error:
        case ServiceError():
            click.echo(f"survey: {say(error.key, **error.values)}", err=True)
            sys.exit(EXIT_REFUSED)
        case DatabaseUrlError():
            click.echo(f"survey: {error}", err=True)
            sys.exit(EXIT_NO_DATABASE)
        case OperationalError():
            click.echo(f"survey: {say('cli-no-database')}\n  {error.orig}", err=True)
            sys.exit(EXIT_NO_DATABASE)
    raise error
