"""A sample's plan, settled and published before chance decides (cam kết trước khi chọn mẫu)."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from sampling import Commitment, SamplingError, Seed
from survey_app.services.audit import record
from survey_app.services.draw_sample import DrawnSample, add_sample
from survey_app.services.errors import ServiceError
from survey_app.services.plan_sample import (
    SamplePlan,
    as_refusal,
    declare,
    frame_of,
    interview_campaign,
)
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, SampleCommitment, SampleDraw

SECRET_BYTES = 16
MAX_EVENT = 300


@dataclass(frozen=True)
class CommittedPlan:
    """A plan that can no longer change, and what was published of it."""

    plan: SamplePlan
    published: Commitment
    committed_at: datetime


def commit_sample(
    database: Database, actor_id: int | None, campaign_code: str, plan: SamplePlan, event: str
) -> Commitment:
    """Settle ``plan`` and return what is to be published before the draw.

    The digests bind frame and design. The seed has two parts: a fresh secret, bound by its digest,
    and the outcome of a public ``event`` still to come. Neither part alone lets anybody choose: who
    knows the secret cannot know the outcome, and the outcome without the secret says nothing.

    Raises
    ------
    ServiceError
        ``sample-already-committed``, ``sample-already-drawn``, ``sample-event``, or what makes the
        plan impossible.
    """
    event = event.strip()
    if not 0 < len(event) <= MAX_EVENT or not event.isprintable():
        raise ServiceError("sample-event", field="event", most=MAX_EVENT)
    with database.transaction() as session:
        campaign = interview_campaign(session, campaign_code, lock=True)
        _check_open_question(session, campaign)
        frame, design = declare(frame_of(session, campaign), plan)
        secret = secrets.token_hex(SECRET_BYTES)
        published = Commitment.of(frame, design, secret, event)
        session.add(
            SampleCommitment(
                campaign_id=campaign.id,
                plan=asdict(plan),
                frame_digest=published.frame_digest,
                design_digest=published.design_digest,
                secret=secret,
                secret_digest=published.secret_sha256,
                public_event=published.public_event,
                committed_by=actor_id,
            )
        )
        digests = {k: v for k, v in published.to_dict().items() if k != "format"}
        record(session, actor_id, "sample.committed", campaign_code, **digests)
    return published


def committed_plan(database: Database, campaign_code: str) -> CommittedPlan | None:
    """Return the plan that a campaign is committed to, without the secret."""
    with database.transaction() as session:
        row = _commitment(session, interview_campaign(session, campaign_code))
        return None if row is None else CommittedPlan(_plan(row), _published(row), row.committed_at)


def draw_committed(
    database: Database, actor_id: int | None, campaign_code: str, outcome: str
) -> DrawnSample:
    """Draw the committed plan with the ``outcome`` of the public event.

    Raises
    ------
    ServiceError
        ``sample-not-committed``; ``sample-public-value``; ``sample-already-drawn``;
        ``sample-frame-changed``: frame or design no longer give the published digests.
    """
    with database.transaction() as session:
        campaign = interview_campaign(session, campaign_code, lock=True)
        row = _commitment(session, campaign)
        if row is None:
            raise ServiceError("sample-not-committed", code=campaign_code)
        try:
            seed = Seed.committed(row.secret, outcome.strip())
        except SamplingError as error:
            raise ServiceError("sample-public-value", field="public_value") from error
        plan, published = _plan(row), _published(row)
        try:
            published.check(*declare(frame_of(session, campaign), plan), seed)
        except SamplingError as error:
            raise ServiceError("sample-frame-changed", problem=str(error.faults[0])) from error
        try:
            return add_sample(session, actor_id, campaign_code, plan, seed, published)
        except SamplingError as error:
            raise as_refusal(error) from error


def _check_open_question(session: Session, campaign: Campaign) -> None:
    if session.scalar(select(exists().where(SampleDraw.campaign_id == campaign.id))):
        raise ServiceError("sample-already-drawn", code=campaign.code)
    if _commitment(session, campaign) is not None:
        raise ServiceError("sample-already-committed", code=campaign.code)


def _commitment(session: Session, campaign: Campaign) -> SampleCommitment | None:
    return session.scalar(
        select(SampleCommitment).where(SampleCommitment.campaign_id == campaign.id)
    )


def _plan(row: SampleCommitment) -> SamplePlan:
    return SamplePlan(**row.plan)


def _published(row: SampleCommitment) -> Commitment:
    return Commitment(row.frame_digest, row.design_digest, row.secret_digest, row.public_event)
