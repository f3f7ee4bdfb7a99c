"""Making batches of one-time codes, and taking a batch back.

The codes are returned once, to the caller who hands them out; the database keeps keyed digests.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from survey_app.domain.one_time_code import LARGEST_BATCH, SMALLEST_BATCH, digest_of, new_codes
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.one_time_codes import BatchRow, list_batches
from survey_app.store.session import Database, journal_key
from survey_app.store.tables import (
    Campaign,
    CampaignPoint,
    OneTimeBatch,
    OneTimeCode,
    OneTimeUnspent,
    ServicePoint,
)


@dataclass(frozen=True)
class MadeBatch:
    """A new batch, and its codes: they can be had at no other time."""

    batch: BatchRow
    codes: tuple[str, ...]


def make_batch(
    database: Database,
    actor_id: int | None,
    *,
    campaign_code: str,
    point_code: str,
    count: int,
    request: str,
    on: date,
    expires_on: date | None = None,
) -> MadeBatch:
    """Make ``count`` codes, each of which admits one answer at a service point of a campaign.

    Parameters
    ----------
    database : Database
    actor_id : int or None
        The staff member who asked; None for the operator at the command line.
    campaign_code, point_code : str
        The point must be one of the campaign's.
    count : int
        At least `SMALLEST_BATCH`, so that a used code says nothing of one person.
    request : str
        A random text that names this request: sent again, nothing is made a second time.
    on : date
        The day in the province.
    expires_on : date, optional
        The last day on which a form opened by these codes counts; the campaign's last without it.

    Raises
    ------
    NotFoundError
        No such campaign, or no such point in it.
    ServiceError
        ``codes-wrong-count``, ``codes-wrong-expires-on`` (both with the ``field`` to mend),
        ``codes-campaign-over``, ``codes-made-before``.
    """
    if not SMALLEST_BATCH <= count <= LARGEST_BATCH:
        raise ServiceError(
            "codes-wrong-count", field="count", least=SMALLEST_BATCH, most=LARGEST_BATCH
        )
    with database.transaction() as session:
        campaign_id, closes_on = _campaign(session, campaign_code)
        point_id = _point_of(session, campaign_id, point_code)
        if closes_on < on:
            raise ServiceError("codes-campaign-over")
        last = closes_on if expires_on is None else expires_on
        if not on <= last <= closes_on:
            raise ServiceError("codes-wrong-expires-on", field="expires_on")
        batch_id = session.scalar(
            insert_or_skip(OneTimeBatch)
            .values(
                request_key=hashlib.sha256(request.encode("utf-8")).digest(),
                campaign_id=campaign_id,
                service_point_id=point_id,
                issued=count,
                made_on=on,
                expires_on=last,
            )
            .on_conflict_do_nothing(index_elements=[OneTimeBatch.request_key])
            .returning(OneTimeBatch.id)
        )
        if batch_id is None:
            raise ServiceError("codes-made-before")
        codes = new_codes(count)
        _keep_digests(session, batch_id, codes)
        record(
            session,
            actor_id,
            "one-time-codes.made",
            point_code,
            campaign=campaign_code,
            batch=batch_id,
            count=count,
        )
        (row,) = list_batches(session, batch_id=batch_id)
    return MadeBatch(row, tuple(codes))


def batches_of(database: Database, campaign_code: str | None = None) -> list[BatchRow]:
    """Return the batches of a campaign, or of all, with how many of their codes were used.

    Raises
    ------
    NotFoundError
        No such campaign.
    """
    with database.transaction() as session:
        if campaign_code is not None:
            _campaign(session, campaign_code)
        return list_batches(session, campaign_code=campaign_code)


def withdraw_batch(database: Database, actor_id: int | None, batch_id: int) -> BatchRow:
    """Take back the unused codes of a batch, lost or wrongly printed; again, it changes nothing.

    Raises
    ------
    NotFoundError
        No such batch.
    """
    with database.transaction() as session:
        found = list_batches(session, batch_id=batch_id)
        if not found:
            raise NotFoundError("one-time-batch", batch_id)
        changed = session.scalar(
            update(OneTimeBatch)
            .where(OneTimeBatch.id == batch_id, ~OneTimeBatch.is_withdrawn)
            .values(is_withdrawn=True)
            .returning(OneTimeBatch.id)
        )
        if changed is not None:
            record(
                session, actor_id, "one-time-codes.withdrawn", found[0].point_code, batch=batch_id
            )
        return list_batches(session, batch_id=batch_id)[0]


def _keep_digests(session: Session, batch_id: int, codes: list[str]) -> None:
    """Store the digests sorted: their places in the tables say nothing of the list handed out."""
    key = journal_key(session)
    digests = sorted(digest_of(key, code) for code in codes)
    session.execute(
        insert(OneTimeCode), [{"digest": digest, "batch_id": batch_id} for digest in digests]
    )
    session.execute(insert(OneTimeUnspent), [{"digest": digest} for digest in digests])


def _campaign(session: Session, code: str) -> tuple[int, date]:
    found = session.execute(
        select(Campaign.id, Campaign.closes_on).where(Campaign.code == code)
    ).one_or_none()
    if found is None:
        raise NotFoundError("campaign", code)
    return found.id, found.closes_on


def _point_of(session: Session, campaign_id: int, code: str) -> int:
    found = session.scalar(
        select(ServicePoint.id)
        .join(CampaignPoint, CampaignPoint.service_point_id == ServicePoint.id)
        .where(CampaignPoint.campaign_id == campaign_id, ServicePoint.code == code)
    )
    if found is None:
        raise NotFoundError("service-point", code[:40])
    return found
