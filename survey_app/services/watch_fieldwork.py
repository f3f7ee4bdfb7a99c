"""Fieldwork while it runs (theo dõi thực địa): rates, pace, and what looks odd among the sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from survey_app.domain.questionnaire import ItemType, Questionnaire
from survey_app.domain.response_rates import (
    OutcomeCounts,
    OutcomeRates,
    outcome_counts,
    outcome_rates,
)
from survey_app.domain.sheet_quality import Alert, area_alerts
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.interview_answers import coded_answers
from survey_app.store.queries.progress import AreaOutcomes, area_outcomes
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database
from survey_app.store.tables import Campaign

BEHIND = 0.15  # of the fieldwork's days more gone than of its visits made
SINGLE_VALUED = (ItemType.RATING5, ItemType.YES_NO, ItemType.SINGLE_CHOICE)


@dataclass(frozen=True)
class Standing:
    """Where a part of the fieldwork stands.

    Attributes
    ----------
    name : str
    drawn : int
        Households in the sample.
    counts : OutcomeCounts
        Those with an outcome.
    rates : OutcomeRates
    is_behind : bool
        Whether the visits lag behind the calendar.
    """

    name: str
    drawn: int
    counts: OutcomeCounts
    rates: OutcomeRates
    is_behind: bool


@dataclass(frozen=True)
class AreaStanding:
    """An area, its enumerator, and what looks odd in it."""

    area_id: int
    enumerator: str | None
    standing: Standing
    alerts: tuple[Alert, ...]


@dataclass(frozen=True)
class FieldworkReport:
    """The whole campaign, its enumerators and its areas."""

    whole: Standing
    enumerators: tuple[Standing, ...]
    areas: tuple[AreaStanding, ...]
    days: int
    days_left: int


def watch_fieldwork(database: Database, campaign_code: str, today: date) -> FieldworkReport:
    """Return how the fieldwork of an interview campaign stands on a day.

    Raises
    ------
    NotFoundError
        No such campaign, or nothing drawn for it.
    """
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one_or_none()
        rows = area_outcomes(session, campaign_code)
        if campaign is None or not rows:
            raise NotFoundError("campaign", campaign_code)
        stored = stored_questionnaire(
            session, campaign.questionnaire_id, campaign.questionnaire.digest
        )
        items = [i for i in stored.questionnaire.items if i.type in SINGLE_VALUED]
        answers = coded_answers(
            session, campaign.id, {item.code: stored.numbers[item.code] for item in items}
        )
        days = (campaign.closes_on - campaign.opens_on).days + 1
        gone = min(max((today - campaign.opens_on).days, 0), days)
    elapsed = gone / days
    sheets = _by_area(stored.questionnaire, answers.area_ids, answers.items)
    areas = []
    for row in rows:
        standing = _standing(row.unit_name, [row], elapsed)
        ratings, coded = sheets.get(row.area_id, _NONE)
        alerts = area_alerts(
            ratings,
            coded,
            visited=standing.counts.visited,
            missing=standing.counts.visited - standing.counts.interviews,
        )
        areas.append(AreaStanding(row.area_id, row.enumerator, standing, tuple(alerts)))
    by_enumerator: dict[int, list[AreaOutcomes]] = {}
    for row in rows:
        if row.enumerator_id is not None:
            by_enumerator.setdefault(row.enumerator_id, []).append(row)
    return FieldworkReport(
        whole=_standing(campaign_code, rows, elapsed),
        enumerators=tuple(
            _standing(group[0].enumerator or "", group, elapsed) for group in by_enumerator.values()
        ),
        areas=tuple(areas),
        days=days,
        days_left=days - gone,
    )


_NONE = (np.empty((0, 0), np.int32), np.empty((0, 0), np.int32))


def _standing(name: str, rows: Sequence[AreaOutcomes], elapsed: float) -> Standing:
    outcomes: Counter[str | None] = Counter()
    for row in rows:
        outcomes.update(row.outcomes)
    counts = outcome_counts(outcomes)
    drawn = sum(outcomes.values())
    return Standing(
        name=name,
        drawn=drawn,
        counts=counts,
        rates=outcome_rates(counts),
        is_behind=counts.visited < drawn and elapsed - counts.visited / drawn > BEHIND,
    )


def _by_area(
    questionnaire: Questionnaire, area_ids: Iterable[int], items: Mapping[str, np.ndarray]
) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    ids = np.asarray(area_ids)
    ratings = [items[i.code] for i in questionnaire.items if i.type is ItemType.RATING5]
    rated = np.stack(ratings, axis=1) if ratings else np.empty((len(ids), 0), np.int32)
    coded = np.stack(list(items.values()), axis=1)
    return {int(area): (rated[ids == area], coded[ids == area]) for area in np.unique(ids)}
