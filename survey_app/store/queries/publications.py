"""The newest stored figures of campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.publication import InterviewFigures, SelfSelectedFigures
from survey_app.store.tables import Campaign, Publication

_FIGURES: TypeAdapter[InterviewFigures | SelfSelectedFigures] = TypeAdapter(
    InterviewFigures | SelfSelectedFigures
)


@dataclass(frozen=True)
class PublishedCampaign:
    """A campaign with its newest figures, if it has any."""

    code: str
    name: str
    channel: str
    is_simulated: bool
    pack_id: int
    publication_id: int | None
    computed_at: datetime | None
    code_version: str | None
    figures: InterviewFigures | SelfSelectedFigures | None


def published_campaigns(session: Session) -> list[PublishedCampaign]:
    """Return every campaign, newest first, with its newest publication."""
    newest = (
        select(Publication.id)
        .where(Publication.campaign_id == Campaign.id)
        .order_by(Publication.id.desc())
        .limit(1)
        .correlate(Campaign)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Campaign, Publication)
        .outerjoin(Publication, Publication.id == newest)
        .order_by(Campaign.id.desc())
    )
    return [_published(campaign, publication) for campaign, publication in rows]


def published_campaign(session: Session, code: str) -> PublishedCampaign | None:
    """Return one campaign with its newest publication; None if there is no such campaign."""
    campaign = session.scalar(select(Campaign).where(Campaign.code == code))
    if campaign is None:
        return None
    publication = session.scalar(
        select(Publication)
        .where(Publication.campaign_id == campaign.id)
        .order_by(Publication.id.desc())
        .limit(1)
    )
    return _published(campaign, publication)


def _published(campaign: Campaign, publication: Publication | None) -> PublishedCampaign:
    return PublishedCampaign(
        code=campaign.code,
        name=campaign.name,
        channel=campaign.channel,
        is_simulated=campaign.is_simulated,
        pack_id=campaign.pack_id,
        publication_id=publication.id if publication else None,
        computed_at=publication.computed_at if publication else None,
        code_version=publication.code_version if publication else None,
        figures=_FIGURES.validate_python(publication.figures) if publication else None,
    )


def judged_campaigns(session: Session, pack_id: int | None = None) -> list[PublishedCampaign]:
    """Return the campaigns whose newest figures judge targets of the plan, newest first."""
    return [
        campaign
        for campaign in published_campaigns(session)
        if isinstance(campaign.figures, InterviewFigures)
        and campaign.figures.judgements
        and pack_id in (None, campaign.pack_id)
    ]
