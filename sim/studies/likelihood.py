"""The likelihood of points of the parameters: a particle filter a point and scenario, on all cores."""

import os
from collections.abc import Mapping
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
from sim.studies import report_rows
from sim.studies.calibration_plan import Block, CalibrationPlan

TRIALS = 4
"""Histories by which a filter of the cache is tried."""
_DRAW = key_of("filter", "draw")


class Likelihood:
    """What a plan's rows say of points; the same numbers on any number of workers."""

    def __init__(self, plan: CalibrationPlan, workers: int | None = None) -> None:
        """Have the filter compiled. Raises sim.engine.compiled.NotCompiled."""
        self.plan, self.workers = plan, workers or os.cpu_count() or 1
        for block in plan.blocks:
            _prepare(block)

    def __call__(self, proposals: Proposals, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """The logs of each row's share at each point, (points, rows of the plan), in nats.

        `values` are the fitted parameters in h and km, each (points,); what is not fitted is drawn from its
        prior, history by history. Rows that are not asked for are nan, those of a point that is sure to be
        refused -inf.
        """
        logs = np.full((len(proposals.keys), len(self.plan.rows)), np.nan)

        def fill(point: int) -> None:
            of_point = {name: column[point] for name, column in values.items()}
            self._point(logs[point], proposals, of_point, point)

        with ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(fill, range(len(logs))))  # so that what goes wrong is raised
        return logs

    def _point(self, row: np.ndarray, proposals: Proposals, values: Mapping[str, float], point: int) -> None:
        """Weigh one point, block by block, until it is sure to be refused."""
        key, least, total = int(proposals.keys[point]), float(proposals.least[point]), 0.0
        for number, (block, stretch) in enumerate(zip(self.plan.blocks, self.plan.stretches, strict=True)):
            if proposals.since <= block.enters <= proposals.module:
                shares, row[stretch] = proposals.shares[stretch], -np.inf
                if total >= least:
                    row[stretch] = weigh(block, values, mix(key ^ number), shares, least - total)
                total += float(row[stretch][shares > 0.0] @ shares[shares > 0.0])


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
    """Whether the compiled filter gives for single histories what plain rules give, to the bit."""
    template, parameters = block.inputs.template, block.inputs.parameters
    needs = np.zeros((len(block.asks), 2))
    for seed in replicate_seeds(0, np.arange(TRIALS)):
        seeds = np.full((len(block.asks), 1), seed)
        logs = compiled.run_filter(
            template.world,
            seeds,
            needs[:, 0],
            parameters.draws(seeds[0]),
            spread=True,
            asks=block.asks,
            needs=needs,
        )
        world = template.plain(parameters.draw(int(seed)), int(seed), spread=True)
        if _plain_logs(world, block.asks).tobytes() != logs.tobytes():
            return False
    return True


def _plain_logs(world: World, asks: np.ndarray) -> np.ndarray:
    """The logs of each row's share in one history that is run plain; -inf from the first that is false."""
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
    """The logs (rows,) of each row's share in histories of a scenario with some parameters set, in nats.

    When it is sure that the logs times `shares` (rows,) come to less than `least`, the rest are -inf. The
    `values` of the parameters are in h and km.
    """
    count = len(block.asks)
    factors = np.broadcast_to(np.asarray(shares, float), count)
    still = np.append(np.cumsum((factors * block.ceilings)[::-1])[::-1][1:], 0.0)
    needs = np.column_stack([factors, least - still])
    seeds = replicate_seeds(key, np.arange(count * block.histories)).reshape(count, -1)
    parameters = block.inputs.parameters
    records = replace(parameters, pinned=parameters.pinned | set(values)).draws(seeds[0])
    for name, value in values.items():
        records[name] = value
    offsets = uniforms(seeds[:, 0], _DRAW)
    world = block.inputs.template.world
    return compiled.run_filter(world, seeds, offsets, records, spread=True, asks=block.asks, needs=needs)
