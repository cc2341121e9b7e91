"""How probable a sequence of reports is: runs go from report to report, weighed, drawn again, run on.

A particle filter over milestones. Each of some runs goes to what a report is about, and is weighed by
the probability of the report; where few weigh much, runs are drawn again by their weights, and clones
go on with luck of their own (sim.engine.branch). The product of the mean weights is an unbiased estimate of
the probability of all reports together (Del Moral 2004; Andrieu, Doucet and Holenstein 2010).

Written like a rule, and compiled with them.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.engine import branch
from sim.engine.loop import advance, advance_to
from sim.engine.outcomes import DISPLACED_TO_BORDER
from sim.maths.error_function import erf
from sim.maths.logarithm import log
from sim.rules import setup
from sim.state.rows import NEVER
from sim.state.world import Array, World

ASK_HOUR, ASK_SILENCE, ASK_STRIKES, ASK_DISPLACED = range(4)
UNEVEN = 2.0
"""How uneven weights may be: runs to effective ones, before they are drawn again."""


@dataclass(slots=True, kw_only=True)
class Ask:
    """A report: where a run is taken to, and how probable the report is there.

    `low` to `high` are h since the start, or a number: of strikes up to a milestone, or of people at the hour
    `limit`. A run is taken no further than `limit` (h). A false report reads so with probability `false`.
    `outcome` is the place in sim.store.schema.OUTCOMES of what a number is of (-1: no number).
    """

    kind: int
    outcome: int
    milestone: int
    column: int
    low: float
    high: float
    blur: float  # h
    weight: float
    false: float
    limit: float  # h


def seek(world: World, ask: Ask) -> None:
    """Run a run on until it is known how probable a report is."""
    if ask.kind == ASK_DISPLACED:
        advance(world, ask.limit)
    else:
        advance_to(world, ask.milestone, ask.limit)


def probability(world: World, ask: Ask) -> float:
    """How probable a report is in a run that was taken to it."""
    return float(ask.weight * truth(world, ask) + (1.0 - ask.weight) * ask.false)


def truth(world: World, ask: Ask) -> float:
    """How probable the report is if it is true: of a number 1 or 0, of an hour by how closely it is dated."""
    if ask.kind == ASK_STRIKES:
        return inside(strikes(world, ask), ask.low, ask.high)
    if ask.kind == ASK_DISPLACED:
        return inside(displaced(world, ask.outcome), ask.low, ask.high)
    hour = world.milestones[ask.milestone].hour
    if ask.kind == ASK_SILENCE:
        return 1.0 if hour > ask.high else 0.0
    if hour == NEVER:
        return 0.0
    if ask.blur <= 0.0:
        return inside(hour, ask.low, ask.high)
    width = ask.blur * math.sqrt(2.0)
    return 0.5 * (erf((ask.high - hour) / width) - erf((ask.low - hour) / width))


def strikes(world: World, ask: Ask) -> float:
    """The reported strikes on a column up to a milestone; those so far where that has not come."""
    milestone = world.milestones[ask.milestone]
    if milestone.hour < NEVER:
        return float(milestone.mine_reports)
    return float(world.columns[ask.column].mine_reports)


def displaced(world: World, outcome: int) -> float:
    """How many people have left their towns; of them, where that is asked, who set out for a border."""
    left = 0.0
    for town in world.towns:
        left += town.border_departures if outcome == DISPLACED_TO_BORDER else town.departures
    return left


def ceiling(ask: Ask) -> float:
    """The most that a report's probability can be in any history: the middle of its interval."""
    most = 1.0
    if ask.kind == ASK_HOUR and ask.blur > 0.0:
        most = erf(0.5 * (ask.high - ask.low) / (ask.blur * math.sqrt(2.0)))
    return float(ask.weight * most + (1.0 - ask.weight) * ask.false)


def inside(number: float, low: float, high: float) -> float:
    """1 for a number from low to high, else 0."""
    return 1.0 if low <= number <= high else 0.0


def draw_again(weights: Array, u: float, picks: Array) -> None:
    """Systematic resampling: `picks` (n,) are drawn by `weights` (n,), which add to 1, with one uniform."""
    count = len(weights)
    reached, at = weights[0], 0
    for i in range(count):
        while reached < (i + u) / count and at + 1 < count:
            at += 1
            reached += weights[at]
        picks[i] = at


