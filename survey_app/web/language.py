"""Which language a page speaks: the address says so for citizens, the session for staff."""

from __future__ import annotations

from flask import g, request, session

from survey_app.text import DEFAULT_LANGUAGE, LANGUAGES, translator


def choose_language() -> None:
    """Set ``g.language`` and ``g.t``; citizens' pages keep the choice in the address, no cookie."""
    asked = request.args.get("lang", "")
    is_citizen = request.blueprint == "citizen"
    if asked in LANGUAGES:
        language = asked
        if not is_citizen and request.blueprint is not None:
            session["language"] = asked
    elif is_citizen:
        language = DEFAULT_LANGUAGE
    else:
        language = session.get("language", DEFAULT_LANGUAGE)
    g.language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    g.t = translator(g.language)
