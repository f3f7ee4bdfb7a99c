"""Columns of a regression from the columns of a table: treatment contrasts, interactions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.errors import InvalidRequestError
from analysis.sources.arrays import TableLike, as_table, codes_of, column_of, numbers_of
from analysis.vectors import Floats

Term = str | tuple[str, ...]
"""A column, or several that interact."""

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, eq=False)
class ModelMatrix:
    """The regressors.

    Attributes
    ----------
    values : float array (rows, coefficients)
        NaN where a column of the row is missing.
    names : tuple of str
    term : tuple
        Which term each coefficient belongs to; the intercept's is the empty tuple.
    """

    values: Floats
    names: tuple[str, ...]
    term: tuple[Term, ...]


def model_matrix(table: TableLike, terms: Sequence[Term], *, intercept: bool = True) -> ModelMatrix:
    """Build the regressors of main effects and interactions.

    Parameters
    ----------
    terms : sequence
        ``"age"`` for a column, ``("age", "sex")`` for the interaction alone; text and
        true/false columns become one 0/1 column for each level but the first.

    Examples
    --------
    ``model_matrix(table, ["age", "sex", ("age", "sex")])`` is R's ``~ age * sex``.
    """
    source = as_table(table)
    blocks: dict[str, list[tuple[str, Floats]]] = {}
    columns: list[Floats] = [np.ones(source.num_rows)] if intercept else []
    names = [INTERCEPT] if intercept else []
    owners: list[Term] = [()] if intercept else []
    for term in terms:
        parts = (term,) if isinstance(term, str) else term
        for name in parts:
            if name not in blocks:
                full = not columns and not intercept
                blocks[name] = columns_of(source, name, every_level=full)
        for name, values in _product([blocks[part] for part in parts]):
            names.append(name)
            columns.append(values)
            owners.append(term)
    if not columns:
        raise InvalidRequestError("terms", "none given", "Name a regressor or keep the intercept")
    return ModelMatrix(np.column_stack(columns), tuple(names), tuple(owners))


def columns_of(
    table: pa.Table, name: str, *, every_level: bool = False
) -> list[tuple[str, Floats]]:
    """Return a number as it is, and categories as 0/1 columns against the first."""
    kind = column_of(table, name).type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        coded = codes_of(table, name, required=False)
        first = 0 if every_level else 1
        return [
            (
                f"{name}{coded.labels[level]}",
                np.where(coded.codes < 0, np.nan, coded.codes == level),
            )
            for level in range(first, len(coded.labels))
        ]
    return [(name, numbers_of(table, name))]


def _product(blocks: Sequence[list[tuple[str, Floats]]]) -> list[tuple[str, Floats]]:
    """Multiply columns of several blocks; the first block varies fastest, as in R."""
    result = blocks[0]
    for block in blocks[1:]:
        result = [
            (f"{left}:{right}", values * others)
            for right, others in block
            for left, values in result
        ]
    return result
