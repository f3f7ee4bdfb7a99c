"""The board of the whole province, a task's page, and who has sent a plan of their own."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.local_time import today
from survey_app.domain.plan_reporting import Period
from survey_app.reports import plan_view
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.report_on_plan import set_deadline
from survey_app.store.queries.plan_reports import moved_lately, plan_years
from survey_app.store.queries.publications import judged_campaigns
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.errors import refusal
from survey_app.web.plan.pages import READERS, blueprint, own_agency, plan_of, reads_all

LATELY = 12


@blueprint.get("/")
@open_to(*READERS)
def newest() -> ResponseReturnValue:
    """Lead to the newest plan: the board, or the agency's own list."""
    with database().transaction() as session:
        years = plan_years(session)
    if not years:
        return render_template("plan/none.html")
    page = "plan.province" if reads_all() else "plan.mine"
    return redirect(url_for(page, year=years[0]))


@blueprint.get("/<int:year>/")
@open_to(Permission.READ_ALL_RESULTS)
def province(year: int) -> ResponseReturnValue:
    """Show every task by period: who is late, what moved."""
    with database().transaction() as session:
        state = plan_of(session, year)
        findings = plan_view.survey_findings(judged_campaigns(session, state.pack_id))
        moved = moved_lately(session, state.id, LATELY)
    agency = request.args.get("agency") or None
    if agency is not None and agency not in state.agencies:
        raise NotFoundError("agency", agency)
    owed = [one for one in state.owed() if agency in (None, one.agency)]
    reporting = sorted({code for task in state.tasks for code in task.reporting})
    return render_template(
        "plan/board.html",
        plan=state,
        finding=plan_view.finding(state, owed, today(), g.language),
        sections=plan_view.board(state, findings, today(), g.language, agency),
        deadlines=[(period, state.deadlines.get(period)) for period in Period],
        moved=moved,
        agencies=[(code, plan_view.agency_name(state, code, g.language)) for code in reporting],
        chosen=agency,
        without_lead=[task.code for task in state.tasks if not task.reporting],
    )


@blueprint.get("/<int:year>/tasks/<task>")
@open_to(*READERS)
def task(year: int, task: str) -> ResponseReturnValue:
    """Show a task: what was asked, what surveys say, what was reported."""
    with database().transaction() as session:
        state = plan_of(session, year)
        findings = plan_view.survey_findings(judged_campaigns(session, state.pack_id))
    found = next((one for one in state.tasks if one.code == task), None)
    mine = own_agency(state)
    if found is None or not (reads_all() or mine in found.reporting):
        raise NotFoundError("task", task)
    owed = [one for one in state.owed() if one.task == task and (reads_all() or one.agency == mine)]
    return render_template(
        "plan/task.html",
        plan=state,
        task=found,
        targets=plan_view.target_views(state, found, g.language) if reads_all() else [],
        surveys_found=plan_view.survey_verdicts(findings.get(task, ()), g.language),
        rows=plan_view.owed_rows(state, owed, today(), g.language),
    )


@blueprint.get("/<int:year>/own-plans")
@open_to(Permission.READ_ALL_RESULTS)
def own_plans(year: int) -> ResponseReturnValue:
    """Show which agencies have sent a plan of their own, those who have not first."""
    with database().transaction() as session:
        state = plan_of(session, year)
    owed = [one for one in state.owed() if one.period is Period.OWN_PLAN]
    rows = plan_view.owed_rows(state, owed, today(), g.language)
    missing = sum(row.standing.days_left is not None for row in rows)
    return render_template(
        "plan/own_plans.html",
        plan=state,
        rows=rows,
        missing=missing,
        deadline=state.deadlines.get(Period.OWN_PLAN),
    )


@blueprint.route("/<int:year>/deadlines", methods=["GET", "POST"])
@open_to(Permission.CHECK_REPORTS)
def deadlines(year: int) -> ResponseReturnValue:
    """Set the last day of each period's reports."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            period = Period(request.form.get("period", ""))
            due = date.fromisoformat(request.form.get("due", ""))
            source = request.form.get("source", "")
            set_deadline(database(), current_user.id, year, period, due, source)
        except ValueError:
            errors = {"due": g.t("plan-deadline-day")}
        except NotFoundError:
            raise
        except ServiceError as refused:
            errors = refusal(refused)
        else:
            flash(g.t("plan-deadline-set"), "success")
            return redirect(url_for("plan.deadlines", year=year), 303)
    with database().transaction() as session:
        state = plan_of(session, year)
    page = render_template(
        "plan/deadlines.html",
        plan=state,
        deadlines=[(period, state.deadlines.get(period)) for period in Period],
        errors=errors,
        sent=request.form,
    )
    return page, 422 if errors else 200
