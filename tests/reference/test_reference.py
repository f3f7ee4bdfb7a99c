"""Every case of a reference folder against R survey, one test each.

Another folder of the same format: ``SURVEY_REFERENCE_DIR=DIR pytest tests/reference``.
"""

from typing import Any

import pytest

import reference.comparison_cases
import reference.model_cases
import reference.quantile_cases
import reference.replicate_cases
import reference.selection_cases
import reference.weight_cases  # noqa: F401  importing registers the operations
from reference.cases import Case, manifest
from reference.operations import OPERATIONS


@pytest.mark.parametrize("spec", manifest()["cases"], ids=lambda spec: spec["id"])
def test_agrees_with_r(spec: dict[str, Any]) -> None:
    name = spec["operation"]
    assert name in OPERATIONS, f"the operation {name!r} is not in the vocabulary"
    case = Case(spec)
    OPERATIONS[name](case)
    assert not case.failures, "\n".join(case.failures)
    assert case.compared, "nothing was compared"
