"""Every setting is documented, and nothing set to nothing counts as set."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from survey_app.settings import ENVIRONMENT, PROJECT_ROOT, Settings, load_settings


def test_every_setting_is_documented() -> None:
    page = (PROJECT_ROOT / "docs/operators/settings.md").read_text(encoding="utf-8")
    assert set(ENVIRONMENT.values()) == set(Settings.model_fields)
    for name in ENVIRONMENT:
        assert f"| `{name}` |" in page, name


def test_an_empty_variable_is_not_set() -> None:
    assert load_settings({"DATABASE_URL": "", "PORT": ""}) == Settings()


def test_a_wrong_port_is_refused_with_its_name() -> None:
    with pytest.raises(ValidationError, match="port"):
        load_settings({"PORT": "0"})


def test_the_signing_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    key = settings.signing_key()
    assert len(key) == 64
    assert settings.signing_key() == key
    assert (tmp_path / "data" / "signing.key").stat().st_mode & 0o077 == 0


def test_the_public_address_is_the_one_given() -> None:
    assert Settings(public_url="https://khaosat.example.vn/").base_url == (
        "https://khaosat.example.vn"
    )
    assert Settings(port=9000).base_url == "http://127.0.0.1:9000"
