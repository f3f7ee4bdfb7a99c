"""How staff and results pages show figures and days in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, g

from survey_app.domain.local_time import ZONE

_DAY: Final = "dd/MM/yyyy"


def number(value: float, digits: int = 0) -> str:
    """Return a figure as the reader's language writes it: 1.234,5 in Vietnamese."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=g.language))


def day(value: date) -> str:
    """Return a day as 31/12/2026."""
    return str(format_date(value, _DAY, locale=g.language))


def moment(value: datetime) -> str:
    """Return an instant in the province's time."""
    return str(format_datetime(value.astimezone(ZONE), f"{_DAY} HH:mm:ss", locale=g.language))


def local(row: object, name: str) -> str:
    """Return a row's ``name_vi`` or ``name_en`` by the reader's language."""
    return str(getattr(row, f"{name}_{g.language}"))


def show_in_templates(app: Flask) -> None:
    """Give every template these formatters."""

    @app.context_processor
    def _shown() -> dict[str, Any]:
        return {"number": number, "day": day, "moment": moment, "local": local}
