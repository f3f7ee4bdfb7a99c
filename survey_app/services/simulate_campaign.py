"""Playing a whole round: a drawn interview campaign and a QR campaign beside it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from sampling import Seed
from survey_app.domain.dispositions import Disposition
from survey_app.domain.questionnaire import ItemType, Questionnaire
from survey_app.services.audit import record
from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.draw_sample import draw_sample
from survey_app.services.errors import ServiceError
from survey_app.services.issue_codes import issue_codes
from survey_app.services.plan_sample import SamplePlan, read_frame
from survey_app.services.publish_results import publish_results
from survey_app.services.simulation.loading import copy_responses, random_days
from survey_app.services.simulation.population import (
    Population,
    make_population,
    true_shares,
)
from survey_app.settings import Settings
from survey_app.store.queries.frame_units import FrameUnit
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database
from survey_app.store.tables import (
    Campaign,
    CampaignPoint,
    LoadedPack,
    SampleArea,
    SampleDraw,
    SamplePerson,
    ServicePoint,
)
from survey_app.text import text

Report = Callable[[str, int, int], None]
"""Told after each step: the step's name, how many are done, how many there are."""

STEPS = ("population", "draw", "interviews", "scans", "results")
RESPONSE_SHARE = 0.82
NONRESPONSE = (Disposition.REFUSAL, Disposition.NON_CONTACT, Disposition.NOT_FOUND)
NONRESPONSE_SHARES = (0.45, 0.40, 0.15)
# Who scans: the angry and the delighted more than the rest. That is what self-selection does.
SCAN_CHANCE = np.array([0.0, 0.9, 0.6, 0.25, 0.35, 0.65])
RECENT_DAYS = 60


@dataclass(frozen=True)
class Simulation:
    """What to play.

    Attributes
    ----------
    code : str
        The interview campaign is ``<code>-ho`` (hộ, household), the QR campaign ``<code>-qr``.
    seed : int
        The same seed plays the same round.
    areas, per_area : int
        The sample.
    scans : int
        Answers from QR codes.
    today : date
        The day on which the round is looked at.
    pack : str
    """

    today: date
    code: str = "mo-phong"
    seed: int = 2021
    areas: int = 60
    per_area: int = 25
    scans: int = 4000
    pack: str = "laocai-2021"


def simulate_pair(
    database: Database,
    settings: Settings,
    plan: Simulation,
    report: Report = lambda _step, _done, _total: None,
) -> None:
    """Play both campaigns and publish their figures.

    Raises
    ------
    ServiceError
        ``simulate-exists`` when a campaign of that code is there already.
    """
    with database.transaction() as session:
        codes = (f"{plan.code}-ho", f"{plan.code}-qr")
        if session.scalar(select(func.count()).where(Campaign.code.in_(codes))):
            raise ServiceError("simulate-exists", code=plan.code)
    rng = np.random.default_rng(plan.seed)
    _play_interviews(database, plan, rng, report)
    _play_scans(database, plan, rng)
    report("scans", 4, len(STEPS))
    for code in codes:
        publish_results(database, settings, code, None)
    report("results", 5, len(STEPS))


def _new(plan: Simulation, kind: str, questionnaire: str, channel: str) -> NewCampaign:
    return NewCampaign(
        code=f"{plan.code}-{kind}",
        name=text("vi", f"simulate-name-{channel}"),
        pack=plan.pack,
        questionnaire=questionnaire,
        channel="qr" if channel == "qr" else "interview",
        opens_on=plan.today - timedelta(days=RECENT_DAYS),
        closes_on=plan.today + timedelta(days=RECENT_DAYS),
        is_simulated=True,
    )


def _play_interviews(
    database: Database, plan: Simulation, rng: np.random.Generator, report: Report
) -> None:
    new = _new(plan, "ho", "quan-tri-ho-gia-dinh", "interview")
    create_campaign(database, None, new)
    frame = [unit for unit in read_frame(database, new.code).units if unit.households]
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=new.code).one()
        stored = stored_questionnaire(
            session, campaign.questionnaire_id, campaign.questionnaire.digest
        )
    population = make_population(
        stored.questionnaire, [unit.households or 0 for unit in frame], rng
    )
    report("population", 1, len(STEPS))
    draw_sample(
        database,
        None,
        new.code,
        SamplePlan(
            stratum_depth=1,
            rule="square-root",
            areas=plan.areas,
            per_area=plan.per_area,
            gap_reason=text("vi", "simulate-gap-reason"),
        ),
        Seed.simulation(plan.seed),
    )
    report("draw", 2, len(STEPS))
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=new.code).one()
        campaign.truth = {
            "satisfied": true_shares(
                population,
                _variables(stored.questionnaire),
                [unit.at(1).code for unit in frame],
            )
        }
        _visit(session, campaign, plan, frame, population, dict(stored.numbers), rng)
        record(session, None, "campaign.simulated", new.code, seed=plan.seed)
    report("interviews", 3, len(STEPS))


