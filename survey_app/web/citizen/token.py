"""The form's proof against forgery: a signed, expiring token instead of a cookie.

Flask-WTF asks a form's ``Meta.csrf_class`` for its token. Staff forms tie it to the session; a
citizen has none, so here the token itself says which code the form was opened from, when, and a
random number that names this one submission. It carries no authority but that: a page that tricks
somebody's browser into sending it gains nothing over sending it itself, which is why reflecting it
in a compressed page gives an observer nothing (the BREACH attack needs a secret that the browser
adds by itself).

The random number outlives the token: a form that lay open too long is shown again with a fresh
signature over the *same* number, and the hour at which it was first opened. So however often one
form is sent, it is stored once, and a slip mended in a second does not look like a script.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import current_app, request
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import Field, ValidationError
from wtforms.csrf.core import CSRF

from survey_app.domain.local_time import local_day

LIFETIME: Final = timedelta(hours=12)
_PURPOSE: Final = "citizen-form"


@dataclass(frozen=True)
class Opening:
    """What a well-signed token says: one opening of one code's form."""

    code: str
    nonce: str
    opened_at: datetime
    day: date
    is_expired: bool

    @property
    def submission_key(self) -> bytes:
        """Return the key under which this submission is stored, from which nothing leads back."""
        return hashlib.sha256(self.nonce.encode("ascii")).digest()


class OpeningToken(CSRF):  # type: ignore[misc]  # WTForms ships no types
    """Flask-WTF's extension point, filled with openings."""

    def setup_form(self, form: FlaskForm) -> Any:
        """Remember which code the form belongs to."""
        self.code: str = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """Sign the number of the form that was sent, or a new one for a form just opened."""
        sent = read_token(csrf_token_field.data, self.code)
        nonce = sent.nonce if sent else secrets.token_urlsafe(16)
        opened_at = sent.opened_at if sent else datetime.now(UTC)
        return str(_serializer().dumps([self.code, nonce, int(opened_at.timestamp())]))

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        """Refuse what was not signed here for this code, or too long ago."""
        opening = read_token(field.data, self.code)
        if opening is None or opening.is_expired:
            raise ValidationError("citizen-opened-too-long")
        form.opening = opening


class SubmissionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The token around a questionnaire's answers; the answers are the domain's to check."""

    opening: Opening | None = None

    class Meta:
        """Always checked, and never tied to a session."""

        csrf = True
        csrf_class = OpeningToken
        csrf_field_name = "token"

    def __init__(self, code: str) -> None:
        formdata = request.form if request.method == "POST" else None
        super().__init__(formdata=formdata, meta={"csrf_context": code})


def read_token(token: str | None, code: str) -> Opening | None:
    """Return the opening that ``token`` proves for ``code``; None when it proves nothing."""
    try:
        said, signed_at = _serializer().loads(token or "", return_timestamp=True)
    except BadSignature:
        return None
    if said[0] != code:
        return None
    opened_at = datetime.fromtimestamp(said[2], UTC) if len(said) > 2 else signed_at
    age = datetime.now(UTC) - signed_at
    return Opening(code, said[1], opened_at, local_day(signed_at), is_expired=age > LIFETIME)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=_PURPOSE)
