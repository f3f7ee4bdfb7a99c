"""Answers kept apart as suspect: listed in groups, decided on by two people."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.review_suspects import OPINIONS, GroupName, judge_suspects, list_suspects
from survey_app.web.access import open_to
from survey_app.web.database import database

blueprint = Blueprint("suspects", __name__, url_prefix="/staff/suspects")


@blueprint.get("/")
@open_to(Permission.REVIEW_SUSPECTS)
def waiting() -> ResponseReturnValue:
    """List what waits, with what the first reader thought."""
    return render_template(
        "suspects/waiting.html", groups=list_suspects(database()), opinions=OPINIONS
    )


@blueprint.post("/judge")
@open_to(Permission.REVIEW_SUSPECTS)
def judge() -> ResponseReturnValue:
    """Take one person's opinion on a group."""
    try:
        group = GroupName(
            campaign_id=int(request.form.get("campaign", "")),
            service_point_id=int(request.form.get("point", "")),
            flagged_on=date.fromisoformat(request.form.get("day", "")),
            reasons=tuple(request.form.getlist("reason")),
        )
    except ValueError:
        raise NotFoundError("suspects", "?") from None
    try:
        is_final = judge_suspects(
            database(), current_user.id, group, request.form.get("opinion", "")
        )
    except NotFoundError:
        raise
    except ServiceError as refused:
        flash(g.t(refused.key, **refused.values), "error")
    else:
        flash(g.t("intake-decided" if is_final else "intake-proposed"), "success")
    return redirect(url_for("suspects.waiting"), 303)
