"""Published PAPI scores: a province's places and what moved them."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey_app.domain.access import Permission
from survey_app.reports import papi_view
from survey_app.services.errors import NotFoundError
from survey_app.store.tables import Unit
from survey_app.web.access import open_to
from survey_app.web.database import database

blueprint = Blueprint("papi", __name__, url_prefix="/papi")

READERS = (Permission.READ_ALL_RESULTS, Permission.READ_OWN_RESULTS)


@blueprint.get("/")
@open_to(*READERS)
def places() -> ResponseReturnValue:
    """Show a province's place each year, what a better one needs, and what changed."""
    scores, code, year = papi_view.published(), _province(), _year()
    changes, other = papi_view.change_rows(scores, code, year, g.language)
    return render_template(
        "papi/places.html",
        scores=scores,
        code=code,
        year=year,
        finding=papi_view.finding(scores, code, g.language),
        years=papi_view.year_rows(scores, code, g.language),
        dimensions=papi_view.dimension_rows(scores, code, year, g.language),
        changes=changes,
        not_comparable=other,
        rise=papi_view.RISE,
    )


@blueprint.get("/<picture>.svg")
@open_to(*READERS)
def picture(picture: str) -> ResponseReturnValue:
    """Draw one of the two pictures."""
    scores, code, is_narrow = papi_view.published(), _province(), "narrow" in request.args
    if picture == "years":
        drawn = papi_view.years_picture(scores, code, g.language, is_narrow=is_narrow)
    elif picture == "changes":
        drawn = papi_view.changes_picture(scores, code, _year(), g.language, is_narrow=is_narrow)
    else:
        raise NotFoundError("chart", picture)
    return Response(drawn, mimetype="image/svg+xml")


def _province() -> str:
    """Return the province asked for; without a choice, the one whose pack is loaded."""
    known = papi_view.published().provinces
    asked = request.args.get("province")
    if asked:
        if asked not in known:
            raise NotFoundError("province", asked)
        return asked
    with database().transaction() as session:
        own = session.scalars(select(Unit.code).where(Unit.depth == 0).order_by(Unit.id)).all()
    return next((code for code in own if code in known), min(known))


def _year() -> int:
    scores = papi_view.published()
    asked = request.args.get("year", str(scores.years[-1]))
    if not asked.isdecimal() or int(asked) not in scores.years:
        raise NotFoundError("year", asked)
    return int(asked)
