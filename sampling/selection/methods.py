"""Every selection method by its name in a design: how it draws from one list, and what it promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream
from sampling.selection.brewer import brewer, joint_brewer
from sampling.selection.conditional_poisson import conditional_poisson, joint_conditional_poisson
from sampling.selection.cube import cube
from sampling.selection.local_pivotal import local_pivotal
from sampling.selection.pareto import joint_pareto, pareto
from sampling.selection.pivotal import joint_pivotal, pivotal, random_pivotal
from sampling.selection.poisson import joint_poisson, poisson
from sampling.selection.pps_systematic import joint_systematic, pps_systematic, random_systematic
from sampling.selection.sampford import joint_sampford, sampford
from sampling.selection.srs import joint_simple_random, simple_random, with_replacement
from sampling.selection.systematic import systematic
from sampling.selection.tille import joint_midzuno, joint_tille, midzuno, tille

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Method = Literal[
    "bernoulli",
    "brewer",
    "conditional-poisson",
    "cube",
    "local-pivotal",
    "midzuno",
    "pareto",
    "pivotal",
    "poisson",
    "pps-systematic",
    "random-pivotal",
    "random-systematic",
    "sampford",
    "srs",
    "srs-with-replacement",
    "systematic",
    "tille",
]


@dataclass(frozen=True)
class Selection:
    """How a method draws from one list.

    Attributes
    ----------
    choose : callable
        Takes the list's probabilities, how many units are asked for, the stream of random numbers
        and the columns the method uses (balancing variables, coordinates; none for the others), and
        returns the places chosen.
    joint : callable or None
        All joint inclusion probabilities from the probabilities; None where nothing is known.
    by_size : bool
        Whether probabilities follow sizes (unless the stage asks for equal ones).
    fixed_size : bool
        Whether as many units are drawn as asked for.
    repeats : bool
        Whether a unit can be drawn more than once.
    columns : str
        The setting of the stage that names the columns used: ``balance``, ``coordinates`` or none.
    """

    choose: Callable[[Floats, int, Stream, Floats], Integers]
    joint: Callable[[Floats], Floats] | None = None
    by_size: bool = True
    fixed_size: bool = True
    repeats: bool = False
    columns: Literal["", "balance", "coordinates"] = ""


def _by_probability(
    draw: Callable[[Floats, Stream], Integers], joint: Callable[[Floats], Floats] | None = None
) -> Selection:
    return Selection(lambda chances, _take, source, _columns: draw(chances, source), joint)


def _independent(chances: Floats, _take: int, source: Stream, _columns: Floats) -> Integers:
    return poisson(chances, source.uniforms(len(chances)))


SELECTIONS: Final[Mapping[Method, Selection]] = MappingProxyType(
    {
        "bernoulli": Selection(_independent, joint_poisson, by_size=False, fixed_size=False),
        "brewer": _by_probability(brewer, joint_brewer),
        "conditional-poisson": _by_probability(conditional_poisson, joint_conditional_poisson),
        "cube": Selection(
            lambda chances, _take, source, columns: cube(chances, columns, source),
            columns="balance",
        ),
        "local-pivotal": Selection(
            lambda chances, _take, source, columns: local_pivotal(chances, columns, source),
            columns="coordinates",
        ),
        "midzuno": _by_probability(midzuno, joint_midzuno),
        "pareto": Selection(
            lambda chances, _take, source, _columns: pareto(chances, source.uniforms(len(chances))),
            joint_pareto,
        ),
        "pivotal": _by_probability(pivotal, joint_pivotal),
        "poisson": Selection(_independent, joint_poisson, fixed_size=False),
        "pps-systematic": _by_probability(pps_systematic, joint_systematic),
        "random-pivotal": _by_probability(random_pivotal),
        "random-systematic": _by_probability(random_systematic),
        "sampford": _by_probability(sampford, joint_sampford),
        "srs": Selection(
            lambda chances, take, source, _columns: simple_random(len(chances), take, source),
            joint_simple_random,
            by_size=False,
        ),
        "srs-with-replacement": Selection(
            lambda chances, take, source, _columns: with_replacement(len(chances), take, source),
            by_size=False,
            repeats=True,
        ),
        "systematic": Selection(
            lambda chances, take, source, _columns: systematic(len(chances), take, source),
            joint_systematic,
            by_size=False,
        ),
        "tille": _by_probability(tille, joint_tille),
    }
)
"""The methods a design can name."""
