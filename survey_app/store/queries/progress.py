"""How fieldwork stands: outcomes by area and enumerator, answer sheets by area."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.store.tables import (
    Campaign,
    SampleArea,
    SampleDraw,
    SamplePerson,
    StaffUser,
    Unit,
)


@dataclass(frozen=True)
class AreaOutcomes:
    """An area of the sample with the outcomes in it; the key None counts those not visited."""

    area_id: int
    unit_name: str
    stratum: str
    state: str
    enumerator_id: int | None
    enumerator: str | None
    outcomes: dict[str | None, int] = field(default_factory=dict)


def area_outcomes(
    session: Session, campaign_code: str, area_ids: frozenset[int] | None = None
) -> list[AreaOutcomes]:
    """Return a campaign's areas in the order of the draw, replaced ones left out."""
    wanted = (
        select(
            SampleArea.id,
            Unit.name,
            SampleArea.stratum,
            SampleArea.state,
            SampleArea.enumerator_id,
            StaffUser.full_name,
            SamplePerson.disposition,
            func.count(SamplePerson.id),
        )
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .join(Campaign, Campaign.id == SampleDraw.campaign_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .join(SamplePerson, SamplePerson.area_id == SampleArea.id)
        .outerjoin(StaffUser, StaffUser.id == SampleArea.enumerator_id)
        .where(Campaign.code == campaign_code, SampleArea.state != "replaced")
        .group_by(SampleArea.id, Unit.name, StaffUser.full_name, SamplePerson.disposition)
        .order_by(SampleArea.stratum, SampleArea.position, SampleArea.id)
    )
    if area_ids is not None:
        wanted = wanted.where(SampleArea.id.in_(area_ids))
    found: dict[int, AreaOutcomes] = {}
    for area_id, unit, stratum, state, enumerator_id, enumerator, outcome, count in session.execute(
        wanted
    ):
        row = found.setdefault(
            area_id, AreaOutcomes(area_id, unit, stratum, state, enumerator_id, enumerator)
        )
        row.outcomes[outcome] = count
    return list(found.values())
