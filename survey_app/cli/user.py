"""``survey user``: staff accounts and their one-time passwords."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from survey_app.cli.context import (
    as_json_option,
    open_app_database,
    print_json,
    print_rows,
    say,
)
from survey_app.domain.access import Role
from survey_app.services.errors import NotFoundError
from survey_app.services.manage_staff import (
    IssuedPassword,
    StaffDetails,
    add_staff,
    disable_staff,
    enable_staff,
    reset_password,
    staff_id,
)
from survey_app.store.queries.places import find_agency, find_unit
from survey_app.store.queries.staff import list_staff
from survey_app.store.session import Database

Find = Callable[[Session, str, str], int | None]


@click.group()
def commands() -> None:
    """Add staff accounts, shut them, give new one-time passwords."""


@commands.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", metavar="PACK:CODE", help="Whose results an agency viewer sees.")
@click.option("--unit", metavar="PACK:CODE", help="Where a coordinator or an enumerator works.")
@click.option("--email", default="", help="Where reminders go.")
@as_json_option
def add_command(
    username: str,
    name: str,
    role: str,
    agency: str | None,
    unit: str | None,
    email: str,
    as_json: bool,
) -> None:
    """Add the account USERNAME and print its one-time password, once."""
    database = open_app_database()
    details = StaffDetails(
        full_name=name,
        role=role,
        agency_id=_place(database, agency, find_agency, "agency"),
        unit_id=_place(database, unit, find_unit, "unit"),
        email=email,
    )
    _print_password(add_staff(database, None, username, details), as_json)


@commands.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """List all accounts, those in use first."""
    with open_app_database().transaction() as session:
        rows = [
            {
                "username": user.username,
                "name": user.full_name,
                "role": user.role,
                "agency": user.agency_vi,
                "unit": user.unit_name,
                "disabled_at": user.disabled_at,
            }
            for user in list_staff(session)
        ]
    print_rows(rows, as_json, say("cli-users"))


@commands.command("disable")
@click.argument("username")
def disable_command(username: str) -> None:
    """Shut USERNAME's account and end its sessions; its history stays."""
    database = open_app_database()
    disable_staff(database, None, staff_id(database, username))


@commands.command("enable")
@click.argument("username")
def enable_command(username: str) -> None:
    """Re-admit USERNAME under the old password."""
    database = open_app_database()
    enable_staff(database, None, staff_id(database, username))


@commands.command("reset-password")
@click.argument("username")
@as_json_option
def reset_password_command(username: str, as_json: bool) -> None:
    """Give USERNAME a new one-time password and print it, once."""
    database = open_app_database()
    _print_password(reset_password(database, None, staff_id(database, username)), as_json)


def _place(database: Database, given: str | None, find: Find, subject: str) -> int | None:
    if given is None:
        return None
    pack, colon, code = given.partition(":")
    if not colon:
        raise click.BadParameter(say("cli-place-form"), param_hint=f"--{subject}")
    with database.transaction() as session:
        found = find(session, pack, code)
    if found is None:
        raise NotFoundError(subject, given)
    return found


def _print_password(issued: IssuedPassword, as_json: bool) -> None:
    if as_json:
        print_json({"username": issued.username, "one_time_password": issued.one_time_password})
    else:
        click.echo(
            say("cli-one-time-password", user=issued.username, password=issued.one_time_password)
        )
