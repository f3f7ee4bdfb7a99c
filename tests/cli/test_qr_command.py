"""``survey qr``: codes for machines and people, pictures and posters as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from survey_app.cli import qr as qr_command
from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.errors import NotFoundError
from survey_app.store.session import Database

BASE = "https://khaosat.laocai.gov.vn"
Run = Callable[..., Result]


@pytest.fixture
def run(laocai: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the Lào Cai database."""
    monkeypatch.setattr(qr_command, "open_app_database", lambda *_: laocai)
    monkeypatch.setenv("PUBLIC_URL", BASE)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(qr_command.commands, arguments, catch_exceptions=False)

    return invoke


def listed(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return list(json.loads(result.output))


def test_the_list_for_machines_names_code_address_and_point(run: Run, laocai: Database) -> None:
    assert listed(run("list", "--json")) == []
    issued = listed(run("issue", "--json"))
    assert listed(run("list", "--json")) == issued
    assert len(issued) > 100
    for row in issued:
        assert row["url"] == f"{BASE}/g/{row['code']}"
        assert row["service_point"]
    assert len({row["service_point"] for row in issued}) == len(issued)


def test_the_list_for_people_is_a_table(run: Run) -> None:
    run("issue", "--json")
    assert "service_point" in run("list").output


def test_rotating_and_revoking(run: Run) -> None:
    first = listed(run("issue", "--json"))[0]
    (fresh,) = listed(run("rotate", first["code"].lower(), "--json"))
    assert fresh["service_point"] == first["service_point"]
    (gone,) = listed(run("revoke", fresh["code"], "--json"))
    assert gone["code"] == fresh["code"]
    of_point = [
        row
        for row in listed(run("list", "--revoked", "--json"))
        if row["service_point"] == first["service_point"]
    ]
    assert [row["is_revoked"] for row in of_point] == [True, True]
    with pytest.raises(NotFoundError):
        run("revoke", "7K3M-2QXC")


def test_the_picture_in_the_file_decodes(run: Run, tmp_path: Path) -> None:
    row = listed(run("issue", "--json"))[0]
    png, svg = tmp_path / "qr.png", tmp_path / "qr.svg"
    assert run("png", row["code"], "--side", "400", "-o", str(png)).exit_code == 0
    assert run("svg", row["code"], "-o", str(svg)).exit_code == 0
    with Image.open(png) as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [row["url"]]
    assert svg.read_bytes().startswith(b"<?xml")


def test_posters_of_one_code_and_of_a_campaign(run: Run, laocai: Database, tmp_path: Path) -> None:
    rows = listed(run("issue", "--json"))
    create_campaign(
        laocai,
        None,
        NewCampaign(
            code="q1",
            name="Quý I",
            pack="laocai-2021",
            questionnaire="mot-cua",
            channel="qr",
            opens_on=date(2026, 1, 1),
            closes_on=date(2026, 3, 31),
            points=tuple(row["service_point"] for row in rows[:3]),
        ),
    )
    one, many = tmp_path / "one.pdf", tmp_path / "many.pdf"
    assert run("poster", rows[0]["code"], "--paper", "a5", "-o", str(one)).exit_code == 0
    assert run("poster", "--campaign", "q1", "-o", str(many)).exit_code == 0
    assert one.read_bytes().startswith(b"%PDF-")
    assert b"/Type/Pages/Count 3/" in many.read_bytes()


def test_no_codes_yet_is_said_with_what_to_do(run: Run, tmp_path: Path) -> None:
    result = run("poster", "-o", str(tmp_path / "none.pdf"))
    assert result.exit_code == 3
    assert "survey qr issue" in result.output
    assert not (tmp_path / "none.pdf").exists()
