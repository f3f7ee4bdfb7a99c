"""Signing in and out, and one's own password."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from survey_app.domain.passwords import MAX_LENGTH
from survey_app.services.errors import ServiceError
from survey_app.services.sign_in import SignedInUser, change_password, load_signed_in, sign_in
from survey_app.web.access import ANY_STAFF, PUBLIC, open_to
from survey_app.web.database import database

blueprint = Blueprint("auth", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Name and password."""

    username = StringField(validators=[InputRequired(), Length(max=200)])
    password = PasswordField(validators=[InputRequired(), Length(max=MAX_LENGTH)])


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The old password and the new one."""

    current = PasswordField(validators=[InputRequired(), Length(max=MAX_LENGTH)])
    new = PasswordField(validators=[InputRequired(), Length(max=MAX_LENGTH)])


def register(app: Flask) -> None:
    """Teach the application who is signed in."""
    manager = LoginManager(app)
    manager.session_protection = None  # phones change networks; the cookie is signed and Lax

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def _load(cookie_id: str) -> SignedInUser | None:
        return load_signed_in(database(), cookie_id)


@blueprint.get("/sign-in")
@open_to(PUBLIC)
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(url_for("staff.home"))
    return render_template("auth/sign_in.html", form=SignInForm(), error=None, next=_next())


@blueprint.post("/sign-in")
@open_to(PUBLIC)
def sign_in_post() -> ResponseReturnValue:
    """Check the password; a failure says the same whatever was wrong."""
    form = SignInForm()
    error = "auth-wrong"
    values: dict[str, str | int | float] = {}
    if form.validate():
        network = hashlib.sha256((request.remote_addr or "").encode()).hexdigest()[:32]
        try:
            user = sign_in(database(), form.username.data, form.password.data, network)
        except ServiceError as refused:
            error, values = refused.key, refused.values
        else:
            language = session.get("language")
            session.clear()
            if language:
                session["language"] = language
            login_user(user)
            session.permanent = True
            return redirect(_next() or url_for("staff.home"))
    page = render_template("auth/sign_in.html", form=form, error=g.t(error, **values), next=_next())
    return page, 429 if error == "auth-throttled" else 422


@blueprint.post("/sign-out")
@open_to(ANY_STAFF)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in_page"))


@blueprint.route("/password", methods=["GET", "POST"])
@open_to(ANY_STAFF)
def change_own_password() -> ResponseReturnValue:
    """Change one's own password; the one-time password must be changed first of all."""
    form = PasswordForm()
    error = None
    if request.method == "POST":
        if not form.validate():
            error = g.t("auth-password-both")
        else:
            try:
                user = change_password(
                    database(), current_user.id, form.current.data, form.new.data
                )
            except ServiceError as refused:
                error = g.t(refused.key, **refused.values)
            else:
                login_user(user)
                return redirect(url_for("staff.home"))
    page = render_template("auth/password.html", form=form, error=error)
    return page, 422 if error else 200


def _next() -> str | None:
    """Return the page asked for before signing in, if it is one of ours."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_ours and not parts.netloc and not parts.scheme else None
