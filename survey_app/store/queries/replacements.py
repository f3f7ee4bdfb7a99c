"""Requests to replace areas, as the coordinator asks them and the manager decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from survey_app.store.tables import (
    AreaReplacement,
    Campaign,
    SampleArea,
    SampleDraw,
    StaffUser,
    Unit,
)


@dataclass(frozen=True)
class ReplacementRow:
    """A request with its area, its reason and, once decided, its outcome."""

    id: int
    unit_name: str
    stratum: str
    reason: str
    evidence: str
    asked_by: str
    asked_by_id: int
    asked_at: datetime
    decision: str | None
    note: str
    decided_by: str | None
    decided_at: datetime | None
    replacement: str | None


def list_replacements(session: Session, campaign_code: str) -> list[ReplacementRow]:
    """Return a campaign's requests, those to decide first, then the newest."""
    asker, decider, successor, place = (
        aliased(StaffUser),
        aliased(StaffUser),
        aliased(SampleArea),
        aliased(Unit),
    )
    wanted = (
        select(
            AreaReplacement.id,
            Unit.name.label("unit_name"),
            SampleArea.stratum,
            AreaReplacement.reason,
            AreaReplacement.evidence,
            asker.full_name.label("asked_by"),
            asker.id.label("asked_by_id"),
            AreaReplacement.asked_at,
            AreaReplacement.decision,
            AreaReplacement.note,
            decider.full_name.label("decided_by"),
            AreaReplacement.decided_at,
            place.name.label("replacement"),
        )
        .join(SampleArea, SampleArea.id == AreaReplacement.area_id)
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .join(Campaign, Campaign.id == SampleDraw.campaign_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .join(asker, asker.id == AreaReplacement.asked_by)
        .outerjoin(decider, decider.id == AreaReplacement.decided_by)
        .outerjoin(
            successor,
            (successor.replaces_id == SampleArea.id) & (AreaReplacement.decision == "approved"),
        )
        .outerjoin(place, place.id == successor.unit_id)
        .where(Campaign.code == campaign_code)
        .order_by(AreaReplacement.decision.is_not(None), AreaReplacement.asked_at.desc())
    )
    return [ReplacementRow(**row) for row in session.execute(wanted).mappings()]
