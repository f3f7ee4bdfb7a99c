"""Stored figures as a page, chart or file shows them: formatted, labelled, hedged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.domain.publication import (
    Figure,
    InterviewFigures,
    Judgement,
    PointCount,
    SelfSelectedFigures,
)
from survey_app.reports.charts.intervals import IntervalRow, interval_chart
from survey_app.reports.charts.rendering import svg
from survey_app.reports.numbers import count, number, percent
from survey_app.text import text

OVERALL = "hai_long_chung"
# Fewer answers than this at one point are not shown apart: they could be tied to a day's visitors.
MIN_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """A line of a table of estimates, formatted."""

    code: str
    name: str
    estimate: str
    se: str
    interval: str
    deff: str
    n: str
    cautions: tuple[str, ...]
    is_whole: bool = False


@dataclass(frozen=True)
class VerdictView:
    """A verdict in words, with its evidence."""

    task: str
    target: str
    outcome: str
    outcome_key: str
    sentence: str
    row: Row


@dataclass(frozen=True)
class PointRow:
    """A service point's self-selected answers."""

    code: str
    name: str
    n: str
    satisfied: str


def domain_rows(
    figures: InterviewFigures, statistic: str, variable: str, language: str
) -> list[Row]:
    """Return the province first, then each domain by name: not a ranking."""
    names = {place.code: place.name for place in figures.places}
    chosen = [
        figure
        for figure in figures.figures
        if figure.statistic == statistic and figure.variable == variable
    ]
    chosen.sort(key=lambda f: (f.domain is not None, names.get(f.domain or "", "")))
    return [
        _row(
            figure,
            figure.domain or "",
            text(language, "results-province")
            if figure.domain is None
            else names.get(figure.domain, figure.domain),
            language,
        )
        for figure in chosen
    ]


def factor_rows(figures: InterviewFigures, language: str) -> list[Row]:
    """Return overall satisfaction and the SIPAS factors of the province."""
    rows = []
    overall = figures.select("share", OVERALL)
    if overall is not None:
        rows.append(_row(overall, OVERALL, text(language, "results-overall"), language, True))
    for label in figures.labels:
        figure = figures.select("index", label.code) if label.is_factor else None
        if figure is not None:
            rows.append(_row(figure, label.code, label.words.of(language), language))
    return rows


def item_rows(figures: InterviewFigures, statistic: str, language: str) -> list[Row]:
    """Return every item's share or mean for the province, in the order asked."""
    rows = []
    for label in figures.labels:
        figure = figures.select(statistic, label.code)
        if figure is not None and not label.is_factor:
            rows.append(_row(figure, label.code, label.words.of(language), language))
    return rows


def headline(figures: InterviewFigures, language: str) -> str:
    """Return the finding and its certainty in one sentence."""
    whole = figures.select("share", OVERALL)
    if whole is None or whole.estimate is None or whole.ci_low is None or whole.ci_high is None:
        return text(language, "results-headline-unknown")
    return text(
        language,
        "results-headline",
        share=percent(whole.estimate, language),
        low=percent(whole.ci_low, language),
        high=percent(whole.ci_high, language),
        n=count(whole.n, language),
    )


def verdict(judgement: Judgement, language: str) -> VerdictView:
    """Return a verdict in words."""
    key = {"met": "met", "not_met": "not-met", "undecided": "undecided"}[judgement.outcome]
    sentence = text(
        language,
        f"verdict-{key}-sentence",
        threshold=percent(judgement.threshold, language, 0),
        share=percent(judgement.figure.estimate, language),
        bound=percent(judgement.bound, language),
        confidence=percent(judgement.confidence, language, 0),
    )
    if judgement.outcome == "undecided":
        more = judgement.additional_interviews
        sentence += " " + (
            text(language, "verdict-more", n=count(more, language))
            if more is not None
            else text(language, f"verdict-reason-{judgement.no_additional_reason}")
        )
    return VerdictView(
        task=judgement.task,
        target=judgement.target,
        outcome=text(language, f"verdict-{key}"),
        outcome_key={"met": "good", "not_met": "bad", "undecided": "doubt"}[judgement.outcome],
        sentence=sentence,
        row=_row(judgement.figure, judgement.task, judgement.target, language),
    )


def domain_chart(
    figures: InterviewFigures,
    statistic: str,
    variable: str,
    target: float | None,
    language: str,
    *,
    is_narrow: bool = False,
) -> str:
    """Return the SVG of a variable by domain, the province first."""
    names = {place.code: place.name for place in figures.places}
    chosen = [
        figure
        for figure in figures.figures
        if figure.statistic == statistic and figure.variable == variable
    ]
    chosen.sort(key=lambda f: (f.domain is not None, names.get(f.domain or "", "")))
    rows = [
        IntervalRow(
            text(language, "results-province")
            if figure.domain is None
            else names.get(figure.domain, figure.domain),
            figure.estimate,
            figure.ci_low,
            figure.ci_high,
            figure.domain is None,
        )
        for figure in chosen
        if figure.estimate is not None and figure.ci_low is not None and figure.ci_high is not None
    ]
    return svg(
        interval_chart(
            rows,
            axis=text(language, "results-chart-axis"),
            target=target,
            target_label=text(language, "results-target-line", share=percent(target, language, 0)),
            is_narrow=is_narrow,
        ),
        language,
    )


def point_rows(
    figures: SelfSelectedFigures, agency_ids: Sequence[int] | None, language: str
) -> list[PointRow]:
    """Return each service point's participation; ``agency_ids`` limits whose points are shown."""
    return [
        PointRow(
            point.point,
            point.name,
            count(point.n, language),
            percent(point.satisfied, language, 0)
            if point.n >= MIN_SHOWN
            else text(language, "results-too-few", least=MIN_SHOWN),
        )
        for point in visible_points(figures, agency_ids)
    ]


def visible_points(
    figures: SelfSelectedFigures, agency_ids: Sequence[int] | None
) -> list[PointCount]:
    """Return the counts of the overall question at the points that a reader may see."""
    return [
        point
        for point in figures.points
        if point.variable == OVERALL and (agency_ids is None or point.agency_id in agency_ids)
    ]


def _row(figure: Figure, code: str, name: str, language: str, is_whole: bool = False) -> Row:
    def form(value: float | None) -> str:
        return (number if figure.statistic == "mean" else percent)(value, language)

    interval = "–"
    if figure.ci_low is not None:
        interval = text(
            language, "results-interval", low=form(figure.ci_low), high=form(figure.ci_high)
        )
    return Row(
        code=code,
        name=name,
        estimate=form(figure.estimate),
        se=form(figure.se),
        interval=interval,
        deff=number(figure.deff, language),
        n=count(figure.n, language),
        cautions=tuple(text(language, f"caution-{doubt.code}") for doubt in figure.cautions),
        is_whole=is_whole or figure.domain is None,
    )
