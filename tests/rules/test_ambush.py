"""Ambushes come at lambda_A (1 - phi cover) x share of the groups ready, per km of contested road."""

import math
from functools import cache

import pytest
from worlds import QUIET, log, network, opened, play, tiny

from sim.engine.loop import advance
from sim.state.rows import NEVER

KM, RATE, RUNS = 100, 0.02, 1500
NET = network(("a", "m", 60), ("m", "b", 40), ("b", "r", 50))
GROUPS = "groups: [{id: e}, {id: f}, {id: g}, {id: h}], refuges: [r]"


@cache
def mined_road():
    return tiny(f"{{columns: [{{objectives: [{{place: b, capture: false}}]}}], {GROUPS}}}", NET)


FAST = QUIET | {"march_speed": 100, "contact_pace": 1, "ambush_rate": RATE, "column_loss_rate": 0}
FAST |= {"rebel_loss_rate": 0}
# Every group is always in its place, rested and near; an ambush is over at once.
EVERYWHERE = {"ready_radius": 1e6, "group_speed": 1e9, "ahead_least": 0, "ahead_most": 1e9, "recovery": 0}
EVERYWHERE |= {"ambush_hours": 1e-6, "least_march": 0}


def ambushes(template=None, tired=0, runs=RUNS, **overrides):
    """Ambushes of all runs together; the first `tired` groups are never ready."""
    template = template or mined_road()
    total = 0
    for seed in range(runs):
        world = opened(template, seed, **FAST | EVERYWHERE | overrides)
        for group in world.groups[:tired]:
            group.rested = NEVER
        advance(world, NEVER)
        total += len(log(world, template, "ambush"))
    return total


@pytest.mark.parametrize(("cover", "tired"), [(0.0, 0), (0.0, 2), (0.5, 0), (0.8, 3)])
def test_ambushes_per_km_follow_cover_and_share_ready(cover, tired):
    template = tiny(f"""{{columns: [{{objectives: [{{place: b, capture: false}}]}}], {GROUPS},
        manned_aviation: [{{side: army, source: test, known: 2023-10-02}}]}}""", NET)  # fmt: skip
    mean = RUNS * RATE * KM * (1 - 0.4 * cover) * (4 - tired) / 4
    found = ambushes(template, tired, manned_cover=cover, drone_suppression=0.4)
    assert abs(found - mean) < 4 * math.sqrt(mean)


def test_full_suppression_under_full_cover_leaves_no_ambush():
    text = f"""{{columns: [{{objectives: [{{place: b, capture: false}}]}}], {GROUPS},
        drones: [{{aircraft: 20, turn_round: 0 h}}]}}"""
    assert ambushes(tiny(text, NET), runs=50, drone_suppression=1) == 0
    assert ambushes(tiny(text, NET), runs=50, drone_suppression=0) > 0


@pytest.mark.parametrize(
    "nothing", [{"ambush_rate": 0}, {"ready_radius": 0, "ahead_least": 90}, {"tired": 4}]
)
def test_no_rate_nobody_near_or_nobody_rested_is_no_ambush(nothing):
    assert ambushes(runs=50, **nothing) == 0


def test_more_suppression_never_means_more_ambushes_in_a_run():
    text = f"{{columns: [{{objectives: [{{place: b, capture: false}}]}}], {GROUPS}, drones: [{{}}]}}"
    template = tiny(text, NET)
    for seed in range(60):
        counts = [
            play(template, seed, **FAST | EVERYWHERE | {"drone_suppression": phi}).columns[0].ambushes
            for phi in (0, 0.3, 0.6, 1)
        ]
        assert counts == sorted(counts, reverse=True)


def test_a_road_without_a_hostile_group_in_the_field_is_never_contested():
    text = "{{columns: [{{objectives: [{{place: b, capture: false}}]}}], groups: [{}], refuges: [r]}}"
    assert ambushes(tiny(text.format(""), NET), runs=50) == 0
    assert ambushes(tiny(text.format("{id: g, hostile_to: [un]}"), NET), runs=50) == 0


@pytest.mark.parametrize("held", ["contested_from: m", "id: army"])
def test_ambushes_are_laid_only_where_the_road_is_contested(held):
    towns = "towns: [{place: m, held_by: army, source: test, known: 2023-10-02}]"
    text = f"{{columns: [{{objectives: [{{place: b, capture: false}}], {held}}}], {GROUPS}"
    template = tiny(f"{text}{', ' + towns if held == 'id: army' else ''}}}", NET)
    kms = [row.km for seed in range(200)
           for row in log(play(template, seed, **FAST | EVERYWHERE), template, "ambush")]  # fmt: skip
    assert min(kms) > 60
    assert abs(len(kms) - 200 * RATE * 40) < 4 * math.sqrt(200 * RATE * 40)