class Reports(NamedTuple):
    """The reports that clones are run to, each with what it takes and gives."""

    asks: Any  # [report]: rows of Ask
    offsets: Any  # [report]: the uniform number of its draw
    needs: Any  # [report][2]: a factor, and what the logs so far must come to, each times its factor
    logs: Any  # [report]: gets the log of its mean weight (nats)


class Clones(NamedTuple):
    """Clones that are run from report to report, and what they have; memory is in words of 64 bits."""

    spread: bool  # whether what a scenario gives as a range is drawn

    fresh: Any  # [word]: memory of a world's tables and parameters before any run
    scratch: Any  # [word]: that of the world in which they are run
    values: Any  # [parameter]: of the world in which they are run, as numbers
    memory: Any  # [2][history][word]: theirs before and after a report, turn by turn
    seeds: Any  # [report][history]: the luck with which a clone goes on
    parameters: Any  # [history]: a record, with which it begins
    late: Any  # [report][history][late]: what a clone has of the parameters that no rule has read
    places: Any  # [late]: where those stand among the parameters
    openers: Any  # [late]: what opens them
    weights: Any  # [history]: they begin alike and add to 1
    picks: Any  # [history]: whose clone it is, at first its own
    roots: Any  # [2][history]: which of the first ones it comes from, at first itself; and room to work in


def run_filter(world: World, histories: Clones, reports: Reports) -> None:
    """Take runs through all reports; the log of each one's mean weight (nats) goes to `reports.logs`.

    It ends, -inf from there on, at a report that no run bears out, or whose needs the logs do not meet.
    """
    logs, needs = reports.logs, reports.needs
    begin(world, histories)
    forks, reached = False, 0.0
    for k in range(len(reports.asks)):
        total = run_on(world, histories, k, reports.asks[k], forks)
        logs[k] = log(total) if total > 0.0 else -NEVER
        reached += needs[k][0] * logs[k] if needs[k][0] > 0.0 else 0.0
        if total <= 0.0 or reached < needs[k][1]:
            logs[k + 1 :] = -NEVER
            return
        forks = even_out(histories.weights, total, reports.offsets[k], histories.picks)
        if forks:
            follow(histories.picks, histories.roots[0], histories.roots[1])


def begin(world: World, histories: Clones) -> None:
    """Open each run."""
    for i in range(len(histories.weights)):
        copy(histories.fresh, histories.scratch)
        world.parameters[0] = histories.parameters[i]  # type: ignore[index]
        world.run[0].seed = histories.seeds[0][i]
        world.run[0].spread = histories.spread
        setup.open_run(world)
        copy(histories.scratch, histories.memory[0][i])


def run_on(world: World, histories: Clones, k: int, ask: Ask, forks: bool) -> float:
    """Run each run to the k-th report and weigh it, those that were drawn again with other draws.

    Returns the sum of the weights.
    """
    here, there, total = histories.memory[k % 2], histories.memory[1 - k % 2], 0.0
    for i in range(len(histories.weights)):
        copy(here[histories.picks[i]], histories.scratch)
        if forks:
            branch.draw_late(
                world, histories.values, histories.late[k][i], histories.places, histories.openers
            )
            branch.fork(world, histories.seeds[k][i])
        seek(world, ask)
        histories.weights[i] *= probability(world, ask)
        total += histories.weights[i]
        copy(histories.scratch, there[i])
    return total


def even_out(weights: Array, total: float, u: float, picks: Array) -> bool:
    """Let weights (n,) add to 1; where few of them count, draw again by them. Returns whether it did."""
    count, squares = len(weights), 0.0
    for i in range(count):
        weights[i] /= total
        squares += weights[i] * weights[i]
        picks[i] = i
    if squares * count <= UNEVEN:
        return False
    draw_again(weights, u, picks)
    for i in range(count):
        weights[i] = 1.0 / count
    return True


def follow(picks: Array, roots: Array, spare: Array) -> None:
    """Clones keep the root of what they are clones of; each (n,), `spare` is room to work in."""
    copy(roots, spare)
    for i in range(len(picks)):
        roots[i] = spare[picks[i]]


def copy(source: Array, target: Array) -> None:
    """Copy memory, word by word; of (n,) each."""
    for k in range(len(source)):
        target[k] = source[k]
