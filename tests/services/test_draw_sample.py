"""A campaign's sample: declared on the real frame, drawn once, redrawn by anybody."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from sampling import Seed, verify
from survey_app.services.create_campaign import create_campaign
from survey_app.services.draw_sample import DrawnSample, draw_sample, stored_record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.plan_sample import preview_sample, read_frame
from survey_app.store.session import Database
from survey_app.store.tables import SampleArea, SampleDraw, SamplePerson, Unit
from tests.fieldwork_steps import INTERVIEWS, PLAN, drawn_campaign
from tests.services.test_campaigns import COUNTERS

CODE = INTERVIEWS.code


def test_the_frame_is_the_leaves_of_the_tree_with_its_gaps(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    frame = read_frame(laocai, CODE)
    assert len(frame.units) == 152
    assert [(level.depth, level.units) for level in frame.levels] == [(0, 1), (1, 9)]
    gaps = frame.gaps(1)
    assert len(gaps) == 8
    assert {gap.stratum for gap in gaps} == {"Thị xã Sa Pa"}
    assert all("6.381" in gap.note for gap in gaps)


def test_a_province_of_two_tiers_has_one_stratum(laocai: Database) -> None:
    from survey_app.services.load_pack import load_shipped_pack

    load_shipped_pack(laocai, "laocai-2025")
    create_campaign(laocai, None, replace(INTERVIEWS, pack="laocai-2025"))
    frame = read_frame(laocai, CODE)
    assert len(frame.units) == 99
    assert [(level.depth, level.units) for level in frame.levels] == [(0, 1)]
    drawn = draw_sample(laocai, None, CODE, replace(PLAN, stratum_depth=0), Seed.simulation(1))
    assert drawn.areas == PLAN.areas


def test_the_preview_says_what_the_draw_gives(laocai: Database) -> None:
    drawn_campaign(laocai)
    preview = preview_sample(laocai, CODE, PLAN)
    assert (preview.areas, preview.interviews) == (24, 144)
    with laocai.transaction() as session:
        drawn = Counter(session.scalars(select(SampleArea.stratum)))
        persons = session.scalar(select(func.count(SamplePerson.id)))
    assert {line.code: line.areas for line in preview.strata} == drawn
    assert persons == preview.interviews
    assert min(drawn.values()) >= 2
    sapa = next(line for line in preview.strata if line.gaps)
    assert (sapa.units, sapa.gaps) == (16, 8)


def test_weights_stand_for_the_households_of_the_frame(laocai: Database) -> None:
    """π = (n_h N_i / N_h) · (m / N_i): within a stratum every household has the same weight."""
    drawn_campaign(laocai)
    preview = {line.code: line for line in preview_sample(laocai, CODE, PLAN).strata}
    with laocai.transaction() as session:
        rows = session.execute(
            select(
                SampleArea.stratum,
                func.sum(SamplePerson.base_weight),
                func.min(SamplePerson.base_weight),
                func.max(SamplePerson.base_weight),
            )
            .join(SamplePerson, SamplePerson.area_id == SampleArea.id)
            .group_by(SampleArea.stratum)
        ).all()
    for stratum, total, least, most in rows:
        assert total == pytest.approx(preview[stratum].households)
        if not preview[stratum].certain:
            assert least == pytest.approx(most) == pytest.approx(preview[stratum].mean_weight)


def test_listing_numbers_lie_within_the_area(laocai: Database) -> None:
    drawn_campaign(laocai)
    with laocai.transaction() as session:
        rows = session.execute(
            select(
                SampleArea.listed_size, SamplePerson.listing_number, SamplePerson.probability
            ).join(SamplePerson, SamplePerson.area_id == SampleArea.id)
        ).all()
        gapless = session.scalars(
            select(Unit.code).join(SampleArea, SampleArea.unit_id == Unit.id)
        ).all()
    assert all(1 <= number <= size for size, number, _ in rows)
    assert all(0 < chance <= 1 for _, _, chance in rows)
    gaps = {gap.code for gap in read_frame(laocai, CODE).gaps(1)}
    assert gaps.isdisjoint(gapless)


def test_the_record_redraws_the_same_sample(laocai: Database) -> None:
    drawn_campaign(laocai)
    record = stored_record(laocai, CODE)
    assert verify(record).identical
    assert PLAN.gap_reason in (record.frame_text or "")
    with laocai.transaction() as session:
        stored = session.scalars(
            select(Unit.code).join(SampleArea, SampleArea.unit_id == Unit.id)
        ).all()
    assert {row[0] for row in record.result[0]["rows"]} == set(stored)


def test_a_tampered_record_shows_where(laocai: Database) -> None:
    drawn_campaign(laocai)
    record = stored_record(laocai, CODE)
    first = record.result[0]["rows"][0]
    first[0] = "99999"
    found = verify(record)
    assert not found.identical
    assert any("area row 1" in difference.where for difference in found.differences)


def test_a_campaign_is_drawn_once_however_many_try(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)

    def attempt(number: int) -> DrawnSample | str:
        try:
            return draw_sample(laocai, None, CODE, PLAN, Seed.simulation(number))
        except ServiceError as refused:
            return refused.key

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))
    assert Counter(type(outcome) for outcome in outcomes) == {DrawnSample: 1, str: 3}
    assert set(outcomes) >= {"sample-already-drawn"}
    with laocai.transaction() as session:
        assert session.scalar(select(func.count(SampleDraw.id))) == 1
        assert session.scalar(select(func.count(SampleArea.id))) == PLAN.areas


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"areas": 17}, "sample-areas", "areas"),
        ({"areas": 145}, "sample-areas", "areas"),
        ({"per_area": 0}, "sample-per-area", "per_area"),
        ({"gap_reason": " "}, "sample-gap-reason", "gap_reason"),
        ({"gap_reason": "a\nb"}, "sample-gap-reason-form", "gap_reason"),
        ({"stratum_depth": 2}, "sample-stratum-unknown", "stratum"),
        ({"rule": "best"}, "sample-rule-unknown", "rule"),
    ],
)
def test_an_impossible_plan_names_its_field(
    laocai: Database, change: dict[str, object], key: str, field: str
) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    for attempt in (
        lambda plan: preview_sample(laocai, CODE, plan),
        lambda plan: draw_sample(laocai, None, CODE, plan, Seed.simulation(1)),
    ):
        with pytest.raises(ServiceError) as refused:
            attempt(replace(PLAN, **change))
        assert (refused.value.key, refused.value.values["field"]) == (key, field)
    with laocai.transaction() as session:
        assert session.scalar(select(func.count(SampleDraw.id))) == 0


def test_a_counter_campaign_has_no_sample(laocai: Database) -> None:
    create_campaign(laocai, None, COUNTERS)
    with pytest.raises(ServiceError, match="sample-not-interview"):
        draw_sample(laocai, None, COUNTERS.code, PLAN, Seed.simulation(1))
    with pytest.raises(NotFoundError):
        stored_record(laocai, COUNTERS.code)
