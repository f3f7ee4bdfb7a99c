"""PAPI over the years, and what each sub-dimension gained or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from survey_app.reports.charts.rendering import FONT

GAIN, LOSS, OTHERS, OWN = "#1a6b3c", "#a4262c", "#c9d1d9", "#0b5394"


@dataclass(frozen=True)
class YearMark:
    """One year: the province's mean score of a dimension, and where the other provinces lie.

    ``series`` numbers the stretches of years whose totals have the same structure.
    """

    year: int
    series: int
    own: float | None
    lowest: float
    median: float
    highest: float


@dataclass(frozen=True)
class ChangeMark:
    """What a sub-dimension gained on the year before."""

    name: str
    difference: float


def years_chart(marks: Sequence[YearMark], *, axis: str, is_narrow: bool) -> dict[str, Any]:
    """Return the specification: bars from the lowest to the highest province, a tick at the median.

    Years of different structure are not joined by a line.
    """
    values = [
        {
            "year": str(m.year),
            "series": m.series,
            "own": m.own,
            "lowest": m.lowest,
            "median": m.median,
            "highest": m.highest,
        }
        for m in marks
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=-90 if is_narrow else 0))
    )
    scale = alt.Scale(zero=False)
    bars = base.mark_bar(color=OTHERS, size=10 if is_narrow else 16).encode(
        y=alt.Y("lowest:Q", title=axis, scale=scale, axis=alt.Axis(format=".1f", tickCount=5)),
        y2="highest:Q",
    )
    ticks = base.mark_tick(color="#4a5763", thickness=2, size=14 if is_narrow else 22).encode(
        y="median:Q"
    )
    line = base.mark_line(color=OWN, strokeWidth=2).encode(y="own:Q", detail="series:N")
    dots = base.mark_point(color=OWN, filled=True, size=70, opacity=1).encode(y="own:Q")
    chart = alt.layer(bars, ticks, line, dots).properties(
        width=250 if is_narrow else 640,
        height=220 if is_narrow else 260,
    )
    return _dressed(chart)


def changes_chart(marks: Sequence[ChangeMark], *, axis: str, is_narrow: bool) -> dict[str, Any]:
    """Return the specification: bars to the left and right of no change, the worst first."""
    values = [{"name": m.name, "difference": m.difference} for m in marks]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(height=14)
        .encode(
            y=alt.Y(
                "name:N",
                sort=[m.name for m in marks],
                title=None,
                axis=alt.Axis(labelLimit=150 if is_narrow else 330, domain=False, ticks=False),
            ),
            x=alt.X(
                "difference:Q",
                title=axis,
                axis=alt.Axis(format="+.2f", tickCount=3 if is_narrow else 6),
            ),
            color=alt.condition("datum.difference < 0", alt.value(LOSS), alt.value(GAIN)),
        )
        .properties(width=130 if is_narrow else 420, height=24 * len(marks))
    )
    return _dressed(chart)


def _dressed(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> dict[str, Any]:
    return dict(
        # Readers without the font see a wider one: room is left for it.
        chart.configure(
            font=FONT, background="white", padding={"left": 45, "right": 10, "top": 5, "bottom": 5}
        )
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=13, titleFontSize=13, gridColor="#e3e8ed")
        .to_dict()
    )
