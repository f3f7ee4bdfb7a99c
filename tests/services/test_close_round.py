"""A round closed is closed; its record is one file that shows where it was altered."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from survey_app.cli import sample as sample_command
from survey_app.domain.access import Role
from survey_app.domain.round_archive import ArchiveError, archive_digest
from survey_app.services.close_round import close_round, round_archive
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.publish_results import publish_results
from survey_app.services.record_visit import record_disposition
from survey_app.services.verify_round import verify_round
from survey_app.settings import Settings
from survey_app.store.queries.closures import list_closures
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, SampleArea, SamplePerson
from tests.conftest import PLAYED, add_staff

CODE = f"{PLAYED.code}-ho"


@pytest.fixture
def over(played: Database) -> Database:
    """The simulated round on the evening of its last day."""
    with played.transaction() as session:
        session.query(Campaign).filter_by(code=CODE).one().closes_on = PLAYED.today
    return played


def test_the_close_fixes_weights_snapshot_and_figures(over: Database, settings: Settings) -> None:
    closed = close_round(over, settings, None, CODE, PLAYED.today)
    assert (settings.snapshot_dir / closed.snapshot / "manifest.json").is_file()
    with over.transaction() as session:
        (row,) = list_closures(session, CODE)
        published = published_campaign(session, CODE)
    assert published is not None
    assert published.figures is not None
    assert published.figures.snapshot == row.snapshot == closed.snapshot
    with pytest.raises(ServiceError, match="round-closed"):
        publish_results(over, settings, CODE, None)


def test_each_step_keeps_the_sum_of_weights_or_says_whom_it_leaves(
    over: Database, settings: Settings
) -> None:
    close_round(over, settings, None, CODE, PLAYED.today)
    with over.transaction() as session:
        (row,) = list_closures(session, CODE)
        ineligible = session.scalars(
            select(SamplePerson.id).where(SamplePerson.disposition.like("4.%"))
        ).all()
        drawn = session.scalars(select(SamplePerson.base_weight)).all()
    base, known, final = row.weighting["steps"]
    assert base["cases"] == len(drawn)
    assert base["sum"] == pytest.approx(sum(drawn))
    assert known["sum"] == pytest.approx(base["sum"])
    assert ineligible
    assert final["sum"] < known["sum"]  # without those who do not belong to the population
    assert 1 <= base["kish"] <= final["kish"] * 1.2
    assert final["smallest"] <= final["sum"] / final["cases"] <= final["largest"]


def test_a_round_still_open_is_not_closed(played: Database, settings: Settings) -> None:
    with pytest.raises(ServiceError, match="round-still-open"):
        close_round(played, settings, None, CODE, PLAYED.today - timedelta(days=1))
    with pytest.raises(NotFoundError):
        round_archive(played, CODE)


def test_a_visit_after_the_close_is_refused(over: Database, settings: Settings) -> None:
    enumerator = add_staff(over, Role.ENUMERATOR)
    with over.transaction() as session:
        person = session.scalars(
            select(SamplePerson).where(SamplePerson.disposition == "2.2").limit(1)
        ).one()
        area = session.get_one(SampleArea, person.area_id)
        area.state, area.enumerator_id = "assigned", enumerator.id
        person_id = person.id
    record_disposition(over, enumerator.id, person_id, "2.11", PLAYED.today)
    close_round(over, settings, None, CODE, PLAYED.today)
    with pytest.raises(ServiceError, match="round-closed"):
        record_disposition(over, enumerator.id, person_id, "2.2", PLAYED.today)


def test_a_correction_is_a_further_version_with_its_reason(
    over: Database, settings: Settings
) -> None:
    close_round(over, settings, None, CODE, PLAYED.today)
    with pytest.raises(ServiceError, match="round-reason"):
        close_round(over, settings, None, CODE, PLAYED.today, "  ")
    again = close_round(over, settings, None, CODE, PLAYED.today, "Hai hộ ghi nhầm mã")
    assert again.version == 2
    with over.transaction() as session:
        assert [row.version for row in list_closures(session, CODE)] == [2, 1]
    with pytest.raises(DatabaseError, match="append-only"), over.transaction() as session:
        session.execute(text("DELETE FROM round_closure WHERE version = 1"))


def test_the_archive_is_sound_and_names_its_published_digest(
    over: Database, settings: Settings
) -> None:
    closed = close_round(over, settings, None, CODE, PLAYED.today)
    archive = round_archive(over, CODE)
    checked = verify_round(archive)
    assert checked.is_sound
    assert checked.digest == closed.archive_digest == archive_digest(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        dispositions = opened.read("dispositions.csv").decode().splitlines()
        manifest = json.loads(opened.read("MANIFEST.json"))
    assert len(dispositions) == 1 + 27 * 12
    assert (manifest["campaign"], manifest["snapshot"]) == (CODE, closed.snapshot)


def altered(archive: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The archive with one file changed and everything else as it was."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == name:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(entry, content)
    return buffer.getvalue()


def test_a_tampered_byte_is_found_with_its_file_and_line(
    over: Database, settings: Settings, tmp_path: Path
) -> None:
    close_round(over, settings, None, CODE, PLAYED.today)
    archive = round_archive(over, CODE)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        lines = opened.read("dispositions.csv").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines, start=1) if b",2.11," in line)
    line = lines[number - 1]
    forged = altered(archive, "dispositions.csv", line, line.replace(b",2.11,", b",4.6,"))
    (place,) = verify_round(forged).tampering
    assert (place.file, place.line, place.problem) == ("dispositions.csv", number, "changed")

    path = tmp_path / "round.zip"
    path.write_bytes(forged)
    told = CliRunner().invoke(sample_command.commands, ["verify", str(path)])
    assert told.exit_code == 4
    assert f"dispositions.csv, line {number}" in told.output
    path.write_bytes(archive)
    assert CliRunner().invoke(sample_command.commands, ["verify", str(path)]).exit_code == 0


def test_another_seed_in_the_record_is_found_by_drawing_again(
    over: Database, settings: Settings
) -> None:
    close_round(over, settings, None, CODE, PLAYED.today)
    forged = altered(
        round_archive(over, CODE), "record.json", f'"{PLAYED.seed}"'.encode(), b'"999"'
    )
    checked = verify_round(forged)
    assert {place.file for place in checked.tampering} == {"record.json"}
    assert checked.differences


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"{}"])
def test_what_is_no_archive_is_told(content: bytes) -> None:
    with pytest.raises(ArchiveError):
        verify_round(content)


def test_a_truncated_archive_is_told(over: Database, settings: Settings) -> None:
    close_round(over, settings, None, CODE, PLAYED.today)
    archive = round_archive(over, CODE)
    with pytest.raises(ArchiveError):
        verify_round(archive[: len(archive) // 2])
