"""The ``survey`` command: every job that an operator or analyst would script."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import OperationalError

from survey_app.cli import (
    audit,
    campaign,
    database,
    pack,
    qr,
    results,
    sample,
    serve,
    simulate,
    user,
)
from survey_app.cli.context import EXIT_REFUSED, say
from survey_app.services.errors import ServiceError
from survey_app.store.embedded import DatabaseUrlError

EXIT_NO_DATABASE = 5


@click.group()
@click.version_option(package_name="survey")
def survey() -> None:
    """Citizen feedback and satisfaction measurement for a province."""


survey.add_command(serve.serve)
survey.add_command(database.commands, "db")
survey.add_command(pack.commands, "pack")
survey.add_command(user.commands, "user")
survey.add_command(campaign.commands, "campaign")
survey.add_command(qr.commands, "qr")
survey.add_command(sample.commands, "sample")
survey.add_command(simulate.commands, "simulate")
survey.add_command(results.commands, "results")
survey.add_command(audit.commands, "audit")


def main() -> None:
    """Run the command; a refusal is a sentence and an exit code, never a stack trace."""
    try:
        survey()
    except ServiceError as error:
        click.echo(f"survey: {say(error.key, **error.values)}", err=True)
        sys.exit(EXIT_REFUSED)
    except DatabaseUrlError as error:
        click.echo(f"survey: {error}", err=True)
        sys.exit(EXIT_NO_DATABASE)
    except OperationalError as error:
        click.echo(f"survey: {say('cli-no-database')}\n  {error.orig}", err=True)
        sys.exit(EXIT_NO_DATABASE)
