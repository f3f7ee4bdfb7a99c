"""Published PAPI scores against what Lào Cai itself published, and against a plain recount."""

from __future__ import annotations

import pytest

from survey_app.domain.papi_scores import PublishedScores, read_published
from survey_app.settings import PROJECT_ROOT

LAO_CAI = "10"
QUANG_NINH = "22"


@pytest.fixture(scope="module")
def scores() -> PublishedScores:
    return read_published(PROJECT_ROOT / "survey_app" / "packs" / "papi-published")


# bqlkkt.laocai.gov.vn, "Chỉ số PAPI 2020": totals 45.04 (2019) and 42.96 (2020); rank 13 in 2019.
@pytest.mark.parametrize(("year", "total", "rank"), [(2019, 45.04, 13), (2020, 42.96, 28)])
def test_the_provinces_own_publication_is_met(
    scores: PublishedScores, year: int, total: float, rank: int
) -> None:
    place = scores.place(year, LAO_CAI)
    assert place is not None
    assert place.total == pytest.approx(total, abs=0.02)  # the publication rounds each dimension
    assert (place.rank, place.of) == (rank, 63)


def test_all_years_and_provinces_stand_with_their_gaps(scores: PublishedScores) -> None:
    assert scores.years == tuple(range(2011, 2025))
    assert len(scores.provinces) == 63
    assert scores.place(2021, QUANG_NINH) is None
    lao_cai = scores.place(2021, LAO_CAI)
    assert lao_cai is not None
    assert (lao_cai.of, len(lao_cai.missing)) == (60, 3)
    assert "Tỉnh Quảng Ninh" in lao_cai.missing


def test_places_are_those_of_a_recount(scores: PublishedScores) -> None:
    for year in scores.years:
        ranking = scores.ranking(year)
        totals = [total for _, _, total in ranking]
        assert totals == sorted(totals, reverse=True)
        for rank, _, total in ranking:
            assert rank == 1 + sum(other > total for other in totals)


@pytest.mark.parametrize("year", range(2011, 2025))
def test_with_the_points_named_the_province_would_have_stood_there(
    scores: PublishedScores, year: int
) -> None:
    place, rise = scores.place(year, LAO_CAI), scores.rise(year, LAO_CAI, 5)
    assert place is not None
    assert rise is not None
    others = [total for _, row, total in scores.ranking(year) if row.code != LAO_CAI]
    raised = place.total + rise.gap
    assert rise.rank == place.rank - 5
    assert 1 + sum(other > raised for other in others) <= rise.rank
    assert 1 + sum(other > raised - 1e-6 for other in others) > rise.rank


def test_the_first_cannot_rise(scores: PublishedScores) -> None:
    _, best, _ = scores.ranking(2020)[0]
    assert scores.rise(2020, best.code, 1) is None


@pytest.mark.parametrize(
    ("year", "not_comparable"),
    [
        (2020, set()),
        (2021, {"SC51", "SC53", "SC54"}),  # dimension 5 lost construction permits
        (2019, {"SC81", "SC82", "SC83"}),  # 2018 lacks SC83
        # dimension 2 gained land-use plans; 7 and 8 are new
        (2018, {"SC21", "SC22", "SC23", "SC24", "SC71", "SC72", "SC73", "SC81", "SC82"}),
    ],
)
def test_what_changed_its_structure_is_not_compared(
    scores: PublishedScores, year: int, not_comparable: set[str]
) -> None:
    changes, other = scores.changes(year, LAO_CAI)
    assert set(other) == not_comparable
    assert not {change.code for change in changes} & not_comparable
    differences = [change.difference for change in changes]
    assert differences == sorted(differences)


def test_changes_add_up_to_the_totals(scores: PublishedScores) -> None:
    now, before = scores.place(2020, LAO_CAI), scores.place(2019, LAO_CAI)
    assert now is not None
    assert before is not None
    changes, _ = scores.changes(2020, LAO_CAI)
    total = sum(change.difference for change in changes)
    assert total == pytest.approx(now.total - before.total, abs=1e-9)


def test_the_first_year_has_nothing_before_it(scores: PublishedScores) -> None:
    assert scores.changes(2011, LAO_CAI) == ([], [])
