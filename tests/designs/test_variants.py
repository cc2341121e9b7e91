"""The variants of a scenario that a design's points are: laid once, remembered within bounds, apart from each other."""

import pytest
from bundled import bundled_inputs

from sim.designs import variants
from sim.designs.design import Point
from sim.designs.variants import Variants
from sim.files.yaml_tree import Faults, FaultyInput, Map, Text, Where

PLACE = Where("d.yaml", 3)


def at(radius: str, line: int = 3) -> Point:
    return Point({"drones.tb2.radius": Text(radius, Where("d.yaml", line))})


def test_a_point_is_laid_once_however_often_it_is_asked_for():
    scenarios = Variants(bundled_inputs("kidal-offensive"), {})
    first = scenarios.at(at("300 km"))
    assert scenarios.at(at("300 km", line=4)) is first
    assert scenarios.at(at("301 km")) is not first
    assert first.loaded.scenario.drones[0].radius == 300.0
    assert scenarios.at(Point({})) is scenarios.inputs


def test_a_hypothesis_that_is_read_anew_is_laid_anew():
    inputs, point = bundled_inputs("kidal-offensive"), Point({}, (Text("h", PLACE),))
    for radius in ("300 km", "310 km"):  # the file was changed between
        overrides = Map(PLACE)
        overrides.put("drones.tb2.radius", Text(radius, PLACE), PLACE)
        drone = Variants(inputs, {"h": overrides}).at(point).loaded.scenario.drones[0]
        assert f"{drone.radius:.0f} km" == radius


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(variants, "MOST_LAID", 3)
    scenarios = Variants(bundled_inputs("kidal-offensive"), {})
    first = scenarios.at(at("250 km"))
    last = [scenarios.at(at(f"{radius} km")) for radius in (300, 301, 302)]
    assert scenarios.at(at("300 km")) is last[0]
    assert scenarios.at(at("250 km")) is not first


def test_a_faulty_point_is_refused_each_time_at_its_line():
    scenarios = Variants(bundled_inputs("kidal-offensive"), {})
    for line in (3, 4):
        with pytest.raises(FaultyInput, match=f"d.yaml:{line}: .*has no unit"):
            scenarios.at(at("300", line))


@pytest.mark.parametrize(("silent", "lines"), [(3, 3), (4, 0)])
def test_of_many_scenarios_it_is_told_how_far_their_check_is(silent, lines, monkeypatch, capsys):
    monkeypatch.setattr(variants, "SILENT_SCENARIOS", silent)
    inputs = bundled_inputs("kidal-offensive")
    points = {((), (("radius", f"{n}"),)): at(f"{n} km") for n in (500, 501, 502)}
    assert len(variants._hashes(Variants(inputs, {}), points, Faults(), notes=[])) == 3
    lines_shown = capsys.readouterr().err.splitlines()
    assert len(lines_shown) == lines
    assert all(" of 3 scenarios of the design, " in line for line in lines_shown)
