"""Which parameters move a run, found by running: those of the march alone, and no report's."""

from functools import cache

import pytest

from sim.engine.inputs import load_inputs
from sim.studies.moving_parameters import moving_parameters

RUNS = 12


@cache
def moving(*hypotheses):
    return moving_parameters(load_inputs("gao-anefis", hypotheses=hypotheses), runs=RUNS)


def test_the_march_alone_hangs_on_four_numbers():
    assert moving("ladder-1-march") == ["march_speed", "march_hours", "day_spread", "press_on"]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("ladder-2-ground", {"wheeled_factor", "column_spread"}),
        ("ladder-3-contact", {"contact_pace", "contact_hours", "night_harassment", "night_slip"}),
        (
            "ladder-4-mines",
            {
                "mine_rate",
                "mine_reach",
                "mine_found",
                "find_halt",
                "mine_halt",
                "mine_halt_spread",
                "mine_vehicles",
            },
        ),
        ("ladder-5-fights", {"ambush_rate", "fighters", "break_off", "fight_hours", "round_days"}),
    ],
)
def test_a_rung_reads_what_it_adds_and_what_is_below_it(name, more):
    rungs = ["ladder-1-march", "ladder-2-ground", "ladder-3-contact", "ladder-4-mines", "ladder-5-fights"]
    below = rungs[rungs.index(name) - 1]
    assert set(moving(below)) < set(moving(name))
    assert more <= set(moving(name)) - set(moving(below))


def test_only_what_is_asked_for_counts():
    inputs = load_inputs("gao-anefis", hypotheses=["ladder-4-mines"])
    assert moving_parameters(inputs, runs=RUNS, of=["tin_aouker:arrival"]) == [
        "march_speed", "march_hours", "day_spread", "press_on", "wheeled_factor", "column_spread", "mine_rate", "mine_reach",
        "mine_found", "find_halt", "mine_halt_spread",
    ]  # fmt: skip


def test_what_parties_tell_moves_no_run():
    assert not {"report_delay", "own_told", "other_told", "report_spread"} & set(moving("ladder-5-fights"))
