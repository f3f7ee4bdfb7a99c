"""MTTQ confirms drawn areas and gives them to enumerators."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey_app.domain.access import Role
from survey_app.services.assign_areas import assign_areas, unassign_areas
from survey_app.services.confirm_areas import confirm_areas
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.manage_staff import disable_staff
from survey_app.services.record_visit import record_disposition
from survey_app.store.queries.areas import list_areas
from survey_app.store.session import Database
from survey_app.store.tables import AuditEvent, SampleArea, Unit
from tests.conftest import add_staff
from tests.fieldwork_steps import INTERVIEWS, TODAY, drawn_campaign, persons_in


def states(database: Database) -> dict[int, tuple[str, int | None]]:
    with database.transaction() as session:
        rows = session.execute(select(SampleArea.id, SampleArea.state, SampleArea.enumerator_id))
        return {row.id: (row.state, row.enumerator_id) for row in rows}


def test_areas_are_confirmed_once_with_who_and_when(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    assert confirm_areas(laocai, coordinator.id, areas[:3]) == 3
    assert confirm_areas(laocai, coordinator.id, areas[:4]) == 1
    with laocai.transaction() as session:
        confirmed = session.get_one(SampleArea, areas[0])
        assert confirmed.confirmed_by == coordinator.id
        assert confirmed.confirmed_at is not None
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "area.confirmed")
        ).all()
    assert len(events) == 4
    assert {event.actor_id for event in events} == {coordinator.id}


def test_an_area_must_be_confirmed_before_it_is_assigned(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    enumerator = add_staff(laocai, Role.ENUMERATOR)
    confirm_areas(laocai, coordinator.id, areas[:1])
    with pytest.raises(ServiceError, match="area-not-confirmed"):
        assign_areas(laocai, coordinator.id, areas[:2], enumerator.id)
    assert states(laocai)[areas[0]] == ("confirmed", None), "all or none"


def test_several_areas_go_to_an_enumerator_at_once_and_back(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    enumerator, other = (add_staff(laocai, Role.ENUMERATOR) for _ in range(2))
    confirm_areas(laocai, coordinator.id, areas)
    assert assign_areas(laocai, coordinator.id, areas[:3], enumerator.id) == 3
    assert assign_areas(laocai, coordinator.id, areas[:3], enumerator.id) == 0, "safe to repeat"
    assert assign_areas(laocai, coordinator.id, areas[2:3], other.id) == 1
    assert unassign_areas(laocai, coordinator.id, areas[:1]) == 1
    assert unassign_areas(laocai, coordinator.id, areas[:1]) == 0
    found = states(laocai)
    assert found[areas[0]] == ("confirmed", None)
    assert found[areas[1]] == ("assigned", enumerator.id)
    assert found[areas[2]] == ("assigned", other.id)


def test_an_area_where_work_has_started_stays_with_its_enumerator(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    enumerator, other = (add_staff(laocai, Role.ENUMERATOR) for _ in range(2))
    confirm_areas(laocai, coordinator.id, areas[:2])
    assign_areas(laocai, coordinator.id, areas[:2], enumerator.id)
    record_disposition(laocai, enumerator.id, persons_in(laocai, areas[0])[0], "2.11", TODAY)
    with pytest.raises(ServiceError, match="area-work-started"):
        assign_areas(laocai, coordinator.id, areas[:2], other.id)
    with pytest.raises(ServiceError, match="area-work-started"):
        unassign_areas(laocai, coordinator.id, areas[:2])
    assert {states(laocai)[area] for area in areas[:2]} == {("assigned", enumerator.id)}


def test_only_an_active_enumerator_is_given_areas(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    confirm_areas(laocai, coordinator.id, areas)
    gone = add_staff(laocai, Role.ENUMERATOR)
    disable_staff(laocai, None, gone.id)
    for nobody in (coordinator.id, gone.id, 10**9):
        with pytest.raises(NotFoundError, match="enumerator"):
            assign_areas(laocai, coordinator.id, areas[:1], nobody)


def test_a_coordinator_of_a_unit_sees_and_confirms_only_what_lies_below_it(
    laocai: Database,
) -> None:
    areas = drawn_campaign(laocai)
    with laocai.transaction() as session:
        district = session.scalars(select(Unit).where(Unit.code == "082")).one()
        inside = list_areas(session, INTERVIEWS.code, under_unit=district.id)
    assert inside
    assert {area.stratum_name for area in inside} == {"Huyện Bát Xát"}
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR, unit_id=district.id)
    ids = {area.id for area in inside}
    outside = next(area for area in areas if area not in ids)
    with pytest.raises(NotFoundError):
        confirm_areas(laocai, coordinator.id, [*ids, outside])
    assert confirm_areas(laocai, coordinator.id, ids) == len(ids)


def test_the_list_is_narrowed_by_stratum_and_state(laocai: Database) -> None:
    areas = drawn_campaign(laocai)
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    confirm_areas(laocai, coordinator.id, areas[:5])
    with laocai.transaction() as session:
        everything = list_areas(session, INTERVIEWS.code)
        confirmed = list_areas(session, INTERVIEWS.code, state="confirmed")
        city = list_areas(session, INTERVIEWS.code, stratum="080")
    assert len(everything) == len(areas)
    assert len(confirmed) == 5
    assert {area.stratum for area in city} == {"080"}
    assert all(area.persons == 6 and area.visited == 0 for area in everything)
