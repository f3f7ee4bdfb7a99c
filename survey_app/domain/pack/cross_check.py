"""What no single file of a pack can tell: codes that must be known, circles, periods, gaps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import TypeVar

import yaml

from survey_app.domain.pack.files import FileReader
from survey_app.domain.pack.model import (
    AgencyRow,
    Manifest,
    PlanFile,
    PopulationRow,
    ServicePointRow,
    SuccessionRow,
    UnitRow,
)
from survey_app.domain.pack.strict_yaml import line_of
from survey_app.domain.questionnaire import ItemType, Questionnaire

Row = TypeVar("Row")
Rows = Sequence[tuple[int, Row]]
SHARES = (ItemType.RATING5, ItemType.YES_NO)


class CrossCheck:
    """Checks across files; every fault goes to the reader of the files."""

    def __init__(self, files: FileReader) -> None:
        self.files = files

    def units(self, rows: Rows[UnitRow]) -> None:
        """Check that units form a tree whose periods lie within one another."""
        name = "units.csv"
        self._unique(name, rows, lambda row: row.code, "code")
        by_code = {row.code: row for _, row in rows}
        self._known(name, rows, lambda row: row.parent_code, by_code, "parent_code")
        self._no_circles(name, [(line, row.code, row.parent_code) for line, row in rows])
        for line, row in rows:
            parent = by_code.get(row.parent_code or "")
            if parent is None:
                continue
            if row.valid_from < parent.valid_from:
                problem = f"lies before that of its parent {parent.code}"
                self.files.fault(name, line, "valid_from", problem, "Correct one of the periods")
            if parent.valid_to and (row.valid_to is None or row.valid_to > parent.valid_to):
                problem = f"lies after that of its parent {parent.code}"
                self.files.fault(name, line, "valid_to", problem, "Correct one of the periods")

    def populations(self, rows: Rows[PopulationRow], units: set[str]) -> None:
        """Check that each figure is of a known unit and stands once."""
        name = "populations.csv"
        self._unique(name, rows, lambda row: (row.unit_code, row.measure, row.as_of), "row")
        self._known(name, rows, lambda row: row.unit_code, units, "unit_code")

    def successions(self, rows: Rows[SuccessionRow], units: Rows[UnitRow]) -> None:
        """Check that successors are known, begin after the old unit's end, and add up."""
        name = "successions.csv"
        by_code = {row.code: row for _, row in units}
        self._known(name, rows, lambda row: row.new_code, by_code, "new_code")
        self._unique(name, rows, lambda row: (*_old_unit(row), row.new_code), "old_code")
        whole = {_old_unit(row): line for line, row in rows if row.extent == "whole"}
        for line, row in rows:
            new = by_code.get(row.new_code)
            if new is not None and row.old_valid_to >= new.valid_from:
                problem = f"is not before {new.valid_from}, when {new.code} begins"
                self.files.fault(name, line, "old_valid_to", problem, "Correct the day")
            if whole.get(_old_unit(row), line) != line:
                problem = f"went whole to another unit on line {whole[_old_unit(row)]}"
                self.files.fault(name, line, "extent", problem, "Mark both partial, or keep one")

    def agencies(self, rows: Rows[AgencyRow], units: set[str]) -> None:
        """Check that agencies form a tree, each at a known unit."""
        name = "agencies.csv"
        self._unique(name, rows, lambda row: row.code, "code")
        codes = {row.code for _, row in rows}
        self._known(name, rows, lambda row: row.unit_code, units, "unit_code")
        self._known(name, rows, lambda row: row.parent_code, codes, "parent_code")
        kinds = {row.code for _, row in rows if row.is_kind}
        self._known(name, rows, lambda row: row.kind_code, kinds, "kind_code")
        self._no_circles(name, [(line, row.code, row.parent_code) for line, row in rows])

    def service_points(
        self, rows: Rows[ServicePointRow], units: set[str], agencies: set[str]
    ) -> None:
        """Check that each service point has a known unit and agency."""
        name = "service_points.csv"
        self._unique(name, rows, lambda row: row.code, "code")
        self._known(name, rows, lambda row: row.unit_code, units, "unit_code")
        self._known(name, rows, lambda row: row.agency_code, agencies, "agency_code")

    def manifest(self, manifest: Manifest, node: yaml.Node | None, units: set[str]) -> None:
        """Check that the province is a unit and that every file names its source."""
        if manifest.province not in units:
            self._in_yaml("pack.yaml", node, ("province",), "is no unit of units.csv")
        own = {name for name in self.files.contents if not name.startswith("questionnaires/")}
        for position, source in enumerate(manifest.sources):
            if source.file not in own:
                place = ("sources", position, "file")
                self._in_yaml("pack.yaml", node, place, f"{source.file} is no file of this pack")
        for missing in sorted(own - {source.file for source in manifest.sources} - {"pack.yaml"}):
            self._in_yaml("pack.yaml", node, ("sources",), f"{missing} names no source")

    def plan(
        self,
        plan: PlanFile,
        node: yaml.Node | None,
        agencies: set[str],
        questionnaires: Iterable[Questionnaire],
    ) -> None:
        """Check dimensions, agencies and the questionnaire items of every task."""
        items = {f"{q.code}:{item.code}": item for q in questionnaires for item in q.items}
        dimensions = [dimension.number for dimension in plan.dimensions]
        self._twice(node, "dimensions", "number", dimensions)
        self._twice(node, "reports", "code", [report.code for report in plan.reports])
        self._twice(node, "tasks", "id", [task.id for task in plan.tasks])
        self._twice(node, "tasks", "number", [(t.dimension, t.number) for t in plan.tasks])
        for position, task in enumerate(plan.tasks):
            where = ("tasks", position)
            if task.dimension not in dimensions:
                problem = f"{task.dimension} is unknown"
                self._in_yaml("plan.yaml", node, (*where, "dimension"), problem)
            lead = [task.lead_agency_code] if task.lead_agency_code is not None else []
            for field, codes in (
                ("lead_agency_code", lead),
                ("co_lead_agency_codes", task.co_lead_agency_codes),
                ("implementer_agency_codes", task.implementer_agency_codes),
            ):
                for code in codes:
                    if code not in agencies:
                        self._in_yaml("plan.yaml", node, (*where, field), f"{code} is unknown")
            for number, target in enumerate(task.targets):
                place = (*where, "targets", number, "measured_by")
                for name in target.measured_by:
                    if name not in items:
                        problem = f"{name} is no item of a questionnaire"
                        self._in_yaml("plan.yaml", node, place, problem)
                    elif items[name].type not in SHARES:
                        problem = f"{name} is neither a rating nor a yes/no: it has no share"
                        self._in_yaml("plan.yaml", node, place, problem)

    def _unique(
        self, name: str, rows: Rows[Row], key: Callable[[Row], Hashable], field: str
    ) -> None:
        first: dict[Hashable, int] = {}
        for line, row in rows:
            value = key(row)
            if value in first:
                problem = f"stands on line {first[value]} already"
                self.files.fault(name, line, field, problem, "Keep one of the two")
            first.setdefault(value, line)

    def _known(
        self,
        name: str,
        rows: Rows[Row],
        key: Callable[[Row], str | None],
        codes: Iterable[str],
        field: str,
    ) -> None:
        known = set(codes)
        for line, row in rows:
            value = key(row)
            if value is not None and value not in known:
                self.files.fault(name, line, field, f"{value!r} is unknown", "Correct the code")

    def _no_circles(self, name: str, rows: Sequence[tuple[int, str, str | None]]) -> None:
        parents = {code: parent for _, code, parent in rows}
        grounded: set[str] = set()
        for line, code, _ in rows:
            way: set[str] = set()
            at: str | None = code
            while at is not None and at in parents and at not in grounded:
                if at in way:
                    self.files.fault(name, line, "parent_code", "goes in a circle", "Break it")
                    break
                way.add(at)
                at = parents[at]
            grounded.update(way)

    def _twice(
        self, node: yaml.Node | None, table: str, field: str, values: Sequence[Hashable]
    ) -> None:
        seen: set[Hashable] = set()
        for position, value in enumerate(values):
            if value in seen:
                self._in_yaml("plan.yaml", node, (table, position, field), f"{value} stands twice")
            seen.add(value)

    def _in_yaml(
        self, file: str, node: yaml.Node | None, where: tuple[int | str, ...], problem: str
    ) -> None:
        field = ".".join(str(part) for part in where)
        self.files.fault(file, line_of(node, where), field, problem, "Correct the value")


def _old_unit(row: SuccessionRow) -> tuple[str, date]:
    return row.old_code, row.old_valid_to
