"""Microdata: the very answers behind the figures, readable elsewhere, with nobody's name."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pyreadstat
import pytest
from sqlalchemy import select

from survey_app.domain.publication import InterviewFigures
from survey_app.domain.questionnaire import ItemType, Questionnaire
from survey_app.reports.take_microdata import take_microdata
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.store.tables import AuditEvent, Campaign

ROUND = "mo-phong-ho"
RSCRIPT = shutil.which("Rscript")


@pytest.fixture
def folder(played: Database, settings: Settings, tmp_path: Path) -> Path:
    content = take_microdata(played, settings, ROUND, None)
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / "microdata")
    return tmp_path / "microdata"


def figures(database: Database) -> InterviewFigures:
    with database.transaction() as session:
        found = published_campaign(session, ROUND)
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    return found.figures


def test_the_weighted_share_of_the_rows_is_the_published_one(
    folder: Path, played: Database
) -> None:
    with (folder / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["hai_long_chung"]]
    total = sum(float(row["weight"]) for row in rows)
    satisfied = sum(float(r["weight"]) for r in rows if int(r["hai_long_chung"]) >= 4)
    whole = figures(played).select("share", "hai_long_chung")
    assert whole is not None
    assert satisfied / total == pytest.approx(whole.estimate, rel=1e-12)


def test_all_formats_hold_the_same_rows(folder: Path) -> None:
    table = pq.read_table(folder / "answers.parquet")
    frame, meta = pyreadstat.read_sav(folder / "answers.sav")
    with (folder / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert table.num_rows == len(frame) == len(rows)
    assert list(rows[0]) == table.column_names == list(frame.columns)
    label = meta.column_names_to_labels["hai_long_chung"]
    assert "hài lòng" in label
    assert set(meta.variable_value_labels["hai_long_chung"]) >= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert "mô phỏng" in meta.file_label


def test_nothing_tells_who_answered_or_when(folder: Path, played: Database) -> None:
    names = set(pq.read_table(folder / "answers.parquet").column_names)
    with played.transaction() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.code == ROUND)).one()
        items = Questionnaire.model_validate(campaign.questionnaire.definition).items
    asked = {item.code for item in items}
    free = {item.code for item in items if item.type is ItemType.OPEN_TEXT}
    assert free
    assert names.isdisjoint(free)
    places = {"stratum", "psu", "weight", "domain", "unit", "answered"}
    assert {n for n in names - asked - places if not n.startswith("unit_level_")} == set()


def test_the_codebook_describes_every_column(folder: Path) -> None:
    root = ET.fromstring((folder / "codebook.xml").read_bytes())
    described = {v.attrib["name"] for v in root.iter("{ddi:codebook:2_5}var")}
    assert described == set(pq.read_table(folder / "answers.parquet").column_names)
    assert "mô phỏng" in (folder / "codebook.xml").read_text(encoding="utf-8")


def test_the_manifest_names_the_snapshot_and_that_it_is_simulated(
    folder: Path, played: Database
) -> None:
    said = json.loads((folder / "manifest.json").read_text())
    assert said["snapshot"] == figures(played).snapshot
    assert said["simulated"] is True


def test_who_took_them_is_written_down(folder: Path, played: Database) -> None:
    with played.transaction() as session:
        actions = session.scalars(select(AuditEvent.action)).all()
    assert "microdata.taken" in actions


def test_only_interviews_have_them(played: Database, settings: Settings) -> None:
    with pytest.raises(ServiceError, match="results-not-interview"):
        take_microdata(played, settings, "mo-phong-qr", None)
    with pytest.raises(NotFoundError):
        take_microdata(played, settings, "gone", None)


@pytest.mark.skipif(RSCRIPT is None, reason="R DID NOT RUN: no Rscript with survey here")
def test_r_survey_computes_the_same_figures(folder: Path) -> None:
    ran = subprocess.run(
        [RSCRIPT, "figures.R"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    if "there is no package called" in ran.stderr:
        pytest.skip("R DID NOT RUN: its package survey is not installed")
    assert ran.returncode == 0, ran.stderr
    assert "Identical." in ran.stdout
