"""What the answers say: design-based estimates with their precision.

Pure mathematics on numpy, scipy and Arrow; knows neither the web nor the database.
"""

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

__all__ = [
    "AnalysisError",
    "Caution",
    "CautionCode",
    "Estimate",
    "EstimateTable",
    "LonelyPolicy",
    "Mean",
    "Options",
    "PooledMean",
    "PooledShare",
    "Ratio",
    "Request",
    "Share",
    "ShareInterval",
    "SurveyDesign",
    "Total",
    "analyse",
]
