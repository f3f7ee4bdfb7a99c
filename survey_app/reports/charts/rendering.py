"""From a Vega-Lite specification to an SVG, without a browser."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

import vl_convert

from survey_app.settings import PROJECT_ROOT

# measured in the first, which ships with the product; shown in whatever the reader has
FONT = "Noto Sans, system-ui, Roboto, Arial, sans-serif"
VEGA_LITE = "5.20"


@cache
def _fonts_registered() -> bool:
    vl_convert.register_font_directory(str(PROJECT_ROOT / "survey_app" / "static" / "fonts"))
    return True


_NUMBERS: dict[str, dict[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["₫", ""]},
}


def svg(specification: dict[str, Any], language: str) -> str:
    """Draw a specification; the same one is drawn once a process."""
    return _svg(json.dumps(specification, ensure_ascii=False, sort_keys=True), language)


@lru_cache(maxsize=256)
def _svg(specification: str, language: str) -> str:
    _fonts_registered()
    drawn = vl_convert.vegalite_to_svg(
        vl_spec=specification, vl_version=VEGA_LITE, format_locale=_NUMBERS[language]
    )
    return str(drawn)
