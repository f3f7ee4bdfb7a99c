"""Creating a campaign (đợt khảo sát), and ending it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.session import Database
from survey_app.store.tables import (
    Campaign,
    CampaignPoint,
    LoadedPack,
    QuestionnaireVersion,
    ServicePoint,
)

CODE_PATTERN = r"[a-z0-9][a-z0-9-]{1,39}"
MAX_NAME = 200
CREATION_LOCK = 7_203_415

Channel = Literal["qr", "interview"]


@dataclass(frozen=True)
class NewCampaign:
    """What a campaign is made of.

    Attributes
    ----------
    code : str
        Small letters, figures and hyphens; it stands in addresses.
    name : str
        As people read it.
    pack : str
        Name of the loaded pack whose units and service points it concerns.
    questionnaire : str
        Code of the questionnaire.
    version : int or None
        Its version; None for the newest.
    channel : {"qr", "interview"}
        Answered by citizens at service points, or to an enumerator.
    opens_on, closes_on : date
        First and last day on which answers are taken.
    points : tuple of str or None
        Codes of the service points (channel ``qr``); None for all of the pack.
    is_simulated : bool
        Whether its answers are simulated; shown wherever the campaign is.
    truth : dict or None
        The known truth behind simulated answers.
    """

    code: str
    name: str
    pack: str
    questionnaire: str
    channel: Channel
    opens_on: date
    closes_on: date
    version: int | None = None
    points: tuple[str, ...] | None = None
    is_simulated: bool = False
    truth: dict[str, Any] | None = None


def create_campaign(database: Database, actor_id: int | None, new: NewCampaign) -> Campaign:
    """Create a campaign; sent again with the same content, return the one there is.

    Raises
    ------
    ServiceError
        Its ``field`` value names what to mend.
    NotFoundError
        No such pack, questionnaire or service point.
    """
    with database.transaction() as session:
        return add_campaign(session, actor_id, new)


def add_campaign(session: Session, actor_id: int | None, new: NewCampaign) -> Campaign:
    """Do what `create_campaign` does, inside a transaction that the caller has open."""
    name = unicodedata.normalize("NFC", new.name).strip()
    _check(new, name)
    pack_id = session.scalar(select(LoadedPack.id).where(LoadedPack.name == new.pack))
    if pack_id is None:
        raise NotFoundError("pack", new.pack)
    questionnaire_id = _questionnaire_id(session, new.questionnaire, new.version)
    point_ids = _point_ids(session, pack_id, new) if new.channel == "qr" else []
    campaign = Campaign(
        code=new.code,
        name=name,
        pack_id=pack_id,
        questionnaire_id=questionnaire_id,
        channel=new.channel,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        is_simulated=new.is_simulated,
        truth=new.truth,
    )
    # One creation at a time: the second of two equal requests then finds the first.
    session.execute(select(func.pg_advisory_xact_lock(CREATION_LOCK)))
    known = session.scalar(select(Campaign).where(Campaign.code == new.code))
    if known is not None:
        if _is_same(session, known, campaign, point_ids):
            return known
        raise ServiceError("campaign-code-taken", field="code", code=new.code)
    session.add(campaign)
    session.flush()
    if point_ids:
        session.execute(
            insert(CampaignPoint),
            [{"campaign_id": campaign.id, "service_point_id": point} for point in point_ids],
        )
    record(
        session,
        actor_id,
        "campaign.created",
        campaign.code,
        channel=new.channel,
        questionnaire=new.questionnaire,
        pack=new.pack,
        points=len(point_ids),
        is_simulated=new.is_simulated,
    )
    return campaign


def close_campaign(database: Database, actor_id: int | None, code: str, on: date) -> Campaign:
    """End a campaign with the day ``on``: its last day of taking answers.

    Raises
    ------
    NotFoundError
        No such campaign.
    ServiceError
        ``campaign-not-begun`` before its first day.
    """
    with database.transaction() as session:
        campaign = session.scalar(select(Campaign).where(Campaign.code == code).with_for_update())
        if campaign is None:
            raise NotFoundError("campaign", code)
        if campaign.closes_on <= on:
            return campaign
        if on < campaign.opens_on:
            raise ServiceError("campaign-not-begun", code=code, day=campaign.opens_on.isoformat())
        record(
            session,
            actor_id,
            "campaign.closed",
            code,
            last_day=on.isoformat(),
            planned=campaign.closes_on.isoformat(),
        )
        campaign.closes_on = on
        return campaign


def _check(new: NewCampaign, name: str) -> None:
    if not re.fullmatch(CODE_PATTERN, new.code):
        raise ServiceError("campaign-code-form", field="code", code=new.code)
    if not 0 < len(name) <= MAX_NAME:
        raise ServiceError("campaign-name-length", field="name", most=MAX_NAME)
    if new.channel not in ("qr", "interview"):
        raise ServiceError("campaign-channel-unknown", field="channel")
    if new.closes_on < new.opens_on:
        raise ServiceError("campaign-period", field="closes_on")


def _questionnaire_id(session: Session, code: str, version: int | None) -> int:
    wanted = select(QuestionnaireVersion.id).where(QuestionnaireVersion.code == code)
    if version is not None:
        wanted = wanted.where(QuestionnaireVersion.version == version)
    found = session.scalar(wanted.order_by(QuestionnaireVersion.version.desc()).limit(1))
    if found is None:
        raise NotFoundError("questionnaire", code if version is None else f"{code}@{version}")
    return found


def _point_ids(session: Session, pack_id: int, new: NewCampaign) -> list[int]:
    rows = session.execute(
        select(ServicePoint.code, ServicePoint.id)
        .where(ServicePoint.pack_id == pack_id)
        .order_by(ServicePoint.id)
    )
    known = {row.code: row.id for row in rows}
    if new.points is None:
        return list(known.values())
    unknown = [code for code in new.points if code not in known]
    if unknown:
        raise NotFoundError("service point", unknown[0])
    if not new.points:
        raise ServiceError("campaign-no-points", field="points")
    return sorted({known[code] for code in new.points})


def _is_same(session: Session, known: Campaign, new: Campaign, point_ids: list[int]) -> bool:
    columns = ("name", "pack_id", "questionnaire_id", "channel", "opens_on", "closes_on")
    if any(getattr(known, column) != getattr(new, column) for column in columns):
        return False
    points = session.scalars(
        select(CampaignPoint.service_point_id)
        .where(CampaignPoint.campaign_id == known.id)
        .order_by(CampaignPoint.service_point_id)
    )
    return list(points) == point_ids and known.is_simulated == bool(new.is_simulated)
