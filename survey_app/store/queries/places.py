"""Units and agencies by the codes that their pack gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Agency, LoadedPack, Unit


def find_unit(session: Session, pack: str, code: str) -> int | None:
    """Return the id of the unit ``code`` of a loaded pack."""
    wanted = select(Unit.id).join(LoadedPack, LoadedPack.id == Unit.pack_id)
    return session.scalar(wanted.where(LoadedPack.name == pack, Unit.code == code))


def find_agency(session: Session, pack: str, code: str) -> int | None:
    """Return the id of the agency ``code`` of a loaded pack."""
    wanted = select(Agency.id).join(LoadedPack, LoadedPack.id == Agency.pack_id)
    return session.scalar(wanted.where(LoadedPack.name == pack, Agency.code == code))


def boundaries(
    session: Session, pack_id: int, codes: Sequence[str]
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return the short name and boundary of those of the units that have one."""
    rows = session.execute(
        select(Unit.code, Unit.short_name, Unit.boundary)
        .where(Unit.pack_id == pack_id, Unit.code.in_(codes), Unit.boundary.is_not(None))
        .order_by(Unit.code)
    )
    return {code: (name, boundary) for code, name, boundary in rows if boundary}
