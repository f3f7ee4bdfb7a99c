"""``survey results``: computing, reading and exporting a campaign's figures."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.context import (
    as_json_option,
    console,
    open_app_database,
    print_json,
    print_rows,
    say,
)
from survey_app.domain.publication import InterviewFigures
from survey_app.reports import results_view, tables
from survey_app.reports.take_microdata import take_microdata
from survey_app.services.errors import NotFoundError
from survey_app.services.publish_results import publish_results
from survey_app.settings import load_settings
from survey_app.store.queries.publications import (
    PublishedCampaign,
    published_campaign,
    published_campaigns,
)

LANGUAGE = "en"


@click.group()
def commands() -> None:
    """Compute, read and export the figures of campaigns."""


@commands.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """List campaigns and whether their figures are computed."""
    with open_app_database().transaction() as session:
        found = published_campaigns(session)
    rows = [
        {
            "code": campaign.code,
            "channel": campaign.channel,
            "simulated": campaign.is_simulated,
            "computed_at": campaign.computed_at,
            "snapshot": campaign.figures.snapshot if campaign.figures else None,
        }
        for campaign in found
    ]
    print_rows(rows, as_json, say("results-title"))


@commands.command("compute")
@click.argument("campaign")
@as_json_option
def compute_command(campaign: str, as_json: bool) -> None:
    """Take a snapshot of CAMPAIGN, compute its figures and store them."""
    settings = load_settings()
    with console.status(campaign):
        publication = publish_results(open_app_database(settings), settings, campaign, None)
    if as_json:
        print_json({"campaign": campaign, "snapshot": publication.snapshot_digest})
    else:
        console.print(say("results-computed"))


@commands.command("show")
@click.argument("campaign")
@as_json_option
def show_command(campaign: str, as_json: bool) -> None:
    """Show CAMPAIGN's figures: as people read them, or all of them with --json."""
    found = _found(campaign)
    figures = found.figures
    if figures is None:
        raise NotFoundError("results", campaign)
    if as_json:
        print_json({"simulated": found.is_simulated, **figures.model_dump(mode="json")})
        return
    if found.is_simulated:
        console.print(f"[bold]{say('results-simulated')}[/]")
    if not isinstance(figures, InterviewFigures):
        console.print(say("results-self-selected"))
        print_rows([vars(r) for r in results_view.point_rows(figures, None, LANGUAGE)], False, "")
        return
    console.print(results_view.headline(figures, LANGUAGE))
    for judgement in figures.judgements:
        view = results_view.verdict(judgement, LANGUAGE)
        console.print(f"[bold]{view.task} {view.outcome}[/]: {view.sentence}")
    columns = ("name", "estimate", "interval", "se", "deff", "n")
    rows = results_view.domain_rows(figures, "share", results_view.OVERALL, LANGUAGE)
    print_rows([vars(row) for row in rows], False, say("results-share-caption"), columns)
    rows = results_view.factor_rows(figures, LANGUAGE)
    print_rows([vars(row) for row in rows], False, say("results-factors"), columns)


@commands.command("export")
@click.argument("campaign")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export_command(campaign: str, path: Path) -> None:
    """Write CAMPAIGN's figures to PATH, as CSV or XLSX by its ending."""
    table = tables.figures_table(_found(campaign), None, LANGUAGE)
    path.write_bytes(tables.as_xlsx(table) if path.suffix == ".xlsx" else tables.as_csv(table))


def _found(code: str) -> PublishedCampaign:
    with open_app_database().transaction() as session:
        found = published_campaign(session, code)
    if found is None:
        raise NotFoundError("campaign", code)
    return found


@commands.command("microdata")
@click.argument("campaign")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def microdata_command(campaign: str, file: Path) -> None:
    """Write the answers behind CAMPAIGN's figures to FILE, a ZIP, for other software."""
    settings = load_settings()
    file.write_bytes(take_microdata(open_app_database(settings), settings, campaign, None))
    click.echo(str(file))
