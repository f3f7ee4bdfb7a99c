"""The words that people read: Vietnamese first, English complete, kept in the catalogue only.

Layout: ``translations/<language>/<subject>.ftl`` (Project Fluent). Every layer may ask for a text
by its key; no layer writes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = ("vi", "en")
DEFAULT_LANGUAGE: Final = "vi"
CATALOGUE = Path(__file__).parent / "translations"

Value = str | int | float
Translate = Callable[..., str]


class UnknownTextError(LookupError):
    """A text was asked for that the catalogue does not have, or with other values."""

    def __init__(self, language: str, key: str, problem: str) -> None:
        super().__init__(f"translations/{language}: {key!r}: {problem}")


@cache
def bundle(language: str) -> FluentBundle:
    """Read one language's catalogue."""
    result = FluentBundle([language], use_isolating=False)
    for path in sorted((CATALOGUE / language).glob("*.ftl")):
        result.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return result


@cache
def plain_text(language: str, key: str) -> str:
    """Return a text that takes no values."""
    return _format(language, key, {})


def text(language: str, key: str, **values: Value) -> str:
    """Return the text ``key`` in ``language`` with ``values`` filled in."""
    return _format(language, key, values) if values else plain_text(language, key)


def translator(language: str) -> Translate:
    """Return ``text`` bound to one language, as templates and reports use it."""

    def translate(key: str, **values: Value) -> str:
        return text(language, key, **values)

    return translate


def has_text(language: str, key: str) -> bool:
    """Tell whether the catalogue has ``key``."""
    return bool(bundle(language).has_message(key))


def _format(language: str, key: str, values: Mapping[str, Value]) -> str:
    source = bundle(language)
    if not source.has_message(key):
        raise UnknownTextError(language, key, "not in the catalogue")
    pattern = source.get_message(key).value
    if pattern is None:
        raise UnknownTextError(language, key, "has attributes but no text")
    result, errors = source.format_pattern(pattern, dict(values))
    if errors:
        raise UnknownTextError(language, key, str(errors[0]))
    return str(result)
