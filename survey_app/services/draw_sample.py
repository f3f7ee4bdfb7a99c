"""Drawing a campaign's sample: once, in one transaction, with a record that anyone can redraw."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from sampling import Commitment, DrawRecord, Sample, SamplingError, Seed, draw
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.plan_sample import (
    SamplePlan,
    as_refusal,
    declare,
    frame_of,
    interview_campaign,
)
from survey_app.store.queries.frame_units import FrameUnit
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, SampleArea, SampleDraw, SamplePerson


@dataclass(frozen=True)
class DrawnSample:
    """What was drawn, in figures."""

    draw_id: int
    areas: int
    persons: int
    result_digest: str


def draw_sample(
    database: Database, actor_id: int | None, campaign_code: str, plan: SamplePlan, seed: Seed
) -> DrawnSample:
    """Draw the sample of an interview campaign and store it with its record.

    Parameters
    ----------
    database : Database
    actor_id : int or None
        The staff member; None for the operator at the command line.
    campaign_code : str
    plan : SamplePlan
    seed : Seed
        A plain number: simulations and rehearsals only. Real draws go through a commitment, see
        `commit_sample.draw_committed`.

    Raises
    ------
    ServiceError
        ``sample-already-drawn``: a campaign has one sample; or what makes the plan impossible.
    """
    with database.transaction() as session:
        return add_sample(session, actor_id, campaign_code, plan, seed)


def add_sample(
    session: Session,
    actor_id: int | None,
    campaign_code: str,
    plan: SamplePlan,
    seed: Seed,
    commitment: Commitment | None = None,
) -> DrawnSample:
    """Do what `draw_sample` does, inside a transaction that the caller has open."""
    # The lock makes a second draw wait for the first, and then find it.
    campaign = interview_campaign(session, campaign_code, lock=True)
    if session.scalar(select(exists().where(SampleDraw.campaign_id == campaign.id))):
        raise ServiceError("sample-already-drawn", code=campaign_code)
    frame = frame_of(session, campaign)
    sampling_frame, design = declare(frame, plan)
    try:
        sample = draw(sampling_frame, design, seed)
    except SamplingError as error:
        raise as_refusal(error) from error
    written = DrawRecord.of(sample, commitment)
    row = SampleDraw(
        campaign_id=campaign.id,
        seed=json.dumps([list(part) for part in seed.material], ensure_ascii=False),
        frame_digest=written.frame_digest,
        design_digest=written.design_digest,
        result_digest=written.result_digest,
        record=json.loads(written.to_json()),
        drawn_by=actor_id,
    )
    session.add(row)
    session.flush()
    area_ids = _add_areas(session, row.id, sample, {u.unit.code: u for u in frame.units})
    persons = _add_persons(session, sample, area_ids)
    record(
        session,
        actor_id,
        "sample.drawn",
        campaign_code,
        areas=len(area_ids),
        persons=persons,
        result_digest=written.result_digest,
    )
    return DrawnSample(row.id, len(area_ids), persons, written.result_digest)


def stored_record(database: Database, campaign_code: str) -> DrawRecord:
    """Return the record of a campaign's draw.

    Raises
    ------
    NotFoundError
        No such campaign, or nothing drawn for it.
    """
    with database.transaction() as session:
        found = session.scalar(
            select(SampleDraw)
            .join(Campaign, Campaign.id == SampleDraw.campaign_id)
            .where(Campaign.code == campaign_code)
        )
        if found is None:
            raise NotFoundError("sample", campaign_code)
        return record_of(found)


def record_of(drawn: SampleDraw) -> DrawRecord:
    """Return the record that is stored with a draw."""
    return DrawRecord.from_json(json.dumps(drawn.record, ensure_ascii=False))


def _add_areas(
    session: Session, draw_id: int, sample: Sample, units: dict[str, FrameUnit]
) -> dict[str, int]:
    rows = [
        {
            "draw_id": draw_id,
            "unit_id": units[area.unit].unit.id,
            "stratum": area.stratum,
            "position": area.order,
            "probability": area.probability,
            "is_certainty": area.is_certain,
            "listed_size": units[area.unit].households,
        }
        for area in sample.areas
        if area.reserve_rank is None
    ]
    codes = {units[area.unit].unit.id: area.unit for area in sample.areas}
    inserted = session.execute(
        insert(SampleArea).returning(SampleArea.unit_id, SampleArea.id), rows
    )
    return {codes[row.unit_id]: row.id for row in inserted}


def _add_persons(session: Session, sample: Sample, area_ids: dict[str, int]) -> int:
    rows = [
        {
            "area_id": area_ids[unit.area],
            "listing_number": unit.unit,
            "probability": unit.probability,
            "base_weight": unit.weight,
        }
        for unit in sample.units
        if unit.is_active
    ]
    session.execute(insert(SamplePerson), rows)
    return len(rows)
