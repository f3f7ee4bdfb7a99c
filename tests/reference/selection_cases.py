"""Inclusion probabilities, joint probabilities, draws and variances of R's package sampling."""

from collections.abc import Callable

import numpy as np

from reference.cases import Case, Json
from reference.operations import operation
from reference.rlang import Values, evaluate
from sampling import Seed, Stream, stream
from sampling.horvitz_thompson import (
    deville_variance,
    horvitz_thompson_variance,
    yates_grundy_variance,
)
from sampling.probabilities import inclusion_probabilities
from sampling.selection.brewer import brewer, joint_brewer
from sampling.selection.conditional_poisson import (
    conditional_inclusion,
    conditional_poisson,
    joint_conditional_poisson,
)
from sampling.selection.pivotal import joint_pivotal, pivotal, random_pivotal
from sampling.selection.poisson import joint_poisson, poisson
from sampling.selection.pps_systematic import (
    joint_systematic,
    pps_systematic,
    random_systematic,
    systematic_with_start,
)
from sampling.selection.sampford import joint_sampford, sampford
from sampling.selection.tille import joint_midzuno, joint_tille, midzuno, tille

R_STOPS = 1e-6
"""UPmaxentropypi2 stops its search for working probabilities when a round changes less than this."""


def maximum_entropy_as_r(chances: Values) -> Values:
    """UPmaxentropypi2 with the digits R left out (UPMEpiktildefrompik, UPMEpik2frompikw).

    Ours is solved to 14 digits; R's figures are right to seven. The same stopping rule gives R's.
    """
    complete = joint_conditional_poisson(chances)
    open_ = np.flatnonzero(chances < 1.0)
    pik, working, change = chances[open_], chances[open_].copy(), 1.0
    size = round(float(pik.sum()))
    while change > R_STOPS:
        step = pik - conditional_inclusion(working, size)
        working, change = working + step, float(np.abs(step).sum())
    odds = working / (1 - working)
    joint = np.full((len(pik), len(pik)), np.nan)
    differ = pik[:, None] != pik
    top = np.outer(pik, odds) - np.outer(odds, pik)
    np.divide(top, odds - odds[:, None], out=joint, where=differ)
    np.fill_diagonal(joint, pik)
    # units of equal probability share what the row is short of n times pik
    equal = np.isnan(joint).sum(axis=1)
    shared = (size * pik - np.nansum(joint, axis=1)) / np.maximum(equal, 1)
    joint = np.where(np.isnan(joint), shared[:, None], joint)
    # ours agrees as far as R went
    np.testing.assert_allclose(complete[np.ix_(open_, open_)], joint, rtol=1e-3, atol=1e-5)
    complete[np.ix_(open_, open_)] = joint
    return complete


JOINT: dict[str, Callable[[Values], Values]] = {
    "UPbrewerpi2": joint_brewer,
    "UPmaxentropypi2": maximum_entropy_as_r,
    "UPmidzunopi2": joint_midzuno,
    "UPpivotalpi2": joint_pivotal,
    "UPpoissonpi2": joint_poisson,
    "UPsampfordpi2": joint_sampford,
    "UPsystematicpi2": joint_systematic,
    "UPtillepi2": joint_tille,
}
DRAWS: dict[str, Callable[[Values, Stream], Values]] = {
    "UPbrewer": brewer,
    "UPmaxentropy": conditional_poisson,
    "UPmidzuno": midzuno,
    "UPpivotal": pivotal,
    "UPpoisson": lambda chances, source: poisson(chances, source.uniforms(len(chances))),
    "UPrandompivotal": random_pivotal,
    "UPrandomsystematic": random_systematic,
    "UPsampford": sampford,
    "UPsystematic": pps_systematic,
    "UPtille": tille,
}
WITHIN = 0.03
"""R drew 4,000 samples: its frequencies lie 3.8 standard errors from ours at most."""


def sizes_of(case: Case) -> Values:
    given = case.args["size"]
    return case.number(given) if isinstance(given, str) else np.array(given, np.float64)


def chances_of(case: Case) -> Values:
    if "pik" in case.args:
        return np.array(case.args["pik"], np.float64)
    return inclusion_probabilities(sizes_of(case), int(case.args["n"]))


@operation("inclusion_probabilities")
def _first_order(case: Case) -> None:
    chances = chances_of(case)
    found = {
        "sum": chances.sum(),
        "n_certain": np.count_nonzero(chances == 1.0),
        "min": chances.min(),
        "max": chances.max(),
        "pik": chances,
    }
    for name, want in case.expected.items():
        case.close(name, found[name], want)


@operation("joint_inclusion")
def _second_order(case: Case) -> None:
    chances = chances_of(case)
    case.close("pik", chances, case.expected.get("pik"))
    # tiny joint probabilities are differences of sums near one
    case.close("pi2", JOINT[case.args["method"]](chances), case.expected["pi2"], scale=1e-6)


@operation("pps_systematic_with_start")
def _start(case: Case) -> None:
    chances = chances_of(case)
    chosen = systematic_with_start(chances, float(case.args["start"]))
    case.close("selected", chosen + 1, case.expected["selected"])
    case.close("indicator", np.isin(np.arange(len(chances)), chosen), case.expected["indicator"])


@operation("selection_frequencies")
def _frequencies(case: Case) -> None:
    chances, draw = chances_of(case), DRAWS[case.args["method"]]
    source = stream(Seed.simulation(105), case.args["method"])
    taken = np.zeros((int(case.args["draws"]), len(chances)))
    for at in range(len(taken)):
        taken[at, draw(chances, source)] = 1.0
    together = taken.T @ taken / len(taken)
    near(case, "first", np.diag(together), case.expected["first"])
    near(case, "joint", together, case.expected["joint"])
    near(case, "pik", np.diag(together), chances.tolist())
    if "sizes" in case.expected:
        sizes = np.unique(taken.sum(axis=1))
        case.close("sizes", sizes, np.ravel(case.expected["sizes"]).tolist())


def near(case: Case, label: str, got: Values, expected: Json) -> None:
    """Note frequencies that differ by more than the chance of two sets of draws."""
    case.compared += 1
    gap = float(np.abs(got - np.array(expected, np.float64)).max())
    if gap > WITHIN:
        case.failures.append(f"{label}: frequencies differ by {gap:.3f}")


@operation("variance_deville")
def _variance(case: Case) -> None:
    sizes, chances = sizes_of(case), chances_of(case)
    chosen = np.array(case.args["sample"], np.int64) - 1
    answers = np.asarray(evaluate(case.args["y"], {"size": sizes}), np.float64)[chosen]
    joint = joint_sampford(chances)[np.ix_(chosen, chosen)]
    found = {
        "varest": deville_variance(answers, chances[chosen]),
        "ht": horvitz_thompson_variance(answers, joint),
        "syg": yates_grundy_variance(answers, joint),
    }
    expected = case.expected["value"]
    for name, want in (expected if isinstance(expected, dict) else {"varest": expected}).items():
        case.close(name, found[name], want)
