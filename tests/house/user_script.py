"""A script as a user writes it. mypy reads it and never runs it: each line says of what type a public name is."""

from datetime import datetime
from typing import assert_type

import numpy as np

import kidal

scenario = kidal.load_scenario("gao-anefis", sets=["march_speed=9 km/h"])
assert_type(scenario, kidal.Inputs)
history = kidal.run(scenario, seed=7)
assert_type(history, kidal.History)
assert_type(history.milestones, dict[str, float])
assert_type(history.moment("anefis:capture"), datetime | None)
many = kidal.ensemble(scenario, 100, keep=2)
assert_type(many, kidal.Ensemble)
assert_type(many.runs, dict[str, np.ndarray])
swept = kidal.sweep(scenario, "mine-rate", out="out")
assert_type(swept, kidal.RunTables)
model = kidal.Offensive("gao-anefis", rng=1)
assert_type(model, kidal.Offensive)
assert_type(model.milestones(), dict[str, float])
assert_type(model.column("army").km, float)
