"""Sequential Monte Carlo over parameters: points of a prior become points of a posterior, row by row.

The likelihood is asked for: `sample` yields points and is told the logs of each row's share there. Rows enter
module by module, each tempered from 0 to 1; between two steps points are drawn again by their weights and
moved by Metropolis steps (Del Moral, Doucet and Jasra 2006) that leave the normal with the points' mean and
covariance as it is (Rudolf and Sprungk 2018): the longest are whole draws from it, which does well where the
posterior is near to a normal, and less well in heavy tails. The likelihood may be an unbiased estimate, with
luck of its own at each point: the points are then those of the exact posterior (Andrieu and Roberts 2009;
Duan and Fulop 2015). Points are standard normal under the prior; how they become parameters is the caller's.

A point that is sure to be refused need not be weighed to the end: `least` is what its rows must come to. What
is asked for first by a later module is not told before. The same seed and logs give the same sample: a fit
that was stopped goes on by being told again what it was told.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import logsumexp, ndtri

from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a sample is taken: numbers of points, and when a step is done."""

    first: int = 9000  # points of the prior
    points: int = 3000
    least_share: float = 0.5  # of points that must be left effective at each step
    moves: float = 1.0  # accepted moves a point between two steps, on average
    last_moves: float = 4.0  # and after the last one
    most_moves: int = 40
    checked: int = 20  # points at which the noise of the likelihood is measured
    repeats: int = 12


@dataclass(frozen=True, kw_only=True)
class Proposals:
    """Points to be weighed, with the luck of each: `z` (points, dimensions), `keys` (points,) 64 bits each.

    `module` is the last one whose rows are asked for, `since` the first. Where the logs of rows times
    `shares` (rows,) come to less than `least` (points,) (nats) they may be told as -inf. `left` is how many
    points will follow, as far as can be seen.
    """

    what: str
    z: np.ndarray
    keys: np.ndarray
    module: int
    since: int
    shares: np.ndarray
    least: np.ndarray
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the sample: the share of a module's rows that counts, and how it went."""

    module: int
    share: float
    effective: float  # points, before they were drawn again
    accepted: float  # share of the proposed moves
    moves: int
    distinct: int
    evidence: float  # log, so far (nats)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Points of the posterior, all alike in weight: `z` (points, dimensions), and their ancestors (points,).

    `logs` (points, rows) are those of each row's share (nats). `ruled_out` is the share of the prior's points
    at which some row can only be false; `noise` the variance of the log likelihood at some of the points
    (nats^2).
    """

    z: np.ndarray
    logs: np.ndarray
    roots: np.ndarray
    prior: np.ndarray  # the points of the prior
    ruled_out: float
    steps: tuple[Step, ...]
    noise: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def evidence(self) -> float:
        """The log evidence (nats)."""
        return self.steps[-1].evidence

    def effective(self, values: np.ndarray) -> float:
        """How many independent points a mean of values (points,) is worth, by Lee and Whiteley 2018."""
        deviations, count = values - values.mean(), float(len(values))
        lineages = np.bincount(self.roots, deviations)
        variance = float((lineages**2).sum()) / count**2
        return min(count, float(deviations.var() / variance)) if variance > 0.0 else 0.0


Talk = Generator[Proposals, np.ndarray, Sample]


def conclude(talk: Talk, answer: Callable[[Proposals], np.ndarray]) -> Sample:
    """The sample of a talk that is told what `answer` gives of its proposals: logs (points, rows) (nats)."""
    proposals = next(talk)
    while True:
        try:
            proposals = talk.send(answer(proposals))
        except StopIteration as ended:
            result: Sample = ended.value
            return result


def sample(
    dimensions: int,
    rows: Sequence[int],
    blocks: Sequence[int],
    floors: np.ndarray,
    seed: int,
    settings: Settings,
) -> Talk:
    """Sample a posterior: yields points, is sent the logs (points, rows) of each row's share there (nats).

    `rows` are the module of each row, 0 first; `blocks` the module with which each is asked for (rows that
    are weighed together come together); `floors` (rows,) the log of each row's share if it is false (nats).
    """
    modules, enter = np.asarray(rows), np.asarray(blocks)
    sampler = _Sampler(seed, settings, modules)
    z = sampler.normal("prior", settings.first, dimensions)
    now = _State(z=z, logs=np.full((len(z), len(modules)), np.nan), roots=np.arange(len(z)))
    steps: list[Step] = []
    ruled_out = 0.0
    for module in range(int(modules.max()) + 1):
        if module in enter:
            logs = yield sampler.whole(f"module {module}", now.z, module=module, since=module)
            now = replace(now, logs=np.where(enter == module, logs, now.logs))
        if module == 0:
            is_known = enter == 0
            ruled_out = float((now.logs[:, is_known] <= floors[is_known] + RULED_OUT).any(axis=1).mean())
        share = 0.0
        while share < 1.0:
            now, step = yield from sampler.tempered(now, module, steps)
            steps.append(step)
            share = step.share
    noise = yield from sampler.noise(now.z)
    return Sample(
        z=now.z, logs=now.logs, roots=now.roots, prior=z, ruled_out=ruled_out, steps=tuple(steps), noise=noise
    )


RULED_OUT = 0.05
"""Nats above the probability of a false report up to which a row counts as one that can only be false."""


@dataclass(frozen=True, kw_only=True)
class _State:
    z: np.ndarray
    logs: np.ndarray
    roots: np.ndarray
    scale: float = 1.0  # of the proposals' steps

    def at(self, picks: np.ndarray) -> "_State":
        return replace(self, z=self.z[picks], logs=self.logs[picks], roots=self.roots[picks])


@dataclass(frozen=True, kw_only=True)
class _Target:
    """What points are moved at: how much each row counts, the proposal, and how often they are to move."""

    shares: np.ndarray
    module: int
    mean: np.ndarray
    root: np.ndarray
    moves_a_point: float
    moves_after: float  # moves a point that are still to come in this module, as far as can be seen

    def proposals(self, z: np.ndarray, normal: np.ndarray, step: float) -> np.ndarray:
        """Points a step away: 0 where they are, 1 draws that do not hang on them."""
        centre = self.mean + np.sqrt(1.0 - step**2) * (z - self.mean)
        return np.asarray(centre + step * normal @ self.root.T)

    def priors(self, z: np.ndarray) -> np.ndarray:
        """The log of the prior's density over that of the normal which such steps leave as it is (nats)."""
        off = np.linalg.solve(self.root, (z - self.mean).T)
        return np.asarray(0.5 * (off**2).sum(axis=0) - 0.5 * (z**2).sum(axis=1))


