"""``survey campaign``: campaigns, from their beginning to their last day, and their samples."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from survey_app.cli.context import (
    as_json_option,
    console,
    open_app_database,
    print_json,
    print_rows,
    say,
)
from survey_app.domain.local_time import today
from survey_app.services.close_round import close_round, round_archive
from survey_app.services.commit_sample import commit_sample, draw_committed
from survey_app.services.create_campaign import (
    Channel,
    NewCampaign,
    close_campaign,
    create_campaign,
)
from survey_app.services.draw_sample import stored_record
from survey_app.services.errors import NotFoundError
from survey_app.services.plan_sample import RULES, SamplePlan, preview_sample
from survey_app.services.watch_fieldwork import watch_fieldwork
from survey_app.settings import load_settings
from survey_app.store.queries.areas import list_areas
from survey_app.store.queries.campaigns import (
    CampaignRow,
    disposition_counts,
    find_campaign,
    list_campaigns,
)

DAY = click.DateTime(["%Y-%m-%d"])
Day = datetime


def _plan_options(command: Any) -> Any:
    """Add what the planner of a sample decides."""
    for option in (
        click.option(
            "--stratum-depth",
            default=1,
            show_default=True,
            help="Depth in the tree of the units that become strata; the province is 0.",
        ),
        click.option("--rule", type=click.Choice(RULES), default=RULES[0], show_default=True),
        click.option("--areas", type=click.IntRange(min=1), required=True, help="Areas in all."),
        click.option(
            "--per-area", type=click.IntRange(min=1), required=True, help="Households in each."
        ),
        click.option("--gap-reason", default="", help="Why units without a figure are left out."),
        click.option(
            "--reserve", type=click.IntRange(min=0), default=0, help="Reserve areas per stratum."
        ),
    ):
        command = option(command)
    return command


@click.group()
def commands() -> None:
    """Create campaigns, draw their samples, follow them, close them."""


@commands.command("create")
@click.argument("code")
@click.option("--name", required=True, help="As people read it.")
@click.option("--pack", required=True, help="The loaded pack whose units and places it concerns.")
@click.option("--questionnaire", required=True, help="Its code.")
@click.option("--version", type=int, help="Its version; the newest if not said.")
@click.option("--channel", type=click.Choice(get_args(Channel)), required=True)
@click.option("--opens", type=DAY, required=True, help="First day, as 2026-01-31.")
@click.option("--closes", type=DAY, required=True, help="Last day.")
@click.option("--point", "points", multiple=True, help="A service point; all if not said.")
@as_json_option
def create_command(
    code: str,
    name: str,
    pack: str,
    questionnaire: str,
    version: int | None,
    channel: Channel,
    opens: Day,
    closes: Day,
    points: tuple[str, ...],
    as_json: bool,
) -> None:
    """Create the campaign CODE; the same command again changes nothing."""
    new = NewCampaign(
        code=code,
        name=name,
        pack=pack,
        questionnaire=questionnaire,
        version=version,
        channel=channel,
        opens_on=opens.replace(tzinfo=UTC).date(),
        closes_on=closes.replace(tzinfo=UTC).date(),
        points=points or None,
    )
    create_campaign(open_app_database(), None, new)
    _show(code, as_json)


@commands.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """List all campaigns."""
    with open_app_database().transaction() as session:
        rows = [_facts(campaign) for campaign in list_campaigns(session)]
    columns = ("code", "name", "channel", "opens_on", "closes_on", "responses", "is_simulated")
    print_rows(rows, as_json, say("cli-campaigns"), columns)


@commands.command("show")
@click.argument("code")
@as_json_option
def show_command(code: str, as_json: bool) -> None:
    """Show one campaign with its counts of outcomes."""
    _show(code, as_json)


@commands.command("close")
@click.argument("code")
@click.option("--on", type=DAY, help="Its last day; today if not said.")
@as_json_option
def close_command(code: str, on: Day | None, as_json: bool) -> None:
    """End CODE: no answers are taken after its last day."""
    last = on.replace(tzinfo=UTC).date() if on else today()
    close_campaign(open_app_database(), None, code, last)
    _show(code, as_json)


@commands.command("plan")
@click.argument("code")
@_plan_options
@as_json_option
def plan_command(code: str, as_json: bool, **plan: Any) -> None:
    """Show what a sample of CODE would give in each stratum; nothing is drawn."""
    preview = preview_sample(open_app_database(), code, SamplePlan(**plan))
    rows = [vars(stratum) for stratum in preview.strata]
    print_rows(rows, as_json, say("cli-sample-plan", areas=preview.areas))


@commands.command("commit")
@click.argument("code")
@_plan_options
@click.option(
    "--event", required=True, help="The public event to come that nobody can choose: a lottery."
)
@as_json_option
def commit_command(code: str, event: str, as_json: bool, **plan: Any) -> None:
    """Settle the plan of CODE's sample and print what to publish before the event."""
    published = commit_sample(open_app_database(), None, code, SamplePlan(**plan), event)
    if as_json:
        print_json(published.to_dict())
        return
    for name, value in published.to_dict().items():
        click.echo(f"{name}: {value}")


