"""``survey audit``: sealing every night, and verifying."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from survey_app.cli import audit
from survey_app.domain.local_time import today
from survey_app.settings import Settings
from survey_app.store.session import Database
from tests.counter_answers import AnsweringCounter


@pytest.fixture
def runner(laocai: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(audit, "open_app_database", lambda *_: laocai)
    monkeypatch.setenv("SURVEY_DATA_DIR", str(settings.data_dir))
    return CliRunner()


def test_a_sealed_day_is_published_kept_outside_the_database_and_verified(
    runner: CliRunner, laocai: Database, settings: Settings, client: FlaskClient
) -> None:
    counter = AnsweringCounter(laocai)
    for _ in range(3):
        counter.send()
    carried = runner.invoke(audit.commands, ["seal"])
    assert "3 wait" in carried.output
    identifiers = [counter.send() for _ in range(20)]
    sealed = json.loads(runner.invoke(audit.commands, ["seal", "--json"]).output)["sealed"]
    assert (sealed["number"], sealed["entries"]) == (1, 23)
    kept = (settings.data_dir / "journal-heads.tsv").read_text()
    assert kept == f"1\t{today().isoformat()}\t23\t{sealed['head']}\n"
    assert client.get("/journal.json").json == [sealed]
    for language in ("vi", "en"):
        assert sealed["head"] in client.get(f"/journal?lang={language}").text

    sound = runner.invoke(audit.commands, ["verify"])
    assert (sound.exit_code, "nothing differs" in sound.output) == (0, True)

    with laocai.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text("UPDATE answer SET value = 5 WHERE response_id = :id"), {"id": identifiers[0]}
        )
    unsound = runner.invoke(audit.commands, ["verify"])
    assert unsound.exit_code == 4
    assert f"Answer {identifiers[0]} was altered" in unsound.output
    report = json.loads(runner.invoke(audit.commands, ["verify", "--json"]).output)
    assert report["discrepancies"] == [{"finding": "altered", "subject": identifiers[0]}]


def test_a_published_digest_that_differs_is_found(
    runner: CliRunner, laocai: Database, settings: Settings
) -> None:
    (settings.data_dir / "journal-heads.tsv").write_text(f"1\t2026-05-04\t9\t{'00' * 32}\n")
    assert runner.invoke(audit.commands, ["verify"]).exit_code == 4


def test_a_file_of_digests_that_is_none_is_refused(
    runner: CliRunner, laocai: Database, settings: Settings
) -> None:
    (settings.data_dir / "journal-heads.tsv").write_text("nonsense\n")
    refused = runner.invoke(audit.commands, ["verify"])
    assert refused.exit_code == 3
    assert "Line 1" in refused.output
