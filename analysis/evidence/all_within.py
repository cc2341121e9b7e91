"""The probability that a run lies within all reported intervals at once, by splitting.

Whole runs find it where it is some thousandth. Where it is less, a particle filter of the same reports taken
for exact (true for certain, with sharp edges) is a splitting estimator (Cérou and Guyader 2007): runs that
are within an interval go on to the next, in place of those that are not. Islands are independent of each
other, and their mean is unbiased.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analysis.evidence.joint import Evidence
from analysis.evidence.rows import JointRow
from analysis.words.text import JsonObject, aligned, paragraphs

LARGE_ERROR = 0.2
"""The relative standard error that is asked for."""


class SplitShare(NamedTuple):
    """A probability, and its standard error as a share of it: nan of one island, or of none within."""

    value: float
    error: float


def exact_rows(rows: Sequence[JointRow]) -> list[JointRow]:
    """The dated reports and silences of some rows as intervals with sharp edges, in order of their ends."""
    sharp = [
        replace(row, weight=1.0, blur=0.0, limit=row.high) for row in rows if row.ask in ("hour", "silence")
    ]
    return sorted(sharp, key=lambda row: row.limit)


def share_within(evidence: Evidence, count: int) -> SplitShare:
    """The probability of being within the first intervals, by a filter of exact rows."""
    shares = np.exp(evidence.reached[:, count])
    mean = float(shares.mean())
    if len(shares) < 2 or mean == 0.0:
        return SplitShare(mean, float("nan"))
    return SplitShare(mean, float(shares.std(ddof=1) / np.sqrt(len(shares)) / mean))


def text(models: Sequence[Evidence]) -> str:
    """The probability of each model in a sentence, and how it falls from interval to interval."""
    return "\n\n".join(f"{paragraphs([_sentence(one)])}\n\n{aligned(cells([one]))}" for one in models)


def _sentence(one: Evidence) -> str:
    share = share_within(one, len(one.rows))
    runs = f"{len(one.logs)} islands of {one.runs:,} runs"
    if share.value == 0.0:
        return f"{one.name}: no run of {runs} lies within all {len(one.rows)} reported intervals."
    large = "" if share.error <= LARGE_ERROR else "; more --runs or --islands are needed"
    return (
        f"{one.name}: the probability that a run lies within all {len(one.rows)} reported intervals at once "
        f"is {share.value:.2g}, relative standard error {share.error:.0%} ({runs}{large}). A product of "
        "narrow intervals is small for whatever happened: it judges no model."
    )


def cells(models: Sequence[Evidence]) -> list[list[str]]:
    """A table below a head: of each model and interval, the share within it of those within all before it."""
    head = ["model", "interval", "within it, given those before", "within all so far", "relative error"]
    return [head, *(_cells(one, place) for one in models for place in range(len(one.rows)))]


def _cells(one: Evidence, place: int) -> list[str]:
    before, share = share_within(one, place), share_within(one, place + 1)
    given = f"{share.value / before.value:.3f}" if before.value else ""
    error = "" if np.isnan(share.error) else f"{share.error:.3f}"
    return [one.name, one.rows[place].title, given, f"{share.value:.2e}", error]


def as_json(models: Sequence[Evidence]) -> JsonObject:
    """Each model's probability, after each interval, and each island's."""
    return {"models": [_as_json(one) for one in models]}


def _as_json(one: Evidence) -> JsonObject:
    shares = [share_within(one, place + 1) for place in range(len(one.rows))]
    return {
        "name": one.name,
        "runs": one.runs,
        "islands": len(one.logs),
        **_numbers(shares[-1]),
        "rows": [
            {"row": row.name, "title": row.title, "low": row.low, "high": row.high, **_numbers(share)}
            for row, share in zip(one.rows, shares, strict=True)
        ],
        "shares": np.exp(one.reached[:, -1]).tolist(),
    }


def _numbers(share: SplitShare) -> dict[str, float | None]:
    error = None if np.isnan(share.error) else share.error
    return {"share": share.value, "relative_error": error}
