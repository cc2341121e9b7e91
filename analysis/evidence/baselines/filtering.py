"""A particle filter over the rows of joint evidence, for baselines: what the model's filter does, in arrays.

Of a row on which a baseline has no opinion all its campaigns have the same probability: the row's base rate,
`false`, which is that of a false report.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from analysis.evidence.baselines.samplers import Particles, Sampler
from analysis.evidence.rows import JointRow
from analysis.scores import scoring_rules
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds, uniforms

PARTICLES = 20_000
"""Campaigns of an island, by default."""
RESAMPLED_BELOW = 0.5
"""The share of campaigns that the weights must be worth, if they are not to be drawn anew."""


class IslandLogs(NamedTuple):
    """The logs of the rows' mean weights (islands, rows), and how many first campaigns last (islands,)."""

    logs: np.ndarray
    roots: np.ndarray


def base_rates(sampler: Sampler, rows: Iterable[JointRow]) -> dict[str, float]:
    """The rows on which a baseline has no opinion, and the probability with which each is weighed instead."""
    return {row.name: row.false for row in rows if not has_opinion(sampler, row)}


def has_opinion(sampler: Sampler, row: JointRow) -> bool:
    """Whether a baseline says anything of a row: of numbers none does."""
    return row.ask in ("hour", "silence") and row.milestone in sampler.milestones


def islands(
    sampler: Sampler,
    rows: Sequence[JointRow],
    *,
    numbers: Sequence[int],
    particles: int = PARTICLES,
    seed: int = 1,
    resampled_below: float = RESAMPLED_BELOW,
) -> IslandLogs:
    """Filters of the rows in their order, by islands' `numbers`: each hangs on its own and the seed alone.

    Without resampling (`resampled_below` 0) an island is the mean of its campaigns' products.
    """
    done = [
        _island(sampler, rows, mix(seed ^ key_of("island", str(number))), particles, resampled_below)
        for number in numbers
    ]
    return IslandLogs(
        logs=np.array([logs for logs, _ in done]).reshape(len(done), len(rows)),
        roots=np.array([roots for _, roots in done], int),
    )


def _island(
    sampler: Sampler, rows: Sequence[JointRow], key: int, count: int, resampled_below: float
) -> tuple[np.ndarray, int]:
    """One filter: the logs (rows,) of the mean weights, -inf from a row on that no campaign allows."""
    campaigns = Particles(replicate_seeds(key, np.arange(count)))
    weights, logs = np.full(count, 1.0 / count), np.full(len(rows), -np.inf)
    for place, row in enumerate(rows):
        weights = weights * _probability(sampler, campaigns, row)
        total = float(weights.sum())
        if total == 0.0:
            break
        logs[place] = np.log(total)
        weights = weights / total
        if 1.0 / float((weights * weights).sum()) < resampled_below * count:
            start = uniforms(np.array([key], "u8"), key_of("resampling", str(place)))[0]
            campaigns.take(systematic(weights, float(start)))
            weights = np.full(count, 1.0 / count)
    return logs, campaigns.roots


def _probability(sampler: Sampler, campaigns: Particles, row: JointRow) -> np.ndarray:
    """The probability of a row for each campaign (campaigns,)."""
    if not has_opinion(sampler, row):
        return np.full(len(campaigns.seeds), row.false)
    hours = sampler.hours(campaigns, str(row.milestone))
    if row.ask == "silence":
        return row.probability(scoring_rules.after(hours, row.high))
    return row.probability(scoring_rules.within(hours, row.low, row.high, row.blur))


def systematic(weights: np.ndarray, start: float) -> np.ndarray:
    """Places (particles,) drawn by weights (particles,) that add to 1, from one number between 0 and 1."""
    count = len(weights)
    edges = np.cumsum(weights)
    places = np.searchsorted(edges, edges[-1] * (np.arange(count) + start) / count, "right")
    return np.asarray(np.minimum(places, count - 1))
