"""The enumerator's pages: their own areas, the persons drawn there, why there was no interview."""

from __future__ import annotations

from itertools import groupby

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission
from survey_app.domain.dispositions import RECORDED_BY_HAND, Disposition
from survey_app.domain.local_time import today
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.record_visit import record_disposition
from survey_app.store.queries.visits import (
    DrawnPerson,
    OwnArea,
    area_of_own_person,
    drawn_persons,
    own_area,
)
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint


@blueprint.get("/fieldwork/<int:area_id>")
@open_to(Permission.INTERVIEW)
def own_area_page(area_id: int) -> ResponseReturnValue:
    """List the persons drawn in one of the enumerator's own areas."""
    with database().transaction() as session:
        area = own_area(session, current_user.id, area_id)
        if area is None:
            raise NotFoundError("area", area_id)
        persons = drawn_persons(session, area_id)
    return render_template(
        "staff/own_area.html",
        area=area,
        persons=[
            (person, Disposition(person.disposition) if person.disposition else None)
            for person in persons
        ],
        visited=sum(person.disposition is not None for person in persons),
        is_open=is_open(area),
    )


@blueprint.route("/fieldwork/persons/<int:person_id>", methods=["GET", "POST"])
@open_to(Permission.INTERVIEW)
def person_outcome(person_id: int) -> ResponseReturnValue:
    """Ask why there was no interview, and record it."""
    area, person = own_person(person_id)
    error = None
    if request.method == "POST":
        code = request.form.get("disposition", "")
        try:
            found = record_disposition(database(), current_user.id, person_id, code, today())
        except NotFoundError:
            raise
        except ServiceError as refused:
            error = g.t(refused.key, **refused.values)
        else:
            return recorded(area, person, found)
    page = render_template(
        "staff/outcome.html",
        area=area,
        person=person,
        groups=[
            (group, list(codes)) for group, codes in groupby(RECORDED_BY_HAND, lambda c: c.group)
        ],
        error=error,
        is_open=is_open(area),
    )
    return page, 422 if error else 200


def own_person(person_id: int) -> tuple[OwnArea, DrawnPerson]:
    """Return a person drawn in one of the enumerator's own areas, or nothing at all."""
    with database().transaction() as session:
        area = area_of_own_person(session, current_user.id, person_id)
        if area is None:
            raise NotFoundError("person", person_id)
        persons = drawn_persons(session, area.id)
    return area, next(person for person in persons if person.id == person_id)


def is_open(area: OwnArea) -> bool:
    """Tell whether the area's campaign takes visits today."""
    return area.opens_on <= today() <= area.closes_on


def recorded(area: OwnArea, person: DrawnPerson, found: Disposition) -> ResponseReturnValue:
    """Say what was recorded, on the area's list; the same when it is sent again."""
    flash(
        g.t("staff-visit-recorded", number=person.listing_number, outcome=g.t(found.text_key)),
        "success",
    )
    return redirect(url_for("staff.own_area_page", area_id=area.id), 303)
