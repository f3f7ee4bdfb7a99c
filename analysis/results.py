"""Estimates as immutable, unformatted records with everything needed to judge them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import pyarrow as pa

from analysis.errors import InvalidRequestError


class CautionCode(StrEnum):
    """What is doubtful but not wrong about a figure; the catalogue words it."""

    EMPTY_DOMAIN = "empty-domain"
    NO_VARIANCE = "no-variance"
    FEW_PSUS = "few-psus"
    SMALL_N = "small-n"
    LONELY_PSU = "lonely-psu"
    BOUNDARY_SHARE = "boundary-share"
    CONSTANT = "constant"
    HIGH_CV = "high-cv"
    STRATUM_WITHOUT_ANSWERS = "stratum-without-answers"
    NOT_CONVERGED = "not-converged"


@dataclass(frozen=True)
class Caution:
    """A doubt attached to an estimate.

    Attributes
    ----------
    code : CautionCode
        Which doubt.
    values : mapping
        The numbers behind it, for the message.
    """

    code: CautionCode
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """One estimated figure.

    Attributes
    ----------
    statistic : str
        ``mean``, ``share``, ``total``, ``ratio`` …
    variable : str
        The item, or the name that the request gave.
    domain : mapping
        Column → value; empty for the whole population.
    estimate, se, ci_low, ci_high : float or None
        None where the data do not determine the figure; a caution says why.
    df : float
        Degrees of freedom: PSUs less strata in the domain.
    deff : float or None
        Variance over that of a simple random sample of the same size.
    n : int
        Persons who answered.
    n_psus : int
        PSUs with members in the domain.
    sum_weights : float
        Estimated number of persons behind the figure.
    kish_n : float
        (Σw)² / Σw²: the effective size as far as unequal weights go (Kish 1965, §11.7).
    method : str
        Interval method, as documented in the methods page.
    cautions : tuple of Caution
    """

    statistic: str
    variable: str
    domain: Mapping[str, object]
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    df: float
    deff: float | None
    n: int
    n_psus: int
    sum_weights: float
    kish_n: float
    method: str
    cautions: tuple[Caution, ...] = ()

    @property
    def effective_n(self) -> float | None:
        """Size of the simple random sample of equal precision, n / deff (Kish 1965, §8.2)."""
        if self.deff is None or self.deff <= 0:
            return None
        return self.n / self.deff

    @property
    def cv(self) -> float | None:
        """Coefficient of variation, se / |estimate|."""
        if self.se is None or not self.estimate:
            return None
        return self.se / abs(self.estimate)

    def has_caution(self, code: CautionCode) -> bool:
        """Say whether this doubt is attached."""
        return any(caution.code is code for caution in self.cautions)

    def record(self) -> dict[str, object]:
        """Return the estimate as one plain, tidy row."""
        return {
            "statistic": self.statistic,
            "variable": self.variable,
            "domain": dict(self.domain),
            "estimate": self.estimate,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "df": self.df,
            "deff": self.deff,
            "n": self.n,
            "effective_n": self.effective_n,
            "cv": self.cv,
            "n_psus": self.n_psus,
            "sum_weights": self.sum_weights,
            "kish_n": self.kish_n,
            "method": self.method,
            "cautions": [caution.code.value for caution in self.cautions],
        }


@dataclass(frozen=True, eq=False)
class EstimateTable:
    """Estimates in the order of requests and domains.

    Attributes
    ----------
    estimates : tuple of Estimate
    """

    estimates: tuple[Estimate, ...]

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.estimates)

    def __len__(self) -> int:
        return len(self.estimates)

    def __getitem__(self, index: int) -> Estimate:
        return self.estimates[index]

    def select(
        self,
        *,
        variable: str | None = None,
        statistic: str | None = None,
        domain: Mapping[str, object] | None = None,
    ) -> "EstimateTable":
        """Return the estimates that match every given criterion."""
        keep = [
            estimate
            for estimate in self.estimates
            if (variable is None or estimate.variable == variable)
            and (statistic is None or estimate.statistic == statistic)
            and (domain is None or dict(estimate.domain) == dict(domain))
        ]
        return EstimateTable(tuple(keep))

    def one(
        self,
        variable: str,
        statistic: str | None = None,
        domain: Mapping[str, object] | None = None,
    ) -> Estimate:
        """Return the single estimate that matches.

        Raises
        ------
        InvalidRequestError
            If none or several match.
        """
        found = self.select(variable=variable, statistic=statistic, domain=domain)
        if len(found) != 1:
            raise InvalidRequestError(
                f"estimate {variable!r}",
                f"{len(found)} estimates match statistic={statistic!r}, domain={domain!r}",
                "Name variable, statistic and domain so that one is left",
            )
        return found[0]

    def records(self) -> list[dict[str, object]]:
        """Return one plain dictionary for each estimate."""
        return [estimate.record() for estimate in self.estimates]

    def to_arrow(self) -> pa.Table:
        """Return a tidy Arrow table, one column for each domain variable."""
        names: list[str] = []
        for estimate in self.estimates:
            names.extend(name for name in estimate.domain if name not in names)
        rows = self.records()
        columns: dict[str, Any] = {
            "statistic": [row["statistic"] for row in rows],
            "variable": [row["variable"] for row in rows],
        }
        for name in names:
            values = [estimate.domain.get(name) for estimate in self.estimates]
            kinds = {type(value) for value in values if value is not None}
            if len(kinds) > 1:
                values = [None if value is None else str(value) for value in values]
            columns[name if name not in columns else f"domain_{name}"] = values
        for key in rows[0] if rows else ():
            if key not in columns and key != "domain":
                columns[key] = [row[key] for row in rows]
        return pa.table(columns)


def with_cautions(estimate: Estimate, *cautions: Caution) -> Estimate:
    """Return the estimate with more cautions attached."""
    return replace(estimate, cautions=(*estimate.cautions, *cautions))


def number_or_none(value: float) -> float | None:
    """Turn a non-finite number into None: a result never carries a bare NaN."""
    return float(value) if math.isfinite(value) else None
