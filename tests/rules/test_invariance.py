"""What must not matter does not: names, orders, splits, pauses, extra wake-ups, agents elsewhere."""

import math
from functools import cache

import pytest
from bundled import bundled_network
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import defaults, listed, log, opened, opened_drawn, template_of

from sim.engine.loop import advance
from sim.files.case import BUNDLED
from sim.files.yaml_tree import List, Map, read
from sim.scenario.network import Network, Place, Road
from sim.state.kinds import Mode
from sim.state.rows import NEVER

SEEDS = range(8)


def gao():
    """A fresh tree of the stage from Gao to Anefis, with stops by name: a place more would be one more."""
    tree = read(BUNDLED.path("scenarios") / "gao-anefis.yaml")
    tree["columns"][0]["stops"] = listed("[tin_aouker, tarkint, tabrichat, tabankort]")
    return tree


@cache
def base():
    return template_of(gao(), bundled_network())


def history(template, seed, *, agent=""):
    """The log of a run with parameters and strengths drawn, of one agent or of all."""
    world = opened_drawn(template, seed)
    advance(world, NEVER)
    return [row for row in log(world, template) if not agent or row.agent == agent]


def assert_same(found, expected, within=1e-9):
    """Two logs of the same events, with hours and km within rounding."""
    assert [row[1:4] for row in found] == [row[1:4] for row in expected]
    for one, other in zip(found, expected, strict=True):
        assert (one.hour, one.km, one.amount, one.other) == pytest.approx(
            (other.hour, other.km, other.amount, other.other), abs=within, rel=0
        )


def split(net, start, end, share):
    """The network with a new place on the straight line of a road, its length shared out."""
    index = next(i for i, road in enumerate(net.roads) if (road.from_, road.to) == (start, end))
    a, b, road = net.places[start], net.places[end], net.roads[index]
    row = a.model_dump() | {"id": "middle", "name": "Middle", "people": ""}
    row |= {key: getattr(a, key) + share * (getattr(b, key) - getattr(a, key)) for key in ("lat", "lon")}
    parts = [
        Road(**road.model_dump(by_alias=True) | {"from": one, "to": other, "km": km})
        for one, other, km in ((start, "middle", share * road.km), ("middle", end, (1 - share) * road.km))
    ]
    return Network(
        {**net.places, "middle": Place(**row)}, (*net.roads[:index], *parts, *net.roads[index + 1 :])
    )


@pytest.mark.parametrize("road", [("gao", "tin_aouker"), ("tarkint", "tabrichat"), ("anefis_s10", "anefis")])
def test_a_road_split_in_two_changes_nothing(road):
    template = template_of(gao(), split(bundled_network(), *road, 0.37))
    for seed in SEEDS:
        assert_same(history(template, seed), history(base(), seed))


def renamed(tree, names):
    """A tree with places renamed wherever they stand as a value."""
    if isinstance(tree, Map):
        for key, value in tree.items():
            tree[key] = renamed(value, names)
        return tree
    if isinstance(tree, List):
        tree[:] = [renamed(item, names) for item in tree]
        return tree
    place, colon, event = tree.partition(":")
    text = f"{names[place]}{colon}{event}" if colon and place in names else names.get(tree, tree)
    return type(tree)(text, tree.where)


def relabelled(net, names):
    """The network with its places renamed and its rows in the opposite order."""
    places = [place.model_copy(update={"id": names.get(place.id, place.id)}) for place in net.places.values()]
    ends = [(names.get(road.from_, road.from_), names.get(road.to, road.to)) for road in net.roads]
    roads = [
        road.model_copy(update={"from_": start, "to": end})
        for road, (start, end) in zip(net.roads, ends, strict=True)
    ]
    return Network({place.id: place for place in reversed(places)}, tuple(reversed(roads)))


def test_other_names_of_places_and_another_order_of_rows_change_nothing():
    # A position keeps its name: its place names the stream from which its break-off is drawn.
    names = {name: f"x{i}" for i, name in enumerate(bundled_network().places) if name != "anefis_s10"}
    back = {new: old for old, new in names.items()}
    template = template_of(renamed(gao(), names), relabelled(bundled_network(), names))
    for seed in SEEDS:
        rows = [row._replace(place=back.get(row.place, row.place)) for row in history(template, seed)]
        assert_same(rows, history(base(), seed))


def test_the_order_of_groups_stops_and_towns_in_the_file_changes_nothing():
    tree = gao()
    for rows in (
        tree["groups"],
        tree["towns"],
        tree["columns"][0]["stops"],
        tree["refuges"],
        tree["milestones"],
    ):
        rows.reverse()
    template = template_of(tree, bundled_network())
    assert all(history(template, seed) == history(base(), seed) for seed in SEEDS)


def joined(*ids):
    """The stage with a UN column on its own way from Kidal and a second detachment, in an order of ids."""
    tree = gao()
    tree["columns"] += listed(UN.replace("un-kidal", ids[0]))
    tree["drones"] += listed(FAR_DRONE)
    return tree


UN = """[{id: un-kidal, side: un, source: test, known: 2023-10-02, from: kidal, departs: 2023-10-03,
    objectives: [{place: aguelhok, capture: false}], stops: [], serials: [{id: all, persons: 9, vehicles: 3}],
    vehicle_gap: 100 m, serial_gap: 0 h, mines_reported: 1}]"""
