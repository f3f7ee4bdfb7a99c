"""Computing a campaign's figures once and storing them: pages only read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import (
    Estimate,
    EstimateTable,
    Mean,
    PooledShare,
    Share,
    analyse,
)
from analysis.decision import Outcome, judge_many
from analysis.requests import Request
from analysis.snapshot import read_snapshot
from survey_app.domain.publication import (
    Doubt,
    Figure,
    InterviewFigures,
    Judgement,
    Label,
    Place,
    SelfSelectedFigures,
)
from survey_app.domain.questionnaire import ItemType, Questionnaire
from survey_app.services.audit import record
from survey_app.services.compare_places import contrasts, distributions
from survey_app.services.count_answers import count_answers
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.take_snapshot import take_snapshot
from survey_app.settings import Settings
from survey_app.store.queries.interview_answers import drawn_areas, drawn_persons
from survey_app.store.queries.stored_questionnaires import StoredQuestionnaire, stored_questionnaire
from survey_app.store.session import Database
from survey_app.store.tables import (
    Campaign,
    Plan,
    PlanTarget,
    PlanTask,
    Publication,
    RoundClosure,
    Unit,
)

SATISFIED = (4, 5)
YES = (1,)
CONFIDENCE = 0.95

Comparator = Literal["at_least", "at_most"]
STATISTICS: dict[str, Literal["share", "mean", "index"]] = {
    "pooled_share": "index",
    "share": "share",
    "mean": "mean",
}
OUTCOMES: dict[Outcome, Literal["met", "not_met", "undecided"]] = {
    Outcome.MET: "met",
    Outcome.NOT_MET: "not_met",
    Outcome.UNDECIDED: "undecided",
}


@dataclass(frozen=True)
class Threshold:
    """A survey share of the plan that this questionnaire measures."""

    task: str
    text: str
    items: tuple[str, ...]
    comparator: Comparator
    share: float

    @property
    def variable(self) -> str:
        """The name under which the target's share is listed."""
        return f"target:{self.task}"


def publish_results(
    database: Database, settings: Settings, campaign_code: str, actor_id: int | None
) -> Publication:
    """Compute a campaign's figures and store them as a new publication, unless it is closed.

    Raises
    ------
    NotFoundError
        No such campaign.
    ServiceError
        ``round-closed``: the figures are those of its close; or what `compute_publication` refuses.
    """
    with database.transaction() as session:
        closed = session.scalar(
            select(RoundClosure.version)
            .join(Campaign, Campaign.id == RoundClosure.campaign_id)
            .where(Campaign.code == campaign_code)
            .limit(1)
        )
    if closed is not None:
        raise ServiceError("round-closed", code=campaign_code)
    return compute_publication(database, settings, campaign_code, actor_id)


def compute_publication(
    database: Database, settings: Settings, campaign_code: str, actor_id: int | None
) -> Publication:
    """Compute a campaign's figures and store them.

    An interview campaign is estimated from a snapshot by its design; a QR campaign is counted,
    because those who scan choose themselves.

    Raises
    ------
    NotFoundError
        No such campaign.
    ServiceError
        The snapshot's own refusals, or ``publish-no-answers``.
    """
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one_or_none()
        if campaign is None:
            raise NotFoundError("campaign", campaign_code)
        channel = campaign.channel
    figures = (
        _interview_figures(database, settings, campaign_code)
        if channel == "interview"
        else _self_selected_figures(database, campaign_code)
    )
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one()
        publication = Publication(
            campaign_id=campaign.id,
            snapshot_digest=figures.snapshot,
            code_version=version("survey"),
            figures=figures.model_dump(mode="json"),
        )
        session.add(publication)
        record(session, actor_id, "results.published", campaign_code, snapshot=figures.snapshot)
    return publication


def _interview_figures(
    database: Database, settings: Settings, campaign_code: str
) -> InterviewFigures:
    manifest = take_snapshot(database, settings, campaign_code)
    snapshot = read_snapshot(settings.snapshot_dir / manifest.digest)
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one()
        stored = _questionnaire_of(session, campaign)
        thresholds = _thresholds(session, campaign.pack_id, stored.questionnaire)
        areas = drawn_areas(session, campaign.id)
        persons = len(drawn_persons(session, campaign.id))
        places = _places(session, campaign.pack_id, {area.stratum for area in areas})
    table = snapshot.answers
    requests = [*_requests(stored.questionnaire, table), *_target_requests(thresholds, table)]
    estimates = analyse(snapshot.survey_design(), table, requests, by=[(), "domain"])
    figures = tuple(_figure(estimate) for estimate in estimates)
    ratings = [
        item.code
        for item in stored.questionnaire.items
        if item.type is ItemType.RATING5
        and item.code in table.column_names
        and _is_answered(table, item.code)
    ]
    return InterviewFigures(
        snapshot=manifest.digest,
        confidence=CONFIDENCE,
        places=places,
        labels=_labels(stored.questionnaire),
        figures=figures,
        judgements=_judgements(thresholds, estimates),
        persons_drawn=persons,
        interviews=table.num_rows,
        distributions=distributions(snapshot.survey_design(), table, ratings),
        contrasts=contrasts(snapshot.survey_design(), table, ratings),
    )


