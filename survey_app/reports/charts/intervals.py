"""Estimates with their intervals, one row a place, and the target as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from survey_app.reports.charts.rendering import FONT

ROW_HEIGHT = 30
WIDE, NARROW = 430, 155
INK, WHOLE, TARGET = "#16202a", "#0b5394", "#a4262c"


@dataclass(frozen=True)
class IntervalRow:
    """A place's estimate; shares between 0 and 1."""

    name: str
    estimate: float
    low: float
    high: float
    is_whole: bool = False


def interval_chart(
    rows: Sequence[IntervalRow],
    *,
    axis: str,
    target: float | None,
    target_label: str,
    is_narrow: bool = False,
) -> dict[str, Any]:
    """Return the specification: dots with bars; shapes differ, so that grey print suffices.

    ``is_narrow`` draws for a telephone: the letters keep their size, the scale is shorter.
    """
    values = [
        {
            "name": row.name,
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "whole": row.is_whole,
        }
        for row in rows
    ]
    low = min([row.low for row in rows] + ([target] if target is not None else []))
    scale = alt.Scale(domain=[max(0.0, round(low - 0.05, 1)), 1.0], nice=False)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y(
            "name:N",
            sort=[row.name for row in rows],
            title=None,
            axis=alt.Axis(labelLimit=150 if is_narrow else 220, domain=False, ticks=False),
        ),
        color=alt.condition("datum.whole", alt.value(WHOLE), alt.value(INK)),
    )
    bars = base.mark_rule(strokeWidth=3, opacity=0.55).encode(
        x=alt.X(
            "low:Q",
            title=axis,
            scale=scale,
            axis=alt.Axis(format=".0%", tickCount=3 if is_narrow else 6),
        ),
        x2="high:Q",
    )
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        x="estimate:Q",
        shape=alt.condition("datum.whole", alt.value("diamond"), alt.value("circle")),
    )
    layers: list[Any] = [bars, dots]
    if target is not None:
        mark = alt.Chart(alt.InlineData(values=[{"target": target, "label": target_label}]))
        layers.append(
            mark.mark_rule(color=TARGET, strokeWidth=2, strokeDash=[6, 4]).encode(x="target:Q")
        )
        layers.append(
            mark.mark_text(color=TARGET, align="right", dx=-5, dy=-8, fontSize=13).encode(
                x="target:Q", y=alt.value(0), text="label:N"
            )
        )
    chart = (
        alt.layer(*layers)
        .properties(width=NARROW if is_narrow else WIDE, height=ROW_HEIGHT * len(rows))
        .configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=14, titleFontSize=14, gridColor="#e3e8ed")
    )
    return dict(chart.to_dict())
