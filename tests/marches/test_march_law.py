"""The march law for draws is that of the rules: by hand, and hour by hand of the engine's runs."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from march_rows import reported_march
from worlds import dawn, defaults, network, one, tiny, values

from analysis.marches.law import MarchLaw, elapsed_hours
from sim.chance.keyed import ONCE, Purpose, lognormal, replicate_seed
from sim.engine.loop import advance
from sim.state.kinds import ColumnKind, Surface
from sim.state.rows import NEVER

NAMES = [one.name for one in fields(MarchLaw)]
CALM = {"mine_rate": 0.0, "ambush_rate": 0.0, "night_harassment": 0.0, "manned_cover": 0.0}


def law_of(numbers):
    """The law of one draw."""
    return MarchLaw(**{name: np.array([numbers[name]]) for name in NAMES})


def on_surface(km, surface):
    """A road of a surface."""
    net = network(("a", "b", km))
    return replace(net, roads=tuple(road.model_copy(update={"surface": surface}) for road in net.roads))


# --- by hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("km", "expected"),
    [(50, 5.0), (100, 10.0), (101, 24.1), (250, 24 + 24 + 5), (5000, 49 * 24 + 10)],
)
def test_a_steady_march_is_whole_days_and_the_rest_of_the_last(km, expected):
    hours = elapsed_hours(km, np.array([[10.0]]), np.array([10.0]), np.ones((1, 4)))
    assert hours == pytest.approx(np.array([[expected]]))


def test_each_day_has_its_factor_and_further_days_that_of_the_last():
    factors = np.array([[2.0, 0.5]])
    hours = [elapsed_hours(km, np.array([[10.0]]), np.array([10.0]), factors)[0, 0] for km in (150, 225, 325)]
    assert hours == pytest.approx([7.5, 24 + 5, 72 + 5])


def test_speed_is_by_kind_and_ground():
    law = law_of(values(march_speed=10, ground_step=0.2, wheeled_factor=0.5, laden_factor=0.25))
    assert law.speeds(ColumnKind.LIGHT, Surface.PISTE)[0] == pytest.approx(10)
    assert law.speeds(ColumnKind.WHEELED, Surface.TAR)[0] == pytest.approx(5 * math.exp(0.4))
    assert law.speeds(ColumnKind.LADEN, Surface.DESERT_TRACK)[0] == pytest.approx(2.5 * math.exp(-0.2))


def test_before_kinds_and_ground_all_columns_were_alike_and_stood_by_night():
    law = law_of(values(march_speed=10, ground_step=0.2, laden_factor=0.25)).without_kinds_ground_and_nights()
    speeds = {float(law.speeds(kind, surface)[0]) for kind in ColumnKind for surface in Surface}
    assert (speeds, law.column_spread.tolist()) == ({10.0}, [0.0])
    one = np.ones((1, 1))
    assert law.elapsed(reported_march(goes="by night", km=50), one, one) == law.elapsed(
        reported_march(km=50), one, one
    )


@pytest.mark.parametrize(
    ("goes", "km", "hours"),
    [("by night", 30, 7.5), ("by night", 58, 13), ("round the clock", 120, 12), ("round the clock", 128, 14),
     ("round the clock", 178, 25), (None, 110, 25)],
)  # fmt: skip
def test_a_march_by_night_never_stands_and_is_slower_in_the_dark(goes, km, hours):
    law = law_of(values(march_speed=10, march_hours=10, ground_step=0, night_pace=0.4))
    row, ones = reported_march(goes=goes, km=km, kind="light"), np.ones((1, 1))
    assert law.elapsed(row, ones, np.ones((1, 9)))[0, 0] == pytest.approx(hours)


def test_by_night_too_the_law_is_the_engines():
    km, night = 700, "by_night: {source: test, known: 2023-10-01}"
    made = f"columns: [{{kind: light, {night}, objectives: [{{place: b, capture: false}}]}}]"
    template = tiny(made, network(("a", "b", km)))
    for replicate in range(12):
        seed = replicate_seed(3, replicate)
        numbers = defaults().draw(seed) | CALM | {"day_spread": 0.0, "column_spread": 0.0}
        world = template.plain(numbers, seed, capacity=512)
        advance(world, NEVER)
        row, ones = reported_march(goes="round the clock", km=km, kind="light"), np.ones((1, 1))
        elapsed = law_of(numbers).elapsed(row, ones, np.ones((1, 99)))[0, 0]
        # half a day here is 12 h, and there 12.1 h of light or less
        assert one(world, template, "arrival").hour - dawn(world, 0) == pytest.approx(elapsed, rel=0.03)


# --- as the engine ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["light", "wheeled", "laden"])
@pytest.mark.parametrize("surface", ["tar", "laterite", "piste", "desert track"])
def test_the_law_gives_the_hour_at_which_the_engine_has_the_column_arrive(kind, surface):
    km = 430
    template = tiny(
        f"columns: [{{kind: {kind}, objectives: [{{place: b, capture: false}}]}}]", on_surface(km, surface)
    )
    late = 0
    for replicate in range(12):
        seed = replicate_seed(3, replicate)
        numbers = defaults().draw(seed) | CALM | {"day_spread": 0.3}
        world = template.plain(numbers, seed, capacity=512)
        key = world.columns[0].key
        advance(world, NEVER)
        arrival = one(world, template, "arrival").hour
        speeds = law_of(numbers).speeds(ColumnKind[kind.upper()], Surface[surface.upper().replace(" ", "_")])
        own = lognormal(seed, key, Purpose.COLUMN_SPEED, ONCE, numbers["column_spread"])
        factors = [lognormal(seed, key, Purpose.DAY_SPEED, day, 0.3) for day in range(40)]
        elapsed = elapsed_hours(
            km, own * speeds[:, None], np.array([numbers["march_hours"]]), np.array([factors])
        )
        days, hours = divmod(elapsed[0, 0], 24.0)
        marched = sum(factors[: int(days)]) * own * speeds[0] * numbers["march_hours"]
        assert arrival == pytest.approx(dawn(world, int(days), marched) + hours, abs=1e-6)
        assert arrival - dawn(world, 0) == pytest.approx(elapsed[0, 0], abs=0.05 * (1 + days))
        late += days > 1
    assert late > 3
