"""The application: its parts put together in the order in which a request meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app.domain.access import Permission, Role, may
from survey_app.domain.intake_watch import IntakeWatch
from survey_app.settings import PROJECT_ROOT, Settings
from survey_app.store.session import Database
from survey_app.text import LANGUAGES
from survey_app.web import auth, citizen, journal, papi, plan, results, staff, suspects
from survey_app.web.access import PUBLIC, enforce_access, open_to
from survey_app.web.errors import register_errors
from survey_app.web.health import health
from survey_app.web.language import choose_language
from survey_app.web.security import add_security_headers
from survey_app.web.shown import show_in_templates

MAX_REQUEST_BYTES = 256 * 1024


def create_app(settings: Settings, database: Database) -> Flask:
    """Return the product's web application on ``database``."""
    app = Flask(
        "survey_app",
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "survey_app" / "static"),
    )
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="survey_staff",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, once the reader's language is known
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = settings
    app.extensions["database"] = database
    app.extensions["intake_watch"] = IntakeWatch()
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]  # Flask's own way
    staff_csrf = CSRFProtect(app)

    open_to(PUBLIC)(app.view_functions["static"])
    app.before_request(choose_language)
    auth.register(app)
    app.before_request(enforce_access)

    @app.before_request
    def _refuse_forgery() -> None:
        # The citizen's form has no cookie: its own signed token takes the place of the session's.
        if request.blueprint != "citizen":
            staff_csrf.protect()

    app.register_blueprint(health)
    app.register_blueprint(citizen.blueprint)
    app.register_blueprint(auth.blueprint)
    app.register_blueprint(staff.blueprint)
    app.register_blueprint(results.blueprint)
    app.register_blueprint(journal.blueprint)
    app.register_blueprint(suspects.blueprint)
    app.register_blueprint(plan.blueprint)
    app.register_blueprint(papi.blueprint)
    show_in_templates(app)
    register_errors(app)
    add_security_headers(app)

    @app.context_processor
    def _page_context() -> dict[str, Any]:
        role = Role(current_user.role) if current_user.is_authenticated else None
        return {
            "t": g.t,
            "language": g.language,
            "languages": LANGUAGES,
            "may": lambda name: role is not None and may(role, Permission(name)),
        }

    return app
