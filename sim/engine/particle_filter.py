"""How probable a sequence of reports is: histories run from report to report, weighed, drawn again, run on.

A particle filter over milestones. Each of some histories runs to what a report is about, and is weighed by
the probability of the report; where few weigh much, histories are drawn again by their weights, and clones
go on with luck of their own (sim.engine.branch). The product of the mean weights is an unbiased estimate of
the probability of all reports together (Del Moral 2004; Andrieu, Doucet and Holenstein 2010).

Written like a rule, and compiled with them.
"""

import math
from dataclasses import dataclass
from typing import Any

from sim.engine import branch
from sim.engine.loop import advance, advance_to
from sim.maths.error_function import erf
from sim.maths.logarithm import log
from sim.rules import setup
from sim.state.rows import NEVER
from sim.state.world import World

ASK_HOUR, ASK_SILENCE, ASK_STRIKES, ASK_DISPLACED = range(4)
REACH = 6.0
"""Blurs beyond its interval after which a report of an hour is as good as impossible."""
UNEVEN = 2.0
"""How uneven weights may be: histories to effective ones, before they are drawn again."""


@dataclass(slots=True, kw_only=True)
class Ask:
    """A report: what a history is run to, and how probable the report is there.

    `low` to `high` are h since the start or the milestone `since` (-1: none), or a number. A history is run
    no further than `limit` (h). `flat` is the probability of a false report.
    """

    kind: int
    milestone: int
    since: int
    column: int
    low: float
    high: float
    blur: float  # h
    weight: float
    flat: float
    limit: float  # h


def seek(world: World, ask: Any) -> None:
    """Run a history on until it is known how probable a report is."""
    if ask.kind == ASK_DISPLACED or (ask.kind == ASK_STRIKES and ask.milestone < 0):
        advance(world, ask.limit)
        return
    limit = ask.limit
    if ask.since >= 0:
        advance_to(world, ask.since, limit)
        limit = min(limit, world.milestones[ask.since].hour + ask.high + REACH * ask.blur)
    elif ask.kind == ASK_HOUR:
        limit = min(limit, ask.high + REACH * ask.blur)
    advance_to(world, ask.milestone, limit)


def probability(world: World, ask: Any) -> float:
    """How probable a report is in a history that was run to it."""
    return float(ask.weight * truth(world, ask) + (1.0 - ask.weight) * ask.flat)


def truth(world: World, ask: Any) -> float:
    """How probable the report is if it is true: of a number 1 or 0, of an hour by how closely it is dated."""
    if ask.kind == ASK_STRIKES:
        return inside(float(world.columns[ask.column].mine_reports), ask.low, ask.high)
    if ask.kind == ASK_DISPLACED:
        return inside(displaced(world), ask.low, ask.high)
    hour = world.milestones[ask.milestone].hour
    if ask.since >= 0:
        start = world.milestones[ask.since].hour
        if start == NEVER:
            return 0.0
        hour -= start
    if ask.kind == ASK_SILENCE:
        return 1.0 if hour > ask.high else 0.0
    if hour == NEVER:
        return 0.0
    if ask.blur <= 0.0:
        return inside(hour, ask.low, ask.high)
    width = ask.blur * math.sqrt(2.0)
    return 0.5 * (erf((ask.high - hour) / width) - erf((ask.low - hour) / width))


def displaced(world: World) -> float:
    """How many people have left their towns."""
    left = 0.0
    for town in world.towns:
        left += town.departures
    return left


def ceiling(ask: Any) -> float:
    """The most that a report's probability can be in any history: the middle of its interval."""
    most = 1.0
    if ask.kind == ASK_HOUR and ask.blur > 0.0:
        most = erf(0.5 * (ask.high - ask.low) / (ask.blur * math.sqrt(2.0)))
    return float(ask.weight * most + (1.0 - ask.weight) * ask.flat)


def inside(number: float, low: float, high: float) -> float:
    """1 for a number from low to high, else 0."""
    return 1.0 if low <= number <= high else 0.0


def draw_again(weights: Any, u: float, picks: Any) -> None:
    """Systematic resampling: `picks` are indices drawn by weights (which add to 1), with one uniform."""
    count = len(weights)
    reached, at = weights[0], 0
    for i in range(count):
        while reached < (i + u) / count and at + 1 < count:
            at += 1
            reached += weights[at]
        picks[i] = at


def run_filter(
    world: Any,
    fresh: Any,
    scratch: Any,
    memory: Any,
    seeds: Any,
    offsets: Any,
    parameters: Any,
    spread: bool,
    asks: Any,
    needs: Any,
    weights: Any,
    indices: Any,
    logs: Any,
) -> None:
    """Run histories through all reports; `logs` get the log of each report's mean weight (nats).

    `scratch` is the memory of the world's tables, `fresh` that before any run; `memory[0]` and `memory[1]`
    have a row of such memory a history. `parameters` have a record for each, which its clones keep.
    `seeds[report][history]` is the luck with which a clone goes on, `offsets[report]` the uniform number of a
    draw. `weights` and `indices` are room to work in: a number a history, and three. It ends, -inf from there
    on, at a report that no history bears out, or when the logs so far, each times `needs[report][0]`, come to
    less than `needs[report][1]`.
    """
    picks, roots, spare = indices[0], indices[1], indices[2]
    here, there = memory[0], memory[1]
    for i in range(len(here)):
        weights[i] = 1.0 / len(here)
        picks[i] = roots[i] = i
    drawn, reached = False, 0.0
    for k in range(len(asks)):
        total = 0.0
        for i in range(len(here)):
            world.parameters[0] = parameters[roots[i]]
            if k == 0:
                start(world, fresh, scratch, seeds[0][i], spread)
            else:
                copy(here[picks[i]], scratch)
            if drawn:
                branch.fork(world, seeds[k][i])
            seek(world, asks[k])
            weights[i] *= probability(world, asks[k])
            total += weights[i]
            copy(scratch, there[i])
        logs[k] = log(total) if total > 0.0 else -NEVER
        reached += needs[k][0] * logs[k] if needs[k][0] > 0.0 else 0.0
        if total <= 0.0 or reached < needs[k][1]:
            logs[k + 1 :] = -NEVER
            return
        here, there = there, here
        drawn = even_out(weights, total, offsets[k], picks)
        if drawn:
            follow(picks, roots, spare)


def start(world: World, fresh: Any, scratch: Any, seed: Any, spread: bool) -> None:
    """Open a history in the memory of a world."""
    copy(fresh, scratch)
    world.run[0].seed = seed
    world.run[0].spread = spread
    setup.open_run(world)


def even_out(weights: Any, total: float, u: float, picks: Any) -> bool:
    """Let weights add to 1; where few of them count, draw again by them. Returns whether it was drawn."""
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


def follow(picks: Any, roots: Any, spare: Any) -> None:
    """Clones keep the root of what they are clones of."""
    for i in range(len(picks)):
        spare[i] = roots[picks[i]]
    for i in range(len(picks)):
        roots[i] = spare[i]


def copy(source: Any, target: Any) -> None:
    """Copy the memory of a world."""
    for k in range(len(source)):
        target[k] = source[k]
