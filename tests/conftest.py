"""Real parts for the tests: PostgreSQL, the application, a listening server, a browser."""

from __future__ import annotations

import itertools
import os
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text
from werkzeug.serving import make_server

from survey_app.domain.access import Role
from survey_app.domain.passwords import hash_password
from survey_app.services.load_pack import load_shipped_pack
from survey_app.services.simulate_campaign import Simulation, simulate_pair
from survey_app.settings import PROJECT_ROOT, Settings
from survey_app.store.embedded import sqlalchemy_url, start_embedded
from survey_app.store.migration import upgrade
from survey_app.store.session import Database
from survey_app.store.tables import Agency, StaffUser
from survey_app.web.app import create_app

PASSWORD = "mat khau de kiem tra"
_PASSWORD_HASH = hash_password(PASSWORD)
_counter = itertools.count()


# --- database -----------------------------------------------------------------------------------


class TestServer:
    """One embedded PostgreSQL for the whole run; a fresh database per test, copied from a template."""

    __test__ = False

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._server = start_embedded(PROJECT_ROOT / "var" / "test-postgres")
        self.root_url = sqlalchemy_url(self._server.get_uri())
        self._admin = create_engine(self.root_url, isolation_level="AUTOCOMMIT")
        self._templates: dict[str, str] = {}
        # Speed only: what a crash of the machine would lose here is a test run.
        self._sql("ALTER SYSTEM SET fsync = off")
        self._sql("ALTER SYSTEM SET synchronous_commit = off")
        self._sql("SELECT pg_reload_conf()")

    def _sql(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def url(self, name: str) -> str:
        return make_url(self.root_url).set(database=name).render_as_string(hide_password=False)

    def create(self, template: str = "template0") -> str:
        name = f"t_{self.worker}_{os.getpid()}_{next(_counter)}"
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, kind: str, fill: Callable[[Database], None]) -> str:
        if kind not in self._templates:
            name = self.create()
            database = self.connect(name)
            fill(database)
            database.engine.dispose()
            self._templates[kind] = name
        return self._templates[kind]

    def connect(self, name: str) -> Database:
        url = self.url(name)
        return Database(
            url=url,
            engine=create_engine(url, connect_args={"options": "-c timezone=UTC"}),
            journal_key=b"tests only",
        )

    def close(self) -> None:
        for name in self._templates.values():
            self.drop(name)
        self._admin.dispose()


@pytest.fixture(scope="session")
def test_server(worker_id: str) -> Iterator[TestServer]:
    server = TestServer(worker_id)
    yield server
    server.close()


def _migrated(database: Database) -> None:
    upgrade(database.engine)


def _with_laocai(database: Database) -> None:
    upgrade(database.engine)
    load_shipped_pack(database, "laocai-2021")


def _fresh(server: TestServer, kind: str, fill: Callable[[Database], None]) -> Iterator[Database]:
    name = server.create(server.template(kind, fill))
    database = server.connect(name)
    yield database
    database.engine.dispose()
    server.drop(name)


@pytest.fixture
def blank_database(test_server: TestServer) -> Iterator[Database]:
    """A database without any table."""
    name = test_server.create()
    database = test_server.connect(name)
    yield database
    database.engine.dispose()
    test_server.drop(name)


@pytest.fixture
def database(test_server: TestServer) -> Iterator[Database]:
    """A migrated database without data."""
    yield from _fresh(test_server, "migrated", _migrated)


@pytest.fixture
def laocai(test_server: TestServer) -> Iterator[Database]:
    """A database with the pack laocai-2021."""
    yield from _fresh(test_server, "laocai", _with_laocai)


PLAYED = Simulation(today=date(2021, 6, 1), areas=27, per_area=12, scans=300)


@pytest.fixture(scope="session")
def played_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the snapshots of the played round were written."""
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def played(test_server: TestServer, played_folder: Path, settings: Settings) -> Iterator[Database]:
    """A database with a simulated round, ``PLAYED``, and its snapshots in the settings' folder."""

    def play(database: Database) -> None:
        _with_laocai(database)
        simulate_pair(database, Settings(data_dir=played_folder), PLAYED)

    fresh = _fresh(test_server, "played", play)
    database = next(fresh)
    shutil.copytree(played_folder / "snapshots", settings.snapshot_dir)
    yield database
    next(fresh, None)


# --- application --------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="tests only", port=8000)


@pytest.fixture
def app(settings: Settings, laocai: Database) -> Flask:
    """The application on the pack laocai-2021."""
    return create_app(settings, laocai)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def add_staff(database: Database, role: Role, **fields: Any) -> StaffUser:
    """Add a staff member of ``role`` whose password is ``PASSWORD``."""
    with database.transaction() as session:
        if role is Role.AGENCY_VIEWER and "agency_id" not in fields:
            fields["agency_id"] = session.query(Agency.id).order_by(Agency.id).limit(1).scalar()
        user = StaffUser(
            username=fields.pop("username", f"{role.value}{next(_counter)}"),
            full_name=fields.pop("full_name", role.value),
            role=role.value,
            password_hash=_PASSWORD_HASH,
            must_change_password=False,
            session_key="session",
            **fields,
        )
        session.add(user)
    return user


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., StaffUser]:
    """Sign a client in as a fresh member of a role: ``sign_in(client, Role.ANALYST)``."""

    def do(client: FlaskClient, role: Role, **fields: Any) -> StaffUser:
        user = add_staff(app.extensions["database"], role, **fields)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.id}:{user.session_key}"
            cookie["_fresh"] = True
        return user

    return do


# --- browser ------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(
                    pytest.mark.skip(reason="BROWSER TEST DID NOT RUN: no chromium on this machine")
                )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if CHROMIUM is None:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line("No chromium was found: install Debian's package `chromium`.")


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The application behind a real socket; returns its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the driver's own, at start
        with sync_playwright() as playwright:
            instance = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            yield instance
            instance.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Callable[..., Any]]:
    """A new browser page of a width: ``page(360)``; other options go to the browser context."""
    contexts = []

    def open_page(width: int = 360, height: int = 780, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", **options
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
