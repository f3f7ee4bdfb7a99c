"""Staff accounts: the administrator's pages."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.domain.access import Permission, Role
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.manage_staff import (
    StaffDetails,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    reset_password,
)
from survey_app.store.queries.staff import StaffRow, list_agencies, list_staff, list_units
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.errors import refusal
from survey_app.web.staff.desk import blueprint
from survey_app.web.staff.forms import StaffForm, form_errors


@blueprint.get("/people")
@open_to(Permission.MANAGE_USERS)
def people() -> ResponseReturnValue:
    """List the accounts."""
    with database().transaction() as session:
        rows = list_staff(session)
    return render_template("staff/people.html", people=rows)


@blueprint.route("/people/new", methods=["GET", "POST"])
@open_to(Permission.MANAGE_USERS)
def new_person() -> ResponseReturnValue:
    """Add a staff member, and show their one-time password once."""
    form = StaffForm()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = {} if form.validate() else form_errors(form)
        if not errors:
            try:
                issued = add_staff(
                    database(), current_user.id, form.username.data or "", _details(form)
                )
            except NotFoundError:
                raise
            except ServiceError as refused:
                errors = refusal(refused)
            else:
                return render_template("staff/one_time_password.html", issued=issued)
    return _page(None, form, errors)


@blueprint.route("/people/<int:user_id>", methods=["GET", "POST"])
@open_to(Permission.MANAGE_USERS)
def person(user_id: int) -> ResponseReturnValue:
    """Show one account and change what is known of its owner."""
    known = _known(user_id)
    form = StaffForm()
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = {} if form.validate() else form_errors(form)
        if not errors:
            try:
                change_staff(database(), current_user.id, user_id, _details(form))
            except NotFoundError:
                raise
            except ServiceError as refused:
                if "field" not in refused.values:
                    flash(g.t(refused.key, **refused.values), "error")
                    return redirect(url_for("staff.person", user_id=user_id), 303)
                errors = refusal(refused)
            else:
                flash(g.t("staff-person-changed", name=form.full_name.data), "success")
                return redirect(url_for("staff.people"), 303)
    else:
        form.full_name.data, form.role.data = known.full_name, known.role
        form.agency.data, form.unit.data = known.agency_id, known.unit_id
        form.email.data = known.email
    return _page(known, form, errors)


@blueprint.post("/people/<int:user_id>/disable")
@open_to(Permission.MANAGE_USERS)
def disable(user_id: int) -> ResponseReturnValue:
    """Shut an account."""
    disable_staff(database(), current_user.id, user_id)
    flash(g.t("staff-person-disabled", name=_known(user_id).full_name), "success")
    return redirect(url_for("staff.people"), 303)


@blueprint.post("/people/<int:user_id>/enable")
@open_to(Permission.MANAGE_USERS)
def enable(user_id: int) -> ResponseReturnValue:
    """Re-admit a disabled account."""
    enable_staff(database(), current_user.id, user_id)
    flash(g.t("staff-person-enabled", name=_known(user_id).full_name), "success")
    return redirect(url_for("staff.people"), 303)


@blueprint.post("/people/<int:user_id>/password")
@open_to(Permission.MANAGE_USERS)
def new_password(user_id: int) -> ResponseReturnValue:
    """Give a new one-time password, and show it once; sent again, it makes another new one."""
    issued = reset_password(database(), current_user.id, user_id)
    return render_template("staff/one_time_password.html", issued=issued)


def _known(user_id: int) -> StaffRow:
    with database().transaction() as session:
        found = list_staff(session, user_id)
    if not found:
        raise NotFoundError("user", user_id)
    return found[0]


def _details(form: StaffForm) -> StaffDetails:
    return StaffDetails(
        full_name=form.full_name.data or "",
        role=form.role.data or "",
        agency_id=form.agency.data,
        unit_id=form.unit.data,
        email=form.email.data or "",
    )


def _page(known: StaffRow | None, form: StaffForm, errors: dict[str, str]) -> ResponseReturnValue:
    with database().transaction() as session:
        agencies, units = list_agencies(session), list_units(session)
    page = render_template(
        "staff/person.html",
        known=known,
        form=form,
        errors=errors,
        roles=tuple(Role),
        agencies=agencies,
        units=units,
    )
    return page, 422 if errors else 200
