"""Replacing an area: MTTQ asks with a reason, the survey manager decides."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.fieldwork import AreaState, ReplacementReason
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.replace_area import (
    approve_replacement,
    ask_replacement,
    refuse_replacement,
)
from survey_app.store.queries.areas import campaigns_with_areas, list_areas
from survey_app.store.queries.campaigns import find_campaign
from survey_app.store.queries.replacements import list_replacements
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.errors import refusal
from survey_app.web.staff.desk import blueprint


@blueprint.route("/campaigns/<code>/areas/<int:area_id>/replace", methods=["GET", "POST"])
@open_to(Permission.CONFIRM_AREAS)
def ask_for_replacement(code: str, area_id: int) -> ResponseReturnValue:
    """Ask for another area, with a reason from the list and the evidence."""
    with database().transaction() as session:
        found = campaigns_with_areas(session, under_unit=current_user.unit_id)
        campaign = next((row for row in found if row.code == code), None)
        rows = list_areas(session, code, under_unit=current_user.unit_id)
    area = next((row for row in rows if row.id == area_id), None)
    if campaign is None or area is None:
        raise NotFoundError("area", area_id)
    reason, evidence = request.form.get("reason", ""), request.form.get("evidence", "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            ask_replacement(database(), current_user.id, area_id, reason, evidence)
        except NotFoundError:
            raise
        except ServiceError as refused:
            if "field" in refused.values:
                errors = refusal(refused)
            else:
                flash(g.t(refused.key, **refused.values), "error")
                return redirect(url_for("staff.areas", code=code), 303)
        else:
            flash(g.t("staff-replace-asked", area=area.unit_name), "success")
            return redirect(url_for("staff.areas", code=code), 303)
    page = render_template(
        "staff/replace_ask.html",
        campaign=campaign,
        area=area,
        can_ask=area.state not in {AreaState.REPLACEMENT_ASKED, AreaState.REPLACED},
        reasons=tuple(ReplacementReason),
        reason=reason,
        evidence=evidence,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.get("/campaigns/<code>/replacements")
@open_to(Permission.DRAW_SAMPLE)
def replacements(code: str) -> ResponseReturnValue:
    """List the requests of a campaign: those to decide, and what was decided."""
    with database().transaction() as session:
        campaign = find_campaign(session, code)
        if campaign is None:
            raise NotFoundError("campaign", code)
        rows = list_replacements(session, code)
    return render_template("staff/replacements.html", campaign=campaign, requests=rows)


@blueprint.post("/campaigns/<code>/replacements/<int:request_id>")
@open_to(Permission.DRAW_SAMPLE)
def decide_replacement(code: str, request_id: int) -> ResponseReturnValue:
    """Approve: the next of the reserve takes the place; or refuse, with a note."""
    try:
        if request.form.get("act") == "approve":
            name = approve_replacement(database(), current_user.id, request_id)
            flash(g.t("staff-replace-approved", area=name), "success")
        else:
            refuse_replacement(
                database(), current_user.id, request_id, request.form.get("note", "")
            )
            flash(g.t("staff-replace-refused"), "success")
    except NotFoundError:
        raise
    except ServiceError as refused:
        flash(g.t(refused.key, **refused.values), "error")
    return redirect(url_for("staff.replacements", code=code), 303)
