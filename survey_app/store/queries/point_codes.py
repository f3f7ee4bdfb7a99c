"""The codes there are, and the service points that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from survey_app.store.tables import (
    Agency,
    Campaign,
    CampaignPoint,
    PointCode,
    ServicePoint,
)


@dataclass(frozen=True)
class PointCodeRow:
    """One code and the service point whose QR carries it."""

    code: str
    is_revoked: bool
    service_point_id: int
    point_code: str
    kind: str
    name_vi: str
    name_en: str
    agency_id: int
    agency_vi: str
    agency_en: str


def list_codes(
    session: Session, *, campaign_code: str | None = None, with_revoked: bool = False
) -> list[PointCodeRow]:
    """Return the codes in use, of one campaign's points or of all, in the order of the points."""
    wanted = _rows()
    if campaign_code is not None:
        wanted = (
            wanted.join(CampaignPoint, CampaignPoint.service_point_id == ServicePoint.id)
            .join(Campaign, Campaign.id == CampaignPoint.campaign_id)
            .where(Campaign.code == campaign_code)
        )
    if not with_revoked:
        wanted = wanted.where(~PointCode.is_revoked)
    ordered = wanted.order_by(ServicePoint.pack_id, ServicePoint.code, PointCode.id)
    return [PointCodeRow(**row) for row in session.execute(ordered).mappings()]


def find_code(session: Session, code: str) -> PointCodeRow | None:
    """Return one code, revoked or not."""
    row = session.execute(_rows().where(PointCode.code == code)).mappings().one_or_none()
    return None if row is None else PointCodeRow(**row)


def code_of_point(session: Session, service_point_id: int) -> PointCodeRow | None:
    """Return the code that a service point has in use."""
    wanted = _rows().where(ServicePoint.id == service_point_id, ~PointCode.is_revoked)
    row = session.execute(wanted).mappings().one_or_none()
    return None if row is None else PointCodeRow(**row)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PointCode.code,
            PointCode.is_revoked,
            ServicePoint.id.label("service_point_id"),
            ServicePoint.code.label("point_code"),
            ServicePoint.kind,
            ServicePoint.name_vi,
            ServicePoint.name_en,
            Agency.id.label("agency_id"),
            Agency.name_vi.label("agency_vi"),
            Agency.name_en.label("agency_en"),
        )
        .join(ServicePoint, ServicePoint.id == PointCode.service_point_id)
        .join(Agency, Agency.id == ServicePoint.agency_id)
    )
