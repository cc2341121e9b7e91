"""Simple temporal problems: points in time, least distances between them, and which labels contradict.

Times are whole milliseconds, so that nothing is lost by rounding. A bound may hold only because of its labels
(the ids of claims): it counts where all of them are kept. A point may be held to windows (daylight) besides;
as least distances and windows keep the later, and the earlier, of any two solutions, moving bounds until
nothing moves decides such a problem and gives the tightest interval of every point (Dechter, Meiri and Pearl
1991 have the problem without windows).
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

ORIGIN = ""
"""The point that stands at time 0."""
MOST_SETS, MOST_NODES = 60, 4_000
"""How many contradictory sets are listed of a part, and how many nodes of its tree are looked at."""

_SOURCE = "*"
_SLACK = 1000 * 24 * 3_600_000  # ms past the last bound: nothing is looked for beyond


class Bound(NamedTuple):
    """The point `end` comes `least` ms after `start` or later, if all the labels are kept."""

    start: str
    end: str
    least: int
    labels: frozenset[str] = frozenset()


class Window(NamedTuple):
    """When a point may lie: the first such moment at or after a time, and the last at or before it (ms)."""

    up: Callable[[int], int]
    down: Callable[[int], int]


@dataclass(frozen=True)
class Problem:
    """Bounds, the windows of points, and all labels in their order."""

    bounds: tuple[Bound, ...]
    windows: Mapping[str, Window]
    labels: tuple[str, ...]


OpenInterval = tuple[int | None, int | None]
"""Earliest and latest time of a point (ms); None: without bound."""


def contradiction(problem: Problem, labels: Collection[str]) -> frozenset[str] | None:
    """Labels among those kept that cannot hold together (not always the fewest), None if all can."""
    bounds = _tightest(problem.bounds, frozenset(labels))
    core = _negative_cycle(bounds)
    if core is None and problem.windows:
        _, core = _earliest(bounds, problem.windows)
    return core


def minimal(problem: Problem, labels: Collection[str]) -> frozenset[str]:
    """A smallest part of contradictory labels: without any one of it, it holds (deletion filter)."""
    left = frozenset(labels)
    for label in problem.labels:
        if label in left:
            less = contradiction(problem, left - {label})
            left = left if less is None else less
    return left


def contradictions(
    problem: Problem, most: int = MOST_SETS, nodes: int = MOST_NODES
) -> tuple[list[frozenset[str]], bool]:
    """The smallest contradictory sets of labels, and whether there may be more (Reiter 1987)."""
    every = frozenset(problem.labels)
    rank = {label: index for index, label in enumerate(problem.labels)}
    conflicts: list[frozenset[str]] = []
    waiting, seen = deque([frozenset[str]()]), {frozenset[str]()}
    while waiting and len(conflicts) < most and len(seen) < nodes:
        gone = waiting.popleft()
        here = next((known for known in conflicts if not known & gone), None)
        if here is None:
            core = contradiction(problem, every - gone)
            if core is None:
                continue
            here = minimal(problem, core)
            conflicts.append(here)
        for label in sorted(here, key=rank.__getitem__):
            if gone | {label} not in seen:
                seen.add(gone | {label})
                waiting.append(gone | {label})
    return conflicts, bool(waiting)


def irreducible(
    problem: Problem, sets: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> frozenset[str]:
    """Labels without which the problem holds, none of them in vain: for where sets are too many for `fewest`.

    Of each contradiction the label goes that is in most of the sets known, then of least weight, then last.
    """
    every, gone = frozenset(problem.labels), list[str]()
    rank = {label: index for index, label in enumerate(problem.labels)}
    often = {label: sum(label in known for known in sets) for label in problem.labels}
    while (core := contradiction(problem, every.difference(gone))) is not None:
        core_labels = minimal(problem, core)
        gone.append(max(core_labels, key=lambda label: (often[label], -weights[label], rank[label])))
    for label in list(gone):
        back = [other for other in gone if other != label]
        if contradiction(problem, every.difference(back)) is None:
            gone = back
    return frozenset(gone)


def fewest(
    sets: Sequence[frozenset[str]], order: Sequence[str], weights: Mapping[str, float]
) -> frozenset[str]:
    """The fewest labels that meet every set; of several such the least weight, then the last in order.

    Without them a problem holds whose contradictory sets these all are.
    """
    names = [label for label in order if any(label in item for item in sets)]
    if not names:
        return frozenset()
    worth = np.array([weights[name] for name in names])
    ones = np.ones(len(names))
    rules = [LinearConstraint(np.array([[float(n in item) for n in names] for item in sets]), lb=1.0)]
    count = round(_least(ones, rules, Bounds(0, 1)) or 0)
    rules.append(LinearConstraint(ones[None, :], lb=count, ub=count))
    least = _least(worth, rules, Bounds(0, 1)) or 0.0
    rules.append(LinearConstraint(worth[None, :], ub=least + 1e-6))
    low, high = np.zeros(len(names)), np.ones(len(names))
    for index in reversed(range(len(names))):
        low[index] = 1.0
        if _least(ones, rules, Bounds(low, high)) is None:
            low[index] = high[index] = 0.0
    return frozenset(name for name, taken in zip(names, low, strict=True) if taken)


def _least(cost: np.ndarray, rules: list[LinearConstraint], bounds: Bounds) -> float | None:
    """The least cost of whole numbers under rules, None if there are none."""
    result = milp(cost, integrality=np.ones(len(cost)), bounds=bounds, constraints=rules)
    return float(result.fun) if result.success else None


def implied(problem: Problem, labels: Collection[str]) -> dict[str, OpenInterval]:
    """The tightest interval of every point under labels that hold together."""
    bounds = _tightest(problem.bounds, frozenset(labels))
    lows, _ = _earliest(bounds, problem.windows)
    mirrored = [bound._replace(start=bound.end, end=bound.start) for bound in bounds]
    highs, _ = _earliest(mirrored, {point: _mirror(w) for point, w in problem.windows.items()})
    points = dict.fromkeys(point for bound in problem.bounds for point in (bound.start, bound.end))
    return {
        point: (lows[point][0] if point in lows else None, -highs[point][0] if point in highs else None)
        for point in points
        if point != ORIGIN
    }


def parts(problem: Problem) -> list[Problem]:
    """The problem in parts that have neither points nor labels in common, in the order of their labels."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for bound in problem.bounds:
        ends = [("point", end) for end in (bound.start, bound.end) if end != ORIGIN]
        nx.add_path(graph, [*ends, *(("label", label) for label in sorted(bound.labels))])
    number = {node: index for index, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    groups: dict[int, list[Bound]] = defaultdict(list)
    for bound in problem.bounds:
        groups[number["point", bound.end if bound.start == ORIGIN else bound.start]].append(bound)
    labels: dict[int, list[str]] = defaultdict(list)
    for label in problem.labels:
        if ("label", label) in number:
            labels[number["label", label]].append(label)
    return [replace(problem, bounds=tuple(groups[n]), labels=tuple(part)) for n, part in labels.items()]


# --- the two ways to decide ------------------------------------------------------------------------------


def _tightest(bounds: Iterable[Bound], labels: frozenset[str]) -> list[Bound]:
    """The bounds that hold by the labels kept, the tightest of each two points."""
    tightest: dict[tuple[str, str], Bound] = {}
    for bound in bounds:
        if bound.labels <= labels:
            pair = bound.start, bound.end
            if pair not in tightest or bound.least > tightest[pair].least:
                tightest[pair] = bound
    return list(tightest.values())


def _negative_cycle(bounds: Sequence[Bound]) -> frozenset[str] | None:
    """The labels of points that would each have to come after the other, None if there are none."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for bound in bounds:
        graph.add_edge(bound.start, bound.end, weight=-bound.least, labels=bound.labels)
    for point in list(graph):
        graph.add_edge(_SOURCE, point, weight=0, labels=frozenset[str]())
    if _SOURCE not in graph:
        return None
    try:
        nodes = nx.find_negative_cycle(graph, _SOURCE)
    except nx.NetworkXError:
        return None
    except nx.NetworkXUnbounded:  # there is one, but it was not traced
        return frozenset().union(*(bound.labels for bound in bounds))
    return frozenset().union(*(graph.edges[edge]["labels"] for edge in nx.utils.pairwise(nodes)))


def _earliest(
    bounds: Sequence[Bound], windows: Mapping[str, Window]
) -> tuple[dict[str, tuple[int, frozenset[str]]], frozenset[str] | None]:
    """The earliest time of each point and the labels behind it; and the labels of a contradiction, if any."""
    leaving: dict[str, list[Bound]] = defaultdict(list)
    for bound in bounds:
        leaving[bound.start].append(bound)
    limit = _SLACK + sum(abs(bound.least) for bound in bounds)
    times: dict[str, tuple[int, frozenset[str]]] = {ORIGIN: (0, frozenset())}
    waiting = deque([ORIGIN])
    while waiting:
        time, why = times[start := waiting.popleft()]
        for bound in leaving[start]:
            low, reason = time + bound.least, why | bound.labels
            low = windows[bound.end].up(low) if bound.end in windows else low
            if low > (0 if bound.end == ORIGIN else limit):
                return times, reason
            if bound.end not in times or low > times[bound.end][0]:
                times[bound.end] = low, reason
                waiting.append(bound.end)
    return times, None


def _mirror(window: Window) -> Window:
    """A window where time runs backwards."""
    return Window(lambda time: -window.down(-time), lambda time: -window.up(-time))
