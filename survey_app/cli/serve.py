"""``survey serve``: the product on a production server."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from survey_app.cli.context import console, open_app_database, refuse, say
from survey_app.cli.simulate import simulate_with_progress
from survey_app.domain.local_time import today
from survey_app.services.first_start import FirstStart, prepare_first_start
from survey_app.services.simulate_campaign import Simulation
from survey_app.settings import Settings, load_settings
from survey_app.store.session import Database
from survey_app.web.app import create_app


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with the product, configured here and not by a file."""

    def __init__(self, settings: Settings, application: Flask, database: Database) -> None:
        self._settings, self._application, self._database = settings, application, database
        super().__init__()

    def load_config(self) -> None:
        """Threads wait for the database; two workers per core keep both cores busy."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": min(2 * (os.cpu_count() or 1), 8),
            "threads": 3,
            "preload_app": True,
            "graceful_timeout": 20,
            "accesslog": None,  # addresses of citizens are not kept
            "loglevel": "warning",
            "control_socket_disable": True,  # one port in, nothing else listens
            # A forked worker must not share the parent's connections.
            "post_fork": lambda _server, _worker: self._database.engine.dispose(close=False),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made once before the workers fork."""
        return self._application


@click.command()
@click.option(
    "--demo/--no-demo",
    default=None,
    help="Fill an empty database with a campaign of simulated answers (asked for on a terminal).",
)
def serve(demo: bool | None) -> None:
    """Prepare the database if it is empty, print the addresses, and serve."""
    settings = load_settings()
    _check_port(settings)
    database = open_app_database(settings)
    first = prepare_first_start(database)
    if first.is_empty and _wants_demo(demo):
        simulate_with_progress(database, settings, Simulation(today=today()))
    _greet(settings, first)
    application = create_app(settings, database)
    database.engine.dispose()
    Server(settings, application, database).run()


def _check_port(settings: Settings) -> None:
    """Refuse a port that is taken before anything is printed or a password renewed."""
    try:
        with socket.create_server((settings.host, settings.port)):
            pass
    except OSError:
        refuse("cli-port-taken", host=settings.host, port=str(settings.port))


def _wants_demo(asked: bool | None) -> bool:
    if asked is not None:
        return asked
    if os.environ.get("SURVEY_DEMO"):
        return os.environ["SURVEY_DEMO"] == "1"
    if not sys.stdin.isatty():
        console.print(say("cli-demo-hint"), highlight=False)
        return False
    return click.confirm(say("cli-offer-demo"), default=True)


def _greet(settings: Settings, first: FirstStart) -> None:
    base = settings.base_url
    console.print(say("cli-citizen-form", url=f"{base}/"), highlight=False)
    console.print(say("cli-staff-desk", url=f"{base}/staff/"), highlight=False)
    console.print(say("cli-results", url=f"{base}/results/"), highlight=False)
    if first.one_time_password:
        console.print(
            say("cli-first-administrator", user=first.username, password=first.one_time_password),
            highlight=False,
        )
