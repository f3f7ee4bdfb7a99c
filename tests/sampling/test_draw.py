"""Stages compose: probabilities multiply, weights are their inverse, reserves wait their turn."""

import numpy as np
import pytest

from sampling import Allocation, Design, DesignError, Frame, Seed, Stage, draw


def test_a_self_weighting_design_weighs_every_household_alike_within_a_district(communes, design):
    sample = draw(communes, design, Seed.simulation(1))
    active = [unit for unit in sample.units if unit.is_active]
    assert len(active) == 120
    for district in communes.levels[0].strata:
        areas = {a.unit for a in sample.areas if a.stratum == district}
        weights = {round(u.weight, 9) for u in active if u.area in areas}
        assert len(weights) == 1
    # a self-weighting PPS design estimates the number of households without error
    assert sum(u.weight for u in active) == pytest.approx(communes.levels[0].count.sum())
    for unit in active:
        assert unit.probability == pytest.approx(np.prod(unit.stage_probabilities))
        assert unit.weight == pytest.approx(1 / unit.probability)


def test_only_the_sample_proper_carries_weights(communes, design):
    sample = draw(communes, design, Seed.simulation(2))
    reserve_areas = {a.unit for a in sample.areas if a.reserve_rank}
    assert len(reserve_areas) == 4
    for area in sample.areas:
        assert (area.probability is None) == (area.reserve_rank is not None)
    for unit in sample.units:
        assert unit.is_active == (unit.area not in reserve_areas and unit.reserve_rank is None)
        assert (unit.weight is not None) == unit.is_active
    ranks = [u.reserve_rank for u in sample.units if u.area == sample.areas[0].unit]
    assert ranks == [None] * 10 + [1, 2, 3, 4, 5]
    orders = [u.order for u in sample.units if u.area == sample.areas[0].unit]
    assert orders == list(range(1, 16))


def test_listing_numbers_run_from_one_to_the_count_without_repeats(communes, design):
    sample = draw(communes, design, Seed.simulation(3))
    counts = dict(zip(communes.levels[0].unit.tolist(), communes.levels[0].count, strict=True))
    for area in sample.areas:
        numbers = [u.unit for u in sample.units if u.area == area.unit]
        assert len(set(numbers)) == 15
        assert min(numbers) >= 1
        assert max(numbers) <= counts[area.unit]


def test_excluded_units_are_never_drawn(communes):
    everything = Design((Stage("commune", "srs"),), Allocation("proportional", 39))
    drawn = {u.unit for u in draw(communes, everything, Seed.simulation(1)).units}
    assert len(drawn) == 39
    assert "02607" not in drawn


def test_units_too_large_for_chance_become_certainties_and_it_is_said():
    frame = Frame.from_columns(list("abcde"), size=[1000, 10, 10, 10, 10])
    design = Design((Stage("unit", "pps-systematic"),), Allocation("equal", 2))
    sample = draw(frame, design, Seed.simulation(5))
    assert sample.areas[0].unit == "a"
    assert sample.areas[0].is_certain
    assert [a.probability for a in sample.areas] == [1.0, 0.25]
    notice = next(n for n in sample.notices if n.code == "certainty")
    assert notice.units == ("a",)


def test_too_few_units_below_are_all_taken_and_it_is_said():
    frame = Frame.from_columns(["a", "b"], count=[3, 30])
    design = Design(
        (Stage("unit", "srs"), Stage("person", "srs", take=5, reserve=2, counted=True)),
        Allocation("equal", 2),
    )
    sample = draw(frame, design, Seed.simulation(5))
    small = [u for u in sample.units if u.area == "a"]
    assert sorted(u.unit for u in small) == [1, 2, 3]
    assert {u.weight for u in small} == {1.0}
    assert {(n.code, n.place) for n in sample.notices} == {
        ("whole-stratum", ""),
        ("fewer-units-than-take", "a"),
        ("reserve-short", "a"),
    }


def test_one_unit_left_to_chance_in_a_stratum_is_said():
    frame = Frame.from_columns(list("abcd"), stratum=list("xxyy"))
    design = Design((Stage("unit", "srs"),), Allocation("fixed", fixed=(("x", 1), ("y", 2))))
    codes = {(n.code, n.place) for n in draw(frame, design, Seed.simulation(1)).notices}
    assert codes == {("single-unit-stratum", "x"), ("whole-stratum", "y")}


def three_levels():
    frame = Frame.from_columns(["d1", "d2", "d3"], name="district", size=[3, 2, 1])
    communes = [f"{d}-c{i}" for d in ("d1", "d2", "d3") for i in range(6)]
    frame = frame.below(
        "commune",
        communes,
        parent=[c[:2] for c in communes],
        stratum=["seat" if c.endswith("c0") else "other" for c in communes],
        size=np.arange(1, 19),
    )
    people = [f"{c}-p{i}" for c in communes for i in range(8)]
    return frame.below("person", people[::-1], parent=[p[:5] for p in people[::-1]])


def test_three_stages_with_units_taken_by_default():
    design = Design(
        (
            Stage("district", "pps-systematic"),
            Stage("commune", "pps-systematic", takes=(("seat", 1), ("other", 2))),
            Stage("person", "systematic", take=4, reserve=1),
        ),
        Allocation("equal", 2),
    )
    sample = draw(three_levels(), design, Seed.simulation(9))
    assert len(sample.areas) == 2
    assert len(sample.units) == 2 * 3 * 5
    for unit in sample.units:
        assert str(unit.unit).startswith(unit.path[1])
        assert unit.path[1].startswith(unit.path[0])
        if unit.is_active and unit.path[1].endswith("c0"):
            assert unit.stage_probabilities[1] == 1.0
            assert unit.stage_probabilities[2] == 0.5


def test_a_design_that_does_not_fit_the_frame_is_refused_with_every_reason():
    design = Design(
        (Stage("ward", "pps-systematic"), Stage("household", "srs", take=5, counted=True)),
        Allocation("equal", 2),
    )
    with pytest.raises(DesignError) as caught:
        draw(Frame.from_columns(list("abc"), name="commune"), design, Seed.simulation(1))
    assert [fault.code for fault in caught.value.faults] == [
        "levels-differ",
        "size-column-missing",
        "count-column-missing",
    ]


def test_a_design_that_contradicts_itself_is_refused_with_every_reason():
    with pytest.raises(DesignError) as caught:
        Design(
            (
                Stage("commune", "magic", take=3),
                Stage("commune", "srs"),
                Stage("household", "pps-systematic", take=-1, reserve=-2, counted=True),
            ),
            Allocation("equal", 2),
        )
    assert [fault.code for fault in caught.value.faults] == [
        "take-at-first-stage",
        "method-unknown",
        "take-missing",
        "negative",
        "negative",
        "counted-method",
        "stage-duplicate",
    ]


def test_a_design_survives_json(design):
    assert Design.from_json(design.to_json()) == design
    with pytest.raises(DesignError, match="surprise"):
        Design.from_dict({**design.to_dict(), "allocation": {"rule": "equal", "surprise": 1}})
    with pytest.raises(DesignError, match="one JSON object"):
        Design.from_json("{")
