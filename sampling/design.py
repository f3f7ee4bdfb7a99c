"""What is decided before the draw: stages, methods, numbers (thiết kế mẫu)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, Final

from sampling.allocation import Allocation
from sampling.errors import AllocationError, DesignError, Fault
from sampling.selection.methods import SELECTIONS, Method, Selection

FORMAT: Final = "survey-design/1"
WITH_PERMANENT_NUMBERS: Final = frozenset({"bernoulli", "poisson", "pareto"})
"""Methods that take one random number for each unit, which may be the unit's own for good."""


@dataclass(frozen=True)
class Stage:
    """One stage of selection.

    Attributes
    ----------
    unit : str
        What is drawn, e.g. ``commune``: the frame's level of that name. A last stage may draw
        listing numbers 1 … count of the units above instead, which have no rows.
    method : str
        How units are selected: a name of :data:`sampling.selection.methods.SELECTIONS`.
    take : int or None
        Units to draw in each unit drawn above (in each of its strata); all where there are fewer.
        The number to expect with ``bernoulli`` and ``poisson``, whose size is left to chance. None at the first stage, where the allocation decides.
    takes : tuple of (str, int)
        The same by stratum of this stage's level, where strata get different numbers.
    reserve : int
        Units drawn in advance as replacements, in random order, in each stratum or unit above.
    counted : bool
        Whether the units are listing numbers without rows.
    equal : bool
        Whether a method that follows sizes gives every unit of a list the same chance instead.
    balance : tuple of str
        The frame's columns of figures that ``cube`` balances on (``size`` is one of them).
    coordinates : tuple of str
        The frame's columns of figures over which ``local-pivotal`` spreads.
    permanent : str
        The frame's column of permanent random numbers, for samples that overlap or avoid one
        another (:mod:`sampling.coordination`); fresh random numbers when empty.
    start : float
        Where on the circle [0, 1) of permanent numbers the sample begins.
    """

    unit: str
    method: Method
    take: int | None = None
    takes: tuple[tuple[str, int], ...] = ()
    reserve: int = 0
    counted: bool = False
    equal: bool = False
    balance: tuple[str, ...] = ()
    coordinates: tuple[str, ...] = ()
    permanent: str = ""
    start: float = 0.0

    @property
    def selection(self) -> Selection:
        """What the method promises."""
        return SELECTIONS[self.method]

    @property
    def follows_sizes(self) -> bool:
        """Whether a unit's chance is proportional to its size."""
        return self.selection.by_size and not self.equal

    @property
    def columns(self) -> tuple[str, ...]:
        """The frame's columns of figures that the method uses."""
        return self.balance or self.coordinates


@dataclass(frozen=True)
class Design:
    """Stages from the first to the last, and the allocation of the first over its strata."""

    stages: tuple[Stage, ...]
    allocation: Allocation

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if not self.stages:
            faults.append(Fault("no-stage", "stages", "none", "Give at least one stage"))
        for at, stage in enumerate(self.stages):
            faults += _stage_faults(stage, at, len(self.stages))
        names = [stage.unit for stage in self.stages]
        if len(set(names)) < len(names):
            faults.append(Fault("stage-duplicate", "unit", str(names), "Name each stage once"))
        if faults:
            raise DesignError(faults)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of :meth:`to_json`, hexadecimal: what is published before the draw."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain values, settings at their default left out.

        So a setting that a later version adds does not change the digest of an earlier design.
        """
        return {
            "format": FORMAT,
            "stages": [_settings(stage) for stage in self.stages],
            "allocation": _settings(self.allocation),
        }

    def to_json(self) -> str:
        """Write the design canonically: keys sorted, no spaces, Unicode as it is."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Design":
        """Read a design from plain values; settings left out take their defaults."""
        if values.get("format") != FORMAT:
            raise DesignError(
                [Fault("format", "format", repr(values.get("format")), f"Expected {FORMAT}")]
            )
        try:
            return cls(
                tuple(Stage(**_tupled(stage)) for stage in values["stages"]),
                Allocation(**_tupled(values["allocation"])),
            )
        except (KeyError, TypeError) as error:
            raise DesignError(
                [Fault("setting-unknown", "design", str(error), "Use the documented settings")]
            ) from error
        except AllocationError as error:
            raise DesignError(error.faults) from error

    @classmethod
    def from_json(cls, text: str) -> "Design":
        """Read a design from JSON."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise DesignError(
                [Fault("json", "design", str(error), "Give one JSON object")]
            ) from error
        return cls.from_dict(values)


def _settings(part: Stage | Allocation) -> dict[str, Any]:
    values = asdict(part)
    return {
        field.name: values[field.name] for field in fields(part)
        if values[field.name] != field.default
    }  # fmt: skip


def _tupled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with lists as tuples, as the frozen classes hold them."""
    return {
        key: tuple(tuple(v) if isinstance(v, list) else v for v in value)
        if isinstance(value, list)
        else value
        for key, value in values.items()
    }


