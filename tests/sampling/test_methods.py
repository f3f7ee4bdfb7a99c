"""Every selection method, through a design: what it promises is what repeated draws show.

Each method draws ``DRAWS`` times from fixed seeds. A count of inclusions is binomial when the promise
holds; the largest of all standardised differences is held against the normal quantile that gives a
false alarm in one of a million (Bonferroni over the counts). The seeds are fixed: a test that passes
once passes always.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from sampling import Allocation, Design, DesignError, Frame, Seed, Stage, draw
from sampling.coordination import permanent_numbers, start_for_overlap, start_to_avoid
from sampling.probabilities import inclusion_probabilities
from sampling.selection.methods import SELECTIONS

DRAWS = 4_000
ALARM = 1e-6
SIZES = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 12.0])
TAKE = 3


def frame_of_eight(**columns):
    return Frame.from_columns(
        [f"u{i}" for i in range(8)],
        size=SIZES,
        numbers={"x": np.arange(8.0), "y": np.array([0.0, 1, 0, 1, 0, 1, 0, 1]), **columns},
    )


def stage_of(method, **settings_):
    columns = SELECTIONS[method].columns
    if columns:
        settings_[columns] = ("x", "y")
    return Stage("unit", method, **settings_)


def design_of(method, **settings_):
    return Design((stage_of(method, **settings_),), Allocation("equal", TAKE))


def promised(method):
    if SELECTIONS[method].by_size:
        return inclusion_probabilities(SIZES, TAKE)
    return np.full(8, TAKE / 8)


def drawn_many_times(method):
    frame, design = frame_of_eight(), design_of(method)
    hits = np.zeros((DRAWS, 8))
    for at in range(DRAWS):
        units = draw(frame, design, Seed.simulation(at)).stages[0].unit
        np.add.at(hits[at], units, 1)
    return hits


def furthest(counts, chances):
    """Return the largest standardised difference and the bound for it."""
    open_ = (chances > 1e-12) & (chances < 1 - 1e-12)
    spread = np.sqrt(DRAWS * chances[open_] * (1 - chances[open_]))
    off = np.abs(counts[open_] - DRAWS * chances[open_]) / spread
    assert (counts[chances <= 1e-12] == 0).all()
    assert (counts[chances >= 1 - 1e-12] == DRAWS).all()
    return float(off.max()), float(norm.isf(ALARM / (2 * open_.sum())))


@pytest.mark.parametrize("method", SELECTIONS)
def test_units_and_pairs_come_as_often_as_promised(method):
    selection, chances = SELECTIONS[method], promised(method)
    hits = drawn_many_times(method)
    if selection.repeats:
        # each of the three draws hits each unit with chance 1/8
        assert (hits.sum(axis=1) == TAKE).all()
        spread = np.sqrt(DRAWS * TAKE * (1 / 8) * (7 / 8))
        assert np.abs(hits.sum(axis=0) - DRAWS * chances).max() / spread < norm.isf(ALARM / 16)
        assert hits.max() > 1
        return
    if selection.fixed_size:
        assert (hits.sum(axis=1) == TAKE).all()
    else:
        assert len(np.unique(hits.sum(axis=1))) > 1
    off, bound = furthest(hits.sum(axis=0), chances)
    assert off < bound
    if selection.joint is not None:
        pairs = np.triu_indices(8, 1)
        together = (hits.T @ hits)[pairs]
        off, bound = furthest(together, selection.joint(chances)[pairs])
        assert off < bound


@pytest.mark.parametrize("method", [m for m in SELECTIONS if SELECTIONS[m].by_size])
def test_a_method_by_size_can_be_asked_for_equal_chances(method):
    sample = draw(frame_of_eight(), design_of(method, equal=True), Seed.simulation(4))
    active = sample.stages[0].reserve == 0
    assert sample.weight[active] == pytest.approx(8 / TAKE)


@pytest.mark.parametrize("method", SELECTIONS)
def test_base_weights_are_the_inverse_of_the_promise(method):
    sample = draw(frame_of_eight(), design_of(method), Seed.simulation(11))
    assert sample.weight == pytest.approx(1 / promised(method)[sample.stages[0].unit])


@pytest.mark.parametrize("method", [m for m in SELECTIONS if not SELECTIONS[m].repeats])
def test_reserves_wait_behind_the_sample_of_every_method(method):
    sample = draw(frame_of_eight(), design_of(method, reserve=2), Seed.simulation(8))
    stage = sample.stages[0]
    reserves = stage.unit[stage.reserve > 0]
    assert list(stage.reserve[stage.reserve > 0]) == [1, 2]
    assert not set(reserves) & set(stage.unit[stage.reserve == 0])


def test_a_balanced_sample_reproduces_the_totals_it_is_balanced_on():
    rng = np.random.default_rng(3)
    size = rng.gamma(4, 10, 400)
    frame = Frame.from_columns(
        np.arange(400), size=size, numbers={"poor": rng.uniform(0, 1, 400) * size}
    )
    allocation = Allocation("equal", 80)
    balanced = Design((Stage("unit", "cube", balance=("size", "poor")),), allocation)
    unbalanced = Design((Stage("unit", "random-systematic"),), allocation)
    truth = frame.levels[0].numbers["poor"].sum()

    def errors(design):
        found = []
        for seed in range(40):
            sample = draw(frame, design, Seed.simulation(seed))
            poor = frame.levels[0].numbers["poor"][sample.stages[0].unit]
            found.append(float((poor * sample.weight).sum()) / truth - 1)
        return np.array(found)

    assert np.std(errors(balanced)) < np.std(errors(unbalanced)) / 5


# --- coordination --------------------------------------------------------------------------------

FRAME_IDS = np.array([f"ho-{i:04d}" for i in range(2_000)])
NUMBERS = permanent_numbers(FRAME_IDS, Seed.simulation(77))


def coordinated(method, start, size=None, numbers=NUMBERS, ids=FRAME_IDS):
    frame = Frame.from_columns(ids, size=size, numbers={"prn": numbers})
    stage = Stage("unit", method, permanent="prn", start=start, equal=method == "pareto")
    design = Design((stage,), Allocation("equal", 200))
    sample = draw(frame, design, Seed.simulation(1))
    return {u.unit for u in sample.units}


def test_permanent_numbers_belong_to_the_unit_alone():
    assert permanent_numbers(FRAME_IDS[5:9], Seed.simulation(77)) == pytest.approx(NUMBERS[5:9])
    assert NUMBERS.min() >= 0
    assert NUMBERS.max() < 1
    assert abs(NUMBERS.mean() - 0.5) < 5 / np.sqrt(12 * 2000)


@pytest.mark.parametrize("method", ["pareto", "bernoulli"])
def test_rounds_from_the_same_start_keep_their_sample_and_later_ones_avoid_it(method):
    first = coordinated(method, 0.0)
    assert coordinated(method, 0.0) == first
    # a tenth is drawn; from 0.15 nothing of [0, 0.1…) can come again
    assert not coordinated(method, start_to_avoid(0.15)) & first


def test_an_overlap_of_a_half_is_near_a_half():
    first = coordinated("pareto", 0.0)
    again = coordinated("pareto", start_for_overlap(0.1, 0.5))
    assert len(first) == len(again) == 200
    # 100 expected; the spacing of numbers leaves some 10 of standard deviation
    assert 60 < len(first & again) < 140


def test_births_change_nobody_elses_number_and_few_places():
    born = np.array([f"moi-{i}" for i in range(100)])
    ids = np.concatenate([FRAME_IDS, born])
    first = coordinated("pareto", 0.0)
    after = coordinated("pareto", 0.0, numbers=permanent_numbers(ids, Seed.simulation(77)), ids=ids)
    assert len(first - after) <= 25


@settings(max_examples=10, deadline=None)
@given(start=st.floats(0, 0.999), seed=st.integers(0, 10**6))
def test_a_coordinated_sample_has_its_size_wherever_it_starts(start, seed):
    numbers = permanent_numbers(FRAME_IDS[:60], Seed.simulation(seed))
    frame = Frame.from_columns(FRAME_IDS[:60], size=np.arange(1, 61), numbers={"prn": numbers})
    design = Design(
        (Stage("unit", "pareto", permanent="prn", start=start),), Allocation("equal", 12)
    )
    assert len(draw(frame, design, Seed.simulation(0)).units) == 12


# --- settings that do not go together ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings_", "code"),
    [
        ({"method": "cube"}, "columns-missing"),
        ({"method": "local-pivotal"}, "columns-missing"),
        ({"method": "sampford", "balance": ("x",)}, "columns-unused"),
        ({"method": "srs", "equal": True}, "equal-already"),
        ({"method": "srs", "permanent": "prn"}, "permanent-unused"),
        ({"method": "pareto", "permanent": "prn", "start": 1.0}, "start-not-usable"),
        ({"method": "pareto", "start": 0.5}, "start-not-usable"),
        ({"method": "srs-with-replacement", "reserve": 1}, "repeats"),
    ],
)
def test_a_setting_that_the_method_lacks_is_refused(settings_, code):
    with pytest.raises(DesignError) as caught:
        Design((Stage("unit", **settings_),), Allocation("equal", 2))
    assert [fault.code for fault in caught.value.faults] == [code]


def test_columns_and_permanent_numbers_are_checked_with_the_frame():
    frame = frame_of_eight(prn=np.linspace(0, 1, 8))
    design = Design((Stage("unit", "pareto", permanent="prn"),), Allocation("equal", 2))
    with pytest.raises(DesignError) as caught:
        draw(frame, design, Seed.simulation(1))
    assert [(f.code, f.row) for f in caught.value.faults] == [("permanent-number-outside", 8)]
    missing = Design((Stage("unit", "cube", balance=("size", "height")),), Allocation("equal", 2))
    with pytest.raises(DesignError) as caught:
        draw(frame, missing, Seed.simulation(1))
    assert [(f.code, f.field) for f in caught.value.faults] == [("column-missing", "height")]


def test_settings_at_their_default_do_not_enter_the_digest():
    plain = Design((Stage("unit", "srs"),), Allocation("equal", 4))
    assert plain.to_dict() == {
        "format": "survey-design/1",
        "stages": [{"unit": "unit", "method": "srs"}],
        "allocation": {"rule": "equal", "total": 4},
    }
    told = Design((Stage("unit", "srs", reserve=0, start=0.0),), Allocation("equal", 4, minimum=2))
    assert told.digest == plain.digest
    full = Design((Stage("unit", "cube", balance=("x",), reserve=3),), Allocation("equal", 4))
    assert Design.from_json(full.to_json()) == full
