"""The likelihood of points of the parameters: a particle filter a point and scenario, on all cores."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from analysis.inference.smc import Proposals
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.console import tell
from sim.engine import compiled, particle_filter
from sim.maths.logarithm import log
from sim.state.world import World
from sim.studies.calibration import report_rows
from sim.studies.calibration.plan import Block, CalibrationPlan

TRIALS = 4
"""Runs by which a filter of the cache is tried."""
BATCH = 16
"""Points whose runs are drawn together; they bound the memory."""
_DRAW = key_of("filter", "draw")


class Likelihood:
    """What a plan's rows say of points; the same numbers on any number of workers."""

    def __init__(self, plan: CalibrationPlan, workers: int | None = None) -> None:
        """Have the filter compiled. Raises sim.engine.compiled.NotCompiled."""
        self.plan, self.workers = plan, workers or os.cpu_count() or 1
        for block in plan.blocks:
            _prepare(block)

    def __call__(
        self,
        proposals: Proposals,
        values: Mapping[str, np.ndarray],
        progress: Callable[[int, int], None] = lambda points, failed: None,
    ) -> np.ndarray:
        """The logs of each row's share at each point, (points, rows of the plan), in nats.

        `values` are the fitted parameters in h and km, each (points,); what is not fitted is drawn from its
        prior, run by run. Rows that are not asked for are nan, those of a point that is sure to be
        refused -inf. `progress` is told, by any thread, how many more points are weighed.
        """
        logs = np.full((len(proposals.keys), len(self.plan.rows)), np.nan)

        def fill(first: int) -> None:
            points = np.arange(first, min(first + BATCH, len(logs)))
            self._points(logs, proposals, values, points)
            progress(len(points), 0)

        with ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(fill, range(0, len(logs), BATCH)))  # so that what goes wrong is raised
        return logs

    def _points(
        self, logs: np.ndarray, proposals: Proposals, values: Mapping[str, np.ndarray], points: np.ndarray
    ) -> None:
        """Weigh some points into their rows, block by block, each until it is sure to be refused."""
        totals = np.zeros(len(points))
        for number, (block, stretch) in enumerate(zip(self.plan.blocks, self.plan.stretches, strict=True)):
            if not proposals.since <= block.enters <= proposals.module:
                continue
            shares = proposals.shares[stretch]
            logs[points, stretch] = -np.inf
            going = np.flatnonzero(totals >= proposals.least[points])
            keys = [mix(int(proposals.keys[point]) ^ number) for point in points[going]]
            histories = drawn_histories(block, {n: v[points[going]] for n, v in values.items()}, keys)
            for place, (seeds, records) in zip(going.tolist(), histories, strict=True):
                point = points[place]
                left = float(proposals.least[point]) - float(totals[place])
                logs[point, stretch] = _filtered(block, seeds, records, shares, left)
            counts = shares > 0.0
            totals += [float(logs[point, stretch][counts] @ shares[counts]) for point in points]


def _prepare(block: Block) -> None:
    """Have the filter compiled; one of the cache must give what plain rules give. Raises NotCompiled."""
    world, loop = block.inputs.template.world, compiled._run_filter
    compiled.prepare_filter(world, block.asks)
    if not compiled.was_loaded(loop) or agrees(block):
        return
    tell("the compiled filter of the cache gives other numbers than the plain one: compiling it anew")
    compiled.forget(loop)
    compiled.prepare_filter(world, block.asks)
    if not agrees(block):
        compiled.forget(loop)
        raise compiled.NotCompiled("the compiled filter gives other numbers than the plain one")


def agrees(block: Block) -> bool:
    """Whether the compiled filter gives for single runs what plain rules give, to the bit."""
    template, parameters = block.inputs.template, block.inputs.parameters
    needs = np.zeros((len(block.asks), 2))
    for seed in replicate_seeds(0, np.arange(TRIALS)):
        seeds = np.full((len(block.asks), 1), seed)
        filtered = compiled.run_filter(
            template.world,
            seeds,
            needs[:, 0],
            parameters.draws(seeds[0]),
            spread=True,
            asks=block.asks,
            needs=needs,
        )
        world = template.plain(parameters.draw(int(seed)), int(seed), spread=True)
        if _plain_logs(world, block.asks).tobytes() != filtered.logs.tobytes():
            return False
    return True


def _plain_logs(world: World, asks: np.ndarray) -> np.ndarray:
    """The logs of each row's share in one plain run; -inf from the first that is false."""
    logs = np.full(len(asks), -np.inf)
    for number, row in enumerate(asks):
        ask = report_rows.ask_of(row)
        particle_filter.seek(world, ask)
        share = particle_filter.probability(world, ask)
        if share <= 0.0:
            break
        logs[number] = log(share)
    return logs


def weigh(
    block: Block,
    values: Mapping[str, float],
    key: int,
    shares: np.ndarray | float = 0.0,
    least: float = -np.inf,
) -> np.ndarray:
    """The logs (rows,) of each row's share in runs of a scenario with some parameters set, in nats.

    When it is sure that the logs times `shares` (rows,) come to less than `least`, the rest are -inf. The
    `values` of the parameters are in h and km.
    """
    ((seeds, records),) = drawn_histories(block, {name: np.array([v]) for name, v in values.items()}, [key])
    return _filtered(block, seeds, records, shares, least)


def drawn_histories(
    block: Block, values: Mapping[str, np.ndarray], keys: Sequence[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The seeds (rows, runs) and the records of parameters (runs,) of some points' runs.

    `values` are what the points set, each (points,), in h and km; what they do not is drawn from its prior,
    for all points at once.
    """
    count = len(block.asks)
    numbers = np.arange(count * block.histories)
    seeds = [replicate_seeds(key, numbers).reshape(count, -1) for key in keys]
    parameters = block.inputs.parameters
    unset = replace(parameters, pinned=parameters.pinned | set(values))
    records = unset.draws(np.concatenate([of_point[0] for of_point in seeds] or [np.zeros(0, "u8")]))
    for name, column in values.items():
        records[name] = np.repeat(column, block.histories)
    return list(zip(seeds, records.reshape(len(keys), block.histories), strict=True))


def _filtered(
    block: Block, seeds: np.ndarray, records: np.ndarray, shares: np.ndarray | float, least: float
) -> np.ndarray:
    """The logs (rows,) of each row's share in runs, as `weigh` gives them."""
    factors = np.broadcast_to(np.asarray(shares, float), len(block.asks))
    still = np.append(np.cumsum((factors * block.ceilings)[::-1])[::-1][1:], 0.0)
    needs = np.column_stack([factors, least - still])
    offsets = uniforms(seeds[:, 0], _DRAW)
    world = block.inputs.template.world
    filtered = compiled.run_filter(world, seeds, offsets, records, spread=True, asks=block.asks, needs=needs)
    return filtered.logs
