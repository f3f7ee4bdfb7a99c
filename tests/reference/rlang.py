"""Just enough of R's expression language to read the cases: columns, comparisons, arithmetic."""

import ast
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Factor:
    """A categorical column with R's order of levels; code -1 where missing."""

    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]


Column = Values | Factor


def evaluate(text: str, columns: dict[str, Column]) -> Column:
    """Evaluate an R expression on the columns of a data set."""
    python = text.strip()
    python = re.sub(r"%in%", "<<", python)
    python = re.sub(r"&{1,2}", " and ", python)
    python = re.sub(r"\|{1,2}", " or ", python)
    python = re.sub(r"!(?!=)", " not ", python)
    python = python.replace("^", "**").replace("is.na(", "isna(")
    python = re.sub(r"\bTRUE\b", "1", python)
    python = re.sub(r"\bFALSE\b", "0", python)
    return _value(ast.parse(python, mode="eval").body, columns)


def _value(node: ast.expr, columns: dict[str, Column]) -> Column:
    match node:
        case ast.Name(id=name):
            if name not in columns:
                raise KeyError(f"no column {name!r}")
            return columns[name]
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)  # type: ignore[return-value]  # broadcasts like a column
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compare(_value(left, columns), operator, right, columns)
        case ast.BoolOp(op=operator, values=values):
            parts = [_number(_value(v, columns)) for v in values]
            function = np.minimum if isinstance(operator, ast.And) else np.maximum
            return np.asarray(function.reduce(parts))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return 1 - _number(_value(operand, columns))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand, columns))
        case ast.BinOp(left=left, op=ast.LShift(), right=right):
            return _member(_value(left, columns), _literals(right))
        case ast.BinOp(left=left, op=operator, right=right):
            return _arithmetic(
                _number(_value(left, columns)), operator, _number(_value(right, columns))
            )
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _call(name, _value(argument, columns))
    raise ValueError(f"cannot read {ast.unparse(node)!r}")


def _call(name: str, value: Column) -> Column:
    if name in ("I", "as_numeric"):
        return value
    if name == "factor":
        if isinstance(value, Factor):
            return value
        found = np.unique(value[~np.isnan(value)])
        codes = np.where(np.isnan(value), -1, np.searchsorted(found, value))
        return Factor(tuple(f"{v:g}" for v in found), codes)
    if name == "isna":
        missing = value.codes < 0 if isinstance(value, Factor) else np.isnan(value)
        return np.asarray(missing, dtype=np.float64)
    functions = {"log": np.log, "sqrt": np.sqrt, "exp": np.exp, "abs": np.abs}
    return np.asarray(functions[name](_number(value)))


def _arithmetic(a: Values, operator: ast.operator, b: Values) -> Values:
    table = {
        ast.Add: np.add,
        ast.Sub: np.subtract,
        ast.Mult: np.multiply,
        ast.Div: np.divide,
        ast.Pow: np.power,
    }
    return np.asarray(table[type(operator)](a, b))


def _literals(node: ast.expr) -> list[object]:
    if isinstance(node, ast.Call):
        return [ast.literal_eval(a) for a in node.args]
    return [ast.literal_eval(node)]


def _compare(
    left: Column, operator: ast.cmpop, right: ast.expr, columns: dict[str, Column]
) -> Values:
    if isinstance(left, Factor):
        result = _member(left, _literals(right))
        return result if isinstance(operator, ast.Eq) else 1 - result
    other = _number(_value(right, columns))
    table = {
        ast.Eq: np.equal,
        ast.NotEq: np.not_equal,
        ast.Lt: np.less,
        ast.LtE: np.less_equal,
        ast.Gt: np.greater,
        ast.GtE: np.greater_equal,
    }
    outcome = table[type(operator)](left, other)
    return np.where(np.isnan(left) | np.isnan(other), np.nan, outcome)


def _member(value: Column, wanted: list[object]) -> Values:
    if isinstance(value, Factor):
        chosen = [i for i, level in enumerate(value.levels) if level in map(str, wanted)]
        return np.where(value.codes < 0, np.nan, np.isin(value.codes, chosen))
    return np.where(np.isnan(value), np.nan, np.isin(value, np.array(wanted, dtype=float)))


def _number(value: Column) -> Values:
    if isinstance(value, Factor):
        raise ValueError("a factor where a number is needed")
    return value
