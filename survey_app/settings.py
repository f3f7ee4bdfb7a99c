"""What an operator may set, from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseModel):
    """The product's settings; every field is documented in ``docs/operators/settings.md``."""

    model_config = ConfigDict(frozen=True)

    database_url: str | None = Field(
        None, description="DATABASE_URL — a PostgreSQL ≥ 14 server; without it the embedded one."
    )
    data_dir: Path = Field(
        PROJECT_ROOT / "var",
        description="SURVEY_DATA_DIR — the embedded database, snapshots and the signing key.",
    )
    port: int = Field(8000, ge=1, le=65535, description="PORT — where the product listens.")
    host: str = Field("127.0.0.1", description="HOST — the address the product listens on.")
    public_url: str | None = Field(
        None, description="PUBLIC_URL — the address printed into QR codes and posters."
    )
    secure_cookies: bool = Field(
        False, description="SECURE_COOKIES — 1 when the product is served over HTTPS."
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        description="TRUSTED_PROXIES — reverse proxies in front whose headers are believed.",
    )
    secret_key: str | None = Field(
        None,
        description="SECRET_KEY — signs forms and staff cookies; else kept in the data folder.",
    )
    journal_secret: str | None = Field(
        None,
        description="JOURNAL_KEY — authenticates the journal of answers; else in the data folder.",
    )

    smtp_url: str | None = Field(
        None,
        description="SMTP_URL — smtp[s]://user:password@host:port; without it no letter is sent.",
    )
    mail_from: str = Field("", description="MAIL_FROM — the sender of reminders.")

    @property
    def base_url(self) -> str:
        """Return the address that citizens see, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def snapshot_dir(self) -> Path:
        """Return the folder of the rounds' immutable analysis inputs."""
        return self.data_dir / "snapshots"

    def signing_key(self) -> str:
        """Return the key that signs forms and cookies, made once per data folder if not set."""
        return self.secret_key or self._kept_key("signing.key")

    def journal_key(self) -> bytes:
        """Return the key of the journal of accepted answers; without it nothing can be verified."""
        return (self.journal_secret or self._kept_key("journal.key")).encode("utf-8")

    def _kept_key(self, name: str) -> str:
        path = self.data_dir / name
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32), encoding="ascii")
            try:
                os.link(fresh, path)  # atomic: the first of two processes wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii")


ENVIRONMENT = {
    "DATABASE_URL": "database_url",
    "SURVEY_DATA_DIR": "data_dir",
    "PORT": "port",
    "HOST": "host",
    "PUBLIC_URL": "public_url",
    "SECURE_COOKIES": "secure_cookies",
    "TRUSTED_PROXIES": "trusted_proxies",
    "SECRET_KEY": "secret_key",
    "JOURNAL_KEY": "journal_secret",
    "SMTP_URL": "smtp_url",
    "MAIL_FROM": "mail_from",
}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, ignoring variables set to nothing."""
    source = os.environ if environ is None else environ
    given = {field: source[name] for name, field in ENVIRONMENT.items() if source.get(name)}
    return Settings.model_validate(given)