def test_groups_are_not_ready_for_24_hours_after_a_fight():
    for seed in range(40):
        world = play(
            mined_road(), seed, **FAST | EVERYWHERE | {"recovery": 24, "ambush_rate": 1, "march_speed": 5}
        )
        rows = log(world, mined_road(), "ambush", "ambush_end")
        assert len(rows) >= 4
        for end, begin in zip(rows[1::2], rows[2::2], strict=False):
            assert begin.hour - end.hour >= 24


def test_the_ambushers_are_the_committed_share_of_the_groups_ready():
    for tired in (0, 1, 3):
        world = opened(
            mined_road(), **FAST | EVERYWHERE | {"ambush_rate": 1, "fighters": 800, "committed_share": 0.3}
        )
        for group in world.groups[:tired]:
            group.rested = NEVER
        advance(world, NEVER)
        assert log(world, mined_road(), "ambush")[0].other == pytest.approx(0.3 * 800 * (4 - tired) / 4)


def test_an_ambush_lasts_a_lognormal_time_about_its_median():
    worlds = [play(mined_road(), seed, **FAST | EVERYWHERE | {"ambush_hours": 0.01}) for seed in range(300)]
    logs = [math.log(row.amount / 0.01) for world in worlds for row in log(world, mined_road(), "ambush")]
    assert abs(sum(logs) / len(logs)) < 4 * 0.4 / math.sqrt(len(logs))
    assert math.sqrt(sum(x * x for x in logs) / len(logs)) == pytest.approx(
        0.4, rel=4 / math.sqrt(2 * len(logs))
    )


def test_un_columns_are_never_ambushed():
    text = f"{{columns: [{{side: un, objectives: [{{place: b, capture: false}}]}}], {GROUPS}}}"
    assert ambushes(tiny(text, NET), runs=50, ambush_rate=1) == 0


def test_the_pace_is_the_contact_pace_from_the_end_of_an_ambush():
    calm = {"march_speed": 10, "march_hours": 10, "ambush_hours": 2, "contact_pace": 0.5, "recovery": 99}
    world = opened(mined_road(), **FAST | EVERYWHERE | calm)
    world.columns[0].ambush_left = 30 * RATE
    advance(world, 14)
    before, after = log(world, mined_road(), "march")
    assert (before.amount, after.amount) == pytest.approx((10, 5))
    assert after.hour == log(world, mined_road(), "ambush_end")[0].hour
    assert world.columns[0].contact_until == pytest.approx(after.hour + 24)


def test_an_ambush_while_pressing_on_ends_the_day():
    text = f"{{columns: [{{objectives: [{{place: b, capture: false}}], stops: [b]}}], {GROUPS}}}"
    template = tiny(text, NET)
    calm = {"march_speed": 8, "march_hours": 10, "ambush_hours": 0.5, "recovery": 24}
    world = opened(template, **FAST | EVERYWHERE | calm)
    world.columns[0].ambush_left = 90 * RATE  # met at km 90, in the second hour past the window
    advance(world, 24)
    assert [row.km for row in log(world, template, "bivouac")] == pytest.approx([90])


def test_a_column_that_follows_a_broken_defence_is_not_ambushed():
    defended = "defended: [{place: m, source: test}, {place: n, source: test}]"
    text = f"{{columns: [{{objectives: [{{place: b, capture: true}}], {defended}}}], {GROUPS}}}"
    template = tiny(text, network(("a", "m", 60), ("m", "n", 40), ("n", "b", 40), ("b", "r", 50)))
    for seed in range(10):
        world = play(template, seed, **FAST | EVERYWHERE | {"ambush_rate": 0.2, "break_off": 50})
        events = [row.event for row in log(world, template) if row.agent == "army"]
        assert "ambush" in events
        assert "ambush" not in events[events.index("entry") :]


def test_after_an_ambush_with_less_than_two_hours_left_the_days_march_is_over():
    calm = (
        FAST | EVERYWHERE | {"march_speed": 10, "march_hours": 10, "ambush_hours_spread": 0, "recovery": 24}
    )
    for least, ended in [(2, True), (1, False)]:
        world = opened(mined_road(), **calm | {"ambush_hours": 3.5, "least_march": least})
        world.columns[0].ambush_left = 50 * RATE  # met at km 50, five hours after the start
        advance(world, NEVER)
        rows = log(world, mined_road(), "ambush_end", "march", "bivouac")
        after = rows[[row.event for row in rows].index("ambush_end") + 1]
        assert (after.event == "bivouac") == ended
