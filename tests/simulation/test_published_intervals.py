"""The intervals that the product publishes, against the truth that it does not know."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from survey_app.domain.publication import InterviewFigures
from survey_app.services.simulate_campaign import Simulation, simulate_pair
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.store.tables import Campaign

ROUNDS = 6
# 27 areas in 9 strata, 8 variables for the whole province in each of 6 rounds. The figures of a
# round are correlated; the chance that true 95 % intervals cover fewer than this is below 1 in 500.
LEAST_COVERED = 0.80


def test_intervals_of_the_province_cover_the_truth(laocai: Database, settings: Settings) -> None:
    covered = asked = 0
    errors: list[float] = []
    for seed in range(ROUNDS):
        plan = Simulation(
            today=date(2021, 6, 1), code=f"r{seed}", seed=seed, areas=36, per_area=12, scans=50
        )
        simulate_pair(laocai, settings, plan)
        with laocai.transaction() as session:
            found = published_campaign(session, f"r{seed}-ho")
            truth = session.scalar(select(Campaign.truth).where(Campaign.code == f"r{seed}-ho"))
        assert found is not None
        assert truth is not None
        assert isinstance(found.figures, InterviewFigures)
        for variable, places in truth["satisfied"].items():
            figure = found.figures.select("share", variable) or found.figures.select(
                "index", variable
            )
            assert figure is not None, variable
            assert figure.estimate is not None
            assert figure.se is not None
            assert figure.ci_low is not None
            assert figure.ci_high is not None
            asked += 1
            covered += figure.ci_low <= places[""] <= figure.ci_high
            errors.append((figure.estimate - places[""]) / figure.se)
    assert covered / asked >= LEAST_COVERED
    assert abs(sum(errors) / len(errors)) < 0.6  # no bias: half a standard error over all rounds
