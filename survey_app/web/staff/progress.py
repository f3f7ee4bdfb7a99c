"""How fieldwork stands: rates by AAPOR, who is behind, what a supervisor should look into."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from survey_app.domain.access import Permission
from survey_app.domain.local_time import today
from survey_app.services.errors import NotFoundError
from survey_app.services.watch_fieldwork import watch_fieldwork
from survey_app.store.queries.campaigns import find_campaign
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint


@blueprint.get("/campaigns/<code>/progress")
@open_to(Permission.MANAGE_CAMPAIGNS)
def progress(code: str) -> ResponseReturnValue:
    """Show rates, pace and alerts of a campaign's fieldwork."""
    with database().transaction() as session:
        campaign = find_campaign(session, code)
    if campaign is None:
        raise NotFoundError("campaign", code)
    report = watch_fieldwork(database(), code, today())
    return render_template(
        "staff/progress.html",
        campaign=campaign,
        report=report,
        alerts=[area for area in report.areas if area.alerts],
        behind=[area for area in report.areas if area.standing.is_behind],
    )
