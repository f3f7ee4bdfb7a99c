"""The plan of an interview campaign's sample: the frame it draws from, and what it would give.

Two stages: survey areas within strata by probability proportional to households, then listing
numbers within each area by simple random sampling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from sampling import Allocation, Design, Frame, SamplingError, Stage, allocate
from sampling.probabilities import inclusion_probabilities
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.frame_units import FrameUnit, TreeUnit, frame_units
from survey_app.store.session import Database
from survey_app.store.tables import Campaign

Rule = Literal["proportional", "square-root", "equal"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)

AREA: Final = "area"
LISTING: Final = "listing"
LEAST_AREAS: Final = 2  # in each stratum: with one, its variance cannot be estimated
MAX_REASON: Final = 500


@dataclass(frozen=True)
class SamplePlan:
    """What the planner decides.

    Attributes
    ----------
    stratum_depth : int
        Depth in the tree of the units that become strata (tầng); each gets results of its own.
    rule : {"proportional", "square-root", "equal"}
        How areas are divided over strata: to their households, to the root of these, or alike.
    areas : int
        Areas to draw in all.
    per_area : int
        Listing numbers to draw in each area.
    gap_reason : str
        Why units without a household figure are left out; needed where there are such units.
    reserve : int
        Areas to draw in advance in each stratum as replacements (địa bàn dự phòng).
    """

    stratum_depth: int
    rule: Rule
    areas: int
    per_area: int
    gap_reason: str = ""
    reserve: int = 0


@dataclass(frozen=True)
class StratumLevel:
    """A level of the tree that can serve as strata."""

    depth: int
    kinds: tuple[str, ...]
    units: int


@dataclass(frozen=True)
class Gap:
    """A unit that cannot be drawn, because its size is not known."""

    code: str
    name: str
    stratum: str
    note: str


@dataclass(frozen=True)
class StratumPreview:
    """What one stratum would get.

    ``mean_weight`` is how many households one interview stands for.
    """

    code: str
    name: str
    units: int
    gaps: int
    households: int
    areas: int
    certain: int
    interviews: int
    mean_weight: float


@dataclass(frozen=True)
class SampleFrame:
    """The frame as declared: for the planner's page before anything is decided."""

    campaign_id: int
    units: tuple[FrameUnit, ...]
    levels: tuple[StratumLevel, ...]

    @property
    def households(self) -> int:
        """Households of the units whose size is known."""
        return sum(unit.households or 0 for unit in self.units)

    @property
    def missing(self) -> tuple[FrameUnit, ...]:
        """Return the units without a size."""
        return tuple(unit for unit in self.units if unit.households is None)

    def gaps(self, depth: int) -> tuple[Gap, ...]:
        """Return the units without a size, under the strata of a depth."""
        return tuple(
            Gap(unit.unit.code, unit.unit.name, unit.at(depth).name, unit.gap)
            for unit in self.missing
        )


@dataclass(frozen=True)
class SamplePreview:
    """What a plan would give, before the draw."""

    strata: tuple[StratumPreview, ...]

    @property
    def households(self) -> int:
        """Households that the frame reaches."""
        return sum(stratum.households for stratum in self.strata)

    @property
    def areas(self) -> int:
        """Areas to draw."""
        return sum(stratum.areas for stratum in self.strata)

    @property
    def interviews(self) -> int:
        """Persons to draw."""
        return sum(stratum.interviews for stratum in self.strata)


def read_frame(database: Database, campaign_code: str) -> SampleFrame:
    """Return the frame of an interview campaign and the levels that can be its strata."""
    with database.transaction() as session:
        return frame_of(session, interview_campaign(session, campaign_code))


def preview_sample(database: Database, campaign_code: str, plan: SamplePlan) -> SamplePreview:
    """Return what ``plan`` would give; nothing is drawn or stored.

    Raises
    ------
    ServiceError
        What makes the plan impossible, with its field.
    """
    frame = read_frame(database, campaign_code)
    sampling_frame, design = declare(frame, plan)
    level = sampling_frame.levels[0]
    assert level.size is not None  # noqa: S101 — `declare` gives every frame its sizes
    covered = sampling_frame.coverage()
    takes = allocate(
        design.allocation,
        level.strata,
        np.array([stratum.selectable for stratum in covered.strata]),
        np.array([stratum.size for stratum in covered.strata]),
    )
    names = {unit.at(plan.stratum_depth).code: unit.at(plan.stratum_depth) for unit in frame.units}
    lines = []
    for place, (stratum, take) in enumerate(zip(covered.strata, takes.tolist(), strict=True)):
        rows = np.flatnonzero((level.stratum == place) & level.is_selectable)
        chances = inclusion_probabilities(level.size[rows], take)
        # An area smaller than the take gives all its households: the expected number.
        interviews = float(chances @ np.minimum(level.size[rows], plan.per_area))
        households = int(level.size[rows].sum())
        lines.append(
            StratumPreview(
                code=stratum.stratum,
                name=names[stratum.stratum].name,
                units=stratum.units,
                gaps=stratum.units - stratum.selectable,
                households=households,
                areas=take,
                certain=int(np.count_nonzero(chances == 1.0)),
                interviews=round(interviews),
                mean_weight=households / interviews if interviews else 0.0,
            )
        )
    return SamplePreview(tuple(lines))


