"""Citizens' pages as they go over the wire: one request, small, without cookies or scripts.

Everything is in the one document: the style sheet inside it (named to the browser by its digest),
the faces as shapes used by reference, an empty icon so that none is asked for. The page is rendered
without the application's context of the signed-in reader, so that no session is even looked at.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from typing import Any, Final

from flask import Response, current_app, g, request
from markupsafe import Markup

from survey_app.settings import PROJECT_ROOT
from survey_app.text import LANGUAGES

_STYLE: Final = PROJECT_ROOT / "templates" / "citizen" / "citizen.css"
_COMPRESSION_LEVEL: Final = 9  # 0.4 ms for the whole form


@cache
def _style() -> tuple[Markup, str]:
    """Return the style sheet, and the policy that admits it and nothing else."""
    lines = _STYLE.read_text(encoding="utf-8").splitlines()
    style = "".join(line.strip() for line in lines if not line.startswith("/*"))
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return Markup(style), policy  # noqa: S704 — our own file


def send_page(template: str, status: int = 200, **values: Any) -> Response:
    """Render a citizen's page with its own, stricter policy.

    ``no-cache`` and not ``no-store``: after a broken connection the browser's way back must find
    the form as it was filled in, with the same token, so that sending it again counts once.
    """
    style, policy = _style()
    body = (
        current_app.jinja_env.get_template(template)
        .render(t=g.t, language=g.language, languages=LANGUAGES, style=style, **values)
        .encode("utf-8")
    )
    response = Response(body, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def compress(response: Response) -> Response:
    """Compress a page for browsers that take gzip, which all do."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0 and not response.is_streamed:
        response.set_data(gzip.compress(response.get_data(), _COMPRESSION_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
