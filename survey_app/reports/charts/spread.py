"""How five answers are spread: bars to the left for dissatisfied, to the right for satisfied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from survey_app.reports.charts.rendering import FONT

# From orange to blue, told apart also in grey print and by the colour-blind (ColorBrewer PuOr).
COLOURS = ("#b35806", "#f1a340", "#d8dce1", "#998ec3", "#542788")


@dataclass(frozen=True)
class SpreadRow:
    """A place with the shares of the five answers."""

    name: str
    shares: tuple[float, float, float, float, float]


def spread_chart(
    rows: Sequence[SpreadRow], *, levels: Sequence[str], axis: str, is_narrow: bool
) -> dict[str, Any]:
    """Return the specification: half of the middle answer stands on each side of the line."""
    values = []
    for row in rows:
        start = -(row.shares[0] + row.shares[1] + row.shares[2] / 2)
        for level, share in zip(levels, row.shares, strict=True):
            values.append({"name": row.name, "level": level, "from": start, "to": start + share})
            start += share
    colour = alt.Color(
        "level:N",
        sort=list(levels),
        scale=alt.Scale(domain=list(levels), range=list(COLOURS)),
        legend=alt.Legend(
            orient="top",
            title=None,
            columns=2 if is_narrow else 5,
            labelLimit=200,
            symbolType="square",
        ),
    )
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(height=18, stroke="white", strokeWidth=0.5)
        .encode(
            y=alt.Y(
                "name:N",
                sort=[row.name for row in rows],
                title=None,
                axis=alt.Axis(labelLimit=150 if is_narrow else 220, domain=False, ticks=False),
            ),
            x=alt.X(
                "from:Q",
                title=axis,
                axis=alt.Axis(
                    format=".0%",
                    tickCount=4,
                    labelExpr="format(abs(datum.value), '.0%')",
                ),
            ),
            x2="to:Q",
            color=colour,
        )
        .properties(width=155 if is_narrow else 460, height=30 * len(rows))
        .configure(
            font=FONT, background="white", padding={"left": 20, "right": 10, "top": 5, "bottom": 5}
        )
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=14, titleFontSize=14, gridColor="#e3e8ed")
        .configure_legend(labelFontSize=13)
    )
    return dict(chart.to_dict())
