"""R's model.matrix: main effects and interactions, treatment contrasts."""

import re

import numpy as np

from analysis.models.terms import INTERCEPT, ModelMatrix, Term
from reference.cases import Case
from reference.rlang import Factor, Values


def split_formula(text: str) -> tuple[str, str]:
    """Left and right side of ``y ~ a + b``."""
    left, _, right = text.partition("~")
    return left.strip(), right.strip()


def terms_of(right: str) -> tuple[list[tuple[str, ...]], bool]:
    """Terms in R's order (by degree), and whether there is an intercept."""
    intercept = True
    found: list[tuple[str, ...]] = []
    for raw in re.split(r"\+(?![^(]*\))", right.replace("-1", "+-1").replace("- 1", "+-1")):
        term = raw.strip()
        if term in ("", "1"):
            continue
        if term in ("-1", "0"):
            intercept = False
            continue
        if "*" in term and "(" not in term:
            factors = [t.strip() for t in term.split("*")]
            parts: list[tuple[str, ...]] = []
            for factor in factors:
                parts += [(*p, factor) for p in parts] + [(factor,)]
            found += parts
        else:
            found.append(tuple(t.strip() for t in term.split(":")))
    distinct = list(dict.fromkeys(found))
    return sorted(distinct, key=len), intercept


def model_of(case: Case, right: str) -> ModelMatrix:
    terms, intercept = terms_of(right)
    columns: list[Values] = [np.ones(case.n_rows)] if intercept else []
    names = [INTERCEPT] if intercept else []
    owners: list[Term] = [()] if intercept else []
    for term in terms:
        block: list[tuple[str, Values]] = []
        for part in term:
            own = _block(case, part, full=not columns and len(term) == 1)
            block = [(f"{a}:{b}", x * z) for b, z in own for a, x in block] if block else own
        for name, values in block:
            names.append(name)
            columns.append(values)
            owners.append(":".join(term))
    return ModelMatrix(np.column_stack(columns), tuple(names), tuple(owners))


def _block(case: Case, name: str, *, full: bool) -> list[tuple[str, Values]]:
    value = case.column(name)
    if not isinstance(value, Factor):
        return [(name, case.number(name))]
    return [
        (
            f"{name}{value.levels[level]}",
            np.where(value.codes < 0, np.nan, (value.codes == level).astype(float)),
        )
        for level in range(0 if full else 1, len(value.levels))
    ]


def answer_of(case: Case, left: str) -> Values:
    """The left side as numbers; of a factor, whether it is beyond its first level."""
    value = case.column(left)
    if isinstance(value, Factor):
        return np.where(value.codes < 0, np.nan, (value.codes > 0).astype(float))
    return case.number(left)
