"""The typed content of a pack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from survey_app.domain.questionnaire import Questionnaire, Words
from survey_app.domain.questionnaire.items import Frozen, Text

Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")]


def _nothing(value: object) -> object:
    return None if value == "" else value


def _iso(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("is not a date like 2021-06-30")
    return value


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError("is not a whole number in plain digits")
    return value


Optional = BeforeValidator(_nothing)
"""An empty CSV cell is a gap, not an empty text."""

Date = Annotated[date, BeforeValidator(_iso)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_digits)]
Note = Literal[""] | Text


class Source(Frozen):
    """Where a file's content comes from, and on which terms."""

    file: Text
    source: Text
    licence: Text
    note: Note = ""


class Manifest(Frozen):
    """``pack.yaml``: what the pack is and where its data comes from."""

    format: Annotated[int, Field(ge=1, le=1)]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Words
    province: Code
    reference_date: Date
    questionnaires: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")], ...]
    sources: tuple[Source, ...] = Field(min_length=1)
    notes: Note = ""


class UnitRow(Frozen):
    """A row of ``units.csv``: an administrative unit (đơn vị hành chính)."""

    code: Code
    parent_code: Annotated[str | None, Optional]
    kind: Text
    name: Text
    short_name: Text
    valid_from: Date
    valid_to: Annotated[Date | None, Optional]
    latitude: Annotated[Annotated[float, Field(ge=-90, le=90)] | None, Optional] = None
    longitude: Annotated[Annotated[float, Field(ge=-180, le=180)] | None, Optional] = None
    note: Note = ""

    @model_validator(mode="after")
    def _period(self) -> UnitRow:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class PopulationRow(Frozen):
    """A row of ``populations.csv``; an empty value is a gap in the source."""

    unit_code: Code
    measure: Literal["population", "households"]
    value: Annotated[Count | None, Optional]
    as_of: Date
    reliability: Literal["exact", "approximate", "unknown"]
    source: Text
    note: Note = ""

    @model_validator(mode="after")
    def _gap(self) -> PopulationRow:
        if (self.value is None) != (self.reliability == "unknown"):
            raise ValueError("an empty value has reliability unknown, and only that")
        if self.value is None and not self.note:
            raise ValueError("a gap says in its note what is missing")
        return self


class SuccessionRow(Frozen):
    """A row of ``successions.csv``: an old unit and the one that took over from it.

    A code may be used again for another unit, so the old one is known by its code and last day.
    """

    old_code: Code
    old_valid_to: Date
    old_name: Text
    old_parents: Text
    new_code: Code
    extent: Literal["whole", "partial"]
    source: Text


class AgencyRow(Frozen):
    """A row of ``agencies.csv``: a public body (cơ quan, đơn vị).

    The plan also addresses kinds of bodies, such as "UBND cấp xã": such a row, marked ``is_kind``,
    stands for each agency below it and each whose ``kind_code`` names it.
    """

    code: Code
    name_vi: Text
    name_en: Text
    unit_code: Annotated[str | None, Optional] = None
    parent_code: Annotated[str | None, Optional] = None
    is_kind: Annotated[bool, BeforeValidator(lambda typed: typed or False)] = False
    kind_code: Annotated[str | None, Optional] = None


class ServicePointRow(Frozen):
    """A row of ``service_points.csv``: a place where citizens are served (điểm phục vụ)."""

    code: Code
    kind: Literal["one_stop", "hospital"]
    name_vi: Text
    name_en: Text
    agency_code: Code
    unit_code: Code
    note: Note = ""


class Dimension(Frozen):
    """One of PAPI's dimensions (trục nội dung)."""

    number: Annotated[int, Field(ge=1, le=20)]
    name: Words


class Target(Frozen):
    """A target (chỉ tiêu) of a task, typed by what can show it."""

    kind: Literal["survey_share", "administrative_figure", "document"]
    text: Text
    comparator: Literal["at_least", "at_most", "more_than"] | None = None
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    unit: Literal["percent", "per_year"] | None = None
    measured_by: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _measurable(self) -> Target:
        if (self.comparator is None) != (self.threshold is None):
            raise ValueError("comparator and threshold stand together")
        if (self.threshold is None) != (self.unit is None):
            raise ValueError("threshold and unit stand together")
        if self.unit == "percent" and self.threshold is not None and self.threshold > 100:
            raise ValueError("a threshold in per cent lies above 100")
        if (self.kind == "survey_share") != bool(self.measured_by):
            raise ValueError("a survey share, and only that, names the items that measure it")
        if self.kind == "survey_share" and self.comparator == "more_than":
            raise ValueError("a survey share is judged at_least or at_most")
        if len(set(self.measured_by)) != len(self.measured_by):
            raise ValueError("an item that measures it stands twice")
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
    co_lead_agency_codes: tuple[str, ...] = ()
    implementers: str
    implementer_agency_codes: tuple[str, ...] = ()
    timing: str
    evidence: str
    note: Note = ""
    targets: tuple[Target, ...] = ()


class Report(Frozen):
    """A reporting period of the plan; ``due`` is empty where the plan names no day."""

    code: Literal["q1", "half", "q3", "year"]
    name: Words
    due: Date | None = None
    note: Note = ""


class PlanFile(Frozen):
    """``plan.yaml``: the province's PAPI plan."""

    title: Text
    number: str
    year: int
    agency_plans_due: Date | None = None
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
