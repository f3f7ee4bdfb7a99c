"""The append-only journal of accepted answers: see ``survey_app/domain/journal.py``.

No column says when or in which order within a batch an answer came.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base


class JournalOpen(Base):
    """The entry of an answer accepted since the last seal."""

    __tablename__ = "journal_open"
    __table_args__ = (CheckConstraint("octet_length(digest) = 32", name="digest_length"),)

    response_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class JournalTally(Base):
    """A sum over the open entries; several rows, so that answers need not wait for one another."""

    __tablename__ = "journal_tally"

    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    batch: Mapped[int]
    entries: Mapped[int]
    total: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[bytes] = mapped_column(LargeBinary)


class JournalSeal(Base):
    """One batch closed, chained to the one before; a trigger refuses change and removal.

    ``is_shuffled``: the batch's answers were since written anew in an order that says nothing.
    """

    __tablename__ = "journal_seal"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed_on: Mapped[date]
    entries: Mapped[int]
    is_whole: Mapped[bool]
    root: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    is_shuffled: Mapped[bool] = mapped_column(default=False, server_default="false")


class JournalEntry(Base):
    """The entry of an answer in a sealed batch; a trigger refuses change and removal."""

    __tablename__ = "journal_entry"

    response_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(ForeignKey("journal_seal.number"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
