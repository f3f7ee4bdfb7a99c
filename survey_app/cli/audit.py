"""``survey audit``: the journal of accepted answers, sealed daily and verified by anybody."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from survey_app.cli.context import (
    EXIT_DIFFERENT,
    as_json_option,
    open_app_database,
    print_json,
    print_rows,
    refuse,
    say,
)
from survey_app.domain.local_time import today
from survey_app.services.review_suspects import flag_day
from survey_app.services.seal_journal import Head, journal_heads, seal_journal
from survey_app.services.verify_journal import verify_journal
from survey_app.settings import load_settings


@click.group()
def commands() -> None:
    """Seal the day's answers; verify that none was altered, removed or added."""


@commands.command("seal")
@as_json_option
def seal_command(as_json: bool) -> None:
    """Close the day's batch: to be run every night. Publish the digest that it prints.

    The days' counts are looked at first: what their past does not explain is kept apart for review.
    """
    settings = load_settings()
    database, day = open_app_database(settings), today()
    kept_apart = sum(flag_day(database, day - timedelta(days=ago)) for ago in (1, 0))
    sealing = seal_journal(database, day)
    if sealing.sealed is not None:
        path = settings.data_dir / "journal-heads.tsv"
        with path.open("a", encoding="ascii") as kept:
            kept.write(_line(sealing.sealed))
    if kept_apart and not as_json:
        click.echo(say("journal-kept-apart", answers=kept_apart))
    if as_json:
        sealed = None if sealing.sealed is None else _row(sealing.sealed)
        print_json({"sealed": sealed, "open": sealing.open_entries, "kept_apart": kept_apart})
    elif sealing.sealed is None:
        click.echo(say("journal-carried", entries=sealing.open_entries))
    else:
        head = sealing.sealed
        click.echo(
            say("journal-sealed", number=head.number, entries=head.entries, head=head.head.hex())
        )


@commands.command("heads")
@as_json_option
def heads_command(as_json: bool) -> None:
    """List the digests of all sealed batches."""
    rows = [_row(head) for head in journal_heads(open_app_database())]
    print_rows(rows, as_json, say("journal-title"))


@commands.command("verify")
@click.option(
    "--published",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Digests kept elsewhere: a copy of journal-heads.tsv; by default the one in the data folder.",
)
@as_json_option
def verify_command(published: Path | None, as_json: bool) -> None:
    """Verify every answer, batch and digest; exit code 4 when anything differs."""
    settings = load_settings()
    path = published or settings.data_dir / "journal-heads.tsv"
    verification = verify_journal(open_app_database(settings), _published(path))
    if as_json:
        print_json(
            {
                "answers": verification.answers,
                "batches": verification.batches,
                "sound": verification.is_sound,
                "discrepancies": [
                    {"finding": found.finding.value, "subject": found.subject}
                    for found in verification.discrepancies
                ],
            }
        )
    else:
        for found in verification.discrepancies:
            click.echo(say(f"journal-finding-{found.finding.value}", subject=found.subject))
        key = "journal-sound" if verification.is_sound else "journal-unsound"
        counts = {"answers": verification.answers, "batches": verification.batches}
        if not verification.is_sound:
            counts["count"] = len(verification.discrepancies)
        click.echo(say(key, **counts))
    if not verification.is_sound:
        sys.exit(EXIT_DIFFERENT)


def _published(path: Path) -> dict[int, bytes]:
    if not path.exists():
        return {}
    heads = {}
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        try:
            batch, _, _, head = line.split("\t")
            heads[int(batch)] = bytes.fromhex(head)
        except ValueError:
            refuse("journal-heads-file", line=number)
    return heads


def _line(head: Head) -> str:
    return f"{head.number}\t{head.sealed_on.isoformat()}\t{head.entries}\t{head.head.hex()}\n"


def _row(head: Head) -> dict[str, Any]:
    return {
        "number": head.number,
        "sealed_on": head.sealed_on.isoformat(),
        "entries": head.entries,
        "is_whole": head.is_whole,
        "head": head.head.hex(),
    }
