"""The message catalogue: Vietnamese and English complete, and nothing said outside it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from fluent.syntax import parse
from fluent.syntax.ast import Junk, Message

from survey_app.domain.access import Role
from survey_app.settings import PROJECT_ROOT
from survey_app.text import CATALOGUE, LANGUAGES, UnknownTextError, has_text, text


def messages(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((CATALOGUE / language).glob("*.ftl")):
        source = path.read_text(encoding="utf-8")
        for entry in parse(source).body:
            assert not isinstance(entry, Junk), (path.name, entry.content)
            if isinstance(entry, Message):
                assert entry.id.name not in found, f"{path.name}: {entry.id.name} twice"
                span = entry.span
                found[entry.id.name] = source[span.start : span.end]
    return found


def test_every_language_has_the_same_texts_with_the_same_values() -> None:
    vi, en = messages("vi"), messages("en")
    assert sorted(vi) == sorted(en)
    for key in vi:
        values = [set(re.findall(r"\$([\w-]+)", source)) for source in (vi[key], en[key])]
        assert values[0] == values[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_nfc(language: str) -> None:
    for key, source in messages(language).items():
        assert unicodedata.is_normalized("NFC", source), key


def test_every_text_that_a_template_or_module_names_exists() -> None:
    known = set(messages("vi"))
    missing = []
    for path in [
        *Path(PROJECT_ROOT / "templates").rglob("*.html"),
        *Path(PROJECT_ROOT / "survey_app").rglob("*.py"),
    ]:
        source = path.read_text(encoding="utf-8")
        named = re.findall(r"""\b(?:t|say)\(\s*['"]([a-z][a-z0-9-]+)['"]\s*[,)]""", source)
        named += re.findall(r"""\btext\(\s*[^,()]+,\s*['"]([a-z][a-z0-9-]+)['"]\s*[,)]""", source)
        named += re.findall(r"""ServiceError\(\s*['"]([a-z][a-z0-9-]+)['"]\s*[,)]""", source)
        for key in named:
            if key not in known:
                missing.append(f"{path.name}: {key}")
    assert missing == []


def test_templates_hold_no_words_of_their_own() -> None:
    """Letters with Vietnamese marks in a template are text that escaped the catalogue."""
    offenders = []
    for path in Path(PROJECT_ROOT / "templates").rglob("*.html"):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if re.search(r"[À-ỹĐđ]", source):
            offenders.append(path.name)
    assert offenders == []


def test_every_role_has_a_name() -> None:
    for language in LANGUAGES:
        for role in Role:
            assert has_text(language, f"role-{role.value.replace('_', '-')}")


def test_an_unknown_text_is_a_named_error() -> None:
    with pytest.raises(UnknownTextError, match="no-such-text"):
        text("vi", "no-such-text")


def test_a_missing_value_is_a_named_error() -> None:
    with pytest.raises(UnknownTextError, match="auth-throttled"):
        text("vi", "auth-throttled")
