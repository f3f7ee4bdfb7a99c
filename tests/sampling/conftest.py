"""A small province to draw from."""

import numpy as np
import pytest

from sampling import Allocation, Design, Frame, Stage


@pytest.fixture
def communes():
    """Forty communes in four districts, households 40 … 1,990; one has no figure."""
    households = [float(40 + 50 * i) for i in range(40)]
    households[7] = float("nan")
    return Frame.from_columns(
        [f"{2600 + i:05d}" for i in range(40)],
        name="commune",
        stratum=[f"Huyện {i % 4 + 1}" for i in range(40)],
        size=households,
        count=np.array(households),
        exclude={"02607": "split in 2020, no census figure"},
    )


@pytest.fixture
def design():
    """Twelve communes by size, ten households each, one and five in reserve."""
    return Design(
        (
            Stage("commune", "pps-systematic", reserve=1),
            Stage("household", "srs", take=10, reserve=5, counted=True),
        ),
        Allocation("proportional", 12, measure="size"),
    )
