"""The closes of a round: what each fixed, and how the weights came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey_app.store.tables import Campaign, Publication, RoundClosure, StaffUser


@dataclass(frozen=True)
class ClosureRow:
    """One close of a round."""

    version: int
    reason: str
    snapshot: str
    archive_digest: str
    closed_at: datetime
    closed_by: str | None
    weighting: dict[str, Any]


def list_closures(session: Session, campaign_code: str) -> list[ClosureRow]:
    """Return the closes of a campaign, the newest first."""
    wanted = (
        select(
            RoundClosure.version,
            RoundClosure.reason,
            Publication.snapshot_digest.label("snapshot"),
            RoundClosure.archive_digest,
            RoundClosure.closed_at,
            StaffUser.full_name.label("closed_by"),
            RoundClosure.weighting,
        )
        .join(Campaign, Campaign.id == RoundClosure.campaign_id)
        .join(Publication, Publication.id == RoundClosure.publication_id)
        .outerjoin(StaffUser, StaffUser.id == RoundClosure.closed_by)
        .where(Campaign.code == campaign_code)
        .order_by(RoundClosure.version.desc())
    )
    return [ClosureRow(**row) for row in session.execute(wanted).mappings()]


def is_closed(session: Session, campaign_id: int) -> bool:
    """Tell whether a campaign's round is closed."""
    wanted = exists().where(RoundClosure.campaign_id == campaign_id)
    return bool(session.scalar(select(wanted)))