def _questionnaire_of(session: Session, campaign: Campaign) -> StoredQuestionnaire:
    return stored_questionnaire(session, campaign.questionnaire_id, campaign.questionnaire.digest)


def _requests(questionnaire: Questionnaire, table: pa.Table) -> list[Request]:
    requests: list[Request] = []
    for item in questionnaire.items:
        if item.code not in table.column_names or not _is_answered(table, item.code):
            continue
        if item.type is ItemType.RATING5:
            requests += [Share(item.code, levels=SATISFIED), Mean(item.code)]
        elif item.type is ItemType.YES_NO:
            requests.append(Share(item.code, levels=YES))
    for factor in questionnaire.factors:
        ratings = tuple(
            item.code
            for item in questionnaire.items_measuring(factor.instrument, factor.code)
            if item.type is ItemType.RATING5
        )
        if factor.instrument == "sipas" and ratings:
            requests.append(PooledShare(f"factor:{factor.code}", ratings, levels=SATISFIED))
    return requests


def _is_answered(table: pa.Table, column: str) -> bool:
    return bool(table[column].null_count < table.num_rows)


def _thresholds(
    session: Session, pack_id: int, questionnaire: Questionnaire
) -> tuple[Threshold, ...]:
    rows = session.execute(
        select(PlanTask.code, PlanTarget)
        .join(PlanTask, PlanTask.id == PlanTarget.task_id)
        .join(Plan, Plan.id == PlanTask.plan_id)
        .where(
            Plan.pack_id == pack_id,
            PlanTarget.kind == "survey_share",
            PlanTarget.threshold.is_not(None),
        )
        .order_by(PlanTask.id, PlanTarget.position)
    ).all()
    prefix = f"{questionnaire.code}:"
    found = []
    for task, target in rows:
        items = tuple(
            name.removeprefix(prefix)
            for name in target.measured_by["items"]
            if name.startswith(prefix)
        )
        if items and target.threshold is not None:
            comparator: Comparator = "at_most" if target.comparator == "at_most" else "at_least"
            found.append(Threshold(task, target.text, items, comparator, target.threshold / 100))
    return tuple(found)


def _target_requests(thresholds: Iterable[Threshold], table: pa.Table) -> list[Request]:
    return [
        PooledShare(target.variable, target.items, levels=SATISFIED)
        for target in thresholds
        if all(item in table.column_names for item in target.items)
    ]


def _judgements(thresholds: Sequence[Threshold], estimates: EstimateTable) -> tuple[Judgement, ...]:
    """Judge every target of a direction together, so that many targets raise no false alarm."""
    whole = {estimate.variable: estimate for estimate in estimates if not estimate.domain}
    judged: list[Judgement] = []
    directions: tuple[Comparator, ...] = ("at_least", "at_most")
    for direction in directions:
        family = [t for t in thresholds if t.comparator == direction and t.variable in whole]
        verdicts = judge_many(
            [whole[target.variable] for target in family],
            [target.share for target in family],
            direction=direction,
            confidence=CONFIDENCE,
        )
        judged += [
            Judgement(
                task=target.task,
                target=target.text,
                variable=target.variable,
                threshold=target.share,
                comparator=direction,
                outcome=OUTCOMES[verdict.outcome],
                confidence=verdict.confidence,
                figure=_figure(whole[target.variable]),
                bound=verdict.bound,
                is_lower_bound=verdict.is_lower_bound,
                additional_interviews=verdict.additional_interviews,
                no_additional_reason=(
                    verdict.no_additional_reason.value if verdict.no_additional_reason else None
                ),
            )
            for target, verdict in zip(family, verdicts, strict=True)
        ]
    return tuple(judged)


def _figure(estimate: Estimate) -> Figure:
    domain = estimate.domain.get("domain")
    return Figure(
        statistic=STATISTICS[estimate.statistic],
        variable=estimate.variable,
        domain=None if domain is None else str(domain),
        estimate=estimate.estimate,
        se=estimate.se,
        ci_low=estimate.ci_low,
        ci_high=estimate.ci_high,
        df=estimate.df,
        deff=estimate.deff,
        n=estimate.n,
        cautions=tuple(Doubt(code=c.code.value, values=dict(c.values)) for c in estimate.cautions),
    )


def _labels(questionnaire: Questionnaire) -> tuple[Label, ...]:
    factor_of = {
        item.code: meaning.factor
        for item in questionnaire.items
        for meaning in item.measures
        if meaning.instrument in ("sipas", "hospital")
    }
    items = [
        Label(code=item.code, words=item.text, factor=factor_of.get(item.code))
        for item in questionnaire.items
    ]
    factors = [
        Label(code=f"factor:{factor.code}", words=factor.name, is_factor=True)
        for factor in questionnaire.factors
    ]
    return (*items, *factors)


def _places(session: Session, pack_id: int, codes: set[str]) -> tuple[Place, ...]:
    rows = session.execute(
        select(Unit.code, Unit.name)
        .where(Unit.pack_id == pack_id, Unit.code.in_(codes))
        .order_by(Unit.code)
    )
    return tuple(Place(code=code, name=name) for code, name in rows)


def _self_selected_figures(database: Database, campaign_code: str) -> SelfSelectedFigures:
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one()
        stored = _questionnaire_of(session, campaign)
    return count_answers(database, campaign_code, stored, _labels(stored.questionnaire))
