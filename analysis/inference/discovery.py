"""Scenario discovery: a box in a few parameters in which an outcome is frequent, by patient rule induction.

Friedman and Fisher, Statistics and Computing 9, 123 (1999); as a search for scenarios Bryant and Lempert,
Technological Forecasting and Social Change 77, 34 (2010). A box is found in one half of the cases and judged
by the other, so that no number that is given of it owes anything to the search. A case is a run, or a design
point; its outcome is 0 or 1, or the share of the point's runs that have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import replicate_seeds, uniforms

PEELED = 0.05
"""The share of a box's cases that a step takes away at one end of one parameter."""
REFINED = 0.01
"""The share of its cases over which an end of the chosen box is moved at a time."""
LEAST_MASS = 0.05
"""The share of all cases that a box holds at least."""
LEAST_CASES = 100
"""Cases without which nothing is looked for."""
BOX_LEVEL, RESTRICTION_LEVEL = 0.01, 0.05
"""The chance below which a box is one, and below which a restriction stays in the search."""
STABILITY_RESAMPLES, RESAMPLED_CASES = 20, 5000
"""How often the search is repeated, each time on half of its cases, and on so many at most."""


@dataclass(frozen=True, kw_only=True)
class Cases:
    """What is searched: parameters `x` (cases, parameters) in their units, the outcome `y` (cases,), 0 to 1.

    `noun` says what a case is, `left_out` which factors are moved by words and not looked at.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    noun: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParameterBox:
    """Ends of the parameters (parameters,), both outside it; infinite where it is not restricted."""

    low: np.ndarray
    high: np.ndarray

    def inside(self, x: np.ndarray) -> np.ndarray:
        """Which cases (cases, parameters) are in it, (cases,)."""
        return np.asarray(((x > self.low) & (x < self.high)).all(axis=1))

    @property
    def restricted(self) -> np.ndarray:
        """The numbers of the parameters that it restricts, (restricted,)."""
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))

    def without(self, parameter: int) -> "ParameterBox":
        """The box with one parameter free."""
        low, high = self.low.copy(), self.high.copy()
        low[parameter], high[parameter] = -np.inf, np.inf
        return ParameterBox(low, high)


@dataclass(frozen=True, kw_only=True)
class MeasuredBox:
    """A box by the half that judges: coverage, density and mass are shares (0 to 1).

    Coverage is of the cases with the outcome, mass of all cases; density is the share of the box's cases that
    have the outcome; `chance` that as many cases drawn at random would have such a density.
    """

    box: ParameterBox
    restricted: int
    coverage: float
    density: float
    mass: float
    chance: float


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """A parameter of a box: its ends (infinite where free), and the 5 to 95 % of all cases, in its unit.

    `chance` is the quasi-p-value: that cases drawn at random from the box without this restriction would have
    the box's density. `stability` is the share of repeated searches that restrict it.
    """

    parameter: str
    unit: str
    low: float
    high: float
    all_low: float
    all_high: float
    chance: float
    stability: float


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What came of a search: the best box, its parameters, and the trade-off; none if it may be chance.

    `base` is the share of all cases that have the outcome; `cases` how many there are.
    """

    base: float
    cases: int
    best: MeasuredBox
    is_box: bool
    restrictions: tuple[Restriction, ...]
    curve: tuple[MeasuredBox, ...]


def discover(cases: Cases, most: int = 3) -> Discovery:
    """The box of some parameters, restricting so many at most, in which an outcome is frequent.

    Which parameters are restricted, and which box is chosen, is decided by one half of the cases: the box
    with the most outcomes beyond what its size would have on average. It is none if that may be chance in the
    other half: if as many cases drawn from it at random have its density in one of a hundred draws or more.
    """
    x, y = cases.x, cases.y
    searched = halves(len(y))
    parameters = _selected(x[searched], y[searched], most)
    path = _peeled(x[searched], y[searched], parameters)
    best = _refined(x[searched], y[searched], _best(x[searched], y[searched], path))
    judge = x[~searched], y[~searched]
    chosen = measured(*judge, best)
    is_box = chosen.restricted > 0 and chosen.chance < BOX_LEVEL
    return Discovery(
        base=float(y.mean()),
        cases=len(y),
        best=chosen,
        is_box=is_box,
        restrictions=_restrictions(cases, chosen.box, most) if is_box else (),
        curve=tuple(measured(*judge, box) for box in path) if is_box else (),
    )


