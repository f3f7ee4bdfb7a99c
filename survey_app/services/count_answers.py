"""The figures of a campaign at counters: counted, with what protects those who answered.

Two rules keep single answers from being guessed by who stood at the counter that day: an answer
counts once its day is sealed, and a point's counts move only by at least `SMALLEST_STEP` answers
since the publication before. Two publications therefore never differ by one person's answer.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.publication import Label, LevelCount, PointCount, SelfSelectedFigures
from survey_app.domain.questionnaire import ItemType
from survey_app.services.errors import ServiceError
from survey_app.store.queries.held_back import held_back
from survey_app.store.queries.point_counts import RatingCounts, rating_counts, response_count
from survey_app.store.queries.stored_questionnaires import StoredQuestionnaire
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, Publication

SMALLEST_STEP: Final = 5

_Levels = tuple[int, int, int, int, int]


def count_answers(
    database: Database, campaign_code: str, stored: StoredQuestionnaire, labels: tuple[Label, ...]
) -> SelfSelectedFigures:
    """Count a campaign's answers at its points.

    Raises
    ------
    ServiceError
        ``publish-no-answers``.
    """
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one()
        ratings = {
            item.code: stored.numbers[item.code]
            for item in stored.questionnaire.items
            if item.type is ItemType.RATING5
        }
        counted = rating_counts(session, campaign.id, ratings)
        everything = rating_counts(session, campaign.id, ratings, with_suspects=True)
        responses = response_count(session, campaign.id)
        suspects = held_back(session, campaign.id)
        before = _published(session, campaign.id)
    if not responses and not suspects.waiting:
        raise ServiceError("publish-no-answers", campaign=campaign_code)
    now: dict[str, int] = Counter()
    for row in counted:
        now[row.point_code] = max(now[row.point_code], sum(row.counts))
    step = 0 if campaign.is_simulated else SMALLEST_STEP  # nobody answered a simulated campaign
    points = tuple(_point(row, now[row.point_code], before, step) for row in counted)
    body = json.dumps([point.model_dump() for point in points], sort_keys=True)
    return SelfSelectedFigures(
        snapshot=hashlib.sha256(body.encode()).hexdigest(),
        labels=labels,
        points=points,
        responses=responses,
        suspects_waiting=suspects.waiting,
        suspects_left_out=suspects.left_out,
        suspects_counted=suspects.counted_after_review,
        with_suspects=_totals(everything) if suspects.waiting + suspects.left_out else (),
    )


def _point(
    row: RatingCounts, sheets: int, before: dict[tuple[str, str], _Levels], step: int
) -> PointCount:
    """Return a point's counts: new ones if there are enough new answers, else those before."""
    published = max(
        (sum(v) for (point, _), v in before.items() if point == row.point_code), default=0
    )
    nothing: _Levels = (0, 0, 0, 0, 0)
    is_step = abs(sheets - published) >= step
    counts = row.counts if is_step else before.get((row.point_code, row.item), nothing)
    return PointCount(
        point=row.point_code,
        name=row.point_name,
        agency_id=row.agency_id,
        variable=row.item,
        counts=counts,
    )


def _published(session: Session, campaign_id: int) -> dict[tuple[str, str], _Levels]:
    last = session.scalars(
        select(Publication.figures)
        .where(Publication.campaign_id == campaign_id)
        .order_by(Publication.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return {}
    points = SelfSelectedFigures.model_validate(last).points
    return {(point.point, point.variable): point.counts for point in points}


def _totals(rows: Sequence[RatingCounts]) -> tuple[LevelCount, ...]:
    totals: dict[str, list[int]] = {}
    for row in rows:
        sums = totals.setdefault(row.item, [0] * 5)
        for level, count in enumerate(row.counts):
            sums[level] += count
    return tuple(
        LevelCount(variable=item, counts=(c[0], c[1], c[2], c[3], c[4]))
        for item, c in totals.items()
    )
