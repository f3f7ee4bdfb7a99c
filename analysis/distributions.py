"""The few distribution functions that intervals and tests need.

Quantiles of the normal and of Student's t with whole degrees of freedom are computed here,
to the last digits: a command that prints intervals then starts without scipy.special, whose
import takes longer than most estimates. The rest is scipy's, imported on first use.
"""

import math

CENTRAL = 1e-4
"""Tail probabilities above this are within the reach of the series used here."""

MANY = 1000
"""Degrees of freedom from which the expansion about the normal is exact to 1e-15."""


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal: a rational start, then Newton steps on erfc."""
    if not 0 < probability < 1:
        return {0.0: -math.inf, 1.0: math.inf}.get(probability, math.nan)
    tail = min(probability, 1 - probability)
    # Abramowitz and Stegun (1964), 26.2.23
    r = math.sqrt(-2 * math.log(tail))
    top = 2.515517 + r * (0.802853 + r * 0.010328)
    z = r - top / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)))
    for _ in range(4):
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        step = (math.erfc(z / math.sqrt(2)) / 2 - tail) / density
        z += step / (1 - z * step / 2)
    return z if probability > 0.5 else -z


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t; of the normal when df is infinite; NaN when df ≤ 0."""
    if df <= 0 or math.isnan(df):
        return math.nan
    if math.isinf(df):
        return normal_quantile(probability)
    tail = min(probability, 1 - probability)
    if tail < CENTRAL or not (float(df).is_integer() or df >= MANY):
        from scipy import special

        return float(special.stdtrit(df, probability))
    z = -normal_quantile(tail)
    t = _expanded_t(z, df)
    if df < MANY:
        t = _refined_t(t, tail, int(df))
    return t if probability > 0.5 else -t


def _expanded_t(z: float, df: float) -> float:
    """Fisher and Cornish's (1960) expansion about the normal quantile."""
    q = z * z
    terms = (
        z * (q + 1) / 4,
        z * ((5 * q + 16) * q + 3) / 96,
        z * (((3 * q + 19) * q + 17) * q - 15) / 384,
        z * ((((79 * q + 776) * q + 1482) * q - 1920) * q - 945) / 92160,
    )
    return z + sum(term / df**power for power, term in enumerate(terms, start=1))


def _refined_t(t: float, tail: float, df: int) -> float:
    """Newton's method on the exact finite series (Abramowitz and Stegun 1964, 26.7.3–4)."""
    if tail == 0.5:
        return 0.0
    if df == 1:
        return 1 / math.tan(math.pi * tail)
    if df == 2:
        p = 1 - 2 * tail
        return p * math.sqrt(2 / (1 - p * p))
    log_scale = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    for _ in range(60):
        density = math.exp(log_scale - (df + 1) / 2 * math.log1p(t * t / df))
        step = (_t_within(t, df) - (1 - 2 * tail)) / (2 * density)
        t = t / 2 if step >= t else t - step
        if abs(step) <= 1e-15 * abs(t):
            break
    return t


def _t_within(t: float, df: int) -> float:
    """P(|T| < t)."""
    square = df / (df + t * t)
    sine = t / math.sqrt(df + t * t)
    parts = []
    if df % 2:
        cosine = math.sqrt(square)
        term = cosine
        for k in range(3, df + 1, 2):
            parts.append(term)
            term *= square * (k - 1) / k
        return 2 / math.pi * (math.atan2(sine, cosine) + sine * math.fsum(parts))
    term = 1.0
    for k in range(2, df + 1, 2):
        parts.append(term)
        term *= square * (k - 1) / k
    return sine * math.fsum(parts)


def t_upper(value: float, df: float) -> float:
    """P(T > value) for Student's t, or the normal when df is infinite."""
    if math.isinf(df):
        return math.erfc(value / math.sqrt(2)) / 2
    from scipy import special

    return float(special.stdtr(df, -value)) if df > 0 else math.nan


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution."""
    if b == 1:
        return math.exp(math.log(probability) / a)
    if a == 1:
        return -math.expm1(math.log1p(-probability) / b)
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
