"""A round's analysis input, frozen: Parquet data and a manifest, named by their content.

The folder of a snapshot holds ``answers.parquet`` (one row a respondent: design columns and
coded answers), optionally ``drawn.parquet`` (every drawn PSU, also those without answers)
and ``manifest.json``. The digest covers the manifest, which in turn holds the digest of
each data file, so a figure that names the digest names its input exactly.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.design import SurveyDesign
from analysis.errors import AnalysisError, ColumnMissingError
from analysis.sources.parquet import read_parquet, write_parquet

FORMAT = 1
ANSWERS, DRAWN, MANIFEST = "answers.parquet", "drawn.parquet", "manifest.json"


class SnapshotExistsError(AnalysisError):
    """A snapshot is never overwritten."""

    code = "snapshot-exists"

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "there is a snapshot already", "Choose a new folder")


class SnapshotMissingError(AnalysisError):
    """A file of the snapshot is not there."""

    code = "snapshot-missing"

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), "no such file", "Restore the snapshot from its backup")


class SnapshotAlteredError(AnalysisError):
    """A file of the snapshot no longer matches its digest."""

    code = "snapshot-altered"

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            str(path),
            f"content digest is {found[:12]}…, the manifest says {expected[:12]}…",
            "The file was changed after it was written; restore it from its backup",
        )
        self.expected = expected
        self.found = found


class SnapshotFormatError(AnalysisError):
    """The manifest cannot be read by this version."""

    code = "snapshot-format"

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(str(path), detail, f"This version reads format {FORMAT}")


@dataclass(frozen=True)
class Variable:
    """One column: what its codes mean.

    Attributes
    ----------
    name, label : str
    codes : mapping
        Code as text → label; empty for measured numbers.
    """

    name: str
    label: str = ""
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True)
class DesignColumns:
    """Which columns describe the sample; the arguments of ``SurveyDesign.from_arrow``."""

    weights: str
    strata: tuple[str, ...] = ()
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    nest: bool = False
    lonely_psu: str = "fail"


@dataclass(frozen=True)
class WeightStep:
    """One step in the making of the weights, as it was carried out."""

    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What a snapshot says about itself.

    Attributes
    ----------
    name : str
        The round.
    created : str
        Moment of writing, ISO 8601, given by the caller.
    rows : int
    schema : tuple of (column, Arrow type)
    variables : tuple of Variable
    design : DesignColumns
    weight_steps : tuple of WeightStep
    files : mapping
        File name → SHA-256 of its bytes.
    digest : str
        SHA-256 over everything above.
    """

    name: str
    created: str
    rows: int
    schema: tuple[tuple[str, str], ...]
    variables: tuple[Variable, ...]
    design: DesignColumns
    weight_steps: tuple[WeightStep, ...]
    files: Mapping[str, str]
    digest: str


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A verified snapshot in memory."""

    manifest: Manifest
    answers: pa.Table
    drawn: pa.Table | None

    def survey_design(self) -> SurveyDesign:
        """Return the design that the manifest declares."""
        design = self.manifest.design
        return SurveyDesign.from_arrow(
            self.answers,
            weights=design.weights,
            strata=design.strata,
            psu=design.psu,
            fpc=design.fpc,
            nest=design.nest,
            lonely_psu=design.lonely_psu,
            drawn=self.drawn,
        )


def write_snapshot(
    folder: Path,
    answers: pa.Table,
    *,
    name: str,
    created: str,
    design: DesignColumns,
    variables: Sequence[Variable] = (),
    weight_steps: Sequence[WeightStep] = (),
    drawn: pa.Table | None = None,
) -> Manifest:
    """Write a new snapshot and return its manifest.

    The folder appears whole or not at all: files are written beside it and moved.

    Raises
    ------
    SnapshotExistsError
        If the folder exists.
    ColumnMissingError
        If a declared column is not in the data.
    """
    if folder.exists():
        raise SnapshotExistsError(folder)
    declared = [design.weights, *design.strata, *design.psu, *design.fpc]
    for column in [*declared, *(variable.name for variable in variables)]:
        if column not in answers.column_names:
            raise ColumnMissingError(column, answers.column_names)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".snapshot-") as scratch:
        work = Path(scratch) / "snapshot"
        work.mkdir()
        write_parquet(answers, work / ANSWERS)
        files = {ANSWERS: _digest_of(work / ANSWERS)}
        if drawn is not None:
            write_parquet(drawn, work / DRAWN)
            files[DRAWN] = _digest_of(work / DRAWN)
        body = {
            "format": FORMAT,
            "name": name,
            "created": created,
            "rows": answers.num_rows,
            "schema": [[field.name, str(field.type)] for field in answers.schema],
            "variables": [asdict(variable) for variable in variables],
            "design": asdict(design),
            "weight_steps": [asdict(step) for step in weight_steps],
            "files": files,
        }
        body["digest"] = _digest_of_body(body)
        (work / MANIFEST).write_text(
            json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        for path in work.iterdir():
            path.chmod(0o444)
        work.rename(folder)
    return _parse(folder / MANIFEST)


def verify_snapshot(folder: Path) -> Manifest:
    """Check every file against its digest and return the manifest.

    Raises
    ------
    SnapshotMissingError, SnapshotAlteredError, SnapshotFormatError
    """
    manifest = _parse(folder / MANIFEST)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise SnapshotMissingError(path)
        found = _digest_of(path)
        if found != expected:
            raise SnapshotAlteredError(path, expected, found)
    return manifest


def read_snapshot(folder: Path) -> Snapshot:
    """Verify and read a snapshot."""
    manifest = verify_snapshot(folder)
    drawn = read_parquet(folder / DRAWN) if DRAWN in manifest.files else None
    return Snapshot(manifest, read_parquet(folder / ANSWERS), drawn)


def _parse(path: Path) -> Manifest:
    if not path.is_file():
        raise SnapshotMissingError(path)
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SnapshotFormatError(path, f"not JSON ({error})") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise SnapshotFormatError(path, "another format of manifest")
    expected = str(body.get("digest"))
    found = _digest_of_body(body)
    if found != expected:
        raise SnapshotAlteredError(path, expected, found)
    design = body["design"]
    return Manifest(
        name=body["name"],
        created=body["created"],
        rows=body["rows"],
        schema=tuple((str(name), str(kind)) for name, kind in body["schema"]),
        variables=tuple(Variable(**variable) for variable in body["variables"]),
        design=DesignColumns(
            weights=design["weights"],
            strata=tuple(design["strata"]),
            psu=tuple(design["psu"]),
            fpc=tuple(design["fpc"]),
            nest=design["nest"],
            lonely_psu=design["lonely_psu"],
        ),
        weight_steps=tuple(WeightStep(**step) for step in body["weight_steps"]),
        files=body["files"],
        digest=expected,
    )


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest_of_body(body: Mapping[str, Any]) -> str:
    """SHA-256 of the manifest without its own digest, in canonical JSON (RFC 8785 style)."""
    rest = {key: value for key, value in body.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