def _stage_faults(stage: Stage, at: int, stages: int) -> list[Fault]:
    def fault(code: str, field: str, found: object, mend: str) -> Fault:
        return Fault(code, field, str(found), mend, unit=stage.unit or f"stage {at + 1}")

    faults = []
    if not stage.unit:
        faults.append(fault("stage-unnamed", "unit", "empty", "Name the unit drawn"))
    given = (stage.take is not None) + bool(stage.takes)
    if at == 0 and given:
        faults.append(
            fault("take-at-first-stage", "take", stage.take, "The allocation decides; leave it out")
        )
    if at > 0 and given != 1:
        faults.append(fault("take-missing", "take", stage.take, "Give take or takes"))
    for value in [stage.take or 0, *(take for _, take in stage.takes), stage.reserve]:
        if value < 0:
            faults.append(fault("negative", "take", value, "Give whole numbers of at least 0"))
    if at > 0 and stage.take == 0:
        faults.append(fault("take-zero", "take", 0, "Take at least one unit"))
    if stage.counted and (at == 0 or at < stages - 1 or stage.takes):
        faults.append(
            fault("counted-stage", "counted", at + 1, "Only a last, unstratified, later stage")
        )
    if stage.method not in SELECTIONS:
        known = ", ".join(SELECTIONS)
        return [*faults, fault("method-unknown", "method", stage.method, f"One of {known}")]
    return faults + [fault(*found) for found in _method_faults(stage, is_last=at == stages - 1)]


def _method_faults(stage: Stage, *, is_last: bool) -> list[tuple[str, str, object, str]]:
    """Find settings that the stage's method does not have, or lacks."""
    faults: list[tuple[str, str, object, str]] = []
    selection = stage.selection
    if stage.counted and (selection.by_size or stage.permanent):
        faults.append(
            ("counted-method", "method", stage.method, "Listing numbers have no size: use srs")
        )
    if stage.equal and not selection.by_size:
        faults.append(("equal-already", "equal", stage.method, "Chances are equal; leave it out"))
    for field in ("balance", "coordinates"):
        columns, wanted = getattr(stage, field), selection.columns == field
        if wanted and not columns:
            faults.append(("columns-missing", field, "none", f"Name the columns of {stage.method}"))
        if columns and not wanted:
            faults.append(
                ("columns-unused", field, columns, f"{stage.method} has none; leave it out")
            )
    if stage.permanent and stage.method not in WITH_PERMANENT_NUMBERS:
        faults.append(
            ("permanent-unused", "permanent", stage.method,
             "Use pareto (with equal: simple random), poisson or bernoulli")
        )  # fmt: skip
    if not 0 <= stage.start < 1 or (stage.start and not stage.permanent):
        faults.append(
            ("start-not-usable", "start", stage.start, "In [0, 1), with permanent numbers only")
        )
    if selection.repeats and (stage.reserve or not is_last):
        faults.append(
            ("repeats", "method", stage.method, "Only at the last stage, and without a reserve")
        )
    return faults
