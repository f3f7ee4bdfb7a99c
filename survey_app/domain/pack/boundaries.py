"""Boundaries (ranh giới) of units: GeoJSON polygons in WGS 84, keyed by unit code."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, FailFast, Field, ValidationError

from survey_app.domain.pack.files import FileReader
from survey_app.domain.pack.model import Code

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Position = tuple[Longitude, Latitude]


def _closed(ring: list[Position]) -> list[Position]:
    if ring[0] != ring[-1]:
        raise ValueError("a ring does not end where it began")
    return ring


# One fault a ring: a hostile file could otherwise have millions.
Ring = Annotated[list[Position], Field(min_length=4), FailFast(), AfterValidator(_closed)]
Rings = Annotated[list[Ring], Field(min_length=1), FailFast()]


class _Polygon(BaseModel):
    type: Literal["Polygon"]
    coordinates: Rings


class _MultiPolygon(BaseModel):
    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1), FailFast()]


class _Properties(BaseModel):
    code: Code


class _Feature(BaseModel):
    type: Literal["Feature"]
    properties: _Properties
    geometry: Annotated[_Polygon | _MultiPolygon, Field(discriminator="type")]


class _FeatureCollection(BaseModel):
    type: Literal["FeatureCollection"]
    features: tuple[_Feature, ...]


def read_boundaries(files: FileReader, unit_codes: set[str]) -> dict[str, dict[str, Any]]:
    """Return the geometry of each unit that ``boundaries/*.geojson`` has; faults go to ``files``."""
    found: dict[str, dict[str, Any]] = {}
    folder = files.folder / "boundaries"
    for path in sorted(folder.glob("*.geojson")) if folder.is_dir() else []:
        name = f"boundaries/{path.name}"
        text = files.text(name)
        if text is None:
            continue
        for code, geometry in _features(files, name, text):
            line = _line_of(text, code)
            if code in found:
                files.fault(name, line, code, "has two boundaries", "Keep one")
            elif code not in unit_codes:
                files.fault(name, line, code, "is no unit of this pack", "Remove the boundary")
            found[code] = geometry
    return found


def _features(files: FileReader, name: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        content = json.loads(text)
        read = _FeatureCollection.model_validate(content)
    except ValidationError as error:
        for item in error.errors():
            line = _line_of_feature(text, content, item["loc"])
            field = ".".join(str(part) for part in item["loc"][:3])
            files.fault(name, line, field or "document", item["msg"], "Correct the GeoJSON")
        return []
    except RecursionError:
        files.fault(name, 1, "JSON", "is nested too deeply", "Export the file again")
        return []
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        files.fault(name, line, "JSON", str(error), "Export the file again")
        return []
    geometries = (feature["geometry"] for feature in content["features"])
    return [(f.properties.code, raw) for f, raw in zip(read.features, geometries, strict=True)]


def _line_of_feature(text: str, content: Any, place: tuple[int | str, ...]) -> int:
    if place[:1] == ("features",) and len(place) > 1 and isinstance(place[1], int):
        feature = content["features"][place[1]]
        properties = feature.get("properties") if isinstance(feature, dict) else None
        code = properties.get("code") if isinstance(properties, dict) else None
        return _line_of(text, str(code))
    return 1


def _line_of(text: str, code: str) -> int:
    return text.count("\n", 0, max(text.find(json.dumps(code, ensure_ascii=False)), 0)) + 1
