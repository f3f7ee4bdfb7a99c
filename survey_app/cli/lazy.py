"""Commands that are imported when they are called: one job does not pay for all others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows its commands by name and place.

    Parameters
    ----------
    places : mapping
        Name → ``module:attribute`` under ``survey_app.cli``.
    """

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in alphabetical order."""
        return sorted({*self.places, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in self.places:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.places[cmd_name].partition(":")
        command = getattr(import_module(f"survey_app.cli.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(self.places[cmd_name])
        return command
