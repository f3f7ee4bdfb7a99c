"""Campaigns as lists and pages show them, and what a new one can be made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from survey_app.store.tables import (
    Agency,
    Campaign,
    CampaignPoint,
    LoadedPack,
    PointCode,
    QuestionnaireVersion,
    Response,
    SampleArea,
    SampleDraw,
    SamplePerson,
    ServicePoint,
    StaffUser,
    Unit,
)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with what has come of it."""

    id: int
    code: str
    name: str
    channel: str
    opens_on: date
    closes_on: date
    is_simulated: bool
    pack_id: int
    pack: str
    pack_vi: str
    pack_en: str
    questionnaire: str
    version: int
    title_vi: str
    title_en: str
    points: int
    areas: int
    responses: int


@dataclass(frozen=True)
class PackChoice:
    """A loaded pack."""

    name: str
    title_vi: str
    title_en: str


@dataclass(frozen=True)
class QuestionnaireChoice:
    """A version of a questionnaire."""

    code: str
    version: int
    title_vi: str
    title_en: str


@dataclass(frozen=True)
class PointChoice:
    """A service point of a pack."""

    code: str
    kind: str
    name_vi: str
    name_en: str
    unit_name: str


@dataclass(frozen=True)
class PointRow:
    """A campaign's service point, with the code it has in use, if any."""

    point_code: str
    name_vi: str
    name_en: str
    agency_vi: str
    agency_en: str
    code: str | None


@dataclass(frozen=True)
class DrawFacts:
    """What is known of a campaign's draw."""

    seed: str
    frame_digest: str
    design_digest: str
    result_digest: str
    drawn_at: datetime
    drawn_by: str | None


def list_campaigns(session: Session) -> list[CampaignRow]:
    """Return every campaign, the latest begun first."""
    wanted = _campaigns().order_by(Campaign.opens_on.desc(), Campaign.id.desc())
    return [CampaignRow(**row) for row in session.execute(wanted).mappings()]


def find_campaign(session: Session, code: str) -> CampaignRow | None:
    """Return the campaign ``code``."""
    row = session.execute(_campaigns().where(Campaign.code == code)).mappings().one_or_none()
    return None if row is None else CampaignRow(**row)


def list_packs(session: Session) -> list[PackChoice]:
    """Return the loaded packs, the newest first."""
    rows = session.execute(
        select(LoadedPack.name, LoadedPack.title_vi, LoadedPack.title_en).order_by(
            LoadedPack.id.desc()
        )
    )
    return [PackChoice(**row) for row in rows.mappings()]


def list_questionnaires(session: Session) -> list[QuestionnaireChoice]:
    """Return every version of every questionnaire, the newest of each first."""
    title = QuestionnaireVersion.definition["title"]
    rows = session.execute(
        select(
            QuestionnaireVersion.code,
            QuestionnaireVersion.version,
            title["vi"].astext.label("title_vi"),
            title["en"].astext.label("title_en"),
        ).order_by(QuestionnaireVersion.code, QuestionnaireVersion.version.desc())
    )
    return [QuestionnaireChoice(**row) for row in rows.mappings()]


def list_points(session: Session, pack: str) -> list[PointChoice]:
    """Return the service points of a pack."""
    rows = session.execute(
        select(
            ServicePoint.code,
            ServicePoint.kind,
            ServicePoint.name_vi,
            ServicePoint.name_en,
            Unit.name.label("unit_name"),
        )
        .join(LoadedPack, LoadedPack.id == ServicePoint.pack_id)
        .join(Unit, Unit.id == ServicePoint.unit_id)
        .where(LoadedPack.name == pack)
        .order_by(ServicePoint.kind, ServicePoint.code)
    )
    return [PointChoice(**row) for row in rows.mappings()]


def points_of(session: Session, campaign_id: int) -> list[PointRow]:
    """Return a campaign's service points."""
    rows = session.execute(
        select(
            ServicePoint.code.label("point_code"),
            ServicePoint.name_vi,
            ServicePoint.name_en,
            Agency.name_vi.label("agency_vi"),
            Agency.name_en.label("agency_en"),
            PointCode.code,
        )
        .join(CampaignPoint, CampaignPoint.service_point_id == ServicePoint.id)
        .join(Agency, Agency.id == ServicePoint.agency_id)
        .outerjoin(
            PointCode, (PointCode.service_point_id == ServicePoint.id) & ~PointCode.is_revoked
        )
        .where(CampaignPoint.campaign_id == campaign_id)
        .order_by(ServicePoint.code)
    )
    return [PointRow(**row) for row in rows.mappings()]


def draw_facts(session: Session, campaign_id: int) -> DrawFacts | None:
    """Return what is known of a campaign's draw, or None before it."""
    row = (
        session.execute(
            select(
                SampleDraw.seed,
                SampleDraw.frame_digest,
                SampleDraw.design_digest,
                SampleDraw.result_digest,
                SampleDraw.drawn_at,
                StaffUser.full_name.label("drawn_by"),
            )
            .outerjoin(StaffUser, StaffUser.id == SampleDraw.drawn_by)
            .where(SampleDraw.campaign_id == campaign_id)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else DrawFacts(**row)


def disposition_counts(session: Session, campaign_id: int) -> dict[str | None, int]:
    """Return how many drawn persons have which disposition; None: not visited yet."""
    rows = session.execute(
        select(SamplePerson.disposition, func.count())
        .join(SampleArea, SampleArea.id == SamplePerson.area_id)
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .where(SampleDraw.campaign_id == campaign_id, SampleArea.state != "replaced")
        .group_by(SamplePerson.disposition)
    )
    return {row[0]: row[1] for row in rows}


def _campaigns() -> Select[*tuple[Any, ...]]:
    title = QuestionnaireVersion.definition["title"]
    return (
        select(
            Campaign.id,
            Campaign.code,
            Campaign.name,
            Campaign.channel,
            Campaign.opens_on,
            Campaign.closes_on,
            Campaign.is_simulated,
            Campaign.pack_id,
            LoadedPack.name.label("pack"),
            LoadedPack.title_vi.label("pack_vi"),
            LoadedPack.title_en.label("pack_en"),
            QuestionnaireVersion.code.label("questionnaire"),
            QuestionnaireVersion.version,
            title["vi"].astext.label("title_vi"),
            title["en"].astext.label("title_en"),
            _count(CampaignPoint.campaign_id == Campaign.id).label("points"),
            _count(
                (SampleArea.draw_id == SampleDraw.id)
                & (SampleDraw.campaign_id == Campaign.id)
                & (SampleArea.state != "replaced")
            ).label("areas"),
            _count(Response.campaign_id == Campaign.id).label("responses"),
        )
        .join(LoadedPack, LoadedPack.id == Campaign.pack_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Campaign.questionnaire_id)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(condition).correlate(Campaign).scalar_subquery()