@commands.command("draw")
@click.argument("code")
@click.option("--public-value", required=True, help="The outcome of the public event.")
@as_json_option
def draw_command(code: str, public_value: str, as_json: bool) -> None:
    """Draw CODE's settled sample, once and for all; its record can be verified by anybody."""
    with console.status(code):
        drawn = draw_committed(open_app_database(), None, code, public_value)
    if as_json:
        print_json(vars(drawn))
    else:
        click.echo(
            say(
                "cli-sample-drawn",
                areas=drawn.areas,
                persons=drawn.persons,
                digest=drawn.result_digest,
            )
        )


@commands.command("record")
@click.argument("code")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def record_command(code: str, path: Path) -> None:
    """Write the record of CODE's draw to PATH; check it with ``survey sample verify``."""
    path.write_text(stored_record(open_app_database(), code).to_json(), encoding="utf-8")


@commands.command("progress")
@click.argument("code")
@as_json_option
def progress_command(code: str, as_json: bool) -> None:
    """Show CODE's outcome rates by AAPOR (RR4, COOP2, REF2, CON2), whole and by area."""
    report = watch_fieldwork(open_app_database(), code, today())
    rows = [
        {
            "name": part.name,
            "drawn": part.drawn,
            "visited": part.counts.visited,
            "interviews": part.counts.interviews,
            "response": part.rates.response_4,
            "cooperation": part.rates.cooperation,
            "refusal": part.rates.refusal,
            "contact": part.rates.contact,
            "behind": part.is_behind,
            "alerts": alerts,
        }
        for part, alerts in [
            (report.whole, ""),
            *(
                (area.standing, " ".join(alert.kind.value for alert in area.alerts))
                for area in report.areas
            ),
        ]
    ]
    print_rows(rows, as_json, say("cli-progress", left=report.days_left))


@commands.command("areas")
@click.argument("code")
@as_json_option
def areas_command(code: str, as_json: bool) -> None:
    """List CODE's drawn areas with their state, enumerator and progress."""
    with open_app_database().transaction() as session:
        if find_campaign(session, code) is None:
            raise NotFoundError("campaign", code)
        rows = [vars(area) for area in list_areas(session, code)]
    columns = ("unit_code", "unit_name", "stratum_name", "state", "enumerator_name")
    print_rows(rows, as_json, code, (*columns, "persons", "visited", "interviews"))


@commands.command("close-round")
@click.argument("code")
@click.option("--reason", default="", help="Why a closed round is closed anew.")
@as_json_option
def close_round_command(code: str, reason: str, as_json: bool) -> None:
    """Weigh, freeze and publish CODE, once its last day has come."""
    settings = load_settings()
    with console.status(code):
        closed = close_round(open_app_database(settings), settings, None, code, today(), reason)
    if as_json:
        print_json(vars(closed))
        return
    for name, value in vars(closed).items():
        click.echo(f"{name}: {value}")


@commands.command("archive")
@click.argument("code")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def archive_command(code: str, path: Path) -> None:
    """Write the record of CODE's closed round to PATH; check it with ``survey sample verify``."""
    path.write_bytes(round_archive(open_app_database(), code))


def _show(code: str, as_json: bool) -> None:
    with open_app_database().transaction() as session:
        campaign = find_campaign(session, code)
        if campaign is None:
            raise NotFoundError("campaign", code)
        counts = disposition_counts(session, campaign.id)
    outcomes = {outcome or "none": count for outcome, count in counts.items()}
    facts = {**_facts(campaign), "outcomes": outcomes}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")


def _facts(campaign: CampaignRow) -> dict[str, Any]:
    names = "code name channel pack questionnaire version opens_on closes_on is_simulated"
    counts = "points areas responses"
    return {name: getattr(campaign, name) for name in f"{names} {counts}".split()}
