"""The few distribution functions that intervals and tests need.

scipy.special is imported on first use: a command that prints point estimates starts without.
"""

import math


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t; of the normal when df is infinite; NaN when df ≤ 0."""
    from scipy import special

    if df <= 0 or math.isnan(df):
        return math.nan
    if math.isinf(df):
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def t_upper(value: float, df: float) -> float:
    """P(T > value) for Student's t, or the normal when df is infinite."""
    from scipy import special

    if math.isinf(df):
        return float(special.ndtr(-value))
    return float(special.stdtr(df, -value)) if df > 0 else math.nan


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal."""
    from scipy import special

    return float(special.ndtri(probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution."""
    from scipy import special

    return float(special.betaincinv(a, b, probability))


def chi2_upper(value: float, df: float) -> float:
    """P(X > value) for chi-square."""
    from scipy import special

    return float(special.chdtrc(df, max(value, 0.0)))


def f_upper(value: float, df1: float, df2: float) -> float:
    """P(X > value) for Fisher's F; chi-square / df1 when df2 is infinite."""
    from scipy import special

    if math.isinf(df2):
        return chi2_upper(value * df1, df1)
    return float(special.fdtrc(df1, df2, max(value, 0.0))) if df2 > 0 else math.nan
