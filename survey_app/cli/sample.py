"""``survey sample``: draws that anybody can check, on files, without a database."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from sampling import DrawRecord, SamplingError, verify
from survey_app.cli.context import EXIT_DIFFERENT, EXIT_REFUSED, as_json_option, print_json, say


@click.group()
def commands() -> None:
    """Check draws from their records alone."""


@commands.command("verify")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def verify_command(record: Path, as_json: bool) -> None:
    """Draw again from RECORD and compare; exit code 4 when it differs."""
    try:
        found = verify(DrawRecord.from_json(record.read_text(encoding="utf-8")))
    except (SamplingError, UnicodeDecodeError) as error:
        click.echo(f"survey: {record}: {error}", err=True)
        sys.exit(EXIT_REFUSED)
    if as_json:
        differences = [asdict(difference) for difference in found.differences]
        print_json({"identical": found.identical, "differences": differences})
    else:
        click.echo(say("sample-identical" if found.identical else "sample-differs"))
        for difference in found.differences:
            click.echo(f"  {difference.where}: {difference.recorded} | {difference.found}")
    if not found.identical:
        sys.exit(EXIT_DIFFERENT)
