"""``survey pack``: a province's data folder, checked and loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli.context import EXIT_REFUSED, as_json_option, open_app_database, print_json
from survey_app.domain.pack import PackError, read_pack
from survey_app.services.load_pack import SHIPPED_PACKS, load_pack, shipped_path


@click.group()
def commands() -> None:
    """Check and load packs: a province is data, not code."""


@commands.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """List the packs that ship with the product."""
    if as_json:
        print_json([{"name": name} for name in SHIPPED_PACKS])
    else:
        click.echo("\n".join(SHIPPED_PACKS))


@commands.command("check")
@click.argument("pack")
@as_json_option
def check_command(pack: str, as_json: bool) -> None:
    """Validate PACK (a folder or a shipped name) and report every fault by file and line."""
    read = _read(pack, as_json)
    _report(as_json, name=read.name, units=len(read.units), valid=True)


@commands.command("load")
@click.argument("pack")
@as_json_option
def load_command(pack: str, as_json: bool) -> None:
    """Load PACK (a folder or a shipped name); loading the same pack again changes nothing."""
    read = _read(pack, as_json)
    loaded = load_pack(open_app_database(), read)
    _report(as_json, name=read.name, units=len(read.units), loaded=loaded)


def _read(pack: str, as_json: bool):  # type: ignore[no-untyped-def]  # the domain's Pack
    path = Path(pack) if Path(pack).is_dir() else shipped_path(pack)
    try:
        return read_pack(path)
    except PackError as error:
        if as_json:
            print_json([vars(fault) for fault in error.faults])
        else:
            for fault in error.faults:
                click.echo(str(fault), err=True)
        sys.exit(EXIT_REFUSED)


def _report(as_json: bool, **facts: object) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in facts.items()))
