"""Does every accepted answer still stand as it was accepted: ``survey audit verify``."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.journal import (
    FIRST_HEAD,
    Sheet,
    Tally,
    batch_root,
    chain_head,
    entry_digest,
    sum_of_entries,
    sum_of_tallies,
)
from survey_app.services.journal import SHARDS, facts_of
from survey_app.store.session import Database, journal_key
from survey_app.store.tables import (
    Answer,
    AnswerText,
    Campaign,
    JournalEntry,
    JournalOpen,
    JournalSeal,
    JournalTally,
    Response,
)

_ROWS_AT_ONCE = 5_000


class Finding(StrEnum):
    """What may be wrong with the stored answers."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    BATCH_CHANGED = "batch-changed"
    BATCH_NOT_WHOLE = "batch-not-whole"
    OPEN_BATCH_CHANGED = "open-batch-changed"
    HEAD_DIFFERS = "head-differs"


@dataclass(frozen=True)
class Discrepancy:
    """One thing that is not as it was: an answer sheet's identifier, or a batch's number."""

    finding: Finding
    subject: str


@dataclass(frozen=True)
class Verification:
    """The outcome, with how much was looked at."""

    answers: int
    batches: int
    discrepancies: tuple[Discrepancy, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.discrepancies


def verify_journal(
    database: Database, published: Mapping[int, bytes] | None = None
) -> Verification:
    """Compare every stored answer with its entry, every batch with its seal, every head.

    Parameters
    ----------
    database : Database
    published : mapping of a batch's number to its head, optional
        Heads kept outside the database: only they show that a whole chain was written anew by
        somebody who had the key as well.
    """
    with database.transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        key = journal_key(session)
        answers, found = _sheets_against_entries(session, key)
        batches, wrong = _chain(session, published or {})
        found += wrong
        found += _open_batch(session, key)
    return Verification(answers, batches, tuple(found))


def _sheets_against_entries(session: Session, key: bytes) -> tuple[int, list[Discrepancy]]:
    found: list[Discrepancy] = []
    entries = _entries(session)
    entry = next(entries, None)
    looked_at = 0
    for sheet, is_simulated in _stored_sheets(session):
        while entry is not None and entry[0] < sheet.id:
            found.append(Discrepancy(Finding.REMOVED, str(entry[0])))
            entry = next(entries, None)
        if entry is None or entry[0] > sheet.id:
            if not is_simulated:  # simulated campaigns are loaded in bulk and labelled as such
                found.append(Discrepancy(Finding.INSERTED, str(sheet.id)))
                looked_at += 1
            continue
        looked_at += 1
        if entry_digest(key, sheet) != entry[1]:
            found.append(Discrepancy(Finding.ALTERED, str(sheet.id)))
        entry = next(entries, None)
    while entry is not None:
        found.append(Discrepancy(Finding.REMOVED, str(entry[0])))
        entry = next(entries, None)
    return looked_at, found


def _stored_sheets(session: Session) -> Iterator[tuple[Sheet, bool]]:
    """Yield every sheet by its identifier; three ordered streams are merged, none is held."""
    coded = _by_response(
        session, select(Answer.response_id, Answer.item, Answer.value).order_by(Answer.response_id)
    )
    words = _by_response(
        session,
        select(AnswerText.response_id, AnswerText.item, AnswerText.text).order_by(
            AnswerText.response_id
        ),
    )
    next_coded, next_words = next(coded, None), next(words, None)
    rows = session.execute(
        select(
            Response.id,
            Response.submission_key,
            Response.campaign_id,
            Response.channel,
            Response.service_point_id,
            Response.area_id,
            Response.language,
            Response.received_on,
            Campaign.is_simulated,
        )
        .join(Campaign, Campaign.id == Response.campaign_id)
        .order_by(Response.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    ).mappings()
    for row in rows:
        facts = dict(row)
        identifier, is_simulated = facts.pop("id"), facts.pop("is_simulated")
        mine: list[Any] = []
        said: list[Any] = []
        if next_coded is not None and next_coded[0] == identifier:
            mine, next_coded = next_coded[1], next(coded, None)
        if next_words is not None and next_words[0] == identifier:
            said, next_words = next_words[1], next(words, None)
        yield Sheet(identifier, facts_of(**facts), mine, said), is_simulated


def _by_response(
    session: Session, statement: Any
) -> Iterator[tuple[uuid.UUID, list[tuple[int, Any]]]]:
    rows = session.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
    for identifier, group in groupby(rows, key=lambda row: row[0]):
        yield identifier, [(row[1], row[2]) for row in group]


def _entries(session: Session) -> Iterator[tuple[uuid.UUID, bytes]]:
    both = (
        select(JournalEntry.response_id, JournalEntry.digest)
        .union_all(select(JournalOpen.response_id, JournalOpen.digest))
        .order_by("response_id")
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for row in session.execute(both):
        yield row[0], bytes(row[1])


def _chain(session: Session, published: Mapping[int, bytes]) -> tuple[int, list[Discrepancy]]:
    found: list[Discrepancy] = []
    previous, expected = FIRST_HEAD, 0
    heads: dict[int, bytes] = {}
    for seal in session.scalars(select(JournalSeal).order_by(JournalSeal.number)):
        expected += 1
        digests = session.scalars(
            select(JournalEntry.digest).where(JournalEntry.batch == seal.number)
        ).all()
        root = batch_root(digests)
        head = chain_head(previous, seal.number, seal.sealed_on, len(digests), seal.is_whole, root)
        if seal.number != expected or (seal.entries, seal.root, seal.head) != (
            len(digests),
            root,
            head,
        ):
            found.append(Discrepancy(Finding.BATCH_CHANGED, str(seal.number)))
        if not seal.is_whole:
            found.append(Discrepancy(Finding.BATCH_NOT_WHOLE, str(seal.number)))
        previous, expected = seal.head, seal.number
        heads[seal.number] = seal.head
    found += [
        Discrepancy(Finding.HEAD_DIFFERS, str(number))
        for number, head in sorted(published.items())
        if heads.get(number) != head
    ]
    return len(heads), found


def _open_batch(session: Session, key: bytes) -> list[Discrepancy]:
    rows = session.execute(
        select(
            JournalTally.batch,
            JournalTally.shard,
            JournalTally.entries,
            JournalTally.total,
            JournalTally.proof,
        ).order_by(JournalTally.shard)
    ).all()
    digests = session.scalars(select(JournalOpen.digest)).all()
    last = session.scalar(select(JournalSeal.number).order_by(JournalSeal.number.desc()).limit(1))
    if not rows and last is None and not digests:
        return []  # no answer was ever accepted
    tallies = [Tally(*row[:4]) for row in rows]
    batch = (last or 0) + 1
    is_sound = (
        [tally.shard for tally in tallies] == list(range(SHARDS))
        and all(tally.batch == batch for tally in tallies)
        and all(tally.seal(key) == row.proof for tally, row in zip(tallies, rows, strict=True))
        and sum_of_tallies(tallies) == sum_of_entries(key, digests)
    )
    return [] if is_sound else [Discrepancy(Finding.OPEN_BATCH_CHANGED, str(batch))]
