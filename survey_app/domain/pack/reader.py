"""A pack's folder, read whole and checked across its files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

import yaml

from survey_app.domain.pack.faults import PackError, PackFault
from survey_app.domain.pack.files import FileReader, line_of
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
from survey_app.domain.questionnaire import Questionnaire

Row = TypeVar("Row")
SHARED_QUESTIONNAIRES = "questionnaires"


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
    boundaries = files.boundaries()
    questionnaires = _questionnaires(files, document[0] if document else None)
    if document is None or files.faults:
        raise PackError(files.faults)
    manifest = document[0]

    check = _CrossCheck(files)
    check.unique("units.csv", units, lambda row: row.code, "code")
    unit_codes = {row.code for _, row in units}
    check.tree("units.csv", units, unit_codes, manifest)
    check.unique(
        "populations.csv", populations, lambda row: (row.unit_code, row.measure, row.as_of), "row"
    )
    check.known("populations.csv", populations, lambda row: row.unit_code, unit_codes, "unit_code")
    check.known("successions.csv", successions, lambda row: row.new_code, unit_codes, "new_code")
    check.unique(
        "successions.csv", successions, lambda row: (row.old_code, row.new_code), "old_code"
    )
    check.unique("agencies.csv", agencies, lambda row: row.code, "code")
    agency_codes = {row.code for _, row in agencies}
    check.known("agencies.csv", agencies, lambda row: row.unit_code, unit_codes, "unit_code")
    check.known("agencies.csv", agencies, lambda row: row.parent_code, agency_codes, "parent_code")
    check.unique("service_points.csv", points, lambda row: row.code, "code")
    check.known("service_points.csv", points, lambda row: row.unit_code, unit_codes, "unit_code")
    check.known(
        "service_points.csv", points, lambda row: row.agency_code, agency_codes, "agency_code"
    )
    for code, (name, _geometry) in boundaries.items():
        if code not in unit_codes:
            files.fault(name, 1, str(code), "is no unit of this pack", "Remove the boundary")
    if plan is not None:
        check.plan(plan[0], plan[1], agency_codes, questionnaires)
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
        boundaries={code: geometry for code, (_, geometry) in boundaries.items()},
        digest=_digest(files.contents),
    )


def _questionnaires(files: FileReader, manifest: Manifest | None) -> list[Questionnaire]:
    found: list[Questionnaire] = []
    for name in manifest.questionnaires if manifest else ():
        path = f"{SHARED_QUESTIONNAIRES}/{name}.yaml"
        own = (files.folder / path).is_file()
        read = files.document(path, Questionnaire, folder=None if own else files.folder.parent)
        if read is not None:
            found.append(read[0])
    return found


def _only(rows: Iterable[tuple[int, Row]]) -> tuple[Row, ...]:
    return tuple(row for _, row in rows)


def _digest(contents: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(contents):
        total.update(f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n".encode())
    return total.hexdigest()


class _CrossCheck:
    """What no single file can tell."""

    def __init__(self, files: FileReader) -> None:
        self.files = files

    def unique(
        self, name: str, rows: list[tuple[int, Row]], key: Callable[[Row], Hashable], field: str
    ) -> None:
        first: dict[Hashable, int] = {}
        for line, row in rows:
            value = key(row)
            if value in first:
                problem = f"{value} stands on line {first[value]} already"
                self.files.fault(name, line, field, problem, "Keep one of the two")
            first.setdefault(value, line)

    def known(
        self,
        name: str,
        rows: list[tuple[int, Row]],
        key: Callable[[Row], str | None],
        codes: set[str],
        field: str,
    ) -> None:
        for line, row in rows:
            value = key(row)
            if value is not None and value not in codes:
                self.files.fault(name, line, field, f"{value!r} is unknown", "Correct the code")

    def tree(
        self, name: str, rows: list[tuple[int, UnitRow]], codes: set[str], manifest: Manifest
    ) -> None:
        self.known(name, rows, lambda row: row.parent_code, codes, "parent_code")
        if manifest.province not in codes:
            line = 1
            self.files.fault(
                "pack.yaml", line, "province", "is no unit", "Name a code of units.csv"
            )
        parents = {row.code: row.parent_code for _, row in rows}
        periods = {row.code: row for _, row in rows}
        for line, row in rows:
            seen, code = {row.code}, row.parent_code
            while code is not None:
                if code in seen:
                    self.files.fault(name, line, "parent_code", "goes in a circle", "Break it")
                    break
                seen.add(code)
                code = parents.get(code)
            parent = periods.get(row.parent_code or "")
            if parent is not None and row.valid_from < parent.valid_from:
                problem = f"lies before that of its parent {parent.code}"
                self.files.fault(name, line, "valid_from", problem, "Correct one of the periods")

    def plan(
        self,
        plan: PlanFile,
        node: yaml.Node | None,
        agencies: set[str],
        questionnaires: list[Questionnaire],
    ) -> None:
        items = {f"{q.code}:{item.code}" for q in questionnaires for item in q.items}
        dimensions = {dimension.number for dimension in plan.dimensions}
        for position, task in enumerate(plan.tasks):
            where = ("tasks", position)
            if task.dimension not in dimensions:
                self._in_plan(node, (*where, "dimension"), f"{task.dimension} is unknown")
            if task.lead_agency_code is not None and task.lead_agency_code not in agencies:
                self._in_plan(
                    node, (*where, "lead_agency_code"), f"{task.lead_agency_code} is unknown"
                )
            for number, target in enumerate(task.targets):
                for name in target.measured_by:
                    if name not in items:
                        place = (*where, "targets", number, "measured_by")
                        self._in_plan(node, place, f"{name} is no item of a questionnaire")

    def _in_plan(self, node: yaml.Node | None, where: tuple[int | str, ...], problem: str) -> None:
        self.files.faults.append(
            PackFault(
                "plan.yaml", line_of(node, where), str(where[-1]), problem, "Correct the code"
            )
        )