def interview_campaign(session: Session, code: str, *, lock: bool = False) -> Campaign:
    """Return the campaign ``code`` if it is answered by interview."""
    wanted = select(Campaign).where(Campaign.code == code)
    campaign = session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
    if campaign is None:
        raise NotFoundError("campaign", code)
    if campaign.channel != "interview":
        raise ServiceError("sample-not-interview", code=code)
    return campaign


def frame_of(session: Session, campaign: Campaign) -> SampleFrame:
    """Return the frame of a campaign: the leaf units of its pack."""
    units = tuple(frame_units(session, campaign.pack_id))
    at_depth: dict[int, dict[int, TreeUnit]] = {}
    for leaf in units:
        for unit in leaf.above:
            at_depth.setdefault(unit.depth, {})[unit.id] = unit
    levels = tuple(
        StratumLevel(depth, _by_frequency(list(found.values())), len(found))
        for depth, found in sorted(at_depth.items())
    )
    return SampleFrame(campaign.id, units, levels)


def declare(frame: SampleFrame, plan: SamplePlan) -> tuple[Frame, Design]:
    """Return the frame and the design that ``plan`` says, in the terms of `sampling`.

    Raises
    ------
    ServiceError
        What makes the plan impossible, with its field.
    """
    _check(frame, plan)
    reason = plan.gap_reason.strip()
    try:
        units = Frame.from_columns(
            [unit.unit.code for unit in frame.units],
            name=AREA,
            stratum=[unit.at(plan.stratum_depth).code for unit in frame.units],
            label=[unit.unit.name for unit in frame.units],
            size=[unit.households for unit in frame.units],
            count=[unit.households or 0 for unit in frame.units],
            exclude={unit.unit.code: reason for unit in frame.missing},
        )
        design = Design(
            stages=(
                Stage(AREA, "pps-systematic", reserve=plan.reserve),
                Stage(LISTING, "srs", take=plan.per_area, counted=True),
            ),
            allocation=Allocation(
                rule=plan.rule, total=plan.areas, measure="size", minimum=LEAST_AREAS
            ),
        )
    except SamplingError as error:
        raise as_refusal(error) from error
    return units, design


def as_refusal(error: SamplingError) -> ServiceError:
    """Return a refusal that says what `sampling` found wrong first."""
    fault = error.faults[0]
    return ServiceError("sample-not-possible", field=fault.field, problem=str(fault))


def _check(frame: SampleFrame, plan: SamplePlan) -> None:
    if plan.stratum_depth not in {level.depth for level in frame.levels}:
        raise ServiceError("sample-stratum-unknown", field="stratum", depth=plan.stratum_depth)
    if plan.rule not in RULES:
        raise ServiceError("sample-rule-unknown", field="rule", rules=", ".join(RULES))
    if plan.reserve < 0:
        raise ServiceError("sample-reserve", field="reserve")
    if plan.per_area < 1:
        raise ServiceError("sample-per-area", field="per_area")
    if frame.missing and not plan.gap_reason.strip():
        raise ServiceError("sample-gap-reason", field="gap_reason", count=len(frame.missing))
    if len(plan.gap_reason) > MAX_REASON or not plan.gap_reason.isprintable():
        raise ServiceError("sample-gap-reason-form", field="gap_reason", most=MAX_REASON)
    drawable = [unit for unit in frame.units if unit.households is not None]
    sizes = Counter(unit.at(plan.stratum_depth).code for unit in drawable)
    least = sum(min(LEAST_AREAS, count) for count in sizes.values())
    if not least <= plan.areas <= len(drawable):
        raise ServiceError("sample-areas", field="areas", least=least, most=len(drawable))


def _by_frequency(units: Sequence[TreeUnit]) -> tuple[str, ...]:
    return tuple(kind for kind, _ in Counter(unit.kind for unit in units).most_common())
