"""Combination of estimates from several imputed data sets (Rubin 1987, ch. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import InvalidRequestError
from analysis.vectors import Floats


@dataclass(frozen=True, eq=False)
class Combined:
    """Estimates combined over imputations.

    Attributes
    ----------
    values, df, missing_information : float arrays (estimates)
    covariance : float array (estimates, estimates)
    """

    values: Floats
    covariance: Floats
    df: Floats
    missing_information: Floats

    @property
    def se(self) -> Floats:
        """Standard errors."""
        return np.sqrt(np.diag(self.covariance))


def combine_imputations(
    values: Sequence[Floats], covariances: Sequence[Floats], *, complete_df: float = np.inf
) -> Combined:
    """Combine by Rubin's rules.

    Parameters
    ----------
    values : sequence of float arrays (estimates)
        One for each imputed data set.
    covariances : sequence of float arrays (estimates, estimates)
    complete_df : float
        Degrees of freedom that complete data would have (Barnard and Rubin 1999); infinite
        gives Rubin's own.
    """
    m = len(values)
    if m < 2 or len(covariances) != m:
        raise InvalidRequestError(
            "imputations", f"{m} sets of estimates", "Give two or more, each with its covariance"
        )
    each = np.array([np.atleast_1d(v) for v in values])
    centre = each.mean(axis=0)
    within = np.mean([np.atleast_2d(v) for v in covariances], axis=0)
    deviation = each - centre
    between = deviation.T @ deviation / (m - 1)
    total = within + between * (m + 1) / m
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (1 + 1 / m) * np.diag(between) / np.diag(within)
        df = (m - 1) * (1 + 1 / r) ** 2
        if np.isfinite(complete_df):
            share = r / (r + 1)
            observed = (1 - share) * complete_df * (complete_df + 1) / (complete_df + 3)
            df = np.where(r > 0, 1 / (1 / df + 1 / observed), observed)
        missing = np.where(r > 0, (r + 2 / (df + 3)) / (r + 1), 0.0)
    return Combined(centre, total, df, missing)
