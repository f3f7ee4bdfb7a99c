"""Taking a round's answers out of the product: written down who took them."""

from __future__ import annotations

from analysis.snapshot import read_snapshot
from survey_app.domain.publication import InterviewFigures
from survey_app.reports.microdata import microdata_zip
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database


def take_microdata(
    database: Database, settings: Settings, campaign_code: str, actor_id: int | None
) -> bytes:
    """Return the archive of the answers behind a campaign's newest figures.

    Raises
    ------
    NotFoundError
        No such campaign.
    ServiceError
        ``results-not-interview``: there are no figures from interviews.
    """
    with database.transaction() as session:
        found = published_campaign(session, campaign_code)
        if found is None:
            raise NotFoundError("campaign", campaign_code)
        if not isinstance(found.figures, InterviewFigures):
            raise ServiceError("results-not-interview")
        snapshot = read_snapshot(settings.snapshot_dir / found.figures.snapshot)
        content = microdata_zip(
            snapshot, found.figures, found.name, is_simulated=found.is_simulated
        )
        record(
            session,
            actor_id,
            "microdata.taken",
            campaign_code,
            snapshot=found.figures.snapshot,
        )
    return content
