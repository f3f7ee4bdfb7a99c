"""Which answers count: all but those kept apart as suspect, and how many those are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from survey_app.store.tables import (
    Agency,
    Campaign,
    JournalEntry,
    Quarantine,
    Response,
    ServicePoint,
)


@dataclass(frozen=True)
class HeldBack:
    """How many answers of a campaign were kept apart, and what became of them."""

    waiting: int = 0
    left_out: int = 0
    counted_after_review: int = 0


@dataclass(frozen=True)
class SuspectGroup:
    """Suspect answers of one day at one point for the same reasons: reviewed together.

    Single answers are not shown: their pattern is what is judged.
    """

    campaign_id: int
    campaign_code: str
    service_point_id: int
    point_vi: str
    point_en: str
    agency_vi: str
    agency_en: str
    flagged_on: date
    reasons: tuple[str, ...]
    answers: int
    all_answers: int
    proposed: str | None
    proposed_by: int | None


def counts(*, with_suspects: bool = False) -> ColumnElement[bool]:
    """Return the condition that a `Response` counts: not suspect, or found to count by two people.

    A real campaign's answer counts once its day is sealed: the office that is rated does not see
    single answers as they come.
    """
    campaign = aliased(Campaign)  # the statement around may read campaigns as well
    is_sealed = exists().where(JournalEntry.response_id == Response.id) | exists().where(
        campaign.id == Response.campaign_id, campaign.is_simulated
    )
    if with_suspects:
        return is_sealed
    is_held = exists().where(
        Quarantine.response_id == Response.id, Quarantine.decision.is_distinct_from("counts")
    )
    return is_sealed & ~is_held


def held_back(session: Session, campaign_id: int) -> HeldBack:
    """Count the suspect answers of a campaign by what was decided."""
    rows = session.execute(
        select(Quarantine.decision, func.count().label("answers"))
        .join(Response, Response.id == Quarantine.response_id)
        .where(Response.campaign_id == campaign_id)
        .group_by(Quarantine.decision)
    )
    found = {row.decision: row.answers for row in rows}
    return HeldBack(found.get(None, 0), found.get("left_out", 0), found.get("counts", 0))


def suspect_groups(session: Session) -> list[SuspectGroup]:
    """Return what waits for review, the oldest first."""
    all_answers = (
        select(func.count())
        .select_from(Response)
        .where(Response.campaign_id == Campaign.id, Response.service_point_id == ServicePoint.id)
        .correlate(Campaign, ServicePoint)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Campaign.id.label("campaign_id"),
            Campaign.code.label("campaign_code"),
            ServicePoint.id.label("service_point_id"),
            ServicePoint.name_vi.label("point_vi"),
            ServicePoint.name_en.label("point_en"),
            Agency.name_vi.label("agency_vi"),
            Agency.name_en.label("agency_en"),
            Quarantine.flagged_on,
            Quarantine.reasons,
            func.count().label("answers"),
            all_answers.label("all_answers"),
            Quarantine.proposed,
            Quarantine.proposed_by,
        )
        .join(Response, Response.id == Quarantine.response_id)
        .join(Campaign, Campaign.id == Response.campaign_id)
        .join(ServicePoint, ServicePoint.id == Response.service_point_id)
        .join(Agency, Agency.id == ServicePoint.agency_id)
        .where(Quarantine.decision.is_(None))
        .group_by(
            Campaign.id,
            ServicePoint.id,
            Agency.id,
            Quarantine.flagged_on,
            Quarantine.reasons,
            Quarantine.proposed,
            Quarantine.proposed_by,
        )
        .order_by(Quarantine.flagged_on, Campaign.code, ServicePoint.code, Quarantine.reasons)
    )
    return [SuspectGroup(**{**row, "reasons": tuple(row["reasons"])}) for row in rows.mappings()]
