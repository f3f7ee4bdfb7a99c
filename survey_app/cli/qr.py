"""``survey qr``: the codes of service points, their QR pictures and posters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from survey_app.cli.context import as_json_option, open_app_database, print_rows, refuse
from survey_app.reports.posters import Paper, poster_pdf
from survey_app.reports.qr import PNG_SIDE_PIXELS, qr_png, qr_svg
from survey_app.services.issue_codes import (
    code_in_use,
    codes_in_use,
    issue_codes,
    public_address,
    revoke_code,
    rotate_code,
)
from survey_app.settings import load_settings
from survey_app.store.queries.point_codes import PointCodeRow
from survey_app.text import DEFAULT_LANGUAGE, LANGUAGES

campaign_option = click.option("--campaign", metavar="CODE", help="Only this campaign's points.")
output_option = click.option(
    "--output",
    "-o",
    type=click.File("wb", lazy=True, atomic=True),
    required=True,
    help="The file to write; - for standard output.",
)


@click.group()
def commands() -> None:
    """Give service points their codes; draw QR pictures and posters."""


@commands.command("issue")
@campaign_option
@as_json_option
def issue_command(campaign: str | None, as_json: bool) -> None:
    """Give a code to every point that has none, and list the codes in use."""
    _print(issue_codes(open_app_database(), None, campaign), as_json)


@commands.command("list")
@campaign_option
@click.option("--revoked", is_flag=True, help="Also the codes no longer in use.")
@as_json_option
def list_command(campaign: str | None, revoked: bool, as_json: bool) -> None:
    """List the codes in use with their addresses and service points."""
    database = open_app_database()
    _print(codes_in_use(database, campaign_code=campaign, with_revoked=revoked), as_json)


@commands.command("rotate")
@click.argument("code")
@as_json_option
def rotate_command(code: str, as_json: bool) -> None:
    """Revoke CODE and give its service point a new one."""
    _print([rotate_code(open_app_database(), None, code)], as_json)


@commands.command("revoke")
@click.argument("code")
@as_json_option
def revoke_command(code: str, as_json: bool) -> None:
    """Take CODE out of use; its point has no code until one is issued."""
    _print([revoke_code(open_app_database(), None, code)], as_json)


@commands.command("svg")
@click.argument("code")
@output_option
def svg_command(code: str, output: BinaryIO) -> None:
    """Draw the QR of CODE as an SVG."""
    output.write(qr_svg(_address_in_use(code)))


@commands.command("png")
@click.argument("code")
@click.option(
    "--side",
    type=click.IntRange(100, 10_000),
    default=PNG_SIDE_PIXELS,
    show_default=True,
    help="Pixels, rounded to whole pixels a module.",
)
@output_option
def png_command(code: str, side: int, output: BinaryIO) -> None:
    """Draw the QR of CODE as a PNG."""
    output.write(qr_png(_address_in_use(code), side))


@commands.command("poster")
@click.argument("codes", nargs=-1)
@campaign_option
@click.option(
    "--paper",
    type=click.Choice([paper.value for paper in Paper]),
    default=Paper.A4.value,
    show_default=True,
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, show_default=True
)
@output_option
def poster_command(
    codes: Sequence[str], campaign: str | None, paper: str, language: str, output: BinaryIO
) -> None:
    """Make one PDF of posters: of CODES, or of all points (of a campaign) without them."""
    database = open_app_database()
    if codes:
        points = [code_in_use(database, code) for code in codes]
    else:
        points = codes_in_use(database, campaign_code=campaign)
    if not points:
        refuse("code-no-points")
    base_url = load_settings().base_url
    output.write(poster_pdf(points, base_url, paper=Paper(paper), language=language))


def _address_in_use(code: str) -> str:
    settings = load_settings()
    return public_address(settings.base_url, code_in_use(open_app_database(settings), code).code)


def _print(points: Sequence[PointCodeRow], as_json: bool) -> None:
    base_url = load_settings().base_url
    rows: list[dict[str, Any]] = [
        {
            "code": point.code,
            "url": public_address(base_url, point.code),
            "service_point": point.point_code,
            "name": point.name_vi,
            "agency": point.agency_vi,
            "is_revoked": point.is_revoked,
        }
        for point in points
    ]
    print_rows(rows, as_json, "QR", ("code", "url", "service_point", "name"))
