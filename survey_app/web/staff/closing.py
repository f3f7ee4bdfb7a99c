"""The close of a round: its weights step by step, its archive, and corrections with their reason."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.local_time import today
from survey_app.services.close_round import close_round, round_archive
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.campaigns import find_campaign
from survey_app.store.queries.closures import list_closures
from survey_app.web.access import open_to
from survey_app.web.database import database, settings
from survey_app.web.staff.desk import blueprint


@blueprint.get("/campaigns/<code>/closing")
@open_to(Permission.DRAW_SAMPLE)
def closing(code: str) -> ResponseReturnValue:
    """Show what each close of a round fixed, and offer the next."""
    with database().transaction() as session:
        campaign = find_campaign(session, code)
        if campaign is None:
            raise NotFoundError("campaign", code)
        closures = list_closures(session, code)
    return render_template(
        "staff/closing.html",
        campaign=campaign,
        closures=closures,
        is_over=campaign.closes_on <= today(),
    )


@blueprint.post("/campaigns/<code>/closing")
@open_to(Permission.DRAW_SAMPLE)
def close(code: str) -> ResponseReturnValue:
    """Weigh, freeze and publish."""
    try:
        closed = close_round(
            database(), settings(), current_user.id, code, today(), request.form.get("reason", "")
        )
    except NotFoundError:
        raise
    except ServiceError as refused:
        flash(g.t(refused.key, **refused.values), "error")
    else:
        flash(g.t("staff-round-closed", version=closed.version), "success")
    return redirect(url_for("staff.closing", code=code), 303)


@blueprint.get("/campaigns/<code>/round.zip")
@open_to(Permission.DRAW_SAMPLE)
def archive(code: str) -> ResponseReturnValue:
    """Hand out the archive of the round's newest close."""
    response = Response(round_archive(database(), code), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"dot-{code}.zip")
    return response
