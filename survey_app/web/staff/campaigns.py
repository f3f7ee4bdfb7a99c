"""Campaigns: the list, a new one, and one campaign's page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal, cast

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.dispositions import Disposition
from survey_app.domain.fieldwork import AreaState
from survey_app.domain.local_time import today
from survey_app.domain.point_code import shown
from survey_app.reports.posters import Paper
from survey_app.services.create_campaign import NewCampaign, close_campaign, create_campaign
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.issue_codes import public_address
from survey_app.store.queries.areas import AreaRow, list_areas
from survey_app.store.queries.campaigns import (
    CampaignRow,
    PointChoice,
    disposition_counts,
    draw_facts,
    find_campaign,
    list_campaigns,
    list_packs,
    list_points,
    list_questionnaires,
    points_of,
)
from survey_app.web.access import open_to
from survey_app.web.database import database, settings
from survey_app.web.errors import refusal
from survey_app.web.staff.desk import blueprint
from survey_app.web.staff.forms import CampaignForm, form_errors

CHANNELS = ("qr", "interview")


@dataclass(frozen=True)
class StratumProgress:
    """How far the work in one stratum has come."""

    code: str
    name: str
    areas: int
    confirmed: int
    assigned: int
    persons: int
    visited: int
    interviews: int


@blueprint.get("/campaigns")
@open_to(Permission.MANAGE_CAMPAIGNS)
def campaigns() -> ResponseReturnValue:
    """List the campaigns."""
    with database().transaction() as session:
        rows = list_campaigns(session)
    now = today()
    return render_template(
        "staff/campaigns.html", campaigns=[(row, period_state(row, now)) for row in rows]
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@open_to(Permission.MANAGE_CAMPAIGNS)
def new_campaign() -> ResponseReturnValue:
    """Ask for pack and channel first, then for the rest; create the campaign."""
    pack, channel = request.args.get("pack", ""), request.args.get("channel", "")
    with database().transaction() as session:
        packs = list_packs(session)
        chosen = next((known for known in packs if known.name == pack), None)
        if chosen is None or channel not in CHANNELS:
            return render_template("staff/campaign_kind.html", packs=packs, channels=CHANNELS)
        questionnaires = list_questionnaires(session)
        points = list_points(session, pack) if channel == "qr" else []
    form = CampaignForm()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = {} if form.validate() else form_errors(form)
        if not errors:
            try:
                made = create_campaign(
                    database(), current_user.id, _asked(form, pack, channel, points)
                )
            except NotFoundError:
                raise
            except ServiceError as refused:
                errors = refusal(refused)
            else:
                flash(g.t("staff-campaign-created", name=made.name), "success")
                return redirect(url_for("staff.campaign", code=made.code), 303)
    page = render_template(
        "staff/campaign_new.html",
        form=form,
        errors=errors,
        pack=chosen,
        channel=channel,
        questionnaires=questionnaires,
        kinds=[(kind, list(group)) for kind, group in groupby(points, lambda p: p.kind)],
        point_count=len(points),
        chosen_points=set(form.points.data or ()),
    )
    return page, 422 if errors else 200


@blueprint.get("/campaigns/<code>")
@open_to(Permission.MANAGE_CAMPAIGNS)
def campaign(code: str) -> ResponseReturnValue:
    """Show one campaign: its points and codes, or its sample and progress."""
    with database().transaction() as session:
        row = find_campaign(session, code)
        if row is None:
            raise NotFoundError("campaign", code)
        points = points_of(session, row.id) if row.channel == "qr" else []
        drawn = draw_facts(session, row.id)
        areas = list_areas(session, code) if drawn else []
        dispositions = disposition_counts(session, row.id) if drawn else {}
    base_url = settings().base_url
    return render_template(
        "staff/campaign.html",
        campaign=row,
        state=period_state(row, today()),
        points=[
            (point, shown(point.code), public_address(base_url, point.code))
            if point.code
            else (point, None, None)
            for point in points
        ],
        missing_codes=sum(point.code is None for point in points),
        papers=tuple(Paper),
        drawn=drawn,
        seed_parts=json.loads(drawn.seed) if drawn else [],
        strata=_progress([area for area in areas if area.state != AreaState.REPLACED]),
        dispositions=_in_order(dispositions),
    )


@blueprint.post("/campaigns/<code>/close")
@open_to(Permission.MANAGE_CAMPAIGNS)
def end_campaign(code: str) -> ResponseReturnValue:
    """Make today the campaign's last day."""
    closed = close_campaign(database(), current_user.id, code, today())
    flash(g.t("staff-campaign-closed", name=closed.name), "success")
    return redirect(url_for("staff.campaign", code=code), 303)


def period_state(row: CampaignRow, on: date) -> str:
    """Return whether a campaign is still to come, open or closed on a day."""
    if on < row.opens_on:
        return "planned"
    return "open" if on <= row.closes_on else "closed"


def _asked(
    form: CampaignForm, pack: str, channel: str, points: Sequence[PointChoice]
) -> NewCampaign:
    questionnaire, _, version = (form.questionnaire.data or "").partition("@")
    scope = form.scope.data or "all"
    chosen: tuple[str, ...] | None = None
    if scope == "chosen":
        chosen = tuple(form.points.data or ())
    elif scope != "all":
        chosen = tuple(point.code for point in points if point.kind == scope)
    return NewCampaign(
        code=(form.code.data or "").strip(),
        name=form.name.data or "",
        pack=pack,
        questionnaire=questionnaire,
        version=int(version) if version.isdecimal() else None,
        channel=cast(Literal["qr", "interview"], channel),
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
        points=chosen,
    )


def _progress(areas: Sequence[AreaRow]) -> list[StratumProgress]:
    found = []
    for stratum, rows in groupby(areas, lambda area: area.stratum):
        group = list(rows)
        states = Counter(area.state for area in group)
        found.append(
            StratumProgress(
                code=stratum,
                name=group[0].stratum_name,
                areas=len(group),
                confirmed=states["confirmed"] + states["assigned"],
                assigned=states["assigned"],
                persons=sum(area.persons for area in group),
                visited=sum(area.visited for area in group),
                interviews=sum(area.interviews for area in group),
            )
        )
    return found


def _in_order(counts: Mapping[str | None, int]) -> list[tuple[Disposition, int]]:
    return [(code, counts[code.value]) for code in Disposition if counts.get(code.value)]
