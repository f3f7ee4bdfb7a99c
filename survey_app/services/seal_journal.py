"""Closing a day's batch of the journal, and taking the order of arrival out of the tables.

PostgreSQL writes rows in the order in which they come and marks each with its transaction: a dump
lists them so. While a batch is open that order is there for the database's owner to see; sealing
ends it. The batch's entries are written sorted by their keyed digests, and its answer sheets are
taken out and written anew, sorted by their random identifiers, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from survey_app.domain.journal import (
    FIRST_HEAD,
    Tally,
    batch_root,
    chain_head,
    sum_of_entries,
    sum_of_tallies,
)
from survey_app.services.journal import LOCK, open_batch, write_empty_tallies
from survey_app.store.session import Database, journal_key
from survey_app.store.tables import JournalEntry, JournalOpen, JournalSeal, JournalTally

# Fewer answers than this hide nobody among them: the batch stays open until the next day.
SMALLEST_BATCH: Final = 20

_REWRITTEN: Final = ("journal_open", "response", "answer", "answer_text", "one_time_code_unspent")
_SHUFFLE: Final = (
    "CREATE TEMP TABLE s_answer ON COMMIT DROP AS SELECT a.* FROM answer a"
    " JOIN journal_entry e USING (response_id) WHERE e.batch = :batch",
    "CREATE TEMP TABLE s_text ON COMMIT DROP AS SELECT t.* FROM answer_text t"
    " JOIN journal_entry e USING (response_id) WHERE e.batch = :batch",
    "CREATE TEMP TABLE s_response ON COMMIT DROP AS SELECT r.* FROM response r"
    " JOIN journal_entry e ON e.response_id = r.id WHERE e.batch = :batch",
    "DELETE FROM response USING s_response s WHERE response.id = s.id",  # its answers follow
    "INSERT INTO response SELECT * FROM s_response ORDER BY id",
    "INSERT INTO answer SELECT * FROM s_answer ORDER BY response_id, item, value",
    "INSERT INTO answer_text SELECT * FROM s_text ORDER BY response_id, item",
)


@dataclass(frozen=True)
class Head:
    """The chain's head after one batch."""

    number: int
    sealed_on: date
    entries: int
    is_whole: bool
    head: bytes


@dataclass(frozen=True)
class Sealing:
    """What one run of the daily seal did."""

    sealed: Head | None
    open_entries: int


def seal_journal(database: Database, on: date, *, smallest_batch: int = SMALLEST_BATCH) -> Sealing:
    """Seal the open batch if it has enough entries, and shuffle every batch not yet shuffled.

    Parameters
    ----------
    database : Database
    on : date
        The day in the province.
    smallest_batch : int, optional
        A batch with fewer entries stays open.

    Returns
    -------
    Sealing
        ``sealed`` is None when the batch stayed open.
    """
    with database.transaction() as session:
        head, still_open = _seal(session, on, max(1, smallest_batch))
    _shuffle_sealed(database)
    return Sealing(head, still_open)


def journal_heads(database: Database) -> list[Head]:
    """Return the heads of all sealed batches, the oldest first."""
    with database.transaction() as session:
        rows = session.execute(
            select(
                JournalSeal.number,
                JournalSeal.sealed_on,
                JournalSeal.entries,
                JournalSeal.is_whole,
                JournalSeal.head,
            ).order_by(JournalSeal.number)
        )
        return [Head(*row) for row in rows]


def _seal(session: Session, on: date, smallest_batch: int) -> tuple[Head | None, int]:
    open_batch(session)
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    # Whoever is accepting an answer holds one of these rows until it is committed.
    rows = session.execute(
        select(JournalTally.batch, JournalTally.shard, JournalTally.entries, JournalTally.total)
        .order_by(JournalTally.shard)
        .with_for_update()
    ).all()
    tallies = [Tally(*row) for row in rows]
    key = journal_key(session)
    entries = session.execute(select(JournalOpen.response_id, JournalOpen.digest)).all()
    if len(entries) < smallest_batch:
        return None, len(entries)
    digests = [entry.digest for entry in entries]
    number, previous = _last(session)
    is_whole = sum_of_tallies(tallies) == sum_of_entries(key, digests)
    root = batch_root(digests)
    head = chain_head(previous, number + 1, on, len(entries), is_whole, root)
    sealed = Head(number + 1, on, len(entries), is_whole, head)
    session.execute(
        insert(JournalSeal).values(
            number=sealed.number,
            sealed_on=on,
            entries=sealed.entries,
            is_whole=is_whole,
            root=root,
            head=head,
        )
    )
    session.execute(
        insert(JournalEntry),
        [
            {"response_id": entry.response_id, "batch": sealed.number, "digest": entry.digest}
            for entry in sorted(entries, key=lambda entry: bytes(entry.digest))
        ],
    )
    session.execute(delete(JournalOpen))
    session.execute(delete(JournalTally))
    write_empty_tallies(session, batch=sealed.number + 1)
    return sealed, 0


def _last(session: Session) -> tuple[int, bytes]:
    row = session.execute(
        select(JournalSeal.number, JournalSeal.head).order_by(JournalSeal.number.desc()).limit(1)
    ).one_or_none()
    return (0, FIRST_HEAD) if row is None else (row.number, row.head)


def _shuffle_sealed(database: Database) -> None:
    with database.transaction() as session:
        waiting = session.scalars(
            select(JournalSeal.number).where(~JournalSeal.is_shuffled).order_by(JournalSeal.number)
        ).all()
    for batch in waiting:
        with database.transaction() as session:
            session.execute(select(func.pg_advisory_xact_lock(LOCK)))
            for statement in _SHUFFLE:
                session.execute(text(statement), {"batch": batch} if ":batch" in statement else {})
            session.execute(
                update(JournalSeal).where(JournalSeal.number == batch).values(is_shuffled=True)
            )
    if waiting:
        # The rows as they first came are still in the files until this.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
            raw.execute(text(f"VACUUM {', '.join(_REWRITTEN)}"))
