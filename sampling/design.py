"""What is decided before the draw: stages, methods, numbers (thiết kế mẫu)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final, Literal, get_args

from sampling.allocation import Allocation
from sampling.errors import AllocationError, DesignError, Fault

Method = Literal["srs", "systematic", "pps-systematic"]
FORMAT: Final = "survey-design/1"
WITH_SIZES: Final = frozenset({"pps-systematic"})


@dataclass(frozen=True)
class Stage:
    """One stage of selection.

    Attributes
    ----------
    unit : str
        What is drawn, e.g. ``commune``: the frame's level of that name. A last stage may draw
        listing numbers 1 … count of the units above instead, which have no rows.
    method : str
        ``srs``, ``systematic`` or ``pps-systematic``.
    take : int or None
        Units to draw in each unit drawn above (in each of its strata); all where there are fewer.
        None at the first stage, where the allocation decides.
    takes : tuple of (str, int)
        The same by stratum of this stage's level, where strata get different numbers.
    reserve : int
        Units drawn in advance as replacements, in random order, in each stratum or unit above.
    counted : bool
        Whether the units are listing numbers without rows.
    """

    unit: str
    method: Method
    take: int | None = None
    takes: tuple[tuple[str, int], ...] = ()
    reserve: int = 0
    counted: bool = False


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
        """Return the design as plain values."""
        return {
            "format": FORMAT,
            "stages": [asdict(stage) for stage in self.stages],
            "allocation": asdict(self.allocation),
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
    if stage.method not in get_args(Method):
        faults.append(fault("method-unknown", "method", stage.method, f"One of {get_args(Method)}"))
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
    if stage.counted and stage.method in WITH_SIZES:
        faults.append(
            fault("counted-method", "method", stage.method, "Listing numbers have no size: use srs")
        )
    return faults
