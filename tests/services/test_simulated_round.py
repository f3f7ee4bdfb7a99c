"""A simulated round goes the whole way: drawn, visited, frozen, published, judged."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from analysis.snapshot import SnapshotAlteredError, read_snapshot
from survey_app.domain.publication import InterviewFigures, SelfSelectedFigures
from survey_app.services.errors import ServiceError
from survey_app.services.publish_results import publish_results
from survey_app.services.simulate_campaign import simulate_pair
from survey_app.services.take_snapshot import take_snapshot
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.store.tables import (
    Campaign,
    Publication,
    Response,
    SampleArea,
    SamplePerson,
)
from tests.conftest import PLAYED


def figures(database: Database, code: str) -> InterviewFigures:
    with database.transaction() as session:
        found = published_campaign(session, code)
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    return found.figures


def test_every_drawn_person_has_an_outcome_and_every_interview_a_sheet(played: Database) -> None:
    with played.transaction() as session:
        without = session.scalar(
            select(func.count()).select_from(SamplePerson).where(SamplePerson.disposition.is_(None))
        )
        interviews = session.scalar(
            select(func.count()).select_from(SamplePerson).where(SamplePerson.disposition == "1.1")
        )
        sheets = session.scalar(
            select(func.count()).select_from(Response).where(Response.channel == "interview")
        )
        scans = session.scalar(
            select(func.count()).select_from(Response).where(Response.channel == "qr")
        )
    assert without == 0
    assert interviews == sheets
    assert scans == PLAYED.scans


def test_both_campaigns_are_marked_as_simulated(played: Database) -> None:
    with played.transaction() as session:
        assert session.scalars(select(Campaign.is_simulated)).all() == [True, True]


def test_the_snapshot_carries_weights_that_sum_to_the_frame(
    played: Database, settings: Settings
) -> None:
    found = figures(played, "mo-phong-ho")
    snapshot = read_snapshot(settings.snapshot_dir / found.snapshot)
    with played.transaction() as session:
        expected = session.scalar(select(func.sum(SamplePerson.base_weight)))
        ineligible = session.scalar(
            select(func.count()).select_from(SamplePerson).where(SamplePerson.disposition == "4.6")
        )
    total = sum(snapshot.answers["weight"].to_pylist())
    # the weight of the ineligible leaves; everything else is kept
    assert total <= expected
    assert total > 0.9 * expected
    assert ineligible


def test_every_drawn_stratum_is_in_the_design_also_without_answers(
    played: Database, settings: Settings
) -> None:
    found = figures(played, "mo-phong-ho")
    design = read_snapshot(settings.snapshot_dir / found.snapshot).survey_design()
    with played.transaction() as session:
        plain = session.scalar(
            select(func.count()).select_from(SampleArea).where(SampleArea.is_certainty.is_(False))
        )
    assert design.first.sampled.sum() >= plain


def test_the_figures_have_what_a_figure_must_have(played: Database) -> None:
    found = figures(played, "mo-phong-ho")
    whole = found.select("share", "hai_long_chung")
    assert whole is not None
    assert whole.estimate is not None
    assert whole.ci_low is not None
    assert whole.ci_high is not None
    assert 0 < whole.ci_low < whole.estimate < whole.ci_high < 1
    assert whole.se
    assert whole.deff
    assert whole.n > 0
    for factor in ("tiep_can", "thu_tuc", "cong_chuc", "ket_qua", "gop_y"):
        assert found.select("index", f"factor:{factor}") is not None
    assert len(found.places) == 9
    for place in found.places:
        assert found.select("share", "hai_long_chung", place.code) is not None


def test_task_iii4_is_judged_with_its_evidence(played: Database) -> None:
    (judged,) = figures(played, "mo-phong-ho").judgements
    assert (judged.task, judged.threshold, judged.comparator) == ("III.4", 0.9, "at_least")
    assert judged.outcome in {"met", "not_met", "undecided"}
    assert judged.figure.n > 0
    if judged.outcome == "undecided":
        assert (judged.additional_interviews is None) != (judged.no_additional_reason is None)


def test_the_qr_channel_is_counted_and_never_estimated(played: Database) -> None:
    with played.transaction() as session:
        found = published_campaign(session, "mo-phong-qr")
    assert found is not None
    assert isinstance(found.figures, SelfSelectedFigures)
    overall = [p for p in found.figures.points if p.variable == "hai_long_chung"]
    assert sum(point.n for point in overall) == found.figures.responses == PLAYED.scans
    stored = found.figures.model_dump(mode="json")
    assert "ci_low" not in str(stored)
    assert "se'" not in str(stored)


def test_the_same_seed_plays_the_same_round(
    played: Database, database: Database, settings: Settings
) -> None:
    from survey_app.services.load_pack import load_shipped_pack

    load_shipped_pack(database, "laocai-2021")
    simulate_pair(database, settings, PLAYED)
    assert figures(database, "mo-phong-ho").figures == figures(played, "mo-phong-ho").figures


def test_a_second_round_of_the_same_code_is_refused(played: Database, settings: Settings) -> None:
    with pytest.raises(ServiceError, match="simulate-exists"):
        simulate_pair(played, settings, PLAYED)


def test_publishing_again_adds_and_keeps(played: Database, settings: Settings) -> None:
    before = figures(played, "mo-phong-ho")
    publish_results(played, settings, "mo-phong-ho", None)
    assert figures(played, "mo-phong-ho").figures == before.figures
    with played.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Publication)) == 3


def test_a_lost_sheet_stops_the_snapshot(played: Database, settings: Settings) -> None:
    with played.transaction() as session:
        victim = session.query(Response).filter_by(channel="interview").first()
        session.delete(victim)
    with pytest.raises(ServiceError, match="snapshot-mismatch"):
        take_snapshot(played, settings, "mo-phong-ho")


def test_an_altered_snapshot_is_noticed(played: Database, settings: Settings) -> None:
    folder = settings.snapshot_dir / figures(played, "mo-phong-ho").snapshot
    target = folder / "answers.parquet"
    target.chmod(0o644)
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    with pytest.raises(SnapshotAlteredError):
        read_snapshot(folder)
