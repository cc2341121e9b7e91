"""A script as a user writes it. mypy reads it and never runs it: each line says of what type a public name is."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_type

import numpy as np
from matplotlib.figure import Figure

import kidal

scenario = kidal.load_scenario("gao-anefis", sets=["march_speed=9 km/h"])
assert_type(scenario, kidal.Inputs)
one = kidal.run(scenario, seed=7)
assert_type(one, kidal.Run)
assert_type(one.milestones, dict[str, float])
assert_type(one.moment("anefis:capture"), datetime | None)
many = kidal.ensemble(scenario, 100, keep=2)
assert_type(many, kidal.Result)
assert_type(many.runs, Mapping[str, np.ndarray])
assert_type(many.summary(), str)
assert_type(many.plot("map"), Figure)
swept = kidal.sweep(scenario, "mine-rate", out="out")
assert_type(swept.at(0), kidal.Result)
both = kidal.compare([many, kidal.read_run("out")])
assert_type(both, kidal.Comparison)
assert_type(both.plot("paired"), Figure)
assert_type(one.plot("map"), Figure)
assert_type(kidal.why(many, "anefis"), kidal.CommandAnswer)
pair = kidal.whatif("base", "no-mines", runs=10)
assert_type(pair, kidal.PairedAnswer)
assert_type(pair.plot(), Figure)
assert_type(pair.results[0], kidal.Result)
assert_type(str(kidal.audit(speed="20 km/h")), str)
model = kidal.Offensive("gao-anefis", rng=1)
assert_type(model, kidal.Offensive)
assert_type(model.milestones(), dict[str, float])
assert_type(model.column("army").km, float)
