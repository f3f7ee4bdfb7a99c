"""Is the product ready?"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import create_engine, text

from survey_app.settings import Settings
from survey_app.store.session import Database
from survey_app.web.app import create_app


def test_ready_when_database_and_schema_are(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ready"
    assert answer.json["migrations"]["current"] == answer.json["migrations"]["expected"]


def test_unready_when_the_schema_is_behind(settings: Settings, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = create_app(settings, database).test_client().get("/healthz")
    assert answer.status_code == 503


def test_unready_when_the_database_is_away(settings: Settings) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    away = Database(url=url, engine=create_engine(url, connect_args={"connect_timeout": 1}))
    answer = create_app(settings, away).test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unready", "database": "unreachable", "migrations": None}
