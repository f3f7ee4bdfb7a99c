"""The request's way to the database."""

from __future__ import annotations

from typing import cast

from flask import current_app

from survey_app.settings import Settings
from survey_app.store.session import Database


def database() -> Database:
    """Return the database that this application serves from."""
    return cast(Database, current_app.extensions["database"])


def settings() -> Settings:
    """Return the settings that this application was made with."""
    return cast(Settings, current_app.extensions["settings"])
