"""The stored figures of a campaign: what pages, charts and files read; none of them computes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from survey_app.domain.questionnaire import Words


class Stored(BaseModel):
    """A record that is written once and read many times."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Doubt(Stored):
    """What is doubtful but not wrong about a figure (``analysis.results.Caution``)."""

    code: str
    values: dict[str, float]


class Figure(Stored):
    """One design-based estimate; shares and indices lie between 0 and 1."""

    statistic: Literal["share", "mean", "index"]
    variable: str
    domain: str | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    df: float
    deff: float | None
    n: int
    cautions: tuple[Doubt, ...] = ()


class Distribution(Stored):
    """Weighted shares of the five answers to a rating; ``domain`` None is the whole province."""

    variable: str
    domain: str | None
    shares: tuple[float, float, float, float, float]
    n: int


class Contrast(Stored):
    """The share satisfied in one domain less that in all others together.

    ``p_adjusted`` is Holm's over the domains of the variable: looking at many raises no false alarm.
    """

    variable: str
    domain: str
    difference: float
    ci_low: float
    ci_high: float
    p_value: float
    p_adjusted: float


class Judgement(Stored):
    """The verdict on one survey share of the plan, with its evidence."""

    task: str
    target: str
    variable: str
    threshold: float
    comparator: Literal["at_least", "at_most"]
    outcome: Literal["met", "not_met", "undecided"]
    confidence: float
    figure: Figure
    bound: float | None
    is_lower_bound: bool
    additional_interviews: int | None
    no_additional_reason: str | None


class Place(Stored):
    """The name of a domain's unit."""

    code: str
    name: str


class Label(Stored):
    """The words of a variable: an item's text, or a factor's name."""

    code: str
    words: Words
    factor: str | None = None
    is_factor: bool = False


class InterviewFigures(Stored):
    """Everything published of an interview campaign."""

    kind: Literal["interview"] = "interview"
    snapshot: str
    confidence: float
    places: tuple[Place, ...]
    labels: tuple[Label, ...]
    figures: tuple[Figure, ...]
    judgements: tuple[Judgement, ...]
    persons_drawn: int
    interviews: int
    distributions: tuple[Distribution, ...] = ()
    contrasts: tuple[Contrast, ...] = ()

    def select(self, statistic: str, variable: str, domain: str | None = None) -> Figure | None:
        """Return one figure; ``domain`` ``None`` is the whole province."""
        for figure in self.figures:
            if (figure.statistic, figure.variable, figure.domain) == (statistic, variable, domain):
                return figure
        return None

    def distribution(self, variable: str) -> list[Distribution]:
        """Return how a rating's answers are spread: the province, then each domain."""
        return [row for row in self.distributions if row.variable == variable]

    def contrast(self, variable: str, domain: str) -> Contrast | None:
        """Return how a domain differs from all others in a rating."""
        for found in self.contrasts:
            if (found.variable, found.domain) == (variable, domain):
                return found
        return None


class PointCount(Stored):
    """Answers counted at one service point for one item: no estimate of anybody else."""

    point: str
    name: str
    agency_id: int
    variable: str
    counts: tuple[int, int, int, int, int]

    @property
    def n(self) -> int:
        """Answers from 1 to 5."""
        return sum(self.counts)

    @property
    def satisfied(self) -> float | None:
        """Share of answers 4–5 among those who chose to answer."""
        return (self.counts[3] + self.counts[4]) / self.n if self.n else None


class LevelCount(Stored):
    """Answers counted over a whole campaign for one item, suspect ones included."""

    variable: str
    counts: tuple[int, int, int, int, int]


class SelfSelectedFigures(Stored):
    """Everything published of a QR campaign: participation, never a response rate."""

    kind: Literal["qr"] = "qr"
    snapshot: str
    labels: tuple[Label, ...]
    points: tuple[PointCount, ...]
    responses: int
    suspects_waiting: int = 0
    suspects_left_out: int = 0
    suspects_counted: int = 0
    with_suspects: tuple[LevelCount, ...] = ()
