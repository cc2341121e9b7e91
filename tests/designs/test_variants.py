"""The variants of a scenario that a design's points are: laid once, remembered within bounds, apart from each other."""

import pytest
from bundled import bundled_inputs

from sim.designs import variants
from sim.designs.design import Point
from sim.designs.variants import variant
from sim.files.yaml_tree import Faults, FaultyInput, Map, Text, Where

PLACE = Where("d.yaml", 3)


def at(radius: str, line: int = 3) -> Point:
    return Point({"drones.tb2.radius": Text(radius, Where("d.yaml", line))})


def test_a_point_is_laid_once_however_often_it_is_asked_for():
    inputs = bundled_inputs("kidal-offensive")
    first = variant(inputs, at("300 km"), {})
    assert variant(inputs, at("300 km"), {}) is first
    assert variant(inputs, at("301 km"), {}) is not first
    assert first.loaded.scenario.drones[0].radius == 300.0


def test_what_is_remembered_is_of_the_same_inputs_and_the_same_hypothesis():
    inputs, others = bundled_inputs("kidal-offensive"), bundled_inputs("kidal-air-campaign")
    assert variant(others, at("300 km"), {}) is not variant(inputs, at("300 km"), {})
    point = Point({}, (Text("h", PLACE),))
    for radius in ("300 km", "310 km"):  # the file was changed between
        overrides = Map(PLACE)
        overrides.put("drones.tb2.radius", Text(radius, PLACE), PLACE)
        drone = variant(inputs, point, {"h": overrides}).loaded.scenario.drones[0]
        assert f"{drone.radius:.0f} km" == radius


def test_no_more_are_remembered_than_there_is_room_for():
    inputs = bundled_inputs("kidal-offensive")
    first = variant(inputs, at("250 km"), {})
    for radius in range(300, 301 + variants.MOST_LAID):
        variant(inputs, at(f"{radius} km"), {})
    assert len(variants._laid) == variants.MOST_LAID
    assert variant(inputs, at("250 km"), {}) is not first


def test_a_faulty_point_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(FaultyInput, match="has no unit"):
            variant(bundled_inputs("kidal-offensive"), at("300"), {})


@pytest.mark.parametrize(("silent", "lines"), [(3, 3), (4, 0)])
def test_of_many_scenarios_it_is_told_how_far_their_check_is(silent, lines, monkeypatch, capsys):
    monkeypatch.setattr(variants, "SILENT_SCENARIOS", silent)
    inputs = bundled_inputs("kidal-offensive")
    points = {((), (("radius", f"{n}"),)): at(f"{n} km") for n in (500, 501, 502)}
    assert len(variants._scenarios(inputs, points, {}, Faults(), notes=[])) == 3
    told = capsys.readouterr().err.splitlines()
    assert len(told) == lines
    assert all(" of 3 scenarios of the design, " in line for line in told)
