"""Unequal probability designs as R's svydesign(pps=…, variance=…) declares them."""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np

from analysis.design import JointVariance, PpsMethod, SurveyDesign
from analysis.joint import with_joint_inclusion
from reference.rlang import Values

METHODS = {
    "brewer": PpsMethod.BREWER,
    "overton": PpsMethod.OVERTON,
    "hr": PpsMethod.HARTLEY_RAO,
    "hartley-rao": PpsMethod.HARTLEY_RAO,
    "hartleyrao": PpsMethod.HARTLEY_RAO,
    "ppsmat": PpsMethod.JOINT,
    "joint": PpsMethod.JOINT,
    "ht": PpsMethod.JOINT,
    "yg": PpsMethod.JOINT,
}


def declared(spec: dict[str, Any], r_design: str) -> tuple[PpsMethod, JointVariance, str] | None:
    """Method, estimator and the text in the method's brackets; None without pps."""
    entry = spec.get("pps")
    if not entry:
        return None
    parts = entry if isinstance(entry, dict) else {"method": entry}
    text = str(parts.get("method") or parts.get("pps"))
    name, _, inside = text.partition("(")
    if not inside:
        found = re.search(r"pps\s*=\s*\w+\(([^)]*(?:\([^)]*\)[^)]*)*)\)", r_design)
        inside = found.group(1) if found else ""
    key = name.strip().lower()
    called = re.search(r'variance\s*=\s*"(\w+)"', r_design)
    stated = parts.get("variance") or spec.get("variance")
    if stated is None and called:
        stated = called.group(1)
    if stated is None:
        stated = "YG" if key == "yg" else "HT"
    matrix = parts.get("joint") or parts.get("matrix") or parts.get("file") or spec.get("joint")
    return METHODS[key], JointVariance(stated), str(matrix or inside.rstrip(")"))


def with_pps(
    design: SurveyDesign, what: tuple[PpsMethod, JointVariance, str], folder: Path
) -> SurveyDesign:
    method, estimator, inside = what
    if method is PpsMethod.BREWER:
        return design
    if method is PpsMethod.JOINT:
        return with_joint_inclusion(
            design, method, estimator=estimator, probabilities=matrix_of(folder, inside)
        )
    squares = None
    if method is PpsMethod.HARTLEY_RAO and inside.strip():
        squares = np.full(design.first.n_strata, float(inside))
    return with_joint_inclusion(design, method, estimator=estimator, mean_squares=squares)


def matrix_of(folder: Path, named: str) -> Values:
    """Read a square matrix of joint probabilities, with or without a header line."""
    stem = Path(named.strip()).stem
    places = [folder / named.strip(), folder / "data" / f"{stem}.csv", folder / f"{stem}.csv"]
    path = next(p for p in places if p.is_file())
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    if len(rows) == len(rows[1]) + 1 or not _is_number(rows[0][-1]):
        rows = rows[1:]
    width = len(rows)
    return np.array([[float(v) for v in row[-width:]] for row in rows])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
