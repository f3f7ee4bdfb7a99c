"""The form that a code opens on a day, if any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from survey_app.store.tables import (
    Agency,
    Campaign,
    CampaignPoint,
    PointCode,
    QuestionnaireVersion,
    ServicePoint,
)


@dataclass(frozen=True)
class FormAtPoint:
    """A code's service point and the campaign there that matters most on the day asked."""

    is_revoked: bool
    service_point_id: int
    kind: str
    point_vi: str
    point_en: str
    agency_vi: str
    agency_en: str
    campaign_id: int | None
    is_simulated: bool | None
    opens_on: date | None
    closes_on: date | None
    questionnaire_id: int | None
    questionnaire_digest: str | None


_OPEN = and_(Campaign.opens_on <= bindparam("on"), Campaign.closes_on >= bindparam("on"))

# Built once: the statement is asked for with every form opened and every form sent.
_FORM_AT_POINT = (
    select(
        PointCode.is_revoked,
        ServicePoint.id.label("service_point_id"),
        ServicePoint.kind,
        ServicePoint.name_vi.label("point_vi"),
        ServicePoint.name_en.label("point_en"),
        Agency.name_vi.label("agency_vi"),
        Agency.name_en.label("agency_en"),
        Campaign.id.label("campaign_id"),
        Campaign.is_simulated,
        Campaign.opens_on,
        Campaign.closes_on,
        QuestionnaireVersion.id.label("questionnaire_id"),
        QuestionnaireVersion.digest.label("questionnaire_digest"),
    )
    .join(ServicePoint, ServicePoint.id == PointCode.service_point_id)
    .join(Agency, Agency.id == ServicePoint.agency_id)
    .outerjoin(CampaignPoint, CampaignPoint.service_point_id == ServicePoint.id)
    .outerjoin(Campaign, and_(Campaign.id == CampaignPoint.campaign_id, Campaign.channel == "qr"))
    .outerjoin(QuestionnaireVersion, QuestionnaireVersion.id == Campaign.questionnaire_id)
    .where(PointCode.code == bindparam("code"))
    .order_by(
        Campaign.id.is_(None),
        _OPEN.desc().nulls_last(),
        Campaign.is_simulated,
        Campaign.opens_on.desc(),
        Campaign.id.desc(),
    )
    .limit(1)
)


def form_at_point(session: Session, code: str, on: date) -> FormAtPoint | None:
    """Return what ``code`` leads to: a campaign open on the day first, real before simulated.

    Among several open ones the latest begun; where none is open, the latest of all, so that the
    page can say when it was.
    """
    found = session.execute(_FORM_AT_POINT, {"code": code, "on": on}).mappings().one_or_none()
    return None if found is None else FormAtPoint(**found)
