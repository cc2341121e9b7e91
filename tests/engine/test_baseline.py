"""One run of each scenario, kept as it was, to the last bit.

A rule changed on purpose changes these files: KIDAL_NEW_BASELINES=1 pytest tests/engine/test_baseline.py writes them
anew, and the difference in git is what the change did.
"""

import csv
import os
from pathlib import Path

import pytest
from bundled import scenario_names
from worlds import defaults

from sim.chance.keyed import replicate_seed
from sim.engine.build import build
from sim.engine.history import events, run_one
from sim.scenario.reading import load_scenario, scenarios

FOLDER = Path(__file__).parent.parent / "baselines"
EXACT = ("event", "kind", "agent", "place")
NUMBERS = ("hour", "km", "amount", "other")


def history(scenario):
    """The log of seed 1, replicate 0, at the default values, as rows of text."""
    template = build(load_scenario(scenario), defaults())
    world = run_one(template, defaults().values(), replicate_seed(1, 0))
    table = events(template, world, 0)
    columns = [map(str, table[name]) for name in EXACT] + [
        [repr(float(x)) for x in table[n]] for n in NUMBERS
    ]
    return [dict(zip(EXACT + NUMBERS, row, strict=True)) for row in zip(*columns, strict=True)]


def stored(path, found):
    """The baseline in a file; written first where that is asked for."""
    if os.environ.get("KIDAL_NEW_BASELINES") == "1":
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, EXACT + NUMBERS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("scenario", scenario_names())
def test_the_history_of_seed_1_is_the_stored_one(scenario):
    found = history(scenario)
    baseline = stored(FOLDER / f"{scenario}.csv", found)
    assert [[row[name] for name in EXACT] for row in found] == [
        [row[name] for name in EXACT] for row in baseline
    ]
    for name in NUMBERS:
        assert [row[name] for row in found] == [row[name] for row in baseline]


def test_every_baseline_belongs_to_a_scenario():
    assert {path.stem for path in FOLDER.glob("*.csv")} - {"rules_numbers"} == set(scenarios())