FAR_DRONE = """[{id: a-un-drone, side: un, source: test, known: 2023-10-02, airfield: kidal_apt,
    station: kidal, radius: 500 km, aircraft: 9, endurance: 24 h, cruise: 130 km/h, turn_round: 1 h,
    ready: 2023-10-02}]"""
HARASSER = """[{id: a-band, home: in_khalil, role: harassing, hostile_to: [army], source: test,
    known: 2023-10-02}]"""


def test_the_order_of_columns_and_drones_in_the_file_changes_nothing():
    tree = joined("un-kidal")
    tree["columns"].reverse()
    tree["drones"].reverse()
    one, other = template_of(joined("un-kidal"), bundled_network()), template_of(tree, bundled_network())
    assert all(history(one, seed) == history(other, seed) for seed in SEEDS)


@pytest.mark.parametrize(("key", "more"), [("groups", HARASSER), ("drones", FAR_DRONE), ("columns", UN)])
def test_one_more_agent_elsewhere_leaves_the_armys_log_alone(key, more):
    tree = gao()
    tree[key] += listed(more)
    template = template_of(tree, bundled_network())
    for seed in SEEDS:
        assert history(template, seed, agent="army") == history(base(), seed, agent="army")


def test_one_more_column_leaves_the_armys_log_alone_wherever_its_name_stands():
    template = template_of(joined("a-un"), bundled_network())
    for seed in SEEDS:
        assert_same(history(template, seed, agent="army"), history(base(), seed, agent="army"))


def test_one_more_column_leaves_the_way_round_alone_wherever_its_name_stands():
    tree = gao()
    tree["columns"] += listed(UN.replace("un-kidal", "a-un").replace("from: kidal", "from: gao"))
    template = template_of(tree, bundled_network())
    rounds = []
    for which in (template, base()):
        world = opened(which, break_off=0)
        advance(world, NEVER)
        rounds.append([row.amount for row in log(world, which, "round")])
    assert len(rounds[0]) == 1
    assert rounds[0] == rounds[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_running_to_an_hour_and_on_is_running_through(seed):
    through = history(base(), seed)
    world = opened_drawn(base(), seed)
    for hour in [0.5 * n for n in range(600)] + [row.hour for row in through]:
        advance(world, max(hour, world.run[0].now))
    advance(world, NEVER)
    assert log(world, base()) == through


@pytest.mark.parametrize("seed", range(16))
def test_waking_a_marching_column_more_often_changes_nothing_but_rounding(seed):
    world = opened_drawn(base(), seed)
    column = world.columns[0]
    hour = 0.0
    while hour < world.run[0].horizon:
        advance(world, hour)
        hour += 0.37
        if column.mode in (Mode.MARCH, Mode.ENTRY):
            world.wakes[column.agent] = min(world.wakes[column.agent], hour)
    assert_same(log(world, base()), history(base(), seed))


def test_another_run_of_the_same_template_is_the_same_run():
    first = history(base(), 1)
    history(base(), 2)
    assert history(base(), 1) == first


def assert_possible(world, rows):
    """No state that cannot be, and no hour that runs back."""
    hours = [row.hour for row in rows]
    assert hours == sorted(hours)
    assert 0 <= hours[0] <= hours[-1] <= world.run[0].horizon
    for column in world.columns:
        assert 0 <= column.persons <= column.persons_high
        assert 0 <= column.vehicles <= column.vehicles_high
        assert column.persons + column.persons_lost <= column.persons_high
        assert -1e-9 <= column.km <= world.marks[column.last_mark - 1].km + 1e-9
    for group in world.groups:
        assert group.fighters >= 0
        assert group.lost >= group.vehicles_lost >= 0
    assert all(math.isfinite(x) for row in rows for x in (row.hour, row.km, row.amount, row.other))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.integers(0, 1 << 32))
def test_no_draw_of_the_priors_leads_to_an_impossible_state(seed):
    world = opened_drawn(base(), seed)
    advance(world, NEVER)
    rows = log(world, base())
    assert_possible(world, rows)
    army = [row.event for row in rows if row.agent == "army"]
    assert army.count("departure") == 1
    assert army.count("capture") + army.count("return") <= 1
    assert sum(row.event in ("mine", "mine_unreported", "mine_found") for row in rows) - army.count(
        "halt_end"
    ) in (0, 1)
    assert army.count("contact") - army.count("contact_end") - army.count("break") in (0, 1)


UNIT = st.floats(0.001, 0.999)


@cache
def parameter_names():
    return list(base().parameters.rows)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(UNIT, min_size=len(parameter_names()), max_size=len(parameter_names())), st.integers(0, 1000))
def test_no_corner_of_the_parameters_leads_to_an_impossible_state(shares, seed):
    overrides = {}
    for (name, row), share in zip(defaults().rows.items(), shares, strict=True):
        low, high = row.bounds()
        overrides[name] = low + share * (high - low)
    world = opened(base(), seed, capacity=2048, **overrides)
    advance(world, NEVER)
    assert_possible(world, log(world, base()))
