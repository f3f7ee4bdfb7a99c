"""``survey report``: the report of a period as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from survey_app.cli.context import open_app_database
from survey_app.domain.local_time import today
from survey_app.domain.plan_reporting import REPORTS, Period
from survey_app.reports.period_report import ReportHead
from survey_app.reports.report_files import KINDS, gather, official_day, write_file


@click.command("report")
@click.argument("year", type=int)
@click.argument("period", type=click.Choice([period.value for period in REPORTS]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--campaign", help="The survey round that the report speaks of.")
@click.option("--number", default="", help="The document's number.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of signing.")
@click.option("--signer", default="", help="Who signs.")
def report_command(
    year: int,
    period: str,
    file: Path,
    campaign: str | None,
    number: str,
    day: datetime | None,
    signer: str,
) -> None:
    """Write the report of PERIOD in YEAR to FILE: .docx, .pdf or .xlsx."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise click.BadParameter(", ".join(f".{name}" for name in KINDS), param_hint="FILE")
    with open_app_database().transaction() as session:
        matter = gather(session, year, Period(period), campaign, today())
    head = ReportHead(number, official_day(day.date()) if day else "", signer)
    file.write_bytes(write_file(matter, head, kind))
    click.echo(str(file))
