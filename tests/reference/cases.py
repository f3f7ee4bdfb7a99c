"""Cases of the reference folder: data sets, designs, and comparison with what R printed."""

import csv
import json
import math
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.design import PpsMethod, SurveyDesign
from reference.pps_designs import declared, with_pps
from reference.rlang import Column, Factor, Values, evaluate

Json = Any
FOLDER = Path(os.environ.get("SURVEY_REFERENCE_DIR", Path(__file__).parent / "open"))


@dataclass(eq=False)
class Case:
    """One case with its data and everything compared so far."""

    spec: dict[str, Json]
    failures: list[str] = field(default_factory=list)
    compared: int = 0

    @property
    def args(self) -> dict[str, Json]:
        return self.spec.get("args") or {}

    @property
    def expected(self) -> Json:
        return self.spec["expected"]

    @property
    def columns(self) -> dict[str, Column]:
        return dataset(self.spec["data"])

    @property
    def n_rows(self) -> int:
        first = next(iter(self.columns.values()))
        return len(first.codes if isinstance(first, Factor) else first)

    def column(self, text: str) -> Column:
        return evaluate(text, self.columns)

    def number(self, text: str) -> Values:
        value = self.column(text)
        if isinstance(value, Factor):
            raise ValueError(f"{text} is a factor")
        return np.broadcast_to(value, (self.n_rows,)).astype(np.float64)

    def factor(self, text: str) -> Factor:
        value = self.column(text)
        if isinstance(value, Factor):
            return value
        return evaluate(f"factor({text})", self.columns)  # type: ignore[return-value]  # a factor

    def where(self) -> Any:
        """Rows of the case's domain."""
        text = self.args.get("where") or self.args.get("subset")
        if not text:
            return np.ones(self.n_rows, dtype=np.bool_)
        return np.nan_to_num(self.number(text)) > 0

    def design(self) -> SurveyDesign:
        return design_of(self)

    def close(self, label: str, got: object, expected: Json, scale: float = 0.0) -> None:
        """Note whether a number (or nested numbers) agree within the suggested tolerance.

        ``scale``: size of the estimate, for standard errors that are zero up to rounding.
        """
        if isinstance(expected, dict):
            values = list(expected.values())
            listed = list(got.values()) if isinstance(got, dict) else np.ravel(got).tolist()
            if len(values) == len(listed):
                for key, g, e in zip(expected, listed, values, strict=True):
                    self.close(f"{label}[{key}]", g, e, scale)
                return
            self.compared += 1
            self.failures.append(f"{label}: {len(listed)} values for {len(values)}")
            return
        if isinstance(expected, list):
            listed = np.asarray(got, dtype=object)
            if len(listed) != len(expected):
                self.compared += 1
                self.failures.append(f"{label}: {len(listed)} values for {len(expected)}")
                return
            for i, (g, e) in enumerate(zip(listed, expected, strict=True)):
                self.close(f"{label}[{i}]", g, e, scale)
            return
        if expected is None:
            return
        self.compared += 1
        want = {"NA": math.nan, "NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}.get(
            expected, expected
        )
        have = math.nan if got is None else float(got)  # type: ignore[arg-type]  # a number by now
        want = float(want)
        rtol = float(self.spec.get("suggested_rtol", 1e-9))
        if math.isnan(want) and math.isnan(have):
            return
        if want == have or abs(have - want) <= max(rtol * abs(want), 1e-10 * scale, 1e-300):
            return
        off = abs(have - want) / abs(want) if want else abs(have)
        self.failures.append(f"{label}: {have!r}, R gives {want!r} (off by {off:.2g})")


@cache
def manifest() -> dict[str, Json]:
    return json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]  # JSON


@cache
def dataset(name: str) -> dict[str, Column]:
    entry = manifest()["datasets"][name]
    levels = entry.get("factor_levels") or {}
    with (FOLDER / entry["file"]).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        column: _column([row[column] for row in rows], dict(levels).get(column))
        for column in rows[0]
    }


def _column(texts: list[str], levels: list[str] | None) -> Column:
    missing = ("", "NA")
    if levels is not None:
        place = {level: i for i, level in enumerate(levels)}
        codes = np.array([-1 if t in missing else place[t] for t in texts], dtype=np.int64)
        return Factor(tuple(levels), codes)
    try:
        return np.array([math.nan if t in missing else float(t) for t in texts])
    except ValueError:
        found = sorted(set(texts) - set(missing))
        place = {level: i for i, level in enumerate(found)}
        codes = np.array([-1 if t in missing else place[t] for t in texts], dtype=np.int64)
        return Factor(tuple(found), codes)


def table_of(name: str) -> pa.Table:
    """The data set as Arrow: factors as text."""
    table = {}
    for column, values in dataset(name).items():
        if isinstance(values, Factor):
            listed = [None if c < 0 else values.levels[c] for c in values.codes]
            table[column] = pa.array(listed, pa.string())
        else:
            whole = bool(np.all(np.isnan(values) | (values == np.round(values))))
            numbers = pa.array(values, from_pandas=True)
            table[column] = numbers.cast(pa.int64()) if whole else numbers
    return pa.table(table)


def design_of(case: Case) -> SurveyDesign:
    """Translate svydesign's arguments; options such as the lonely-PSU policy are R's."""
    spec = case.spec["design_spec"]
    options = case.spec.get("options") or {}
    table = table_of(case.spec["data"])
    ids = _listed(spec.get("ids"))
    if ids == ["1"] or ids == ["row"]:
        ids = []
    if "row" in ids or ("hh" in ids and "hh" not in table.column_names):
        table = table.append_column("__row", pa.array(range(table.num_rows)))
        ids = ["__row" if i in ("row", "hh") else i for i in ids]
    pps = declared(spec, case.spec.get("r_design") or "")
    policy = options.get("survey.lonely.psu", "fail")
    adjust = bool(options.get("survey.adjust.domain.lonely", False))
    design = SurveyDesign.from_arrow(
        table,
        weights=spec.get("weights"),
        strata=_listed(spec.get("strata")),
        psu=ids,
        fpc=_listed(spec.get("fpc")),
        nest=bool(spec.get("nest", False)),
        lonely_psu=policy,
        adjust_domain_lonely=adjust,
        pps=None if pps is None else PpsMethod.BREWER,
    )
    return design if pps is None else with_pps(design, pps, FOLDER)


def _listed(value: Json) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [part.strip().lstrip("~") for part in value.replace("~", "").split("+")]
    return [str(v) for v in value]


def listed(value: Json) -> list[str]:
    """A manifest entry that is one name or several."""
    return [value] if isinstance(value, str) else list(value)