def halves(cases: int) -> np.ndarray:
    """Which of some cases (cases,) are searched, by keyed draws; the others judge."""
    return _drawn(cases, cases // 2, "half")


def _drawn(cases: int, count: int, what: str, draw: int = 0) -> np.ndarray:
    """A mask (cases,) of so many of them, drawn without replacement."""
    draws = uniforms(replicate_seeds(key_of("discover", what), np.arange(cases)), key_of("draw", str(draw)))
    mask = np.zeros(cases, bool)
    mask[np.argsort(draws, kind="stable")[:count]] = True
    return mask


# --- the search --------------------------------------------------------------------------------------------


def _selected(x: np.ndarray, y: np.ndarray, most: int) -> np.ndarray:
    """The parameters that the best box of all of them cannot do without, so many at most.

    Those that it loses least by go first, until all that stay do more than chance.
    """
    box = _best(x, y, _peeled(x, y, np.arange(x.shape[1])))
    while len(parameters := box.restricted):
        free = [box.without(parameter) for parameter in parameters]
        weakest = int(np.argmax([gain(x, y, one) for one in free]))
        chance = restriction_chance(x, y, box, int(parameters[weakest]))
        if len(parameters) <= most and chance < RESTRICTION_LEVEL:
            break
        box = free[weakest]
    return box.restricted


def _peeled(x: np.ndarray, y: np.ndarray, parameters: np.ndarray) -> list[ParameterBox]:
    """The boxes of a search in some parameters, from the whole to the smallest, each within the last."""
    box = ParameterBox(np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf))
    boxes, rows, least = [box], np.arange(len(y)), LEAST_MASS * len(y)
    while len(parameters):
        step = _step(x[np.ix_(rows, parameters)], y[rows], least)
        if step is None:
            break
        number, end, limit, stays = step
        low, high = box.low.copy(), box.high.copy()
        (low if end == 0 else high)[parameters[number]] = limit
        box, rows = ParameterBox(low, high), rows[stays]
        boxes.append(box)
    return boxes


def _step(x: np.ndarray, y: np.ndarray, least: float) -> tuple[int, int, float, np.ndarray] | None:
    """The peel that raises the mean of y most for each case taken away: parameter, end, limit, who stays.

    None if each would leave fewer cases than the least. Equal values go or stay together.
    """
    edges = [
        np.quantile(x, PEELED, axis=0, method="lower"),
        np.quantile(x, 1.0 - PEELED, axis=0, method="higher"),
    ]
    stay = np.stack([x > edges[0], x < edges[1]])  # ends x cases x parameters
    left = stay.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        gains = (np.einsum("ecp,c->ep", stay, y) / left - y.mean()) / (len(y) - left)
    gains[(left < max(least, 1.0)) | (left == len(y))] = -np.inf
    end, number = np.unravel_index(int(np.argmax(gains)), gains.shape)
    if gains[end, number] == -np.inf:
        return None
    stays, values = stay[end, :, number], x[:, number]
    inner = values[stays].min() if end == 0 else values[stays].max()
    return int(number), int(end), float(0.5 * (inner + edges[end][number])), np.flatnonzero(stays)


def gain(x: np.ndarray, y: np.ndarray, box: ParameterBox) -> float:
    """Outcomes `y` (cases,) in a box beyond what as many cases have on average, as a share of all cases.

    x is (cases, parameters).
    """
    return float(np.where(box.inside(x), y - y.mean(), 0.0).mean())


def _best(x: np.ndarray, y: np.ndarray, boxes: Sequence[ParameterBox]) -> ParameterBox:
    return boxes[int(np.argmax([gain(x, y, box) for box in boxes]))]


def _refined(x: np.ndarray, y: np.ndarray, box: ParameterBox) -> ParameterBox:
    """A box with its ends moved out again (pasting), or in, by small steps where it gains by that."""
    best = gain(x, y, box)
    while True:
        moved = [one for parameter in box.restricted for one in _moved(x, box, int(parameter))]
        gains = [gain(x, y, one) for one in moved]
        if not gains or max(gains) <= best:
            return box
        best, box = max(gains), moved[int(np.argmax(gains))]


