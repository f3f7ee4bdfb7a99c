"""A question over all places, and a place over all questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.domain.publication import Contrast, InterviewFigures
from survey_app.reports.charts.place_map import MapPlace, place_map
from survey_app.reports.charts.rendering import svg
from survey_app.reports.charts.spread import SpreadRow, spread_chart
from survey_app.reports.numbers import count, percent
from survey_app.reports.results_view import OVERALL
from survey_app.text import text

ALPHA = 0.05


@dataclass(frozen=True)
class SpreadView:
    """A place's answers to one question, in the table."""

    name: str
    shares: tuple[str, ...]
    n: str
    tone: str
    verdict: str


@dataclass(frozen=True)
class QuestionRow:
    """One question in a place beside the province."""

    code: str
    name: str
    here: str
    interval: str
    province: str
    n: str
    tone: str
    verdict: str


def places_named(figures: InterviewFigures) -> dict[str, str]:
    """Return the names of the places by code."""
    return {place.code: place.name for place in figures.places}


def rating_labels(figures: InterviewFigures, language: str) -> dict[str, str]:
    """Return the words of the rated questions by code, in the order asked."""
    rated = {row.variable for row in figures.distributions}
    return {label.code: label.words.of(language) for label in figures.labels if label.code in rated}


def question_finding(figures: InterviewFigures, variable: str, language: str) -> str:
    """Return what the province answered, and where it differs, in words."""
    whole = figures.select("share", variable)
    if whole is None or whole.estimate is None:
        return text(language, "results-headline-unknown")
    sentence = text(
        language,
        "places-question-finding",
        share=percent(whole.estimate, language),
        low=percent(whole.ci_low, language),
        high=percent(whole.ci_high, language),
        n=count(whole.n, language),
    )
    names = places_named(figures)
    sure = [c for c in figures.contrasts if c.variable == variable and c.p_adjusted < ALPHA]
    for key, chosen in (
        ("places-lower", [c for c in sure if c.difference < 0]),
        ("places-higher", [c for c in sure if c.difference > 0]),
    ):
        if chosen:
            listed = ", ".join(names.get(c.domain, c.domain) for c in chosen)
            sentence += " " + text(language, key, places=listed)
    return sentence if sure else f"{sentence} {text(language, 'places-none-differs')}"


def spread_rows(figures: InterviewFigures, variable: str, language: str) -> list[SpreadView]:
    """Return the spread of answers, the province first."""
    names = places_named(figures)
    rows = []
    for row in _ordered(figures, variable):
        contrast = figures.contrast(variable, row.domain) if row.domain else None
        tone, verdict = _verdict(contrast, language)
        rows.append(
            SpreadView(
                name=text(language, "results-province")
                if row.domain is None
                else names.get(row.domain, row.domain),
                shares=tuple(percent(share, language) for share in row.shares),
                n=count(row.n, language),
                tone=tone,
                verdict=verdict,
            )
        )
    return rows


def spread_picture(
    figures: InterviewFigures, variable: str, language: str, *, is_narrow: bool
) -> str:
    """Return the picture of how answers are spread over the places."""
    names = places_named(figures)
    rows = [
        SpreadRow(
            text(language, "results-province")
            if row.domain is None
            else names.get(row.domain, row.domain),
            row.shares,
        )
        for row in _ordered(figures, variable)
    ]
    levels = [text(language, f"poster-face-{level}") for level in range(1, 6)]
    axis = text(language, "places-spread-axis")
    return svg(spread_chart(rows, levels=levels, axis=axis, is_narrow=is_narrow), language)


def map_picture(
    figures: InterviewFigures,
    variable: str,
    boundaries: Mapping[str, tuple[str, Mapping[str, Any]]],
    language: str,
    *,
    is_narrow: bool,
) -> str:
    """Return the map of a share; ``boundaries`` give each place's short name and geometry."""
    places = []
    for code, (name, geometry) in boundaries.items():
        figure = figures.select("share", variable, code)
        places.append(MapPlace(name, geometry, figure.estimate if figure else None))
    legend = text(language, "results-chart-axis")
    return svg(place_map(places, legend=legend, is_narrow=is_narrow), language)


def place_finding(figures: InterviewFigures, code: str, language: str) -> str:
    """Return a place's overall satisfaction and whether it differs from the rest."""
    here = figures.select("share", OVERALL, code)
    if here is None or here.estimate is None or here.ci_low is None:
        return text(language, "results-headline-unknown")
    contrast = figures.contrast(OVERALL, code)
    compared = "places-same-long"
    if contrast is not None and contrast.p_adjusted < ALPHA:
        compared = "places-is-lower" if contrast.difference < 0 else "places-is-higher"
    sentence = text(
        language,
        "places-place-finding",
        place=places_named(figures).get(code, code),
        share=percent(here.estimate, language),
        low=percent(here.ci_low, language),
        high=percent(here.ci_high, language),
        n=count(here.n, language),
    )
    return f"{sentence} {text(language, compared)}"


def question_rows(figures: InterviewFigures, code: str, language: str) -> list[QuestionRow]:
    """Return every rated question in a place beside the province."""
    rows = []
    for variable, words in rating_labels(figures, language).items():
        here, whole = figures.select("share", variable, code), figures.select("share", variable)
        if here is None or whole is None:
            continue
        tone, verdict = _verdict(figures.contrast(variable, code), language)
        interval = "–"
        if here.ci_low is not None:
            interval = text(
                language,
                "results-interval",
                low=percent(here.ci_low, language),
                high=percent(here.ci_high, language),
            )
        rows.append(
            QuestionRow(
                code=variable,
                name=words,
                here=percent(here.estimate, language),
                interval=interval,
                province=percent(whole.estimate, language),
                n=count(here.n, language),
                tone=tone,
                verdict=verdict,
            )
        )
    return rows


def _ordered(figures: InterviewFigures, variable: str) -> Sequence[Any]:
    names = places_named(figures)
    return sorted(
        figures.distribution(variable),
        key=lambda row: (row.domain is not None, names.get(row.domain or "", "")),
    )


def _verdict(contrast: Contrast | None, language: str) -> tuple[str, str]:
    if contrast is None or contrast.p_adjusted >= ALPHA:
        return "", ""
    if contrast.difference < 0:
        return "bad", text(language, "places-tag-lower")
    return "good", text(language, "places-tag-higher")
