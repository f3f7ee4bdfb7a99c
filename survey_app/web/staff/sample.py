"""The sample of an interview campaign: planned, looked at, drawn once, its record handed out."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.services.commit_sample import (
    CommittedPlan,
    commit_sample,
    committed_plan,
    draw_committed,
)
from survey_app.services.draw_sample import stored_record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.plan_sample import (
    RULES,
    SampleFrame,
    SamplePlan,
    SamplePreview,
    preview_sample,
    read_frame,
)
from survey_app.store.queries.campaigns import CampaignRow, find_campaign
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.errors import refusal
from survey_app.web.staff.desk import blueprint
from survey_app.web.staff.forms import PlanForm, form_errors

USUAL_RESERVE = 2


@blueprint.get("/campaigns/<code>/sample")
@open_to(Permission.DRAW_SAMPLE)
def plan_sample(code: str) -> ResponseReturnValue:
    """Show the frame with its gaps and what a plan would give; once committed, the draw."""
    campaign, frame = _undrawn(code)
    settled = committed_plan(database(), code)
    if settled is not None:
        return _draw_page(campaign, settled, {}, "")
    form = PlanForm(request.args, meta={"csrf": False})
    if "areas" not in request.args:
        form.stratum.data = frame.levels[-1].depth
        form.rule.data, form.reserve.data = RULES[0], USUAL_RESERVE
        return _plan_page(campaign, frame, form, {}, None)
    try:
        errors = {} if form.validate() else form_errors(form)
        preview = None if errors else preview_sample(database(), code, _plan(form))
    except NotFoundError:
        raise
    except ServiceError as refused:
        errors, preview = refusal(refused), None
    return _plan_page(campaign, frame, form, errors, preview)


@blueprint.post("/campaigns/<code>/sample")
@open_to(Permission.DRAW_SAMPLE)
def commit(code: str) -> ResponseReturnValue:
    """Settle what was looked at; from here on the plan cannot change."""
    form = PlanForm()
    errors = {} if form.validate() else form_errors(form)
    if not errors:
        try:
            commit_sample(database(), current_user.id, code, _plan(form), form.event.data or "")
        except NotFoundError:
            raise
        except ServiceError as refused:
            if refused.key not in {"sample-already-drawn", "sample-already-committed"}:
                errors = refusal(refused)
            else:
                flash(g.t(refused.key, **refused.values), "warning")
    if not errors:
        return redirect(url_for("staff.plan_sample", code=code), 303)
    campaign, frame = _undrawn(code)
    preview = preview_sample(database(), code, _plan(form)) if set(errors) <= {"event"} else None
    return _plan_page(campaign, frame, form, errors, preview)


@blueprint.post("/campaigns/<code>/sample/draw")
@open_to(Permission.DRAW_SAMPLE)
def draw(code: str) -> ResponseReturnValue:
    """Draw the committed plan with the outcome of the public event."""
    outcome = request.form.get("public_value", "")
    try:
        drawn = draw_committed(database(), current_user.id, code, outcome)
    except NotFoundError:
        raise
    except ServiceError as refused:
        if refused.values.get("field") == "public_value":
            campaign, _ = _undrawn(code)
            settled = committed_plan(database(), code)
            if settled is not None:
                return _draw_page(campaign, settled, refusal(refused), outcome)
        flash(g.t(refused.key, **refused.values), "warning")
    else:
        flash(g.t("staff-sample-drawn", areas=drawn.areas, persons=drawn.persons), "success")
    return redirect(url_for("staff.campaign", code=code), 303)


@blueprint.get("/campaigns/<code>/sample.json")
@open_to(Permission.DRAW_SAMPLE)
def sample_record(code: str) -> ResponseReturnValue:
    """Hand out the record from which anybody can draw the sample again."""
    response = Response(stored_record(database(), code).to_json(), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"mau-{code}.json")
    return response


def _undrawn(code: str) -> tuple[CampaignRow, SampleFrame]:
    with database().transaction() as session:
        campaign = find_campaign(session, code)
    if campaign is None:
        raise NotFoundError("campaign", code)
    if campaign.areas:
        raise ServiceError("sample-already-drawn", code=code)
    return campaign, read_frame(database(), code)


def _plan(form: PlanForm) -> SamplePlan:
    return SamplePlan(
        stratum_depth=form.stratum.data,
        rule=form.rule.data,
        areas=form.areas.data,
        per_area=form.per_area.data,
        gap_reason=form.gap_reason.data or "",
        reserve=form.reserve.data or 0,
    )


def _plan_page(
    campaign: CampaignRow,
    frame: SampleFrame,
    form: PlanForm,
    errors: dict[str, str],
    preview: SamplePreview | None,
) -> ResponseReturnValue:
    depth = form.stratum.data if isinstance(form.stratum.data, int) else frame.levels[-1].depth
    page = render_template(
        "staff/sample.html",
        campaign=campaign,
        frame=frame,
        gaps=frame.gaps(depth),
        rules=RULES,
        form=form,
        errors=errors,
        preview=preview,
    )
    return page, 422 if errors else 200


def _draw_page(
    campaign: CampaignRow, settled: CommittedPlan, errors: dict[str, str], outcome: str
) -> ResponseReturnValue:
    page = render_template(
        "staff/sample_draw.html",
        campaign=campaign,
        settled=settled,
        preview=preview_sample(database(), campaign.code, settled.plan),
        errors=errors,
        outcome=outcome,
    )
    return page, 422 if errors else 200
