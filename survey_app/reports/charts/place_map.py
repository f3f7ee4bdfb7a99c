"""A map of places coloured by a share, each with its figure written on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from survey_app.reports.charts.rendering import FONT

WIDTH, HEIGHT = 560, 420
NARROW = 290
INK, UNKNOWN = "#16202a", "#d0d5da"


@dataclass(frozen=True)
class MapPlace:
    """A place with its boundary (GeoJSON geometry) and share; None is drawn grey."""

    name: str
    geometry: Mapping[str, Any]
    share: float | None


def place_map(places: Sequence[MapPlace], *, legend: str, is_narrow: bool) -> dict[str, Any]:
    """Return the specification; the lighter the shade, the smaller the share."""
    labels = [
        {"name": place.name, "share": place.share, "lon": middle[0], "lat": middle[1]}
        for place in places
        if (middle := _middle(place.geometry)) and place.share is not None
    ]
    known = _shapes([place for place in places if place.share is not None]).encode(
        color=alt.Color(
            "properties.share:Q",
            scale=alt.Scale(scheme="blues", domain=[0, 1]),
            legend=alt.Legend(title=legend, format=".0%", orient="bottom", titleLimit=300),
        )
    )
    # A layer of its own: a missing share in a colour scale would be drawn like a share of nought.
    unknown = _shapes([place for place in places if place.share is None]).encode(
        color=alt.value(UNKNOWN)
    )
    base = alt.Chart(alt.InlineData(values=labels)).encode(longitude="lon:Q", latitude="lat:Q")
    size = 10 if is_narrow else 13
    layers: list[Any] = [known, unknown]
    for halo in ("white", None):  # a halo first, so that letters read on any shade and beside it
        line: dict[str, Any] = (
            {"stroke": halo, "strokeWidth": 3, "strokeJoin": "round"} if halo else {}
        )
        names = base.mark_text(fontSize=size, dy=-7, color=INK, **line).encode(text="name:N")
        shares = base.mark_text(fontSize=size + 1, dy=8, fontWeight="bold", color=INK, **line)
        layers += [names, shares.encode(text=alt.Text("share:Q", format=".0%"))]
    chart = (
        alt.layer(*layers)
        .properties(width=NARROW if is_narrow else WIDTH, height=260 if is_narrow else HEIGHT)
        .project("mercator")
        .configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=13, titleFontSize=13)
    )
    return dict(chart.to_dict())


def _shapes(places: Sequence[MapPlace]) -> alt.Chart:
    features = [
        {
            "type": "Feature",
            "geometry": _clockwise(place.geometry),
            "properties": {"name": place.name, "share": place.share},
        }
        for place in places
    ]
    data = alt.InlineData(
        values={"type": "FeatureCollection", "features": features},
        format={"property": "features", "type": "json"},
    )
    chart: alt.Chart = alt.Chart(data).mark_geoshape(stroke="white", strokeWidth=1.5)
    return chart


def _clockwise(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the geometry with outer rings clockwise, as the drawing library wants them.

    A ring the other way round would stand for all the world outside it.
    """
    polygons = [
        [
            ring if (_area(ring) < 0) == (number == 0) else ring[::-1]
            for number, ring in enumerate(polygon)
        ]
        for polygon in _polygons(geometry)
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _polygons(geometry: Mapping[str, Any]) -> list[list[list[list[float]]]]:
    coordinates: Any = geometry["coordinates"]
    return list(coordinates) if geometry["type"] == "MultiPolygon" else [coordinates]


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Return a ring's area, negative if it runs clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the centroid of a geometry's largest ring."""
    best, largest = None, 0.0
    for polygon in _polygons(geometry):
        ring = polygon[0]
        area = x = y = 0.0
        for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(ring):
            cross = x0 * y1 - x1 * y0
            area += cross
            x += (x0 + x1) * cross
            y += (y0 + y1) * cross
        if abs(area) > largest:
            best, largest = (x / (3 * area), y / (3 * area)), abs(area)
    return best
