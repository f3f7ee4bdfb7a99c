"""Results: what was found, how surely, and whether a target is met. Pages only read figures."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.access import Permission, Role, may
from survey_app.domain.publication import InterviewFigures, SelfSelectedFigures
from survey_app.reports import places_view, results_view, tables
from survey_app.reports.results_view import OVERALL
from survey_app.reports.take_microdata import take_microdata
from survey_app.services.errors import NotFoundError
from survey_app.services.publish_results import publish_results
from survey_app.store.queries.places import boundaries
from survey_app.store.queries.publications import (
    PublishedCampaign,
    published_campaign,
    published_campaigns,
)
from survey_app.store.tables import Agency, PlanTask
from survey_app.web.access import open_to
from survey_app.web.database import database, settings

blueprint = Blueprint("results", __name__, url_prefix="/results")

READERS = (Permission.READ_ALL_RESULTS, Permission.READ_OWN_RESULTS)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@open_to(*READERS)
def home() -> ResponseReturnValue:
    """List the campaigns with figures."""
    with database().transaction() as session:
        campaigns = [_limited(session, c) for c in published_campaigns(session)]
    cards = [
        {
            "campaign": campaign,
            "headline": results_view.headline(campaign.figures, g.language)
            if isinstance(campaign.figures, InterviewFigures)
            else None,
            "figures": campaign.figures,
        }
        for campaign in campaigns
        if campaign.figures is not None or _sees_all()
    ]
    return render_template("results/home.html", cards=cards)


@blueprint.get("/<code>")
@open_to(*READERS)
def campaign(code: str) -> ResponseReturnValue:
    """Show one campaign: a sentence, a picture, the tables."""
    found = _campaign(code)
    figures, language = found.figures, g.language
    if isinstance(figures, SelfSelectedFigures):
        rows = results_view.point_rows(figures, _own_agencies(), language)
        return render_template("results/self_selected.html", campaign=found, rows=rows)
    if figures is None:
        return render_template("results/empty.html", campaign=found)
    return render_template(
        "results/interview.html",
        campaign=found,
        headline=results_view.headline(figures, language),
        domains=results_view.domain_rows(figures, "share", OVERALL, language),
        places=places_view.places_named(figures) if _sees_all() else {},
        questions=places_view.rating_labels(figures, language) if _sees_all() else {},
        factors=results_view.factor_rows(figures, language),
        shares=results_view.item_rows(figures, "share", language),
        means=results_view.item_rows(figures, "mean", language),
        verdicts=[results_view.verdict(j, language) for j in figures.judgements],
    )


@blueprint.get("/<code>/targets")
@open_to(*READERS)
def targets(code: str) -> ResponseReturnValue:
    """Show the verdict on each target of the plan that this campaign measures."""
    found = _campaign(code)
    figures = found.figures
    if not isinstance(figures, InterviewFigures):
        raise NotFoundError("campaign", code)
    views = [
        (
            results_view.verdict(judgement, g.language),
            results_view.domain_rows(figures, "index", judgement.variable, g.language),
        )
        for judgement in figures.judgements
    ]
    return render_template("results/targets.html", campaign=found, views=views)


@blueprint.get("/<code>/chart/<variable>.svg")
@open_to(*READERS)
def chart(code: str, variable: str) -> ResponseReturnValue:
    """Draw a variable by domain; the picture of a publication never changes."""
    figures = _campaign(code).figures
    if not isinstance(figures, InterviewFigures):
        raise NotFoundError("chart", variable)
    target = next((j.threshold for j in figures.judgements if j.variable == variable), None)
    statistic = "share" if figures.select("share", variable) else "index"
    if figures.select(statistic, variable) is None:
        raise NotFoundError("chart", variable)
    if variable == OVERALL:
        target = None
    picture = results_view.domain_chart(
        figures, statistic, variable, target, g.language, is_narrow="narrow" in request.args
    )
    return Response(picture, mimetype="image/svg+xml")


@blueprint.get("/<code>/questions/<variable>")
@open_to(Permission.READ_ALL_RESULTS)
def question(code: str, variable: str) -> ResponseReturnValue:
    """Show one question: how answers are spread, and which places differ."""
    found, figures = _interviews(code)
    names = places_view.rating_labels(figures, g.language)
    if variable not in names:
        raise NotFoundError("question", variable)
    return render_template(
        "results/question.html",
        campaign=found,
        variable=variable,
        name=names[variable],
        finding=places_view.question_finding(figures, variable, g.language),
        rows=places_view.spread_rows(figures, variable, g.language),
        levels=[g.t(f"poster-face-{level}") for level in range(1, 6)],
    )


@blueprint.get("/<code>/spread/<variable>.svg")
@open_to(Permission.READ_ALL_RESULTS)
def spread(code: str, variable: str) -> ResponseReturnValue:
    """Draw how the answers to a question are spread over the places."""
    _, figures = _interviews(code)
    if variable not in places_view.rating_labels(figures, g.language):
        raise NotFoundError("chart", variable)
    is_narrow = "narrow" in request.args
    picture = places_view.spread_picture(figures, variable, g.language, is_narrow=is_narrow)
    return Response(picture, mimetype="image/svg+xml")


@blueprint.get("/<code>/places/<unit>")
@open_to(Permission.READ_ALL_RESULTS)
def place(code: str, unit: str) -> ResponseReturnValue:
    """Show one place over all questions, beside the province."""
    found, figures = _interviews(code)
    names = places_view.places_named(figures)
    if unit not in names:
        raise NotFoundError("place", unit)
    return render_template(
        "results/place.html",
        campaign=found,
        name=names[unit],
        finding=places_view.place_finding(figures, unit, g.language),
        rows=places_view.question_rows(figures, unit, g.language),
    )


@blueprint.get("/<code>/map.svg")
@open_to(Permission.READ_ALL_RESULTS)
def place_map(code: str) -> ResponseReturnValue:
    """Draw the share satisfied on the map of the places."""
    found, figures = _interviews(code)
    with database().transaction() as session:
        outlines = boundaries(session, found.pack_id, [place.code for place in figures.places])
    if not outlines:
        raise NotFoundError("map", code)
    picture = places_view.map_picture(
        figures, OVERALL, outlines, g.language, is_narrow="narrow" in request.args
    )
    return Response(picture, mimetype="image/svg+xml")


@blueprint.get("/<code>/figures.csv")
@open_to(*READERS)
def csv_file(code: str) -> ResponseReturnValue:
    """Export the figures as CSV."""
    content = tables.as_csv(tables.figures_table(_campaign(code), _own_agencies(), g.language))
    return _download(content, "text/csv; charset=utf-8", f"{code}.csv")


@blueprint.get("/<code>/figures.xlsx")
@open_to(*READERS)
def xlsx_file(code: str) -> ResponseReturnValue:
    """Export the figures as a workbook."""
    content = tables.as_xlsx(tables.figures_table(_campaign(code), _own_agencies(), g.language))
    return _download(content, XLSX, f"{code}.xlsx")


@blueprint.get("/<code>/microdata.zip")
@open_to(Permission.EXPORT_MICRODATA)
def microdata(code: str) -> ResponseReturnValue:
    """Hand out the answers behind the figures, for other software."""
    content = take_microdata(database(), settings(), code, current_user.id)
    return _download(content, "application/zip", f"{code}-microdata.zip")


@blueprint.post("/<code>/compute")
@open_to(Permission.COMPUTE_RESULTS)
def compute(code: str) -> ResponseReturnValue:
    """Take a snapshot, compute and store the figures."""
    publish_results(database(), settings(), code, current_user.id)
    flash(g.t("results-computed"), "success")
    return redirect(url_for("results.campaign", code=code))


def _sees_all() -> bool:
    return may(Role(current_user.role), Permission.READ_ALL_RESULTS)


def _own_agencies() -> list[int] | None:
    """Return the agencies whose service points the reader may see; None for all."""
    return None if _sees_all() else [current_user.agency_id]


def _interviews(code: str) -> tuple[PublishedCampaign, InterviewFigures]:
    found = _campaign(code)
    if not isinstance(found.figures, InterviewFigures):
        raise NotFoundError("campaign", code)
    return found, found.figures


def _campaign(code: str) -> PublishedCampaign:
    with database().transaction() as session:
        found = published_campaign(session, code)
        if found is None:
            raise NotFoundError("campaign", code)
        limited = _limited(session, found)
    if limited.figures is None and not _sees_all():
        raise NotFoundError("campaign", code)
    return limited


def _limited(session: Session, found: PublishedCampaign) -> PublishedCampaign:
    """Return what an agency's reader may see: own points, and the verdicts on own tasks."""
    if _sees_all() or found.figures is None:
        return found
    agency_id = current_user.agency_id
    if isinstance(found.figures, SelfSelectedFigures):
        own = tuple(p for p in found.figures.points if p.agency_id == agency_id)
        if not own:
            return replace(found, figures=None)
        return replace(found, figures=found.figures.model_copy(update={"points": own}))
    tasks = set(
        session.scalars(
            select(PlanTask.code)
            .join(Agency, Agency.id == PlanTask.lead_agency_id)
            .where(Agency.id == agency_id)
        )
    )
    judged = tuple(j for j in found.figures.judgements if j.task in tasks)
    if not judged:
        return replace(found, figures=None)
    variables = {j.variable for j in judged} | {OVERALL}
    kept = tuple(f for f in found.figures.figures if f.variable in variables)
    update = {"judgements": judged, "figures": kept}
    return replace(found, figures=found.figures.model_copy(update=update))


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
