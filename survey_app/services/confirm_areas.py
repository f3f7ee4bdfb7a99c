"""MTTQ's key: the Fatherland Front confirms the drawn survey areas before anybody is sent there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func

from survey_app.domain.fieldwork import AreaState
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.areas import lock_areas
from survey_app.store.session import Database
from survey_app.store.tables import StaffUser, Unit


def confirm_areas(database: Database, coordinator_id: int, area_ids: Collection[int]) -> int:
    """Confirm drawn areas; those confirmed before stay as they are.

    Returns
    -------
    int
        How many were confirmed now.

    Raises
    ------
    NotFoundError
        An area does not exist, or lies outside the coordinator's unit; nothing is confirmed.
    """
    with database.transaction() as session:
        coordinator = session.get_one(StaffUser, coordinator_id)
        areas = lock_areas(session, area_ids, coordinator.unit_id)
        if len(areas) < len(set(area_ids)):
            raise NotFoundError("area", min(set(area_ids) - {area.id for area in areas}))
        fresh = [area for area in areas if area.state == AreaState.DRAWN]
        for area in fresh:
            area.state = AreaState.CONFIRMED
            area.confirmed_by = coordinator_id
            area.confirmed_at = func.now()
            unit = session.get_one(Unit, area.unit_id)
            record(session, coordinator_id, "area.confirmed", unit.code, area=area.id)
        return len(fresh)
