"""Numbers as each language writes them."""

from __future__ import annotations

from babel.numbers import format_decimal, format_percent


def percent(share: float | None, language: str, decimals: int = 1) -> str:
    """Return a share as a percentage; an unknown one as a dash."""
    if share is None:
        return "–"
    pattern = "#,##0." + "0" * decimals + "%" if decimals else "#,##0%"
    return format_percent(share, format=pattern, locale=language)


def number(value: float | None, language: str, decimals: int = 2) -> str:
    """Return a number with a fixed count of decimals; an unknown one as a dash."""
    if value is None:
        return "–"
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=language)


def count(value: int | None, language: str) -> str:
    """Return a whole number."""
    return number(value, language, 0)
