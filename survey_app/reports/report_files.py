"""A period's report, gathered from the store and written as a file of one of three kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.plan_reporting import Period
from survey_app.reports import papi_view, plan_view
from survey_app.reports.official.document import OfficialReport
from survey_app.reports.official.docx import as_docx
from survey_app.reports.official.pdf import as_pdf
from survey_app.reports.official.xlsx import as_xlsx
from survey_app.reports.period_report import Province, ReportHead, ReportMatter, period_report
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.plan_reports import plan_state
from survey_app.store.queries.publications import judged_campaigns, published_campaign
from survey_app.store.tables import Unit
from survey_app.text import text

WRITERS: dict[str, Callable[[OfficialReport], bytes]] = {
    "docx": as_docx,
    "pdf": as_pdf,
    "xlsx": as_xlsx,
}
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def gather(
    session: Session, year: int, period: Period, campaign_code: str | None, today: date
) -> ReportMatter:
    """Gather what a report is written from.

    Only the campaign chosen speaks in the report: verdicts of others are left out.

    Raises
    ------
    NotFoundError
        No plan of that year, or no such campaign.
    """
    state = plan_state(session, year)
    if state is None:
        raise NotFoundError("plan", year)
    campaign = None
    if campaign_code:
        campaign = published_campaign(session, campaign_code)
        if campaign is None:
            raise NotFoundError("campaign", campaign_code)
    chosen = [c for c in judged_campaigns(session, state.pack_id) if c.code == campaign_code]
    unit = session.scalars(
        select(Unit).where(Unit.pack_id == state.pack_id, Unit.depth == 0).order_by(Unit.id)
    ).one()
    return ReportMatter(
        plan=state,
        period=period,
        campaign=campaign,
        findings=plan_view.survey_findings(chosen),
        papi=papi_view.published(),
        province=Province(unit.code, unit.name, unit.short_name),
        today=today,
    )


def write_file(matter: ReportMatter, head: ReportHead, kind: str) -> bytes:
    """Write the report as ``docx``, ``pdf`` or ``xlsx``."""
    return WRITERS[kind](period_report(matter, head))


def official_day(day: date) -> str:
    """Return a day as official documents write it; days below 10 and months below 3 get a zero."""
    return text(
        "vi",
        "report-day",
        day=f"{day.day:02d}" if day.day < 10 else str(day.day),
        month=f"{day.month:02d}" if day.month < 3 else str(day.month),
        year=day.year,
    )
