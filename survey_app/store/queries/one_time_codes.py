"""One-time codes: where a code leads, and how many of each batch were used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from survey_app.store.queries.forms_at_points import FormAtPoint
from survey_app.store.tables import (
    Agency,
    Campaign,
    OneTimeBatch,
    OneTimeCode,
    OneTimeUnspent,
    PointCode,
    QuestionnaireVersion,
    ServicePoint,
)


@dataclass(frozen=True)
class OneTimeForm:
    """What a one-time code leads to, and whether it may still be used.

    ``counter_code`` is the code on the poster of the same service point, if it has one.
    """

    form: FormAtPoint
    counter_code: str | None
    expires_on: date
    is_withdrawn: bool
    is_spent: bool


@dataclass(frozen=True)
class BatchRow:
    """One batch of one-time codes, and how many of them were used."""

    id: int
    campaign_code: str
    is_simulated: bool
    point_code: str
    point_vi: str
    point_en: str
    issued: int
    used: int
    made_on: date
    expires_on: date
    is_withdrawn: bool


# Built once: asked for with every form opened and every form sent.
_FORM = (
    select(
        ServicePoint.id,
        ServicePoint.kind,
        ServicePoint.name_vi,
        ServicePoint.name_en,
        Agency.name_vi.label("agency_vi"),
        Agency.name_en.label("agency_en"),
        Campaign.id.label("campaign_id"),
        Campaign.is_simulated,
        Campaign.opens_on,
        Campaign.closes_on,
        QuestionnaireVersion.id.label("questionnaire_id"),
        QuestionnaireVersion.digest.label("questionnaire_digest"),
        PointCode.code.label("counter_code"),
        OneTimeBatch.expires_on,
        OneTimeBatch.is_withdrawn,
        (~exists().where(OneTimeUnspent.digest == OneTimeCode.digest)).label("is_spent"),
    )
    .select_from(OneTimeCode)
    .join(OneTimeBatch, OneTimeBatch.id == OneTimeCode.batch_id)
    .join(ServicePoint, ServicePoint.id == OneTimeBatch.service_point_id)
    .join(Agency, Agency.id == ServicePoint.agency_id)
    .join(Campaign, Campaign.id == OneTimeBatch.campaign_id)
    .join(QuestionnaireVersion, QuestionnaireVersion.id == Campaign.questionnaire_id)
    .outerjoin(PointCode, (PointCode.service_point_id == ServicePoint.id) & ~PointCode.is_revoked)
    .where(OneTimeCode.digest == bindparam("digest"))
)


def form_of_one_time_code(session: Session, digest: bytes) -> OneTimeForm | None:
    """Return what a code leads to, by its digest; None when no such code was made."""
    row = session.execute(_FORM, {"digest": digest}).one_or_none()
    if row is None:
        return None
    return OneTimeForm(
        form=FormAtPoint(
            is_revoked=False,
            service_point_id=row.id,
            kind=row.kind,
            point_vi=row.name_vi,
            point_en=row.name_en,
            agency_vi=row.agency_vi,
            agency_en=row.agency_en,
            campaign_id=row.campaign_id,
            is_simulated=row.is_simulated,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            questionnaire_id=row.questionnaire_id,
            questionnaire_digest=row.questionnaire_digest,
        ),
        counter_code=row.counter_code,
        expires_on=row.expires_on,
        is_withdrawn=row.is_withdrawn,
        is_spent=row.is_spent,
    )


def list_batches(
    session: Session, *, campaign_code: str | None = None, batch_id: int | None = None
) -> list[BatchRow]:
    """Return the batches of one campaign or of all (or one batch), the latest first."""
    unspent = (
        select(func.count())
        .select_from(OneTimeCode)
        .join(OneTimeUnspent, OneTimeUnspent.digest == OneTimeCode.digest)
        .where(OneTimeCode.batch_id == OneTimeBatch.id)
        .scalar_subquery()
    )
    wanted = (
        select(
            OneTimeBatch.id,
            Campaign.code.label("campaign_code"),
            Campaign.is_simulated,
            ServicePoint.code.label("point_code"),
            ServicePoint.name_vi.label("point_vi"),
            ServicePoint.name_en.label("point_en"),
            OneTimeBatch.issued,
            (OneTimeBatch.issued - unspent).label("used"),
            OneTimeBatch.made_on,
            OneTimeBatch.expires_on,
            OneTimeBatch.is_withdrawn,
        )
        .join(Campaign, Campaign.id == OneTimeBatch.campaign_id)
        .join(ServicePoint, ServicePoint.id == OneTimeBatch.service_point_id)
        .order_by(OneTimeBatch.id.desc())
    )
    if campaign_code is not None:
        wanted = wanted.where(Campaign.code == campaign_code)
    if batch_id is not None:
        wanted = wanted.where(OneTimeBatch.id == batch_id)
    return [BatchRow(**row) for row in session.execute(wanted).mappings()]
