"""Figures that agencies report for administrative targets: read, and held against the target."""

from __future__ import annotations

import math
from typing import Literal

Verdict = Literal["met", "not_met"]
LARGEST = 1e9


class FigureError(ValueError):
    """What was typed is no figure that the target can have."""


def read_figure(typed: str, unit: str | None) -> float | None:
    """Read a figure as people write it, ``95,5`` or ``95.5``; thousands are not set apart.

    Parameters
    ----------
    typed : str
        With a comma or a dot before the decimals; a per-cent sign may follow. Blank is no figure.
    unit : {"percent", "per_year"} or None

    Raises
    ------
    FigureError
        No number, negative, not finite, or above 100 per cent.
    """
    text = typed.strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise FigureError(typed) from None
    if not math.isfinite(value) or not 0 <= value <= (100 if unit == "percent" else LARGEST):
        raise FigureError(typed)
    return value


def written_figure(value: float, language: str) -> str:
    """Write a figure so that `read_figure` reads the same number again."""
    text = f"{value:.12g}" if value < LARGEST else f"{value:.0f}"
    return text.replace(".", ",") if language == "vi" else text


def judge_figure(value: float, comparator: str, threshold: float) -> Verdict:
    """Hold a counted figure against its target; nothing was sampled, so nothing is uncertain."""
    is_met = {
        "at_least": value >= threshold,
        "more_than": value > threshold,
        "at_most": value <= threshold,
    }[comparator]
    return "met" if is_met else "not_met"
