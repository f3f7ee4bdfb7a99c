"""An agency's list of what it owes, the page of one report, and the files of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission, Role, may
from survey_app.domain.evidence import KINDS, LARGEST_FILE, MOST_FILES
from survey_app.domain.local_time import today
from survey_app.domain.plan_reporting import EDITABLE, Obligation, Period
from survey_app.domain.reported_figures import written_figure
from survey_app.reports import plan_view
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.report_on_plan import (
    SentFile,
    Writing,
    decide_report,
    submit_report,
    write_report,
)
from survey_app.store.queries.plan_reports import (
    PlanState,
    report_address,
    report_detail,
    stored_file,
)
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.errors import refusal
from survey_app.web.plan.pages import READERS, blueprint, own_agency, reads_all, stored_plan

NO_TASK = "-"


@blueprint.get("/<int:year>/mine")
@open_to(Permission.REPORT_ON_PLAN)
def mine(year: int) -> ResponseReturnValue:
    """Show an agency what it owes: late and returned reports first."""
    state = stored_plan(year)
    agency = own_agency(state)
    owed = [one for one in state.owed() if one.agency == agency]
    rows = plan_view.owed_rows(state, owed, today(), g.language)
    return render_template(
        "plan/mine.html",
        plan=state,
        agency=plan_view.agency_name(state, agency, g.language) if agency else "",
        to_do=[row for row in rows if row.standing.state is None or row.standing.state in EDITABLE],
        done=[
            row
            for row in rows
            if row.standing.state is not None and row.standing.state not in EDITABLE
        ],
        finding=plan_view.finding(state, owed, today(), g.language),
    )


@blueprint.route("/<int:year>/reports/<period>/<agency>/<task>", methods=["GET", "POST"])
@open_to(*READERS)
def write(year: int, period: str, agency: str, task: str) -> ResponseReturnValue:
    """Write a report, or read and check it."""
    state = stored_plan(year)
    owed = _owed(state, period, agency, task)
    errors: dict[str, str] = {}
    is_own = _speaks_for(state, owed)
    if request.method == "POST":
        if not is_own:
            raise NotFoundError("report", task)
        try:
            write_report(database(), current_user.id, year, owed, _writing(request.form))
            if request.form.get("act") == "submit":
                submit_report(database(), current_user.id, year, owed, today())
        except NotFoundError:
            raise
        except ServiceError as refused:
            if "field" not in refused.values:
                flash(g.t(refused.key, **refused.values), "error")
            else:
                errors = refusal(refused)
        else:
            is_sent = request.form.get("act") == "submit"
            flash(g.t("plan-sent" if is_sent else "plan-kept"), "success")
            return redirect(request.path, 303)
        state = stored_plan(year)
    return _page(state, owed, is_own, errors), 422 if errors else 200


@blueprint.post("/reports/<int:report_id>/decide")
@open_to(Permission.CHECK_REPORTS)
def decide(report_id: int) -> ResponseReturnValue:
    """Accept a report, or return it with what is to be mended."""
    with database().transaction() as session:
        found = report_address(session, report_id)
    if found is None:
        raise NotFoundError("report", report_id)
    year, owed = found
    action = request.form.get("act", "")
    try:
        decide_report(
            database(), current_user.id, report_id, action, request.form.get("comment", "")
        )
    except NotFoundError:
        raise
    except ServiceError as refused:
        if "field" in refused.values:
            page = _page(stored_plan(year), owed, False, refusal(refused))
            return page, 422
        flash(g.t(refused.key, **refused.values), "error")
    else:
        flash(g.t(f"plan-decided-{action}"), "success")
    return redirect(_address(year, owed), 303)


@blueprint.get("/files/<int:file_id>")
@open_to(*READERS)
def evidence(file_id: int) -> ResponseReturnValue:
    """Hand out a file of evidence; it is downloaded, never shown in the page."""
    with database().transaction() as session:
        found = stored_file(session, file_id)
    if found is None or not (reads_all() or found.agency_id == current_user.agency_id):
        raise NotFoundError("file", file_id)
    answer = Response(found.content, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer


def _owed(state: PlanState, period: str, agency: str, task: str) -> Obligation:
    """Return the obligation that an address names, if the reader may see it."""
    code = "" if task == NO_TASK else task
    owed = next(
        (o for o in state.owed() if (o.period, o.agency, o.task) == (period, agency, code)), None
    )
    if owed is None or not (reads_all() or agency == own_agency(state)):
        raise NotFoundError("report", f"{period}/{agency}/{task}")
    return owed


def _speaks_for(state: PlanState, owed: Obligation) -> bool:
    is_writer = may(Role(current_user.role), Permission.REPORT_ON_PLAN)
    return is_writer and owed.agency == own_agency(state)


def _writing(form: Mapping[str, str]) -> Writing:
    figures = {
        int(name.removeprefix("figure-")): value
        for name, value in form.items()
        if name.startswith("figure-") and name.removeprefix("figure-").isdecimal()
    }
    sent = []
    for file in request.files.getlist("files"):
        with file.stream as stream:
            if file.filename:
                sent.append(SentFile(file.filename, stream.read(LARGEST_FILE + 1)))
    withdrawn = [int(one) for one in request.form.getlist("withdraw") if one.isdecimal()]
    version = form.get("version", "0")
    return Writing(
        body=form.get("body", ""),
        figures=figures,
        files=sent,
        withdrawn=withdrawn,
        version=int(version) if version.isdecimal() else 0,
    )


def _page(state: PlanState, owed: Obligation, is_own: bool, errors: dict[str, str]) -> str:
    row = state.reports.get(owed)
    detail = None
    if row is not None:
        with database().transaction() as session:
            detail = report_detail(session, row.id)
        if not is_own and detail.state in EDITABLE:
            # What the agency is still writing is its own; others read what was submitted.
            last = next((step for step in detail.history if step.action == "submitted"), None)
            detail = replace(detail, body=last.body if last else "", files=())
    task = next((one for one in state.tasks if one.code == owed.task), None)
    typed = request.form if errors and request.form.get("act") in ("keep", "submit") else None
    [view] = plan_view.owed_rows(state, [owed], today(), g.language)
    figures = []
    for target in task.targets if task else ():
        if target.is_reported:
            name, stored = f"figure-{target.position}", None
            if row is not None:
                stored = row.figures.get(str(target.position))
            shown = "" if stored is None else written_figure(stored, g.language)
            figures.append((name, target, typed.get(name, "") if typed else shown))
    is_checking = (
        may(Role(current_user.role), Permission.CHECK_REPORTS)
        and detail is not None
        and detail.state == "submitted"
        and detail.submitted_by != current_user.id
    )
    return render_template(
        "plan/report.html",
        plan=state,
        owed=owed,
        view=view,
        task=task,
        detail=detail,
        figures=figures,
        body=typed.get("body", "") if typed else (detail.body if detail else ""),
        errors=errors,
        is_writing=is_own and (detail is None or detail.state in EDITABLE),
        is_checking=is_checking,
        needs_file=owed.period in (Period.OWN_PLAN, Period.YEAR),
        kinds=", ".join(KINDS),
        largest=LARGEST_FILE // 1024 // 1024,
        most=MOST_FILES,
        comment=request.form.get("comment", ""),
    )


def _address(year: int, owed: Obligation) -> str:
    return url_for(
        "plan.write",
        year=year,
        period=owed.period.value,
        agency=owed.agency,
        task=owed.task or NO_TASK,
    )
