"""The map of places."""

from __future__ import annotations

from survey_app.reports.charts.place_map import UNKNOWN, MapPlace, place_map
from survey_app.reports.charts.rendering import svg

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


def geometry(shift: float, *, is_clockwise: bool = False) -> dict[str, object]:
    ring = [[x + shift, y] for x, y in SQUARE]
    return {"type": "Polygon", "coordinates": [ring[::-1] if is_clockwise else ring]}


def drawn(*places: MapPlace) -> str:
    return svg(place_map(places, legend="Tỷ lệ", is_narrow=False), "vi")


def test_a_missing_share_is_grey_and_never_drawn_like_nought() -> None:
    nothing = drawn(MapPlace("A", geometry(0), 0.0), MapPlace("B", geometry(2), None))
    assert nothing.count(f'fill="{UNKNOWN}"') == 1
    assert UNKNOWN not in drawn(MapPlace("A", geometry(0), 0.0), MapPlace("B", geometry(2), 0.5))


def test_the_direction_of_a_ring_does_not_matter() -> None:
    one = drawn(MapPlace("A", geometry(0), 0.3), MapPlace("B", geometry(2), 0.5))
    other = drawn(
        MapPlace("A", geometry(0, is_clockwise=True), 0.3), MapPlace("B", geometry(2), 0.5)
    )
    assert one.count("<path") == other.count("<path")
    assert ">30%<" in one
    assert ">30%<" in other
