"""Ways by road are asked for between places that have a number among the routed ones, and for no others."""

import pytest
from worlds import network, play, tiny

from sim.rules.route import road_distance, way_between
from sim.state.rows import NOWHERE

NET = network(("a", "b", 100, "one"), ("b", "c", 50, "two"), ("c", "d", 70, "three"))


def test_a_way_goes_by_the_nearer_ends():
    world = play(tiny("groups: []", NET))
    assert road_distance(world, 0, 30.0, 0, 90.0) == 60.0


@pytest.mark.parametrize("ends", [(NOWHERE, 0), (0, NOWHERE)])
def test_a_place_that_is_not_among_those_of_the_scenario_is_told_and_no_other_place_answers_for_it(ends):
    world = play(tiny("groups: []", NET))
    assert world.roads[2].start == world.roads[2].end == NOWHERE  # nobody of this scenario goes there
    with pytest.raises(KeyError, match="not among the routed places"):
        way_between(world, *ends)
    with pytest.raises(KeyError, match="not among the routed places"):
        road_distance(world, 0, 10.0, 2, 10.0)
