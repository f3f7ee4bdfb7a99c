"""Making the report of a period: choose what it speaks of, then take it as a file."""

from __future__ import annotations

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from survey_app.domain.access import Permission
from survey_app.domain.local_time import today
from survey_app.domain.plan_reporting import REPORTS, Period
from survey_app.reports.period_report import ReportHead
from survey_app.reports.report_files import KINDS, gather, official_day, write_file
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.publications import judged_campaigns
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.plan.pages import blueprint, plan_of

LONGEST = 200


@blueprint.get("/<int:year>/report")
@open_to(Permission.READ_ALL_RESULTS)
def period_reports(year: int) -> ResponseReturnValue:
    """Ask what the report is to speak of."""
    with database().transaction() as session:
        state = plan_of(session, year)
        campaigns = judged_campaigns(session, state.pack_id)
    return render_template(
        "plan/period_report.html",
        plan=state,
        periods=REPORTS,
        campaigns=campaigns,
        kinds=tuple(KINDS),
    )


@blueprint.get("/<int:year>/report/file")
@open_to(Permission.READ_ALL_RESULTS)
def report_file(year: int) -> ResponseReturnValue:
    """Hand out the report; the same address gives the same report from the same figures."""
    asked = request.args
    kind = asked.get("kind", "")
    try:
        period = Period(asked.get("period", ""))
        day = official_day(date.fromisoformat(asked["date"])) if asked.get("date") else ""
    except ValueError:
        raise NotFoundError("report", asked.get("period", "")) from None
    if kind not in KINDS or period not in REPORTS:
        raise NotFoundError("report", kind)
    head = ReportHead(
        number=asked.get("number", "")[:LONGEST],
        date=day,
        signer_name=asked.get("signer", "")[:LONGEST],
    )
    with database().transaction() as session:
        matter = gather(session, year, period, asked.get("campaign") or None, today())
    name = f"bao-cao-papi-{year}-{period.value}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write_file(matter, head, kind), content_type=KINDS[kind], headers=headers)
