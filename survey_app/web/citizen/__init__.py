"""Citizens' pages: the front page, the form behind a code, and the thanks."""

from survey_app.web.citizen.views import blueprint

__all__ = ["blueprint"]
