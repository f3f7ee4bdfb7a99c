"""The typed content of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from survey_app.domain.questionnaire import Questionnaire, Words
from survey_app.domain.questionnaire.specification import Frozen, Text

Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")]


def _nothing(value: object) -> object:
    return None if value == "" else value


Optional = BeforeValidator(_nothing)
"""An empty CSV cell is a gap, not an empty text."""


class Source(Frozen):
    """Where a file's content comes from, and on which terms."""

    file: Text
    source: Text
    licence: Text
    note: str = ""


class Manifest(Frozen):
    """``pack.yaml``: what the pack is and where its data comes from."""

    format: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Words
    province: Code
    reference_date: date
    questionnaires: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")], ...]
    sources: tuple[Source, ...] = Field(min_length=1)
    notes: str = ""


class UnitRow(Frozen):
    """A row of ``units.csv``: an administrative unit (đơn vị hành chính)."""

    code: Code
    parent_code: Annotated[str | None, Optional]
    kind: Text
    name: Text
    short_name: Text
    valid_from: date
    valid_to: Annotated[date | None, Optional]
    latitude: Annotated[Annotated[float, Field(ge=-90, le=90)] | None, Optional] = None
    longitude: Annotated[Annotated[float, Field(ge=-180, le=180)] | None, Optional] = None
    note: str = ""

    @model_validator(mode="after")
    def _period(self) -> UnitRow:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class PopulationRow(Frozen):
    """A row of ``populations.csv``; an empty value is a gap in the source."""

    unit_code: Code
    measure: Literal["population", "households"]
    value: Annotated[Annotated[int, Field(ge=0)] | None, Optional]
    as_of: date
    reliability: Literal["exact", "approximate", "unknown"]
    source: Text
    note: str = ""

    @model_validator(mode="after")
    def _gap(self) -> PopulationRow:
        if (self.value is None) != (self.reliability == "unknown"):
            raise ValueError("an empty value has reliability unknown, and only that")
        return self


class SuccessionRow(Frozen):
    """A row of ``successions.csv``: an old unit and the one that took over from it."""

    old_code: Code
    old_name: Text
    new_code: Code
    extent: Literal["whole", "partial"]
    source: str = ""


class AgencyRow(Frozen):
    """A row of ``agencies.csv``: a public body (cơ quan, đơn vị)."""

    code: Code
    name_vi: Text
    name_en: Text
    unit_code: Annotated[str | None, Optional] = None
    parent_code: Annotated[str | None, Optional] = None


class ServicePointRow(Frozen):
    """A row of ``service_points.csv``: a place where citizens are served (điểm phục vụ)."""

    code: Code
    kind: Literal["one_stop", "hospital"]
    name_vi: Text
    name_en: Text
    agency_code: Code
    unit_code: Code
    note: str = ""


class Dimension(Frozen):
    """One of PAPI's dimensions (trục nội dung)."""

    number: Annotated[int, Field(ge=1, le=20)]
    name: Words


class Target(Frozen):
    """A target (chỉ tiêu) of a task, typed by what can show it."""

    kind: Literal["survey_share", "administrative_figure", "document"]
    text: Text
    comparator: Literal["at_least", "at_most"] | None = None
    threshold: Annotated[float, Field(ge=0)] | None = None
    unit: Literal["percent", "per_year"] | None = None
    measured_by: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _measurable(self) -> Target:
        if (self.comparator is None) != (self.threshold is None):
            raise ValueError("comparator and threshold stand together")
        if self.kind == "survey_share" and not self.measured_by:
            raise ValueError("a survey share names the items that measure it")
        return self


class Task(Frozen):
    """A task (nhiệm vụ) of the plan's annex."""

    id: Text
    dimension: int
    number: int
    task: Text
    target: str
    lead: Text
    lead_agency_code: str | None = None
    implementers: str
    timing: str
    evidence: str
    note: str = ""
    targets: tuple[Target, ...] = ()


class Report(Frozen):
    """A reporting period of the plan."""

    code: Literal["q1", "half", "q3", "year"]
    name: Words


class PlanFile(Frozen):
    """``plan.yaml``: the province's PAPI plan."""

    title: Text
    number: str
    year: int
    agency_plans_due: date | None = None
    reports: tuple[Report, ...]
    dimensions: tuple[Dimension, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Pack:
    """A whole, validated pack."""

    manifest: Manifest
    units: tuple[UnitRow, ...]
    populations: tuple[PopulationRow, ...]
    successions: tuple[SuccessionRow, ...]
    agencies: tuple[AgencyRow, ...]
    service_points: tuple[ServicePointRow, ...]
    plan: PlanFile | None
    questionnaires: tuple[Questionnaire, ...]
    boundaries: Mapping[str, dict[str, Any]]
    digest: str

    @property
    def name(self) -> str:
        """The pack's name."""
        return self.manifest.name

    @property
    def title(self) -> Words:
        """The pack's title."""
        return self.manifest.title

    def units_parents_first(self) -> Iterator[UnitRow]:
        """Yield the units so that a parent comes before its children."""
        children: dict[str | None, list[UnitRow]] = {}
        for unit in self.units:
            children.setdefault(unit.parent_code, []).append(unit)
        waiting = list(reversed(children.get(None, [])))
        while waiting:
            unit = waiting.pop()
            yield unit
            waiting.extend(reversed(children.get(unit.code, [])))