def _moved(x: np.ndarray, box: ParameterBox, parameter: int) -> list[ParameterBox]:
    """A box with each finite end of a parameter moved over a share of its cases, out and in."""
    count = max(1, round(REFINED * int(box.inside(x).sum())))
    values = np.sort(x[box.without(parameter).inside(x), parameter])
    moved = []
    if np.isfinite(box.low[parameter]):
        first = int(np.searchsorted(values, box.low[parameter], "right"))  # the first case that is inside
        moved += [_with(box, "low", parameter, _between(values, first + by)) for by in (-count, count)]
    if np.isfinite(box.high[parameter]):
        beyond = int(np.searchsorted(values, box.high[parameter], "left"))  # the first that is not
        moved += [_with(box, "high", parameter, _between(values, beyond + by)) for by in (-count, count)]
    return moved


def _between(values: np.ndarray, number: int) -> float:
    """The middle between an ascending value and the one before; infinite beyond the first and the last."""
    if 0 < number < len(values):
        return float(0.5 * (values[number - 1] + values[number]))
    return -np.inf if number <= 0 else np.inf


def _with(box: ParameterBox, end: str, parameter: int, limit: float) -> ParameterBox:
    ends = {"low": box.low.copy(), "high": box.high.copy()}
    ends[end][parameter] = limit
    return ParameterBox(**ends)


# --- what a box is worth -----------------------------------------------------------------------------------


def measured(x: np.ndarray, y: np.ndarray, box: ParameterBox) -> MeasuredBox:
    """A box by the cases that judge it: x (cases, parameters), their outcomes y (cases,)."""
    inside = box.inside(x)
    hits, total = float(y[inside].sum()), float(y.sum())
    return MeasuredBox(
        box=box,
        restricted=len(box.restricted),
        coverage=hits / total if total else 0.0,
        density=hits / int(inside.sum()) if inside.any() else 0.0,
        mass=float(inside.mean()),
        chance=drawn_chance(y, inside),
    )


def drawn_chance(y: np.ndarray, inside: np.ndarray) -> float:
    """The chance that as many cases as are inside, drawn at random from all, sum up to as much or more.

    That is what permuted outcomes give. Exact (hypergeometric) for outcomes 0 and 1, else by the normal
    distribution with the variance of drawing without replacement.
    """
    from scipy.stats import hypergeom, norm  # 0.6 s, and needed only here

    count, inner, hits = len(y), int(inside.sum()), float(y[inside].sum())
    if inner in (0, count):
        return 1.0
    if np.isin(y, (0.0, 1.0)).all():
        return float(hypergeom.sf(round(hits) - 1, count, int(y.sum()), inner))
    variance = inner * y.var(ddof=1) * (1.0 - inner / count)
    return float(norm.sf((hits - inner * y.mean()) / np.sqrt(variance))) if variance > 0.0 else 1.0


def restriction_chance(x: np.ndarray, y: np.ndarray, box: ParameterBox, parameter: int) -> float:
    """The quasi-p-value of a restriction: by chance among the cases of the box without it.

    x is (cases, parameters), y the outcomes (cases,).
    """
    among = box.without(parameter).inside(x)
    return drawn_chance(y[among], box.inside(x)[among])


def _restrictions(cases: Cases, box: ParameterBox, most: int) -> tuple[Restriction, ...]:
    """The parameters of a box, those that are surest first."""
    x, y = cases.x, cases.y
    searched, stable = halves(len(y)), stability(x, y, most)
    restrictions = [
        Restriction(
            parameter=cases.names[parameter],
            unit=cases.units[parameter],
            low=float(box.low[parameter]),
            high=float(box.high[parameter]),
            all_low=float(np.quantile(x[:, parameter], 0.05)),
            all_high=float(np.quantile(x[:, parameter], 0.95)),
            chance=restriction_chance(x[~searched], y[~searched], box, parameter),
            stability=float(stable[parameter]),
        )
        for parameter in box.restricted.tolist()
    ]
    return tuple(sorted(restrictions, key=lambda one: (one.chance, -one.stability)))


def stability(x: np.ndarray, y: np.ndarray, most: int) -> np.ndarray:
    """The share (parameters,) of repeated searches, each on half of the searched cases, that restrict each.

    x is (cases, parameters), y the outcomes (cases,).
    """
    searched = halves(len(y))
    x, y = x[searched], y[searched]
    counts = np.zeros(x.shape[1])
    for draw in range(STABILITY_RESAMPLES):
        some = _drawn(len(y), min(len(y) // 2, RESAMPLED_CASES), "stability", draw)
        counts[_selected(x[some], y[some], most)] += 1.0
    return np.asarray(counts / STABILITY_RESAMPLES)
