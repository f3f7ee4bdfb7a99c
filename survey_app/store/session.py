"""Connections and transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from survey_app.settings import Settings
from survey_app.store.embedded import sqlalchemy_url, start_embedded


@dataclass(frozen=True)
class Database:
    """A PostgreSQL server in use, embedded or not."""

    url: str
    engine: Engine
    embedded_server: Any = field(default=None, repr=False)
    journal_key: bytes = field(default=b"", repr=False)  # without it no answer can be accepted

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session whose work is committed as a whole, or not at all."""
        known = {"journal_key": self.journal_key}
        with sessionmaker(self.engine, expire_on_commit=False, info=known).begin() as session:
            yield session


class JournalKeyMissingError(RuntimeError):
    """The database was opened without the key of the journal of accepted answers."""


def journal_key(session: Session) -> bytes:
    """Return the key that authenticates the journal's entries.

    Raises
    ------
    JournalKeyMissingError
    """
    key = session.info["journal_key"]
    if not key:
        raise JournalKeyMissingError
    return bytes(key)


def open_database(settings: Settings) -> Database:
    """Connect to ``DATABASE_URL``, or start the embedded server in the data folder."""
    server = None
    if settings.database_url:
        raw = settings.database_url
    else:
        server = start_embedded(settings.data_dir / "postgres")
        raw = server.get_uri()
    url = sqlalchemy_url(raw)
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        connect_args={"options": "-c timezone=UTC"},
    )
    return Database(
        url=url, engine=engine, embedded_server=server, journal_key=settings.journal_key()
    )
