"""What runs give beside their milestones, next to what is reported: counts, hours, camps, places, people."""

from typing import Any

import numpy as np

from analysis.tables.clock import begins, horizon, hour_of
from analysis.tables.histories import stored, trace
from analysis.words import names as words
from analysis.words.text import reported_end
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.store.reader import RunTables
from sim.store.schema import OUTCOMES

QUANTILES = (0.05, 0.5, 0.95)
QUANTILE_KEYS = tuple(f"q{round(100 * share):02}" for share in QUANTILES)
"""How JSON names them."""
AMOUNTS = {"displaced_to_border": ("displaced", "other")}
"""Event and column of outcomes that are not the amounts of events of their own name."""


def holder_names(tables: RunTables) -> dict[int, str]:
    """What tables call each holder of a place, by its number there: the id of a side."""
    return {-1: "nobody"} | {number: row.side for number, row in enumerate(tables.sides)}


def quantiles(values: np.ndarray) -> np.ndarray:
    """5, 50 and 95 % (quantiles,) of a number over runs (runs,), each that of a run; inf: it never came."""
    return np.asarray(np.quantile(values, QUANTILES, method="inverted_cdf"))


def names(tables: RunTables, kind: str = "") -> list[str]:
    """The outcomes of a run, in order; those that all scenarios have first. Of a kind: `kind:...` alone."""
    known = list(tables.manifest.get("outcomes", OUTCOMES))
    return [name for name in known if name.startswith(f"{kind}:")] if kind else known


def numbers(tables: RunTables, name: str) -> np.ndarray:
    """An outcome (runs,) of the runs that did not fail; its unit is in sim.store.schema. Raises KeyError."""
    return np.asarray(tables.runs[name][tables.done])


def counted(tables: RunTables, record: Record, outcome: str) -> ReportedCount | None:
    """The first reported number of an outcome that is of what a run has, if there is one."""
    return next(iter(counts(tables, record, outcome)), None)


def counts(tables: RunTables, record: Record, outcome: str) -> list[ReportedCount]:
    """The reported numbers of an outcome: of the run's single column, or of what the run's tables have."""
    return [count for count in record.counts if count.outcome == outcome and fits(tables, count)]


def fits(tables: RunTables, count: ReportedCount) -> bool:
    """Whether a reported number is of what a run has: its one column, outcomes, time, stored events."""
    has_events = bool(tables.events) and len(tables.events["hour"]) > 0
    if count.until is not None:
        is_known = count.column in tables.manifest["columns"] and count.until in tables.runs
        return is_known and has_events
    if count.column is not None and not count.of:
        return bool(tables.manifest["columns"] == [count.column])
    if count.at is not None:
        is_within = begins(tables) <= hour_of(tables, count.at) <= horizon(tables)
        is_known = any(name.startswith(f"{count.outcome}:") for name in tables.runs)
        return is_within and is_known and has_events
    return bool(count.of) and all(name in tables.runs for name in count.of)


def amount_of(outcome: str) -> tuple[str, str]:
    """The event whose numbers add up to an outcome, and the column that has them."""
    return AMOUNTS.get(outcome, (outcome, "amount"))


def unreported(count: ReportedCount) -> ReportedCount | None:
    """What stands beside a reported number, is not reported and never scored: all who left by then."""
    if count.outcome != "displaced_to_border" or count.at is None:
        return None
    return count.model_copy(update={"outcome": "displaced"})


def observed(tables: RunTables, count: ReportedCount, outcome: str) -> np.ndarray:
    """What a reported number is laid beside: an outcome, the sum of some, or the outcome up to an hour.

    `(runs,)` of those that did not fail, in the unit of the outcome; up to an hour or a milestone, which is
    known of the stored runs alone, `(runs,)`.
    """
    if count.until is not None:
        path = trace(tables, str(count.column))
        reached = tables.runs[count.until][tables.done][path.rows]
        return path.number(path.of("mine") & (path["hour"] <= reached[path.history])).astype(float)
    if count.at is not None:
        histories, (event, column) = stored(tables), amount_of(outcome)
        is_before = histories.of(event) & (histories["hour"] <= hour_of(tables, count.at))
        return histories.total(column, is_before)
    return np.asarray(np.sum([numbers(tables, name) for name in count.of or (outcome,)], axis=0))


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """Every outcome with its mean and quantiles, and the reported number where there is one."""
    entries: dict[str, Any] = {}
    for name in names(tables):
        entries[name], count = summary(numbers(tables, name)), counted(tables, record, name)
        if count is not None:
            entries[name] |= {"reported": list(count.number), "claims": list(count.claims)}
            if count.of or count.at or count.until:
                values = observed(tables, count, name)
                entries[name]["as_reported"] = {"of": list(count.of), "runs": len(values)} | summary(values)
                entries[name]["as_reported"]["share_within"] = share_within(values, count)
            if (other := unreported(count)) is not None:
                values = observed(tables, other, other.outcome)
                entries[name]["beside"] = {"outcome": other.outcome, "runs": len(values)} | summary(values)
    return entries


def share_within(values: np.ndarray, count: ReportedCount) -> float:
    """The share of runs whose number, `values` (runs,), lies in a reported range."""
    low, high = count.number
    return float(((values >= low) & (values <= high)).mean())


def summary(values: np.ndarray) -> dict[str, float]:
    """Mean and 5, 50 and 95 % of a number over runs (runs,)."""
    return dict(zip(("mean", *QUANTILE_KEYS), map(float, (values.mean(), *quantiles(values))), strict=True))


def is_single(tables: RunTables) -> bool:
    """Whether there is one run alone."""
    return len(tables.done) == 1


def label(tables: RunTables, count: ReportedCount) -> str:
    """What a reported number is of, for reading."""
    of = [name.split(":") for name in count.of]
    named = [
        words.column(tables, name) if kind == "mines" else words.place(tables, name) for kind, name in of
    ]
    text = words.outcome(tables, count.outcome)
    if count.until is not None:
        return (
            f"{text}, {words.column(tables, str(count.column))} before {words.milestone(tables, count.until)}"
        )
    if count.at is not None:
        return f"{text} by {reported_end(count.at)}"
    return f"{text}, {' and '.join(named)}" if named else text
