"""The desk's front page: for each role what it may act on, and nothing else."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission, Role, may
from survey_app.domain.local_time import today
from survey_app.store.queries.areas import campaigns_with_areas, list_areas
from survey_app.store.queries.campaigns import list_campaigns
from survey_app.web.access import ANY_STAFF, open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint

SHOWN = 5


@blueprint.get("/")
@open_to(ANY_STAFF)
def home() -> ResponseReturnValue:
    """Show what this person can do now."""
    role = Role(current_user.role)
    campaigns, to_coordinate, own = [], [], []
    with database().transaction() as session:
        if may(role, Permission.MANAGE_CAMPAIGNS):
            campaigns = list_campaigns(session)
        if may(role, Permission.CONFIRM_AREAS):
            to_coordinate = campaigns_with_areas(session, under_unit=current_user.unit_id)
        if may(role, Permission.INTERVIEW):
            own = [
                (campaign, list_areas(session, campaign.code, enumerator_id=current_user.id))
                for campaign in campaigns_with_areas(session, enumerator_id=current_user.id)
            ]
    now = today()
    return render_template(
        "staff/home.html",
        open_campaigns=[c for c in campaigns if c.opens_on <= now <= c.closes_on][:SHOWN],
        to_coordinate=to_coordinate,
        own=own,
    )
