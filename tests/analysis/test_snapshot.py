"""A round's frozen input."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from analysis import Mean, analyse
from analysis.errors import ColumnMissingError
from analysis.snapshot import (
    DesignColumns,
    Manifest,
    SnapshotAlteredError,
    SnapshotExistsError,
    SnapshotFormatError,
    SnapshotMissingError,
    Variable,
    WeightStep,
    read_snapshot,
    verify_snapshot,
    write_snapshot,
)


def answers() -> pa.Table:
    return pa.table(
        {
            "stratum": [1, 1, 1, 2, 2, 2],
            "psu": [1, 2, 2, 3, 4, 4],
            "weight": [2.0, 2.5, 3.0, 4.0, 4.0, 4.5],
            "q1": pa.array([5, 4, None, 3, 4, 2], pa.int8()),
        }
    )


def write(folder: Path, **more: object) -> Manifest:
    arguments: dict[str, object] = {
        "name": "SIPAS 2026",
        "created": "2026-03-01T00:00:00+00:00",
        "design": DesignColumns("weight", ("stratum",), ("psu",)),
        "variables": [Variable("q1", "Mức độ hài lòng", {"5": "Rất hài lòng"})],
        "weight_steps": [WeightStep("nonresponse", {"classes": ["psu"]})],
        "drawn": pa.table({"stratum": [1, 1, 2, 2, 2], "psu": [1, 2, 3, 4, 5]}),
    }
    return write_snapshot(folder, answers(), **{**arguments, **more})  # type: ignore[arg-type]  # keywords built by the test


def test_what_is_written_is_read(tmp_path: Path) -> None:
    manifest = write(tmp_path / "round")
    snapshot = read_snapshot(tmp_path / "round")
    assert snapshot.manifest == manifest
    assert snapshot.answers.equals(answers())
    design = snapshot.survey_design()
    assert design.df == 3
    assert analyse(design, snapshot.answers, [Mean("q1")])[0].n == 5


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    assert write(tmp_path / "a").digest == write(tmp_path / "b").digest
    assert write(tmp_path / "c", name="PAPI 2026").digest != write(tmp_path / "d").digest


def test_a_snapshot_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "round")
    with pytest.raises(SnapshotExistsError):
        write(tmp_path / "round")


@pytest.mark.parametrize("name", ["answers.parquet", "drawn.parquet"])
def test_altered_data_are_found(tmp_path: Path, name: str) -> None:
    write(tmp_path / "round")
    path = tmp_path / "round" / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SnapshotAlteredError, match=name):
        verify_snapshot(tmp_path / "round")


def test_an_altered_manifest_is_found(tmp_path: Path) -> None:
    write(tmp_path / "round")
    path = tmp_path / "round" / "manifest.json"
    path.chmod(0o644)
    body = json.loads(path.read_text(encoding="utf-8"))
    body["design"]["lonely_psu"] = "remove"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(SnapshotAlteredError):
        read_snapshot(tmp_path / "round")


def test_missing_and_foreign_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError):
        read_snapshot(tmp_path / "nowhere")
    write(tmp_path / "round")
    (tmp_path / "round" / "drawn.parquet").unlink()
    with pytest.raises(SnapshotMissingError):
        verify_snapshot(tmp_path / "round")
    for text in ("nonsense", '{"format": 99}'):
        folder = tmp_path / f"x{len(text)}"
        folder.mkdir()
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(SnapshotFormatError):
            verify_snapshot(folder)


def test_declared_columns_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissingError):
        write(tmp_path / "round", design=DesignColumns("poids"))
    assert not (tmp_path / "round").exists()
