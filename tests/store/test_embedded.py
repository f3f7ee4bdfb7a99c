"""Where the embedded server may keep its data, and which addresses are servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.store.embedded import OUTSIDE, DatabaseUrlError, embedded_folder, sqlalchemy_url


def test_root_never_opens_a_folder_that_was_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    place = embedded_folder(closed / "data" / "postgres", is_root=True)
    assert place.parent == OUTSIDE
    assert closed.stat().st_mode & 0o777 == 0o700


def test_two_closed_folders_get_two_places(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o700)
    (tmp_path / "b").mkdir(mode=0o700)
    assert embedded_folder(tmp_path / "a/x", is_root=True) != embedded_folder(
        tmp_path / "b/x", is_root=True
    )


def test_an_ordinary_user_keeps_the_data_where_asked(tmp_path: Path) -> None:
    assert embedded_folder(tmp_path / "postgres", is_root=False) == tmp_path / "postgres"


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_every_spelling_of_postgresql_is_understood(scheme: str) -> None:
    assert sqlalchemy_url(f"{scheme}u@h/d") == "postgresql+psycopg://u@h/d"


def test_another_database_is_refused_without_showing_the_password() -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        sqlalchemy_url("mysql://u:secret@h/d")
    assert "secret" not in str(refused.value)
