"""A plan settled before chance decides; an area given up only to the next of the reserve."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from sampling import Seed, verify
from survey_app.domain.access import Role
from survey_app.services.assign_areas import assign_areas
from survey_app.services.commit_sample import commit_sample, committed_plan, draw_committed
from survey_app.services.create_campaign import create_campaign
from survey_app.services.draw_sample import draw_sample, stored_record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.replace_area import (
    approve_replacement,
    ask_replacement,
    refuse_replacement,
)
from survey_app.store.session import Database
from survey_app.store.tables import (
    AreaReplacement,
    SampleArea,
    SampleCommitment,
    SamplePerson,
    Unit,
)
from tests.conftest import add_staff
from tests.fieldwork_steps import INTERVIEWS, PLAN, drawn_campaign

CODE = INTERVIEWS.code
EVENT, OUTCOME = "Xổ số miền Bắc 01/03/2026", "Giải đặc biệt: 84213"
WITH_RESERVE = replace(PLAN, reserve=2)


def test_the_draw_follows_from_what_was_published(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    published = commit_sample(laocai, None, CODE, WITH_RESERVE, EVENT)
    settled = committed_plan(laocai, CODE)
    assert settled is not None
    assert (settled.plan, settled.published) == (WITH_RESERVE, published)
    draw_committed(laocai, None, CODE, OUTCOME)
    record = stored_record(laocai, CODE)
    assert record.commitment == published
    assert dict(record.seed)["public_value"] == OUTCOME
    assert verify(record).identical


def test_a_settled_plan_cannot_be_settled_again(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    commit_sample(laocai, None, CODE, PLAN, EVENT)
    with pytest.raises(ServiceError, match="sample-already-committed"):
        commit_sample(laocai, None, CODE, replace(PLAN, areas=30), EVENT)


def test_a_frame_changed_after_the_commitment_is_not_drawn(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    commit_sample(laocai, None, CODE, PLAN, EVENT)
    with laocai.transaction() as session:
        session.execute(
            text("UPDATE unit_population SET value = value + 1 WHERE measure = 'households'")
        )
    with pytest.raises(ServiceError, match="sample-frame-changed"):
        draw_committed(laocai, None, CODE, OUTCOME)


def test_a_secret_changed_after_the_commitment_is_not_drawn(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    commit_sample(laocai, None, CODE, PLAN, EVENT)
    with laocai.transaction() as session:
        session.scalars(select(SampleCommitment)).one().secret = "0" * 32
    with pytest.raises(ServiceError, match="sample-frame-changed"):
        draw_committed(laocai, None, CODE, OUTCOME)


@pytest.mark.parametrize("outcome", ["", "   "])
def test_a_draw_needs_an_outcome_and_a_commitment(laocai: Database, outcome: str) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    with pytest.raises(ServiceError, match="sample-not-committed"):
        draw_committed(laocai, None, CODE, OUTCOME)
    with pytest.raises(ServiceError, match="sample-event"):
        commit_sample(laocai, None, CODE, PLAN, outcome)
    commit_sample(laocai, None, CODE, PLAN, EVENT)
    with pytest.raises(ServiceError, match="sample-public-value"):
        draw_committed(laocai, None, CODE, outcome)


@pytest.fixture
def areas(laocai: Database) -> list[int]:
    return drawn_campaign(laocai, WITH_RESERVE)


def asked(laocai: Database, area: int) -> tuple[int, int]:
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    return coordinator.id, ask_replacement(
        laocai, coordinator.id, area, "disaster", "Lũ quét, công văn 12/UBND"
    )


def test_reserves_are_nobodys_to_see_before_their_turn(laocai: Database, areas: list[int]) -> None:
    assert len(areas) == PLAN.areas
    rows = stored_record(laocai, CODE).result[0]["rows"]
    assert sum(row[3] > 0 for row in rows) == 2 * 9


def test_the_next_reserve_takes_the_place_with_its_own_chance(
    laocai: Database, areas: list[int]
) -> None:
    _, request = asked(laocai, areas[0])
    manager = add_staff(laocai, Role.SURVEY_MANAGER)
    approve_replacement(laocai, manager.id, request)
    with laocai.transaction() as session:
        old = session.get_one(SampleArea, areas[0])
        new = session.scalars(select(SampleArea).where(SampleArea.replaces_id == old.id)).one()
        unit = session.get_one(Unit, new.unit_id).code
        weights = set(
            session.scalars(select(SamplePerson.base_weight).where(SamplePerson.area_id == new.id))
        )
        old_weight = session.scalars(
            select(SamplePerson.base_weight).where(SamplePerson.area_id == old.id).limit(1)
        ).one()
        assert old.state == "replaced"
        assert new.probability / new.listed_size == pytest.approx(old.probability / old.listed_size)
    ranks = {row[0]: row[3] for row in stored_record(laocai, CODE).result[0]["rows"]}
    assert ranks[unit] == 1
    # π = n x / X and m of x households: the stratum stays self-weighting.
    assert len(weights) == 1
    assert weights.pop() == pytest.approx(old_weight)


def test_the_reserve_ends(laocai: Database, areas: list[int]) -> None:
    manager = add_staff(laocai, Role.SURVEY_MANAGER)
    for area in areas[:2]:
        approve_replacement(laocai, manager.id, asked(laocai, area)[1])
    with laocai.transaction() as session:
        third = session.scalars(
            select(SampleArea.id).where(
                SampleArea.stratum == session.get_one(SampleArea, areas[0]).stratum,
                SampleArea.state == "drawn",
            )
        ).first()
    assert third is not None
    with pytest.raises(ServiceError, match="replace-no-reserve"):
        approve_replacement(laocai, manager.id, asked(laocai, third)[1])


def test_who_asks_cannot_decide(laocai: Database, areas: list[int]) -> None:
    coordinator, request = asked(laocai, areas[0])
    with pytest.raises(ServiceError, match="replace-second-person"):
        approve_replacement(laocai, coordinator, request)
    with pytest.raises(IntegrityError, match="second_person"), laocai.transaction() as session:
        row = session.get_one(AreaReplacement, request)
        row.decision, row.decided_by = "refused", coordinator
        session.flush()


def test_a_refused_request_leaves_the_area_where_it_was(laocai: Database, areas: list[int]) -> None:
    _, request = asked(laocai, areas[0])
    manager = add_staff(laocai, Role.SURVEY_MANAGER)
    with pytest.raises(ServiceError, match="replace-note"):
        refuse_replacement(laocai, manager.id, request, " ")
    refuse_replacement(laocai, manager.id, request, "Đường đã thông")
    with pytest.raises(ServiceError, match="replace-decided-already"):
        approve_replacement(laocai, manager.id, request)
    with laocai.transaction() as session:
        assert session.get_one(SampleArea, areas[0]).state == "drawn"
    assert asked(laocai, areas[0])


def test_an_area_asked_for_is_not_assigned(laocai: Database, areas: list[int]) -> None:
    coordinator, _ = asked(laocai, areas[0])
    enumerator = add_staff(laocai, Role.ENUMERATOR)
    with pytest.raises(ServiceError, match="area-not-confirmed"):
        assign_areas(laocai, coordinator, areas[:1], enumerator.id)
    with pytest.raises(ServiceError, match="replace-asked-already"):
        ask_replacement(laocai, coordinator, areas[0], "disaster", "lần nữa")


@pytest.mark.parametrize(
    ("reason", "evidence", "field"),
    [
        ("bored", "x", "reason"),
        ("disaster", "  ", "evidence"),
        ("disaster", "x" * 1001, "evidence"),
    ],
)
def test_reason_and_evidence_are_needed(
    laocai: Database, areas: list[int], reason: str, evidence: str, field: str
) -> None:
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR)
    with pytest.raises(ServiceError) as refused:
        ask_replacement(laocai, coordinator.id, areas[0], reason, evidence)
    assert refused.value.values["field"] == field


def test_another_unit_s_coordinator_finds_no_such_area(laocai: Database, areas: list[int]) -> None:
    with laocai.transaction() as session:
        elsewhere = session.scalars(select(Unit.id).where(Unit.code == "089")).one()
    coordinator = add_staff(laocai, Role.MTTQ_COORDINATOR, unit_id=elsewhere)
    with pytest.raises(NotFoundError):
        ask_replacement(laocai, coordinator.id, areas[0], "disaster", "x")


def test_a_certainty_area_stands_for_itself(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    draw_sample(laocai, None, CODE, replace(WITH_RESERVE, areas=100), Seed.simulation(1))
    with laocai.transaction() as session:
        certain = session.scalars(select(SampleArea.id).where(SampleArea.is_certainty)).first()
    assert certain is not None
    with pytest.raises(ServiceError, match="replace-certainty"):
        asked(laocai, certain)
