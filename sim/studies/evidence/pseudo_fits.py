"""The fit of a plan on records that the model wrote itself, with known truths.

Truths are drawn from the prior, a run of each scenario gives the hours and numbers of the rows, and one
pseudo-record is written of them and fitted. Each fit is kept by a hash of what decides it, so what was
stopped goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from analysis.evidence.pseudo_records import window_starts, written
from analysis.evidence.record_rows import Windows, record_rows
from analysis.evidence.rows import JointRow
from analysis.inference.smc import Proposals, Settings, conclude
from analysis.tables.clock import horizon
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.engine import particle_filter
from sim.engine.inputs import Inputs
from sim.parameters.parameter import Values
from sim.state.rows import NEVER
from sim.studies.calibration import report_rows
from sim.studies.calibration.likelihood import Likelihood
from sim.studies.calibration.plan import Block, CalibrationPlan
from sim.studies.evidence.islands import kept, place_of, planned_with_record, rows_of


class PseudoRows(NamedTuple):
    """What is asked of the runs of a scenario: rows, and the windows of their false reports."""

    rows: tuple[JointRow, ...]
    windows: Windows


def pseudo_rows(inputs: Inputs, rows: Sequence[JointRow]) -> PseudoRows:
    """Some rows of a scenario with the windows of their false reports."""
    tables, record = planned_with_record(inputs)
    starts = window_starts(tables, record, rows)
    return PseudoRows(tuple(rows), Windows(starts=starts, end=horizon(tables)))


SETTINGS = Settings(first=900, points=300, last_moves=2.0, checked=4, repeats=6)
"""How a sample is taken: a tenth of the points of a fit."""


@dataclass(frozen=True, kw_only=True)
class FitPlan:
    """How many fits of pseudo-records, of so many points and runs a filter; the seed of them all.

    `runs` are at most those of the plan's own modules.
    """

    fits: int = 200
    runs: int = 60
    seed: int = 1
    settings: Settings = SETTINGS


class TruthRanks(NamedTuple):
    """Fits of pseudo-records: for each parameter the rank of the truth, the truth and the posterior's mean.

    All are (fits, parameters), the last two on the prior's standard normal scale. `noise` (fits,) is the
    variance of the log likelihood (nats^2).
    """

    names: tuple[str, ...]
    ranks: np.ndarray
    truths: np.ndarray
    means: np.ndarray
    noise: np.ndarray


def truth_ranks(
    plan: CalibrationPlan,
    size: FitPlan,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda fits, failed: None,
) -> TruthRanks:
    """Fit pseudo-records, or take fits that are kept. Raises sim.engine.compiled.NotCompiled."""
    scenarios = [pseudo_rows(block.inputs, _rows_of_block(block)) for block in plan.blocks]
    hashes = [str(sorted(block.inputs.hashes.items())) for block in plan.blocks]
    fits = []
    for number in range(size.fits):
        path = place_of(__name__, plan.text, *hashes, scenarios, replace(size, fits=0), number)
        fits.append(kept(path, lambda number=number: _fit(plan, scenarios, size, number, workers)))  # type: ignore[misc]
        progress(1, 0)
    table = np.array(fits)
    return TruthRanks(
        names=tuple(plan.sheet.parameters),
        ranks=table[:, 0],
        truths=table[:, 1],
        means=table[:, 2],
        noise=table[:, 3, 0],
    )


def _rows_of_block(block: Block) -> list[JointRow]:
    """The rows of a block in its order."""
    rows = {row.name: row for row in rows_of(block.inputs)}
    return [rows[name] for name in block.names]


def _fit(
    plan: CalibrationPlan, scenarios: Sequence[PseudoRows], size: FitPlan, number: int, workers: int | None
) -> np.ndarray:
    """One fit: ranks, truths, posterior means, and the noise (4, parameters)."""
    key = mix(size.seed ^ key_of("fit of a pseudo-record", str(number)))
    draws = replicate_seeds(key, np.arange(len(plan.sheet.parameters)))
    truth = ndtri(uniforms(draws, key_of("fit of a pseudo-record", "truth")))
    values = {name: float(value[0]) for name, value in plan.values(truth[None]).items()}
    blocks = [
        pseudo_block(block, scenario, values, seed=mix(key ^ place), runs=size.runs)
        for place, (block, scenario) in enumerate(zip(plan.blocks, scenarios, strict=True))
    ]
    pseudo = replace(plan, blocks=tuple(blocks))
    likelihood = Likelihood(pseudo, workers)

    def answer(proposals: Proposals) -> np.ndarray:
        return likelihood(proposals, pseudo.values(proposals.z))

    sample = conclude(pseudo.talk(key, size.settings), answer)
    ranks = (sample.z < truth).sum(axis=0)
    return np.array([ranks, truth, sample.z.mean(axis=0), np.full(len(truth), sample.noise.mean())])


def pseudo_block(block: Block, scenario: PseudoRows, values: Values, *, seed: int, runs: int) -> Block:
    """A block whose rows are what one run with some parameters has reported of it.

    What is not reported of a scenario is asked last, for it takes runs to the end.
    """
    inputs = block.inputs
    truths = run_truths(inputs, scenario, inputs.parameters.draw(seed) | values, seed)
    reports = written(scenario.rows, scenario.windows.starts, truths[None], np.array([seed], "u8"))
    rows = record_rows(reports, 0, scenario.windows)
    last = int(block.modules.max())
    unreported = np.isnan(reports.low[0])
    modules = np.where(unreported, last, block.modules)
    order = sorted(range(len(rows)), key=lambda at: (modules[at], unreported[at], rows[at].limit))
    return replace(
        block,
        histories=min(block.histories, runs),
        names=tuple(rows[at].name for at in order),
        asks=report_rows.rows_of([report_rows.of_row(inputs.template, rows[at]) for at in order]),
        modules=modules[order],
    )


def run_truths(inputs: Inputs, scenario: PseudoRows, values: Values, seed: int) -> np.ndarray:
    """What one plain run gives for rows (rows,): hours of milestones, numbers as the filter reads them."""
    world = inputs.template.plain(values, seed, spread=True)
    numbers = {}
    for place in sorted(range(len(scenario.rows)), key=lambda at: scenario.rows[at].ask != "displaced"):
        row = scenario.rows[place]
        ask = report_rows.of_row(inputs.template, row)
        if row.ask != "displaced":  # its hour and the number up to it, whenever that is
            ask.limit = scenario.windows.end
        particle_filter.seek(world, ask)
        if row.ask == "displaced":
            numbers[place] = particle_filter.displaced(world, ask.outcome)
        elif row.ask == "strikes":
            numbers[place] = particle_filter.strikes(world, ask)
        else:
            hour = world.milestones[ask.milestone].hour
            numbers[place] = np.inf if hour == NEVER else hour
    return np.array([numbers[place] for place in range(len(scenario.rows))])
