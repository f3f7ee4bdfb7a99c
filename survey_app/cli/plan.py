"""``survey plan``: who owes what under the PAPI plan, deadlines, and reminders."""

from __future__ import annotations

from datetime import datetime

import click

from survey_app.cli.context import as_json_option, open_app_database, print_json, print_rows, say
from survey_app.domain.local_time import today
from survey_app.domain.plan_reporting import Period, standing
from survey_app.reports.plan_view import agency_name, standing_label
from survey_app.reports.reminders import reminder_letter
from survey_app.services.errors import NotFoundError
from survey_app.services.mail import post_office
from survey_app.services.remind_agencies import plan_reminders, send_reminder
from survey_app.services.report_on_plan import set_deadline
from survey_app.settings import load_settings
from survey_app.store.queries.plan_reports import plan_state

LANGUAGE = "en"


@click.group()
def commands() -> None:
    """Follow the reports that agencies owe under the PAPI plan."""


@commands.command("status")
@click.argument("year", type=int)
@click.option("--period", type=click.Choice([period.value for period in Period]))
@click.option("--late", is_flag=True, help="Only what is late.")
@as_json_option
def status_command(year: int, period: str | None, late: bool, as_json: bool) -> None:
    """List every report owed under the plan of YEAR, and how it stands."""
    with open_app_database().transaction() as session:
        state = plan_state(session, year)
    if state is None:
        raise NotFoundError("plan", year)
    rows = []
    for owed in state.owed():
        now = standing(state.filed(owed), state.due(owed.period), today())
        if (period and owed.period != period) or (late and not now.is_late):
            continue
        rows.append(
            {
                "period": owed.period.value,
                "task": owed.task,
                "agency": owed.agency if as_json else agency_name(state, owed.agency, LANGUAGE),
                "due": state.due(owed.period),
                "state": now.state.value if now.state else None,
                "late": now.is_late,
                "standing": standing_label(now, LANGUAGE),
            }
        )
    print_rows(rows, as_json, say("plan-board"))


@commands.command("deadline")
@click.argument("year", type=int)
@click.argument("period", type=click.Choice([period.value for period in Period]))
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--document", required=True, help="The document that sets the deadline.")
def deadline_command(year: int, period: str, day: datetime, document: str) -> None:
    """Set the last DAY of the reports of a PERIOD."""
    set_deadline(open_app_database(), None, year, Period(period), day.date(), document)
    click.echo(say("plan-deadline-set"))


@commands.command("remind")
@click.argument("year", type=int)
@click.option("--days", default=7, show_default=True, help="Remind of what is due within so many.")
@click.option("--dry-run", is_flag=True, help="Print the letters and send none.")
@as_json_option
def remind_command(year: int, days: int, dry_run: bool, as_json: bool) -> None:
    """Write to agencies that owe reports under the plan of YEAR: to be run every morning."""
    settings = load_settings()
    database = open_app_database(settings)
    reminders = plan_reminders(database, year, today(), days)
    state = reminders.plan
    letters = [
        (one, reminder_letter(state, one, today(), settings.base_url)) for one in reminders.letters
    ]
    sent = 0
    if dry_run:
        for one, (subject, body) in letters:
            click.echo(f"{one.email}\n{subject}\n\n{body}")
    elif letters:
        with post_office(settings) as post:
            for one, (subject, body) in letters:
                sent += send_reminder(database, state.id, one, today(), subject, body, post)
    without = reminders.without_address
    if as_json:
        print_json({"sent": sent, "letters": len(letters), "without_address": list(without)})
    else:
        click.echo(say("plan-reminders-sent", sent=sent, without=len(without)))
