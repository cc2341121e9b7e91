"""A run plain, Mesa-stepped and compiled, and the floor under it; a march of ours and of SimPy's."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numba
import numpy as np
from simpy_march import march, way_of
from timing import each

from sim.chance import keyed
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine import compiled, loop
from sim.engine.history import run_one
from sim.engine.inputs import Inputs, load_inputs
from sim.ensembles.ensemble import ensemble
from sim.model import Offensive
from sim.parameters.parameter import Values

MANY, PLAIN, STEPPED = 4096, 40, 4


class Bench:
    """Runs of a scenario, parameters drawn from their priors as by `kidal run --runs`."""

    def __init__(self, scenario: str) -> None:
        """A scenario by name or path."""
        self.inputs: Inputs = load_inputs(scenario)
        self.seeds = replicate_seeds(1, np.arange(MANY))

    def values(self, index: int) -> Values:
        """The parameters of a run."""
        return self.inputs.parameters.draw(int(self.seeds[index]))

    def compiled(self) -> float:
        """Seconds a run on one thread: parameters drawn, milestones and outcomes as arrays."""
        template, draws = self.inputs.template, self.inputs.parameters.draws
        return each(lambda: ensemble(template, draws, self.seeds, spread=True, workers=1), MANY)

    def plain(self) -> float:
        """Seconds a run."""
        values = [self.values(i) for i in range(PLAIN)]

        def run() -> None:
            """All of them, one after the other."""
            for i in range(PLAIN):
                run_one(self.inputs.template, values[i], int(self.seeds[i]), spread=True)

        return each(run, PLAIN)

    def stepped(self) -> float:
        """Seconds a run of hourly steps, after the model is made."""
        loaded = self.inputs.loaded
        models = [Offensive(loaded, self.values(i), rng=1, replicate=i, spread=True) for i in range(STEPPED)]

        def run() -> None:
            """All of them, one after the other."""
            for model in models:
                while model.running:
                    model.step()

        return each(run, STEPPED)

    def work(self, runs: int = 100) -> tuple[float, float, float, int]:
        """Events, keyed draws and searches for the earliest agent a run, and the number of agents."""
        draws, events, searches = [0], 0, [0]
        mix, earliest = keyed.mix, loop.earliest

        def counting_mix(x: int) -> int:
            """`mix`, counted."""
            draws[0] += 1
            return mix(x)

        def counting_earliest(world: Any) -> int:
            """`earliest`, counted."""
            searches[0] += 1
            return earliest(world)

        with patch.object(keyed, "mix", counting_mix), patch.object(loop, "earliest", counting_earliest):
            for i in range(runs):
                world = run_one(self.inputs.template, self.values(i), int(self.seeds[i]), spread=True)
                events += world.run[0].log_length
        parameters = sum(row.kind != "fixed" for row in self.inputs.parameters.rows.values())
        return events / runs, draws[0] / 2 / runs + parameters, searches[0] / runs, len(world.wakes)


def floor_under(bench: Bench) -> Callable[[], float]:
    """A measure: seconds to draw and to search as often as a run does."""
    _, draws, searches, agents = bench.work()
    compiled.compiled(compiled._run_batch)  # tells Numba of the rules

    @numba.njit(nogil=True)  # type: ignore[untyped-decorator]
    def work(seeds: Any, keys: Any, draws: int, searches: int, wakes: Any) -> float:
        """Draw and search for each seed; the sum keeps the compiler from leaving that out."""
        total = 0.0
        for seed in seeds:
            for count in range(draws):
                total += keyed.uniform(seed, keys[count % len(keys)], 7, count)
            wakes[:] = 0.0
            for turn in range(searches):
                first, hour = 0, wakes[0]
                for agent in range(1, len(wakes)):
                    if wakes[agent] < hour:
                        first, hour = agent, wakes[agent]
                wakes[first] = hour + 1.0 + (turn * 7 + first * 3) % 11
            total += wakes[0]
        return total

    wakes, keys = np.zeros(agents), bench.inputs.template.world.marks["key"].copy()
    return lambda: each(lambda: work(bench.seeds, keys, round(draws), round(searches), wakes), MANY)


def marches(bench: Bench) -> dict[str, Callable[[], float]]:
    """Measures: seconds a march in SimPy, ours plain and ours compiled, all at the parameters' values."""
    inputs = bench.inputs
    way, values, count = way_of(inputs.template), inputs.parameters.values(), 400

    def theirs() -> None:
        """The marches in SimPy."""
        for seed in range(count):
            march(way, values, seed)

    def ours() -> None:
        """The same marches by the rules, plain."""
        for seed in range(count):
            run_one(inputs.template, values, seed)

    many = np.tile(bench.seeds, 10)
    return {
        "SimPy": lambda: each(theirs, count),
        "plain": lambda: each(ours, count),
        "compiled": lambda: each(lambda: ensemble(inputs.template, values, many, workers=1), len(many)),
    }