class _Sampler:
    """How a sample is taken, the module of each row, and keyed draws: by the seed, their end, and number."""

    def __init__(self, seed: int, settings: Settings, modules: np.ndarray) -> None:
        self.seed, self.settings, self.modules = seed, settings, modules

    def keys(self, what: str, count: int) -> np.ndarray:
        return replicate_seeds(mix(self.seed ^ key_of("fit", what)), np.arange(count))

    def whole(self, what: str, z: np.ndarray, *, module: int, since: int) -> Proposals:
        """Points of which all rows are weighed to the end."""
        settings = self.settings
        return Proposals(
            what=what,
            z=z,
            keys=self.keys(what, len(z)),
            module=module,
            since=since,
            shares=np.zeros(len(self.modules)),
            least=np.full(len(z), -np.inf),
            left=0 if what == "noise" else self.left(module, settings.moves + self.moves_at_end(module)),
        )

    def moves_at_end(self, module: int) -> float:
        """Accepted moves a point after the last step of a module."""
        is_last = module == self.modules.max()
        return self.settings.last_moves if is_last else self.settings.moves

    def left(self, module: int, moves: float) -> int:
        """Points to be weighed yet, as far as can be seen: of a module's moves, and of later modules."""
        settings, later = self.settings, range(module + 1, int(self.modules.max()) + 1)
        moves += sum(settings.moves + self.moves_at_end(other) for other in later)
        noise = settings.checked * settings.repeats
        return int(settings.points * (moves / ACCEPTED + len(later))) + noise

    def noise(self, z: np.ndarray) -> Generator[Proposals, np.ndarray, np.ndarray]:
        """The variance of the log likelihood at some of the points (nats^2)."""
        checked, repeats = self.settings.checked, self.settings.repeats
        picks = np.linspace(0, len(z) - 1, checked).astype(int).repeat(repeats)
        logs = yield self.whole("noise", z[picks], module=int(self.modules.max()), since=0)
        return np.asarray(logs.sum(axis=1).reshape(checked, repeats).var(axis=1, ddof=1))

    def uniform(self, what: str, count: int) -> np.ndarray:
        return uniforms(self.keys(what, count), key_of("fit", "draw"))

    def normal(self, what: str, rows: int, columns: int) -> np.ndarray:
        return np.asarray(ndtri(self.uniform(f"{what} normal", rows * columns)).reshape(rows, columns))

    def tempered(
        self, now: _State, module: int, steps: Sequence[Step]
    ) -> Generator[Proposals, np.ndarray, tuple[_State, Step]]:
        """The next step: a module's rows count more, points are drawn again by their weights and moved."""
        settings, modules, before = self.settings, self.modules, steps[-1] if steps else None
        share = before.share if before and before.module == module else 0.0
        gain = now.logs[:, modules == module].sum(axis=1)
        ahead = _ahead(gain, share, settings.least_share)
        log_weights = (ahead - share) * gain
        total = float(logsumexp(log_weights))
        weights = np.exp(log_weights - total)
        picks = _draw(weights, self.uniform(f"draw {len(steps)}", 1)[0], settings.points)
        spread = np.cov(now.z.T, aweights=weights).reshape(now.z.shape[1], -1)
        target = _Target(
            shares=np.where(modules < module, 1.0, np.where(modules == module, ahead, 0.0)),
            module=module,
            mean=weights @ now.z,
            root=np.linalg.cholesky(spread + 1e-9 * np.eye(len(spread))),
            moves_a_point=self.moves_at_end(module) if ahead == 1.0 else settings.moves,
            moves_after=0.0 if ahead == 1.0 else self.moves_at_end(module),
        )
        now, moves, accepted = yield from self.moved(now.at(picks), target, len(steps))
        return now, Step(
            module=module,
            share=ahead,
            effective=float(1.0 / (weights**2).sum()),
            accepted=accepted,
            moves=moves,
            distinct=len(np.unique(now.z[:, 0])),
            evidence=(before.evidence if before else 0.0) + (total - float(np.log(len(weights)))),
        )

    def moved(
        self, now: _State, target: _Target, step: int
    ) -> Generator[Proposals, np.ndarray, tuple[_State, int, float]]:
        """Metropolis steps at one target, until each point has moved often enough on average."""
        counts = target.shares > 0.0
        accepted, moves = 0.0, 0
        while accepted < target.moves_a_point and moves < self.settings.most_moves:
            name = f"move {step}.{moves}"
            z = target.proposals(now.z, self.normal(name, *now.z.shape), now.scale)
            log_weights = now.logs[:, counts] @ target.shares[counts] + target.priors(now.z)
            least = np.log(self.uniform(f"{name} taken", len(z))) + log_weights - target.priors(z)
            to_come = target.moves_a_point - accepted - ACCEPTED + target.moves_after
            logs = yield Proposals(
                what=name,
                z=z,
                keys=self.keys(name, len(z)),
                module=target.module,
                since=0,
                shares=target.shares,
                least=least,
                left=self.left(target.module, max(0.0, to_come)),
            )
            taken = logs[:, counts] @ target.shares[counts] >= least
            share, taken_rows = float(taken.mean()), taken[:, None]
            z, logs = np.where(taken_rows, z, now.z), np.where(taken_rows, logs, now.logs)
            scale = float(np.clip(now.scale * np.exp(share - TARGET), 0.05, 1.0))
            now = replace(now, z=z, logs=logs, scale=scale)
            accepted, moves = accepted + share, moves + 1
        return now, moves, accepted / moves


ACCEPTED = 0.5
"""Share of moves that are accepted: a guess of how much is left to do, as are two steps a module."""
TARGET = 0.2
"""Share of moves to be accepted, below which steps are shortened: the likelihood has noise."""


def _ahead(gain: np.ndarray, share: float, least: float) -> float:
    """The greatest share up to 1 at which enough points stay effective."""

    def effective(to: float) -> float:
        weights = (to - share) * gain
        return float(np.exp(2.0 * logsumexp(weights) - logsumexp(2.0 * weights)))

    if effective(1.0) >= least * len(gain):
        return 1.0
    low, high = share, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= least * len(gain) else (low, middle)
    return min(1.0, max(low, share + 1e-6))


def _draw(weights: np.ndarray, u: float, count: int) -> np.ndarray:
    """Systematic resampling: indices of so many points by weights that add to 1."""
    places = np.searchsorted(np.cumsum(weights), (np.arange(count) + u) / count)
    return np.asarray(np.minimum(places, len(weights) - 1))
