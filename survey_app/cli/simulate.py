"""``survey simulate``: a whole round with a known truth."""

from __future__ import annotations

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from survey_app.cli.context import as_json_option, console, open_app_database, print_json, say
from survey_app.domain.local_time import today
from survey_app.services.simulate_campaign import STEPS, Simulation, simulate_pair
from survey_app.settings import Settings, load_settings
from survey_app.store.session import Database


@click.group()
def commands() -> None:
    """Play simulated fieldwork; what it makes is labelled as simulated everywhere."""


@commands.command("run")
@click.option(
    "--code", default="mo-phong", show_default=True, help="Start of the campaigns' codes."
)
@click.option("--seed", default=2021, show_default=True, help="The same seed plays the same round.")
@click.option("--areas", default=60, show_default=True, help="Survey areas to draw.")
@click.option("--per-area", default=25, show_default=True, help="Households to draw in each.")
@click.option("--scans", default=4000, show_default=True, help="Answers from QR codes.")
@click.option("--pack", default="laocai-2021", show_default=True, help="The pack to play on.")
@as_json_option
def run_command(
    code: str, seed: int, areas: int, per_area: int, scans: int, pack: str, as_json: bool
) -> None:
    """Play an interview campaign and a QR campaign, and publish their figures."""
    settings = load_settings()
    plan = Simulation(
        today=today(),
        code=code,
        seed=seed,
        areas=areas,
        per_area=per_area,
        scans=scans,
        pack=pack,
    )
    simulate_with_progress(open_app_database(settings), settings, plan)
    made = {"interview": f"{code}-ho", "qr": f"{code}-qr", "seed": seed}
    if as_json:
        print_json(made)
    else:
        console.print(say("simulate-done", interview=made["interview"], qr=made["qr"]))


def simulate_with_progress(database: Database, settings: Settings, plan: Simulation) -> None:
    """Play a round and show how far it is."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        bar = progress.add_task(say("simulate-step-population"), total=len(STEPS))

        def report(_step: str, done: int, total: int) -> None:
            following = STEPS[min(done, total - 1)]
            progress.update(bar, completed=done, description=say(f"simulate-step-{following}"))

        simulate_pair(database, settings, plan, report)
