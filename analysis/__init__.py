"""What the answers say: design-based estimates with their precision.

Pure mathematics on numpy, scipy and Arrow; knows neither the web nor the database.
"""

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
    Ratio,
    Request,
    Share,
    Total,
)
from analysis.results import Caution, CautionCode, Estimate, EstimateTable
from analysis.snapshot import Snapshot, read_snapshot, verify_snapshot, write_snapshot
from analysis.weighting.nonresponse import AdjustedWeights, Disposition, adjust_for_nonresponse

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
