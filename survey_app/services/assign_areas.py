"""Giving confirmed survey areas to enumerators (điều tra viên), and taking them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.access import Role
from survey_app.domain.fieldwork import AreaState
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.areas import lock_areas
from survey_app.store.session import Database
from survey_app.store.tables import SampleArea, SamplePerson, StaffUser, Unit


def assign_areas(
    database: Database, coordinator_id: int, area_ids: Collection[int], enumerator_id: int
) -> int:
    """Give areas to an enumerator, all or none; those that they already have stay theirs.

    Returns
    -------
    int
        How many changed hands now.

    Raises
    ------
    NotFoundError
        An area is not there or outside the coordinator's unit, or no such active enumerator.
    ServiceError
        ``area-not-confirmed`` or ``area-work-started``, naming the unit.
    """
    with database.transaction() as session:
        enumerator = session.get(StaffUser, enumerator_id)
        if (
            enumerator is None
            or enumerator.role != Role.ENUMERATOR
            or enumerator.disabled_at is not None
        ):
            raise NotFoundError("enumerator", enumerator_id)
        areas = _locked(session, coordinator_id, area_ids)
        changing = [area for area in areas if area.enumerator_id != enumerator_id]
        _check_not_started(session, changing)
        for area in changing:
            unit = session.get_one(Unit, area.unit_id)
            if area.state not in {AreaState.CONFIRMED, AreaState.ASSIGNED}:
                raise ServiceError("area-not-confirmed", area=unit.name)
            area.state = AreaState.ASSIGNED
            area.enumerator_id = enumerator_id
            record(
                session,
                coordinator_id,
                "area.assigned",
                unit.code,
                area=area.id,
                enumerator=enumerator.username,
            )
        return len(changing)


def unassign_areas(database: Database, coordinator_id: int, area_ids: Collection[int]) -> int:
    """Take areas back before work starts in them, all or none.

    Returns
    -------
    int
        How many were taken back now.

    Raises
    ------
    NotFoundError
        An area is not there or outside the coordinator's unit.
    ServiceError
        ``area-work-started``, naming the unit.
    """
    with database.transaction() as session:
        areas = _locked(session, coordinator_id, area_ids)
        changing = [area for area in areas if area.state == AreaState.ASSIGNED]
        _check_not_started(session, changing)
        for area in changing:
            area.state = AreaState.CONFIRMED
            area.enumerator_id = None
            unit = session.get_one(Unit, area.unit_id)
            record(session, coordinator_id, "area.unassigned", unit.code, area=area.id)
        return len(changing)


def _locked(
    session: Session, coordinator_id: int, area_ids: Collection[int]
) -> Sequence[SampleArea]:
    coordinator = session.get_one(StaffUser, coordinator_id)
    areas = lock_areas(session, area_ids, coordinator.unit_id)
    if len(areas) < len(set(area_ids)):
        raise NotFoundError("area", min(set(area_ids) - {area.id for area in areas}))
    return areas


def _check_not_started(session: Session, areas: Collection[SampleArea]) -> None:
    """Refuse when a visit is recorded: the lock on the areas keeps the next visit waiting."""
    started = session.scalar(
        select(Unit.name)
        .join(SampleArea, SampleArea.unit_id == Unit.id)
        .join(SamplePerson, SamplePerson.area_id == SampleArea.id)
        .where(
            SampleArea.id.in_([area.id for area in areas]), SamplePerson.disposition.is_not(None)
        )
        .limit(1)
    )
    if started is not None:
        raise ServiceError("area-work-started", area=started)
