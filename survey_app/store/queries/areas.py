"""Drawn survey areas: whose they are, and how far the work in them has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from survey_app.store.tables import (
    Campaign,
    SampleArea,
    SampleDraw,
    SamplePerson,
    StaffUser,
    Unit,
)


@dataclass(frozen=True)
class AreaRow:
    """A drawn area with its place in the tree and its progress."""

    id: int
    unit_code: str
    unit_name: str
    stratum: str
    stratum_name: str
    position: int
    is_certainty: bool
    listed_size: int
    state: str
    enumerator_id: int | None
    enumerator_name: str | None
    persons: int
    visited: int
    interviews: int


@dataclass(frozen=True)
class CampaignFieldwork:
    """A campaign with drawn areas, as coordinators and enumerators choose it."""

    code: str
    name: str
    is_simulated: bool
    areas: int
    drawn: int
    confirmed: int
    assigned: int
    replacement_asked: int


def list_areas(
    session: Session,
    campaign_code: str,
    *,
    under_unit: int | None = None,
    stratum: str | None = None,
    state: str | None = None,
    enumerator_id: int | None = None,
) -> list[AreaRow]:
    """Return the areas of a campaign, narrowed as asked, in the order of the draw."""
    wanted = (
        select(
            SampleArea.id,
            Unit.code.label("unit_code"),
            Unit.name.label("unit_name"),
            SampleArea.stratum,
            _stratum_name().label("stratum_name"),
            SampleArea.position,
            SampleArea.is_certainty,
            SampleArea.listed_size,
            SampleArea.state,
            SampleArea.enumerator_id,
            StaffUser.full_name.label("enumerator_name"),
            func.count(SamplePerson.id).label("persons"),
            func.count(SamplePerson.disposition).label("visited"),
            func.count(SamplePerson.id)
            .filter(SamplePerson.disposition.like("1.%"))
            .label("interviews"),
        )
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .join(Campaign, Campaign.id == SampleDraw.campaign_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .outerjoin(StaffUser, StaffUser.id == SampleArea.enumerator_id)
        .outerjoin(SamplePerson, SamplePerson.area_id == SampleArea.id)
        .where(Campaign.code == campaign_code)
        .group_by(SampleArea.id, Unit.id, StaffUser.id)
        .order_by(SampleArea.stratum, SampleArea.position)
    )
    if under_unit is not None:
        wanted = wanted.where(is_under(under_unit))
    if stratum is not None:
        wanted = wanted.where(SampleArea.stratum == stratum)
    if state is not None:
        wanted = wanted.where(SampleArea.state == state)
    if enumerator_id is not None:
        wanted = wanted.where(SampleArea.enumerator_id == enumerator_id)
    return [AreaRow(**row) for row in session.execute(wanted).mappings()]


def lock_areas(
    session: Session, area_ids: Collection[int], under_unit: int | None = None
) -> Sequence[SampleArea]:
    """Return the areas, held until the transaction ends; those outside a unit are left out."""
    wanted = select(SampleArea).where(SampleArea.id.in_(area_ids)).order_by(SampleArea.id)
    if under_unit is not None:
        wanted = wanted.where(is_under(under_unit))
    return session.scalars(wanted.with_for_update()).all()


def campaigns_with_areas(
    session: Session, *, under_unit: int | None = None, enumerator_id: int | None = None
) -> list[CampaignFieldwork]:
    """Return the campaigns that have drawn areas here, or for this enumerator, newest first."""

    def in_state(state: str) -> ColumnElement[int]:
        return func.count().filter(SampleArea.state == state).label(state)

    wanted = (
        select(
            Campaign.code,
            Campaign.name,
            Campaign.is_simulated,
            func.count().label("areas"),
            in_state("drawn"),
            in_state("confirmed"),
            in_state("assigned"),
            in_state("replacement_asked"),
        )
        .join(SampleDraw, SampleDraw.campaign_id == Campaign.id)
        .join(SampleArea, SampleArea.draw_id == SampleDraw.id)
        .where(SampleArea.state != "replaced")
        .group_by(Campaign.id)
        .order_by(Campaign.opens_on.desc(), Campaign.id.desc())
    )
    if under_unit is not None:
        wanted = wanted.where(is_under(under_unit))
    if enumerator_id is not None:
        wanted = wanted.where(SampleArea.enumerator_id == enumerator_id)
    return [CampaignFieldwork(**row) for row in session.execute(wanted).mappings()]


def is_under(unit_id: int) -> ColumnElement[bool]:
    """Return the condition that an area lies in a unit or anywhere below it."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte(recursive=True)
    below = aliased(Unit)
    tree = tree.union_all(select(below.id).join(tree, below.parent_id == tree.c.id))
    return SampleArea.unit_id.in_(select(tree.c.id))


def _stratum_name() -> ColumnElement[str]:
    """Return the name of the unit that is the stratum: of the same pack as the area's unit."""
    above = aliased(Unit)
    return (
        select(above.name)
        .where(above.code == SampleArea.stratum, above.pack_id == Unit.pack_id)
        .where(or_(above.valid_to.is_(None), above.valid_to >= Unit.valid_from))
        .order_by(above.valid_from.desc())
        .limit(1)
        .correlate(SampleArea, Unit)
        .scalar_subquery()
    )
