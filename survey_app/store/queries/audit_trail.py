"""Who did what, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import AuditEvent, StaffUser


@dataclass(frozen=True)
class AuditRow:
    """One event; without an actor it was the operator at the command line."""

    id: int
    at: datetime
    actor: str | None
    username: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]


def audit_page(session: Session, size: int, before: int | None = None) -> list[AuditRow]:
    """Return up to ``size`` events older than event ``before``, newest first."""
    wanted = (
        select(
            AuditEvent.id,
            AuditEvent.at,
            StaffUser.full_name.label("actor"),
            StaffUser.username,
            AuditEvent.action,
            AuditEvent.subject,
            AuditEvent.detail,
        )
        .outerjoin(StaffUser, StaffUser.id == AuditEvent.actor_id)
        .order_by(AuditEvent.id.desc())
        .limit(size)
    )
    if before is not None:
        wanted = wanted.where(AuditEvent.id < before)
    return [AuditRow(**row) for row in session.execute(wanted).mappings()]
