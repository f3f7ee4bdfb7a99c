"""Closing a round (chốt đợt khảo sát): weights, snapshot, figures and record, fixed together.

A round closed is closed: no visit and no other figures. A correction is a further version, with
its reason, beside the versions before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.snapshot import MANIFEST, verify_snapshot
from survey_app.domain.round_archive import RECORD, archive_digest, pack_archive
from survey_app.services.audit import record
from survey_app.services.draw_sample import record_of
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.plan_sample import interview_campaign
from survey_app.services.publish_results import compute_publication
from survey_app.settings import Settings
from survey_app.store.queries.replacements import list_replacements
from survey_app.store.session import Database
from survey_app.store.tables import (
    Campaign,
    RoundClosure,
    SampleArea,
    SampleDraw,
    SamplePerson,
    Unit,
)

MAX_REASON = 500


@dataclass(frozen=True)
class ClosedRound:
    """What a close fixed."""

    version: int
    snapshot: str
    archive_digest: str


def close_round(
    database: Database,
    settings: Settings,
    actor_id: int | None,
    campaign_code: str,
    today: date,
    reason: str = "",
) -> ClosedRound:
    """Weigh, freeze and publish a round whose fieldwork is over, and pack its record.

    Parameters
    ----------
    reason : str
        Why an already closed round is closed anew; not needed the first time.

    Raises
    ------
    ServiceError
        ``round-still-open``, ``round-reason`` or what the snapshot refuses.
    """
    reason = reason.strip()
    with database.transaction() as session:
        campaign = interview_campaign(session, campaign_code, lock=True)
        if campaign.closes_on > today:
            raise ServiceError(
                "round-still-open", code=campaign_code, last=campaign.closes_on.isoformat()
            )
        version = _next_version(session, campaign.id)
        if version > 1 and not 0 < len(reason) <= MAX_REASON:
            raise ServiceError("round-reason", field="reason", most=MAX_REASON)
        # A visit waits for its area, and then finds the round closed.
        drawn = _hold_areas(session, campaign)
        publication = compute_publication(database, settings, campaign_code, actor_id)
        folder = settings.snapshot_dir / (publication.snapshot_digest or "")
        files = _files(session, campaign, drawn, (folder / MANIFEST).read_bytes())
        facts = {"campaign": campaign_code, "version": version, "snapshot": folder.name}
        archive = pack_archive(files, facts)
        closed = ClosedRound(version, folder.name, archive_digest(archive))
        steps = verify_snapshot(folder).weight_steps
        session.add(
            RoundClosure(
                campaign_id=campaign.id,
                version=version,
                reason=reason,
                publication_id=publication.id,
                weighting={"steps": [{"name": s.name, **s.parameters} for s in steps]},
                archive=archive,
                archive_digest=closed.archive_digest,
                closed_by=actor_id,
            )
        )
        record(
            session,
            actor_id,
            "round.closed",
            campaign_code,
            version=version,
            snapshot=closed.snapshot,
            archive=closed.archive_digest,
        )
    return closed


def round_archive(database: Database, campaign_code: str) -> bytes:
    """Return the archive of a round's newest close.

    Raises
    ------
    NotFoundError
        No such campaign, or not closed.
    """
    with database.transaction() as session:
        found = session.scalar(
            select(RoundClosure.archive)
            .join(Campaign, Campaign.id == RoundClosure.campaign_id)
            .where(Campaign.code == campaign_code)
            .order_by(RoundClosure.version.desc())
            .limit(1)
        )
    if found is None:
        raise NotFoundError("round", campaign_code)
    return found


def _next_version(session: Session, campaign_id: int) -> int:
    newest = session.scalar(
        select(func.max(RoundClosure.version)).where(RoundClosure.campaign_id == campaign_id)
    )
    return 1 + (newest or 0)


def _hold_areas(session: Session, campaign: Campaign) -> SampleDraw:
    drawn = session.scalars(
        select(SampleDraw).where(SampleDraw.campaign_id == campaign.id)
    ).one_or_none()
    if drawn is None:
        raise NotFoundError("sample", campaign.code)
    session.execute(
        select(SampleArea.id)
        .where(SampleArea.draw_id == drawn.id)
        .order_by(SampleArea.id)
        .with_for_update()
    )
    return drawn


def _files(
    session: Session, campaign: Campaign, drawn: SampleDraw, manifest: bytes
) -> dict[str, bytes]:
    written = json.dumps(
        json.loads(record_of(drawn).to_json()), ensure_ascii=False, sort_keys=True, indent=1
    )
    areas = session.execute(
        select(
            Unit.code,
            SampleArea.stratum,
            SampleArea.position,
            SampleArea.state,
            SampleArea.probability,
            SampleArea.is_certainty,
            SampleArea.listed_size,
            SampleArea.replaces_id.is_not(None),
        )
        .join(Unit, Unit.id == SampleArea.unit_id)
        .where(SampleArea.draw_id == drawn.id)
        .order_by(SampleArea.stratum, SampleArea.position)
    ).all()
    persons = session.execute(
        select(
            Unit.code,
            SamplePerson.listing_number,
            SamplePerson.probability,
            SamplePerson.base_weight,
            SamplePerson.disposition,
            SamplePerson.recorded_on,
        )
        .join(SampleArea, SampleArea.id == SamplePerson.area_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .where(SampleArea.draw_id == drawn.id)
        .order_by(Unit.code, SamplePerson.listing_number)
    ).all()
    asked = [
        (
            r.unit_name,
            r.stratum,
            r.reason,
            r.evidence,
            r.asked_at,
            r.decision,
            r.note,
            r.replacement,
        )
        for r in list_replacements(session, campaign.code)
    ]
    return {
        RECORD: written.encode(),
        "areas.csv": _csv(
            "unit stratum position state probability certainty listed_size is_replacement", areas
        ),
        "dispositions.csv": _csv(
            "unit listing_number probability base_weight disposition recorded_on", persons
        ),
        "replacements.csv": _csv(
            "unit stratum reason evidence asked_at decision note replacement", asked
        ),
        "snapshot-manifest.json": manifest,
    }


def _csv(header: str, rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return text.getvalue().encode()