def _variables(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    ratings = {i.code: (i.code,) for i in questionnaire.items if i.type is ItemType.RATING5}
    factors = {
        f"factor:{factor.code}": tuple(
            item.code
            for item in questionnaire.items_measuring(factor.instrument, factor.code)
            if item.type is ItemType.RATING5
        )
        for factor in questionnaire.factors
        if factor.instrument == "sipas"
    }
    return {**ratings, **factors}


def _visit(
    session: Session,
    campaign: Campaign,
    plan: Simulation,
    frame: list[FrameUnit],
    population: Population,
    numbers: dict[str, int],
    rng: np.random.Generator,
) -> None:
    place = {unit.unit.id: position for position, unit in enumerate(frame)}
    drawn = session.execute(
        select(SamplePerson.id, SamplePerson.listing_number, SampleArea.id, SampleArea.unit_id)
        .join(SampleArea, SampleArea.id == SamplePerson.area_id)
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .where(SampleDraw.campaign_id == campaign.id)
        .order_by(SamplePerson.id)
    ).all()
    rows = np.array([population.household(place[p.unit_id], p.listing_number) for p in drawn])
    answered = rng.random(len(rows)) < RESPONSE_SHARE
    outcome = np.where(
        answered,
        Disposition.COMPLETE.value,
        rng.choice([d.value for d in NONRESPONSE], len(rows), p=NONRESPONSE_SHARES),
    )
    outcome[~population.is_eligible[rows]] = Disposition.VACANT.value
    days = random_days(len(rows), campaign.opens_on, plan.today, rng)
    session.execute(
        update(SamplePerson),
        [
            {"id": person.id, "disposition": str(result), "recorded_on": day}
            for person, result, day in zip(drawn, outcome, days, strict=True)
        ],
    )
    session.execute(
        update(SampleArea)
        .where(SampleArea.draw_id == SampleDraw.id, SampleDraw.campaign_id == campaign.id)
        .values(state="confirmed", confirmed_at=func.now())
    )
    sheets = np.flatnonzero(outcome == Disposition.COMPLETE.value)
    copy_responses(
        session,
        campaign_id=campaign.id,
        channel="interview",
        places=[drawn[sheet][2] for sheet in sheets.tolist()],
        days=[days[sheet] for sheet in sheets.tolist()],
        answers={
            numbers[code]: values[rows[sheets]] for code, values in population.answers.items()
        },
        rng=_identifiers(plan, "ho"),
    )


def _identifiers(plan: Simulation, kind: str) -> np.random.Generator:
    """Return the source of row identifiers: other than in a second round of the same seed."""
    return np.random.default_rng([plan.seed, zlib.crc32(f"{plan.code}-{kind}".encode())])


def _play_scans(database: Database, plan: Simulation, rng: np.random.Generator) -> None:
    new = _new(plan, "qr", "mot-cua", "qr")
    with database.transaction() as session:
        points = tuple(
            session.scalars(
                select(ServicePoint.code)
                .join(LoadedPack, LoadedPack.id == ServicePoint.pack_id)
                .where(ServicePoint.kind == "one_stop", LoadedPack.name == plan.pack)
                .order_by(ServicePoint.code)
            )
        )
    create_campaign(database, None, NewCampaign(**{**vars(new), "points": points}))
    issue_codes(database, None, new.code)
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=new.code).one()
        stored = stored_questionnaire(
            session, campaign.questionnaire_id, campaign.questionnaire.digest
        )
        ids = session.scalars(
            select(CampaignPoint.service_point_id)
            .where(CampaignPoint.campaign_id == campaign.id)
            .order_by(CampaignPoint.service_point_id)
        ).all()
        # Visitors come by point as households do by area; some of them scan.
        visits = rng.multinomial(plan.scans * 4, rng.dirichlet(np.full(len(ids), 1.2)))
        visitors = make_population(stored.questionnaire, visits.tolist(), rng)
        overall = visitors.answers["hai_long_chung"]
        scanned = np.flatnonzero(rng.random(len(overall)) < SCAN_CHANCE[overall])
        chosen = np.sort(rng.permutation(scanned)[: plan.scans])
        copy_responses(
            session,
            campaign_id=campaign.id,
            channel="qr",
            places=[ids[area] for area in visitors.area[chosen]],
            days=random_days(len(chosen), campaign.opens_on, plan.today, rng),
            answers={
                stored.numbers[code]: values[chosen] for code, values in visitors.answers.items()
            },
            rng=_identifiers(plan, "qr"),
        )
        record(session, None, "campaign.simulated", new.code, seed=plan.seed)
