"""What the answers say: design-based estimates with their precision.

Pure mathematics on numpy, scipy and Arrow; knows neither the web nor the database. Names are
imported when they are first used: an estimate does not wait for the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.decision import Outcome, Verdict, judge_many, judge_share
    from analysis.design import LonelyPolicy, SurveyDesign
    from analysis.errors import AnalysisError
    from analysis.estimation import analyse
    from analysis.intervals import ShareInterval
    from analysis.requests import (
        Mean,
        Options,
        PooledMean,
        PooledShare,
        Quantile,
        Ratio,
        Request,
        Share,
        Total,
    )
    from analysis.results import Caution, CautionCode, Estimate, EstimateTable
    from analysis.snapshot import Snapshot, read_snapshot, verify_snapshot, write_snapshot
    from analysis.weighting.nonresponse import AdjustedWeights, Disposition, adjust_for_nonresponse

_PLACES = {
    "AdjustedWeights": "analysis.weighting.nonresponse",
    "AnalysisError": "analysis.errors",
    "Caution": "analysis.results",
    "CautionCode": "analysis.results",
    "Disposition": "analysis.weighting.nonresponse",
    "Estimate": "analysis.results",
    "EstimateTable": "analysis.results",
    "LonelyPolicy": "analysis.design",
    "Mean": "analysis.requests",
    "Options": "analysis.requests",
    "Outcome": "analysis.decision",
    "PooledMean": "analysis.requests",
    "PooledShare": "analysis.requests",
    "Quantile": "analysis.requests",
    "Ratio": "analysis.requests",
    "Request": "analysis.requests",
    "Share": "analysis.requests",
    "ShareInterval": "analysis.intervals",
    "Snapshot": "analysis.snapshot",
    "SurveyDesign": "analysis.design",
    "Total": "analysis.requests",
    "Verdict": "analysis.decision",
    "adjust_for_nonresponse": "analysis.weighting.nonresponse",
    "analyse": "analysis.estimation",
    "judge_many": "analysis.decision",
    "judge_share": "analysis.decision",
    "read_snapshot": "analysis.snapshot",
    "verify_snapshot": "analysis.snapshot",
    "write_snapshot": "analysis.snapshot",
}

__all__ = [
    "AdjustedWeights",
    "AnalysisError",
    "Caution",
    "CautionCode",
    "Disposition",
    "Estimate",
    "EstimateTable",
    "LonelyPolicy",
    "Mean",
    "Options",
    "Outcome",
    "PooledMean",
    "PooledShare",
    "Quantile",
    "Ratio",
    "Request",
    "Share",
    "ShareInterval",
    "Snapshot",
    "SurveyDesign",
    "Total",
    "Verdict",
    "adjust_for_nonresponse",
    "analyse",
    "judge_many",
    "judge_share",
    "read_snapshot",
    "verify_snapshot",
    "write_snapshot",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value
