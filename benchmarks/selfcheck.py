"""Simulation-based calibration: truths of the prior, reports that the model made of them, fits of these.

`python benchmarks/selfcheck.py [FITS]`. Over many fits the rank of a truth among the points of its posterior
is uniform (Talts and others 2018), if filter, sampler and model agree. Reduced: one scenario (the UN's
column), three arrivals, five parameters, 50 runs a filter, 100 points.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import scipy

from analysis.inference.smc import Proposals, Settings, conclude
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms
from sim.engine.history import run_one
from sim.engine.inputs import load_inputs
from sim.engine.particle_filter import ASK_HOUR, Ask
from sim.state.rows import NOWHERE
from sim.studies.calibration.likelihood import Likelihood
from sim.studies.calibration.plan import Block, CalibrationPlan, ModuleSheet, PlanSheet
from sim.studies.calibration.report_rows import rows_of

SCENARIO = "un-kidal-gao"
PARAMETERS = ("march_speed", "march_hours", "mine_rate", "mine_halt", "contact_pace")
REPORTED = ("anefis:arrival", "tarkint:arrival", "gao:arrival")
"""What is reported, in order of time."""
REPORT_HOURS, BLUR, WEIGHT, WINDOW = 8.0, 2.0, 0.85, 480.0  # h, h, -, h


@dataclass(frozen=True)
class Fit:
    """A fit of made-up reports: truth and points on the prior's own scale (standard normal), and ranks.

    `ranks` are the numbers of points below the truth, one a parameter; all lie from 0 to the number of
    points.
    """

    truth: np.ndarray
    z: np.ndarray
    noise: float

    @property
    def ranks(self) -> np.ndarray:
        """The ranks of the truth."""
        found: np.ndarray = (self.z < self.truth).sum(axis=0)
        return found


def fits(count: int, seed: int, settings: Settings, histories: int = 50) -> Iterator[Fit]:
    """Fits of so many made-up records."""
    for number in range(count):
        key = mix(seed ^ key_of("selfcheck", str(number)))
        draws = uniforms(replicate_seeds(key, np.arange(len(PARAMETERS))), key_of("selfcheck", "truth"))
        truth = scipy.special.ndtri(draws)
        plan = plan_of(truth, key, histories)
        found = conclude(plan.talk(key, settings), _answer(plan))
        yield Fit(truth, found.z, float(found.noise.mean()))


def _answer(plan: CalibrationPlan) -> Callable[[Proposals], np.ndarray]:
    """What answers the proposals of a fit: their log likelihoods by a plan."""
    likelihood = Likelihood(plan)
    return lambda proposals: likelihood(proposals, plan.values(proposals.z))


def plan_of(truth: np.ndarray, key: int, histories: int) -> CalibrationPlan:
    """A plan that reads the reports of one run with the true parameters."""
    inputs = load_inputs(SCENARIO)
    module = ModuleSheet.model_construct(id="march", histories=histories, reads={SCENARIO: list(REPORTED)})
    sheet = PlanSheet.model_construct(
        summary="made up", source="made up", parameters=list(PARAMETERS), spends=(), modules=[module]
    )
    empty = Block(
        inputs=inputs,
        histories=histories,
        names=REPORTED,
        asks=np.zeros(0),
        modules=np.zeros(len(REPORTED), int),
    )
    plan = CalibrationPlan(name="selfcheck", sheet=sheet, text="", blocks=(empty,))
    values = inputs.parameters.draw(key) | {n: float(v[0]) for n, v in plan.values(truth[None]).items()}
    world = run_one(inputs.template, values, key, spread=True)
    hours = {name: m.hour for name, m in zip(inputs.template.milestones, world.milestones, strict=True)}
    asks = [_reported(list(inputs.template.milestones), hours, row, key) for row in REPORTED]
    block = Block(
        inputs=inputs,
        histories=histories,
        names=REPORTED,
        asks=rows_of(asks),
        modules=np.zeros(len(REPORTED), int),
    )
    return CalibrationPlan(name="selfcheck", sheet=sheet, text="", blocks=(block,))


def _reported(known: list[str], hours: dict[str, float], row: str, key: int) -> Ask:
    """A report of an hour: the bin it falls in with its blur; if it is false, any bin of the window."""
    draws = uniforms(
        replicate_seeds(mix(key ^ key_of("selfcheck", row)), np.arange(3)), key_of("selfcheck", "u")
    )
    at = hours[row] + BLUR * scipy.special.ndtri(draws[0]) if draws[1] < WEIGHT else WINDOW * draws[2]
    at = at if np.isfinite(at) else WINDOW * draws[2]  # what never came within a month is reported falsely
    low = REPORT_HOURS * np.floor(at / REPORT_HOURS)
    limit = 24.0 * 30.0
    return Ask(
        kind=ASK_HOUR,
        milestone=known.index(row),
        column=NOWHERE,
        low=low,
        high=low + REPORT_HOURS,
        blur=BLUR,
        weight=WEIGHT,
        false=REPORT_HOURS / WINDOW,
        limit=limit,
    )


def evenness(replications: list[Fit], bins: int = 8) -> dict[str, float]:
    """The p-value of even ranks, a parameter (chi-square over bins)."""
    ranks, points = np.array([one.ranks for one in replications]), len(replications[0].z)
    return {
        name: float(
            scipy.stats.chisquare(np.histogram(ranks[:, i], bins=bins, range=(0, points + 1))[0]).pvalue
        )
        for i, name in enumerate(PARAMETERS)
    }


REDUCED = Settings(first=300, points=100, moves=1.5, last_moves=4.0, checked=4, repeats=6)


def main(count: int) -> None:
    """Fit so many made-up records and print how even the ranks of the truths are."""
    began = perf_counter()
    found = list(fits(count, 1, REDUCED))
    seconds = perf_counter() - began
    even = evenness(found)
    print(f"{count} fits in {seconds / 60.0:.1f} minutes; 20 p-values in 100 lie below 0.2 if ranks are even")
    for i, name in enumerate(PARAMETERS):
        ranks = np.array([one.ranks[i] for one in found])
        inside = np.mean((ranks >= 5) & (ranks <= 95))
        left = np.mean([one.z[:, i].var() for one in found])
        print(
            f"{name:14} p = {even[name]:.3f}, truth in the middle 90 %: {inside:.2f}, "
            f"variance left {left:.2f}"
        )
    print(f"variance of the log likelihood {np.mean([one.noise for one in found]):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
