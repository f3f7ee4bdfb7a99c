"""MTTQ's page: drawn areas are confirmed and given to enumerators, several at once."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.fieldwork import AreaState
from survey_app.services.assign_areas import assign_areas, unassign_areas
from survey_app.services.confirm_areas import confirm_areas
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.areas import campaigns_with_areas, list_areas
from survey_app.store.queries.staff import list_enumerators
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint


@blueprint.get("/campaigns/<code>/areas")
@open_to(Permission.CONFIRM_AREAS)
def areas(code: str) -> ResponseReturnValue:
    """List a campaign's areas that this coordinator answers for."""
    stratum, state = request.args.get("stratum") or None, request.args.get("state") or None
    with database().transaction() as session:
        found = campaigns_with_areas(session, under_unit=current_user.unit_id)
        campaign = next((row for row in found if row.code == code), None)
        if campaign is None:
            raise NotFoundError("campaign", code)
        rows = list_areas(session, code, under_unit=current_user.unit_id)
        enumerators = list_enumerators(session)
    strata = {row.stratum: row.stratum_name for row in rows}
    return render_template(
        "staff/areas.html",
        campaign=campaign,
        areas=[
            row for row in rows if stratum in (None, row.stratum) and state in (None, row.state)
        ],
        strata=strata,
        stratum=stratum,
        states=tuple(AreaState),
        state=state,
        enumerators=enumerators,
        is_all_ticked="all" in request.args,
    )


@blueprint.post("/campaigns/<code>/areas")
@open_to(Permission.CONFIRM_AREAS)
def change_areas(code: str) -> ResponseReturnValue:
    """Confirm, assign or take back the areas that were ticked."""
    ids = request.form.getlist("area", type=int)
    act = request.form.get("act", "")
    back = redirect(
        url_for(
            "staff.areas",
            code=code,
            stratum=request.form.get("stratum") or None,
            state=request.form.get("state") or None,
        ),
        303,
    )
    if not ids:
        flash(g.t("staff-areas-none-ticked"), "error")
        return back
    try:
        if act == "confirm":
            done = confirm_areas(database(), current_user.id, ids)
        elif act == "unassign":
            done = unassign_areas(database(), current_user.id, ids)
        elif act == "assign":
            enumerator = request.form.get("enumerator", type=int)
            if enumerator is None:
                flash(g.t("staff-areas-no-enumerator"), "error")
                return back
            done = assign_areas(database(), current_user.id, ids, enumerator)
        else:
            raise NotFoundError("act", act)
    except NotFoundError:
        raise
    except ServiceError as refused:
        flash(g.t(refused.key, **refused.values), "error")
        return back
    flash(g.t(f"staff-areas-done-{act}", count=done), "success")
    return back
