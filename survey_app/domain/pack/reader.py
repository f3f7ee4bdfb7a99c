"""A pack's folder, read whole and checked across its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import yaml

from survey_app.domain.pack.boundaries import read_boundaries
from survey_app.domain.pack.cross_check import CrossCheck
from survey_app.domain.pack.faults import PackError
from survey_app.domain.pack.files import FileReader
from survey_app.domain.pack.model import (
    AgencyRow,
    Manifest,
    Pack,
    PlanFile,
    PopulationRow,
    ServicePointRow,
    SuccessionRow,
    UnitRow,
)
from survey_app.domain.pack.strict_yaml import line_of
from survey_app.domain.questionnaire import Questionnaire

Row = TypeVar("Row")
QUESTIONNAIRES = "questionnaires"


def read_pack(folder: Path) -> Pack:
    """Read and validate the pack in ``folder``.

    Parameters
    ----------
    folder : Path
        A folder of the format that ``docs/operators/packs.md`` describes. Questionnaires that the
        pack names are looked for in its own ``questionnaires/``, then beside the pack.

    Raises
    ------
    PackError
        With every fault found, by file and line.
    """
    files = FileReader(folder)
    document = files.document("pack.yaml", Manifest)
    units = files.rows("units.csv", UnitRow)
    populations = files.rows("populations.csv", PopulationRow)
    successions = files.rows("successions.csv", SuccessionRow, needed=False)
    agencies = files.rows("agencies.csv", AgencyRow)
    points = files.rows("service_points.csv", ServicePointRow)
    plan = files.document("plan.yaml", PlanFile, needed=False)
    questionnaires = _questionnaires(files, *document) if document else []
    if document is None or files.faults:
        # What cannot be read cannot be compared: its codes would all be told as unknown.
        raise PackError(files.faults)
    manifest, manifest_node = document

    unit_codes = {row.code for _, row in units}
    agency_codes = {row.code for _, row in agencies}
    boundaries = read_boundaries(files, unit_codes)
    check = CrossCheck(files)
    check.units(units)
    check.populations(populations, unit_codes)
    check.successions(successions, units)
    check.agencies(agencies, unit_codes)
    check.service_points(points, unit_codes, agency_codes)
    check.manifest(manifest, manifest_node, unit_codes)
    if plan is not None:
        check.plan(*plan, agency_codes, questionnaires)
    if files.faults:
        raise PackError(files.faults)
    return Pack(
        manifest=manifest,
        units=_only(units),
        populations=_only(populations),
        successions=_only(successions),
        agencies=_only(agencies),
        service_points=_only(points),
        plan=plan[0] if plan else None,
        questionnaires=tuple(questionnaires),
        boundaries=boundaries,
        digest=_digest(files.contents),
    )


def _questionnaires(
    files: FileReader, manifest: Manifest, node: yaml.Node | None
) -> list[Questionnaire]:
    found: list[Questionnaire] = []
    for position, name in enumerate(manifest.questionnaires):
        line = line_of(node, ("questionnaires", position))
        if name in manifest.questionnaires[:position]:
            files.fault("pack.yaml", line, "questionnaires", f"{name} stands twice", "Keep one")
            continue
        path = f"{QUESTIONNAIRES}/{name}.yaml"
        own = (files.folder / path).is_file()
        read = files.document(path, Questionnaire, folder=None if own else files.folder.parent)
        if read is None:
            continue
        if read[0].code != name:
            line = line_of(read[1], ("code",))
            files.fault(path, line, "code", f"is not {name!r}, the file's name", "Rename one")
        found.append(read[0])
    return found


def _only(rows: Iterable[tuple[int, Row]]) -> tuple[Row, ...]:
    return tuple(row for _, row in rows)


def _digest(contents: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(contents):
        total.update(f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n".encode())
    return total.hexdigest()
