"""Named errors of the analysis package: what, where, and how to mend it, as data."""

from collections.abc import Sequence


class AnalysisError(Exception):
    """Base of every error raised by this package.

    Attributes
    ----------
    code : str
        Stable name of the error, for catalogues and tests.
    where : str
        The column, stratum, file or argument concerned.
    detail : str
        What was found.
    remedy : str
        What the caller can do.
    """

    code = "analysis-error"

    def __init__(self, where: str, detail: str, remedy: str) -> None:
        super().__init__(f"{where}: {detail}. {remedy}.")
        self.where = where
        self.detail = detail
        self.remedy = remedy


class ColumnMissingError(AnalysisError):
    """A named column is not in the table."""

    code = "column-missing"

    def __init__(self, column: str, present: Sequence[str]) -> None:
        shown = ", ".join(present[:20])
        super().__init__(column, "no such column", f"The table has: {shown}")
        self.column = column


class ColumnNotNumericError(AnalysisError):
    """A column that must hold numbers holds something else."""

    code = "column-not-numeric"

    def __init__(self, column: str, found: str) -> None:
        super().__init__(column, f"expected numbers, found {found}", "Recode it as numbers")


class MissingDesignValueError(AnalysisError):
    """A design column (stratum, PSU, weight, fpc, domain) has empty entries."""

    code = "missing-design-value"

    def __init__(self, column: str, count: int) -> None:
        super().__init__(
            column,
            f"{count} rows have no value",
            "Every row needs its place in the design; complete the column",
        )
        self.count = count


class InvalidWeightsError(AnalysisError):
    """Weights are negative, infinite or all zero."""

    code = "invalid-weights"

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(where, detail, "Weights must be finite, not negative, and not all zero")


class InvalidNumberError(AnalysisError):
    """A variable contains infinities."""

    code = "invalid-number"

    def __init__(self, where: str, count: int) -> None:
        super().__init__(
            where, f"{count} infinite values", "Replace them by numbers or by missing values"
        )


class PsuInTwoStrataError(AnalysisError):
    """The same PSU code occurs in more than one stratum."""

    code = "psu-in-two-strata"

    def __init__(self, psu: object, strata: Sequence[object]) -> None:
        super().__init__(
            f"PSU {psu}",
            f"occurs in strata {', '.join(map(str, strata))}",
            "Correct the code, or say nest=True if codes restart in each stratum",
        )


class FpcNotConstantError(AnalysisError):
    """The finite population count differs inside one stratum."""

    code = "fpc-not-constant"

    def __init__(self, stratum: object, stage: int) -> None:
        super().__init__(
            f"stratum {stratum}",
            f"the population count of stage {stage} differs between rows",
            "Give one count for each stratum",
        )


class FpcBelowSampleError(AnalysisError):
    """A population count is smaller than the number of units drawn."""

    code = "fpc-below-sample"

    def __init__(self, stratum: object, stage: int, population: float, sampled: float) -> None:
        super().__init__(
            f"stratum {stratum}",
            f"population {population:g} is below the {sampled:g} units drawn at stage {stage}",
            "Correct the population count",
        )


class InvalidFpcError(AnalysisError):
    """The finite population column mixes fractions and counts, or is not positive."""

    code = "invalid-fpc"

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(where, detail, "Give counts (all >= 1) or fractions (all in (0, 1])")


class LonelyPsuError(AnalysisError):
    """A stratum has a single PSU and the policy is to stop."""

    code = "lonely-psu"

    def __init__(self, strata: Sequence[object], stage: int) -> None:
        shown = ", ".join(map(str, strata[:10]))
        super().__init__(
            f"stratum {shown}",
            f"only one unit was drawn at stage {stage}",
            "Merge strata or choose lonely_psu: remove, adjust, average, certainty or collapse",
        )
        self.strata = tuple(strata)
        self.stage = stage


class DrawnMismatchError(AnalysisError):
    """The list of drawn PSUs does not contain a PSU that has answers."""

    code = "drawn-mismatch"

    def __init__(self, psu: object, stratum: object) -> None:
        super().__init__(
            f"PSU {psu} of stratum {stratum}",
            "has answers but is not in the list of drawn PSUs",
            "Complete the list of drawn PSUs",
        )


class LengthMismatchError(AnalysisError):
    """Two inputs that describe the same rows differ in length."""

    code = "length-mismatch"

    def __init__(self, where: str, got: int, expected: int) -> None:
        super().__init__(where, f"{got} rows where the design has {expected}", "Use the same rows")


class InvalidRequestError(AnalysisError):
    """A request cannot be computed as written."""

    code = "invalid-request"


class NoAnswersError(AnalysisError):
    """Nothing is left to estimate from."""

    code = "no-answers"
