"""The record of a draw: one file from which anybody can draw the same sample again."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sampling.canonical import number_text
from sampling.commitment import FORMAT as COMMITMENT_FORMAT
from sampling.commitment import Commitment
from sampling.design import Design
from sampling.errors import Fault, RecordError, SamplingError, SeedError
from sampling.frame import Frame
from sampling.multistage import draw
from sampling.randomness import GENERATOR, GENERATOR_VERSION, Seed
from sampling.sample import Sample

FORMAT: Final = "survey-draw/1"
COLUMNS: Final = ("unit", "above", "order", "reserve", "probability")
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class DrawRecord:
    """Everything needed to draw a sample again, and what was drawn.

    Attributes
    ----------
    generator, generator_version : str, int
        Which random numbers were used.
    frame_text : str or None
        The canonical frame; None where it is kept apart (then its digest identifies it).
    frame_digest, design_digest : str
        SHA-256 of frame and design.
    design : dict
        The design as plain values.
    seed : tuple of (str, str)
        The seed's material.
    commitment : Commitment or None
        What was published before the draw.
    result : tuple of dict
        For each stage its unit's name and rows of ``unit, above, order, reserve, probability``:
        ``above`` is the 1-based row of the stage before (0 at the first), ``reserve`` the rank
        (0 when not a reserve), ``probability`` None for a reserve.
    result_digest : str
        SHA-256 of the result's choices, see :func:`result_text`.
    """

    generator: str
    generator_version: int
    frame_text: str | None
    frame_digest: str
    design: Mapping[str, Any]
    design_digest: str
    seed: tuple[tuple[str, str], ...]
    commitment: Commitment | None
    result: tuple[Mapping[str, Any], ...]
    result_digest: str

    @classmethod
    def of(
        cls, sample: Sample, commitment: Commitment | None = None, *, embed_frame: bool = True
    ) -> "DrawRecord":
        """Record a draw; ``embed_frame=False`` leaves a very large frame to a file of its own."""
        result = _result(sample)
        return cls(
            generator=GENERATOR,
            generator_version=GENERATOR_VERSION,
            frame_text=sample.frame.to_text() if embed_frame else None,
            frame_digest=sample.frame.digest,
            design=sample.design.to_dict(),
            design_digest=sample.design.digest,
            seed=sample.seed.material,
            commitment=commitment,
            result=result,
            result_digest=_digest(result_text(result)),
        )

    def to_json(self) -> str:
        """Write the record as JSON."""
        return json.dumps(
            {
                "format": FORMAT,
                "generator": {"name": self.generator, "version": self.generator_version},
                "frame": self.frame_text,
                "frame_digest": self.frame_digest,
                "design": self.design,
                "design_digest": self.design_digest,
                "seed": [list(pair) for pair in self.seed],
                "commitment": self.commitment and self.commitment.to_dict(),
                "result": list(self.result),
                "result_digest": self.result_digest,
            },
            ensure_ascii=False,
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "DrawRecord":
        """Read a record; what it claims is checked by :func:`verify`, not here."""
        try:
            values = json.loads(text)
            if values["format"] != FORMAT:
                raise RecordError(
                    [Fault("format", "format", repr(values["format"]), f"Expected {FORMAT}")]
                )
            if any(len(row) != len(COLUMNS) for stage in values["result"] for row in stage["rows"]):
                raise ValueError(f"result rows hold {', '.join(COLUMNS)}")
            published = values["commitment"]
            if published is not None:
                published = dict(published)
                if published.pop("format") != COMMITMENT_FORMAT:
                    raise KeyError("commitment format")
            return cls(
                generator=values["generator"]["name"],
                generator_version=values["generator"]["version"],
                frame_text=values["frame"],
                frame_digest=values["frame_digest"],
                design=values["design"],
                design_digest=values["design_digest"],
                seed=tuple((name, value) for name, value in values["seed"]),
                commitment=None if published is None else Commitment(**published),
                result=tuple(values["result"]),
                result_digest=values["result_digest"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(
                [
                    Fault(
                        "record-unreadable",
                        "record",
                        f"{type(error).__name__}: {error}",
                        "Use the file as it was written",
                    )
                ]
            ) from error


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a record does not agree with what follows from it.

    Attributes
    ----------
    where : str
        ``generator``, ``frame``, ``design``, ``commitment``, ``seed``, ``result`` or the stage's
        unit with the row.
    recorded, found : str
        What the record says, and what a new draw gives.
    """

    where: str
    recorded: str
    found: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a record redraws to the same sample, and where not."""

    identical: bool
    differences: tuple[Difference, ...]


def verify(record: DrawRecord, frame: Frame | None = None) -> Verification:
    """Draw again from the record and compare.

    Parameters
    ----------
    record : DrawRecord
        The record.
    frame : Frame, optional
        The frame, where the record does not hold it.
    """
    differences: list[Difference] = []

    def compare(where: str, recorded: object, found: object) -> None:
        if recorded != found:
            differences.append(Difference(where, str(recorded), str(found)))

    compare(
        "generator", (record.generator, record.generator_version), (GENERATOR, GENERATOR_VERSION)
    )
    if differences:
        return Verification(False, tuple(differences))
    try:
        if frame is None and record.frame_text is not None:
            frame = Frame.from_text(record.frame_text)
        if frame is None:
            raise RecordError(
                [Fault("frame-missing", "frame", "kept apart", "Give the frame to verify with")]
            )
        compare("frame", record.frame_digest, frame.digest)
        design = Design.from_dict(record.design)
        compare("design", record.design_digest, design.digest)
        seed = Seed(record.seed)
        if record.commitment is not None:
            record.commitment.check(frame, design, seed)
        result = _result(draw(frame, design, seed))
    except SamplingError as error:
        differences += [Difference(fault.field, "", str(fault)) for fault in error.faults]
        return Verification(False, tuple(differences))
    differences += _result_differences(record.result, result)
    compare("result", record.result_digest, _digest(result_text(record.result)))
    return Verification(not differences, tuple(differences))


def check_seed_is_new(seed: Seed, earlier: Iterable[DrawRecord]) -> None:
    """Raise :class:`SeedError` where a seed has already drawn another sample."""
    used = [record for record in earlier if record.seed == seed.material]
    if used:
        raise SeedError(
            [
                Fault(
                    "seed-reused",
                    "seed",
                    f"drew the sample with result {record.result_digest}",
                    "Commit to a new secret and wait for a new public value",
                )
                for record in used
            ]
        )


def result_text(result: Iterable[Mapping[str, Any]]) -> str:
    """Write the choices of a result canonically: what ``result_digest`` is the SHA-256 of.

    For each stage a line ``stage<TAB>unit name``, then for each row its unit, above, order and
    reserve, separated by tabs; lines end with a line feed. Probabilities follow from the design and
    are compared as numbers instead.
    """
    lines = []
    for stage in result:
        lines.append(f"stage\t{stage['stage']}")
        lines += ["\t".join(str(cell) for cell in row[:4]) for row in stage["rows"]]
    return "\n".join(lines) + "\n"


def _result(sample: Sample) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "stage": stage.unit,
            "columns": list(COLUMNS),
            "rows": [
                [unit, above + 1, order, reserve, None if math.isnan(chance) else chance]
                for unit, above, order, reserve, chance in zip(
                    sample.names(at),
                    drawn.parent.tolist(),
                    drawn.order.tolist(),
                    drawn.reserve.tolist(),
                    drawn.probability.tolist(),
                    strict=True,
                )
            ],
        }
        for at, (stage, drawn) in enumerate(zip(sample.design.stages, sample.stages, strict=True))
    )


def _result_differences(
    recorded: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]
) -> list[Difference]:
    differences = []
    for old, new in zip(recorded, found, strict=False):
        where = str(new["stage"])
        if len(old["rows"]) != len(new["rows"]):
            counts = (f"{len(old['rows'])} rows", f"{len(new['rows'])} rows")
            differences.append(Difference(where, *counts))
        for at, (was, now) in enumerate(zip(old["rows"], new["rows"], strict=False), start=1):
            if list(was[:4]) != now[:4] or not _same_chance(was[4], now[4]):
                differences.append(Difference(f"{where} row {at}", _line(was), _line(now)))
    return differences


def _same_chance(was: float | None, now: float | None) -> bool:
    if was is None or now is None:
        return was is now
    return math.isclose(was, now, rel_tol=_TOLERANCE)


def _line(row: Iterable[object]) -> str:
    return " ".join(number_text(cell) if isinstance(cell, float) else str(cell) for cell in row)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
