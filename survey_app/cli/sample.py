"""``survey sample``: draws that anybody can check, on files, without a database."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import asdict
from pathlib import Path

import click

from sampling import DrawRecord, SamplingError, verify
from survey_app.cli.context import EXIT_DIFFERENT, EXIT_REFUSED, as_json_option, print_json, say
from survey_app.domain.round_archive import ArchiveError
from survey_app.services.verify_round import verify_round


@click.group()
def commands() -> None:
    """Check draws from their records alone."""


@commands.command("verify")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json_option
def verify_command(record: Path, as_json: bool) -> None:
    """Draw again from RECORD (a draw's record or a round's archive); exit code 4 if it differs."""
    try:
        if zipfile.is_zipfile(record):
            facts, places = _round(record)
        else:
            found = verify(DrawRecord.from_json(record.read_text(encoding="utf-8")))
            facts, places = {}, [asdict(difference) for difference in found.differences]
    except (SamplingError, ArchiveError, UnicodeDecodeError) as error:
        click.echo(f"survey: {record}: {error}", err=True)
        sys.exit(EXIT_REFUSED)
    if as_json:
        print_json({"identical": not places, **facts, "differences": places})
    else:
        click.echo(say("sample-differs" if places else "sample-identical"))
        for name, value in facts.items():
            click.echo(f"  {name}: {value}")
        for place in places:
            click.echo("  " + ", ".join(f"{name} {value}" for name, value in place.items()))
    if places:
        sys.exit(EXIT_DIFFERENT)


def _round(path: Path) -> tuple[dict[str, str], list[dict[str, object]]]:
    checked = verify_round(path.read_bytes())
    places = [asdict(p) for p in checked.tampering] + [asdict(d) for d in checked.differences]
    return {"digest": checked.digest}, places
