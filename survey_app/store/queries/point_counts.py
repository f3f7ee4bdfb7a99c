"""How often each rating was given at each service point of a QR campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.store.queries.held_back import counts
from survey_app.store.tables import Answer, CampaignPoint, Response, ServicePoint


@dataclass(frozen=True)
class RatingCounts:
    """Counts of the answers 1–5 to one item at one point."""

    point_code: str
    point_name: str
    agency_id: int
    item: str
    counts: tuple[int, int, int, int, int]


def rating_counts(
    session: Session,
    campaign_id: int,
    numbers: Mapping[str, int],
    *,
    with_suspects: bool = False,
) -> list[RatingCounts]:
    """Return counts for every point of the campaign and every item, zeros included.

    Answers count as `survey_app.store.queries.held_back.counts` says.
    """
    points = session.execute(
        select(ServicePoint.id, ServicePoint.code, ServicePoint.name_vi, ServicePoint.agency_id)
        .join(CampaignPoint, CampaignPoint.service_point_id == ServicePoint.id)
        .where(CampaignPoint.campaign_id == campaign_id)
        .order_by(ServicePoint.code)
    ).all()
    counted = session.execute(
        select(Response.service_point_id, Answer.item, Answer.value, func.count())
        .join(Answer, Answer.response_id == Response.id)
        .where(
            Response.campaign_id == campaign_id,
            Answer.item.in_(list(numbers.values())),
            Answer.value.between(1, 5),
            counts(with_suspects=with_suspects),
        )
        .group_by(Response.service_point_id, Answer.item, Answer.value)
    )
    table = {(point, item, value): count for point, item, value, count in counted}
    return [
        RatingCounts(
            code,
            name,
            agency_id,
            item,
            (
                table.get((point_id, number, 1), 0),
                table.get((point_id, number, 2), 0),
                table.get((point_id, number, 3), 0),
                table.get((point_id, number, 4), 0),
                table.get((point_id, number, 5), 0),
            ),
        )
        for point_id, code, name, agency_id in points
        for item, number in numbers.items()
    ]


def response_count(session: Session, campaign_id: int) -> int:
    """Return how many answer sheets of a campaign count."""
    wanted = select(func.count()).select_from(Response).where(Response.campaign_id == campaign_id)
    return session.scalar(wanted.where(counts())) or 0
