"""Entering an accepted answer into the journal, in the transaction that accepts it."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from survey_app.domain.journal import Sheet, Tally, entry_digest, no_entries
from survey_app.store.session import journal_key
from survey_app.store.tables import JournalOpen, JournalSeal, JournalTally

# Each connection adds to a sum of its own, as far as there are enough of them.
SHARDS: Final = 64
LOCK: Final = 7_203_414  # arbitrary but fixed: one process at a time seals


def enter(session: Session, sheet: Sheet) -> None:
    """Enter a sheet stored in this transaction: both happen or neither.

    The last thing that a transaction does: from here on others on the same shard wait.
    """
    key = journal_key(session)
    digest = entry_digest(key, sheet)
    session.execute(insert(JournalOpen).values(response_id=sheet.id, digest=digest))
    tally = _hold_tally(session)
    if tally is None:
        open_batch(session)
        tally = _hold_tally(session)
        if tally is None:
            raise JournalTallyMissingError
    after = tally.plus(key, digest)
    session.execute(
        update(JournalTally)
        .where(JournalTally.shard == tally.shard)
        .values(entries=after.entries, total=after.total, proof=after.seal(key))
    )


class JournalTallyMissingError(RuntimeError):
    """A sum of the open batch was removed from the database: see ``survey audit verify``."""


def open_batch(session: Session) -> None:
    """Start the journal with empty sums; does nothing where it was started."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if session.scalar(select(func.count()).select_from(JournalTally)):
        return
    if session.scalar(select(func.count()).select_from(JournalSeal)):
        raise JournalTallyMissingError
    write_empty_tallies(session, batch=1)


def write_empty_tallies(session: Session, batch: int) -> None:
    """Write the sums with which a batch begins."""
    key = journal_key(session)
    rows = []
    for shard in range(SHARDS):
        tally = no_entries(batch, shard)
        rows.append(
            {
                "shard": shard,
                "batch": batch,
                "entries": 0,
                "total": tally.total,
                "proof": tally.seal(key),
            }
        )
    session.execute(insert(JournalTally), rows)


def facts_of(
    *,
    submission_key: bytes,
    campaign_id: int,
    channel: str,
    service_point_id: int | None,
    area_id: int | None,
    language: str,
    received_on: date,
) -> tuple[str | int | None, ...]:
    """Return what an entry says of a response row beside its identifier."""
    return (
        submission_key.hex(),
        campaign_id,
        channel,
        service_point_id,
        area_id,
        language,
        received_on.isoformat(),
    )


def _hold_tally(session: Session) -> Tally | None:
    row = session.execute(
        select(JournalTally.batch, JournalTally.shard, JournalTally.entries, JournalTally.total)
        .where(JournalTally.shard == func.pg_backend_pid() % SHARDS)
        .with_for_update()
    ).one_or_none()
    return None if row is None else Tally(*row)
