"""Letters through the operator's SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from survey_app.services.errors import ServiceError
from survey_app.settings import Settings

TIMEOUT = 20
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Post:
    """An open connection to the mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server, self._sender = server, sender

    def send(self, to: str, subject: str, body: str) -> None:
        """Send one letter of plain text."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, to, subject
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(body)
        self._server.send_message(letter)


@contextmanager
def post_office(settings: Settings) -> Iterator[Post]:
    """Connect to the server that ``SMTP_URL`` names.

    Raises
    ------
    ServiceError
        ``plan-reminders-no-smtp``, ``plan-mail-settings``, or ``plan-mail-failed`` when the server
        refuses or cannot be reached.
    """
    if settings.smtp_url is None:
        raise ServiceError("plan-reminders-no-smtp")
    try:
        address = urlsplit(settings.smtp_url)
        port = address.port or PORTS[address.scheme]
    except (KeyError, ValueError) as error:
        raise ServiceError("plan-mail-settings", detail=str(error)) from error
    if not address.hostname or "@" not in settings.mail_from:
        raise ServiceError("plan-mail-settings", detail=settings.mail_from or "MAIL_FROM")
    try:
        if address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                address.hostname, port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(address.hostname, port, timeout=TIMEOUT)
        with server:
            if address.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            yield Post(server, settings.mail_from)
    except (OSError, smtplib.SMTPException) as error:
        raise ServiceError("plan-mail-failed", detail=str(error)) from error
