"""How answers are spread in each place, and which places differ from the rest of the province."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis import Share, SurveyDesign, analyse
from analysis.comparison import compare_two
from analysis.decision import holm
from analysis.errors import AnalysisError
from survey_app.domain.publication import Contrast, Distribution

LEVELS = (1, 2, 3, 4, 5)
SATISFIED_FROM = 4

_Floats = npt.NDArray[np.float64]


def distributions(
    design: SurveyDesign, table: pa.Table, ratings: Sequence[str]
) -> tuple[Distribution, ...]:
    """Estimate the share of each answer, for the province and every domain."""
    requests = [
        Share(item, levels=(level,), name=f"{item}={level}") for item in ratings for level in LEVELS
    ]
    if not requests:
        return ()
    shares: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    counts: dict[tuple[str, str | None], int] = {}
    for estimate in analyse(design, table, requests, by=[(), "domain"]):
        domain = estimate.domain.get("domain")
        key = estimate.variable.rpartition("=")[0], None if domain is None else str(domain)
        if estimate.estimate is not None:
            shares[key].append(estimate.estimate)
            counts[key] = estimate.n
    return tuple(
        Distribution(
            variable=item,
            domain=domain,
            shares=(found[0], found[1], found[2], found[3], found[4]),
            n=counts[item, domain],
        )
        for (item, domain), found in shares.items()
        if len(found) == len(LEVELS)
    )


def contrasts(
    design: SurveyDesign, table: pa.Table, ratings: Sequence[str]
) -> tuple[Contrast, ...]:
    """Test for each rating and domain whether the share satisfied differs from all other domains.

    Domains that the design cannot compare (too few units) are left out.
    """
    domain = np.array(table["domain"].to_pylist(), dtype=object)
    names = sorted({str(name) for name in domain if name is not None})
    found: list[Contrast] = []
    for item in ratings if len(names) > 1 else ():
        answers = np.asarray(
            table[item].cast(pa.float64()).fill_null(math.nan).to_numpy(zero_copy_only=False)
        )
        y = np.where(
            np.isnan(answers), np.nan, (answers >= SATISFIED_FROM) & (answers <= LEVELS[-1])
        )
        y = np.where(answers > LEVELS[-1], np.nan, y)
        found += _contrasts_of(design, item, y, domain, names)
    return tuple(found)


def _contrasts_of(
    design: SurveyDesign,
    item: str,
    y: _Floats,
    domain: npt.NDArray[np.object_],
    names: Sequence[str],
) -> list[Contrast]:
    tested = []
    for name in names:
        try:
            difference = compare_two(design, y, (domain == name).astype(np.int64))
        except AnalysisError:
            continue
        if math.isfinite(difference.p_value):
            tested.append((name, difference))
    adjusted = holm([difference.p_value for _, difference in tested])
    return [
        Contrast(
            variable=item,
            domain=name,
            difference=d.estimate,
            ci_low=d.ci_low,
            ci_high=d.ci_high,
            p_value=d.p_value,
            p_adjusted=p,
        )
        for (name, d), p in zip(tested, adjusted, strict=True)
    ]
