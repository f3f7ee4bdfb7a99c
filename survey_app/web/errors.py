"""The one place that turns failures into pages."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.services.errors import NotFoundError, ServiceError

log = logging.getLogger("survey.web")


class AccessDeniedError(Exception):
    """The route does not admit this person."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)


KNOWN_STATUS = {400, 403, 404, 405, 409, 413, 422, 429, 503}


def error_page(status: int, key: str, **values: str | int | float) -> ResponseReturnValue:
    """Render one failure in the reader's language."""
    title = g.t(f"error-{status}-title")
    message = g.t(key, **values)
    return render_template("errors/error.html", title=title, message=message, status=status), status


def register_errors(app: Flask) -> None:
    """Map every failure to a page; what nobody foresaw is logged and answered with a 500."""

    @app.errorhandler(AccessDeniedError)
    def _denied(_error: AccessDeniedError) -> ResponseReturnValue:
        return error_page(403, "error-403")

    @app.errorhandler(NotFoundError)
    def _missing(_error: NotFoundError) -> ResponseReturnValue:
        return error_page(404, "error-404")

    @app.errorhandler(ServiceError)
    def _refused(error: ServiceError) -> ResponseReturnValue:
        return error_page(409, error.key, **error.values)

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> ResponseReturnValue:
        return error_page(400, "error-csrf")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error.get_response()
        status = error.code if error.code in KNOWN_STATUS else 400
        return error_page(status, f"error-{status}")

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> ResponseReturnValue:
        log.exception("unforeseen: %s", type(error).__name__)
        return error_page(500, "error-500")


def refusal(error: ServiceError) -> dict[str, str]:
    """Return a use case's refusal under the field that it names; a refusal without one goes on."""
    field = error.values.get("field")
    if field is None:
        raise error
    return {str(field): g.t(error.key, **error.values)}
