"""``survey user``, ``survey campaign``, ``survey sample verify``: from an account to a checked draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey_app.cli import campaign, sample, user
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.session import Database

Run = Callable[..., Result]
GROUPS = {"user": user, "campaign": campaign, "sample": sample}
PLAN = ("--areas", "20", "--per-area", "10", "--gap-reason", "không có số hộ")


@pytest.fixture
def run(laocai: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the Lào Cai database."""
    for module in (user, campaign):
        monkeypatch.setattr(module, "open_app_database", lambda *_: laocai)

    def invoke(group: str, *arguments: str) -> Result:
        return CliRunner().invoke(GROUPS[group].commands, arguments, catch_exceptions=False)

    return invoke


@pytest.fixture
def round_of_interviews(run: Run) -> str:
    made = run(
        *("campaign", "create", "ho-2021", "--name", "Khảo sát hộ", "--pack", "laocai-2021"),
        *("--questionnaire", "quan-tri-ho-gia-dinh", "--channel", "interview"),
        *("--opens", "2021-06-01", "--closes", "2021-06-30"),
    )
    assert made.exit_code == 0, made.output
    return "ho-2021"


def test_an_account_is_made_listed_shut_and_renewed(run: Run) -> None:
    made = run(
        *("user", "add", "lan", "--name", "Nguyễn Thị Lan", "--role", "enumerator"),
        *("--unit", "laocai-2021:082", "--json"),
    )
    first = json.loads(made.output)
    assert first["username"] == "lan"
    assert len(first["one_time_password"]) >= 12
    assert run("user", "disable", "lan").exit_code == 0
    (row,) = json.loads(run("user", "list", "--json").output)
    assert (row["name"], row["unit"]) == ("Nguyễn Thị Lan", "Huyện Bát Xát")
    assert row["disabled_at"] is not None
    assert run("user", "enable", "lan").exit_code == 0
    again = json.loads(run("user", "reset-password", "lan", "--json").output)
    assert again["one_time_password"] != first["one_time_password"]


@pytest.mark.parametrize(
    ("unit", "refusal"), [("laocai-2021:nowhere", NotFoundError), ("nopack:082", NotFoundError)]
)
def test_an_unknown_unit_is_refused(run: Run, unit: str, refusal: type[ServiceError]) -> None:
    with pytest.raises(refusal):
        run("user", "add", "lan", "--name", "Lan", "--role", "enumerator", "--unit", unit)


def test_a_unit_without_its_pack_is_told_how_to_write_it(run: Run) -> None:
    told = run("user", "add", "lan", "--name", "Lan", "--role", "enumerator", "--unit", "082")
    assert told.exit_code == 2
    assert "laocai-2021:082" in told.output


def test_a_campaign_is_listed_shown_and_ended(run: Run, round_of_interviews: str) -> None:
    (row,) = json.loads(run("campaign", "list", "--json").output)
    assert row["code"] == round_of_interviews
    closed = run("campaign", "close", "ho-2021", "--on", "2021-06-10", "--json")
    assert json.loads(closed.output)["closes_on"] == "2021-06-10"
    assert "closes_on: 2021-06-10" in run("campaign", "show", "ho-2021").output


def test_a_plan_is_previewed_without_drawing(run: Run, round_of_interviews: str) -> None:
    strata = json.loads(run("campaign", "plan", round_of_interviews, *PLAN, "--json").output)
    assert sum(stratum["areas"] for stratum in strata) == 20
    assert json.loads(run("campaign", "areas", round_of_interviews, "--json").output) == []


def test_a_draw_is_recorded_and_a_changed_record_is_found(
    run: Run, round_of_interviews: str, tmp_path: Path
) -> None:
    settled = run("campaign", "commit", round_of_interviews, *PLAN, "--event", "KQXS 1/6", "--json")
    published = json.loads(settled.output)
    drawn = run("campaign", "draw", round_of_interviews, "--public-value", "KQXS 123456", "--json")
    assert json.loads(drawn.output)["areas"] == 20
    areas = json.loads(run("campaign", "areas", round_of_interviews, "--json").output)
    assert len(areas) == 20

    (whole, *parts) = json.loads(run("campaign", "progress", round_of_interviews, "--json").output)
    assert (whole["drawn"], whole["visited"], whole["response"]) == (200, 0, None)
    assert len(parts) == 20

    record = tmp_path / "record.json"
    assert run("campaign", "record", round_of_interviews, str(record)).exit_code == 0
    identical = run("sample", "verify", str(record), "--json")
    assert identical.exit_code == 0, identical.output
    assert json.loads(record.read_text(encoding="utf-8"))["commitment"] == published
    assert json.loads(identical.output) == {"identical": True, "differences": []}

    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("KQXS 123456", "KQXS 123457"), encoding="utf-8")
    assert run("sample", "verify", str(record)).exit_code == 4
