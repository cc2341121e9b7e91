"""What runs give beside their milestones, next to what is reported: counts, hours, camps, places, people.

One history gives numbers; an ensemble gives a mean and 5/50/95 %, or the share of the runs.
"""

from typing import Any

import numpy as np

from analysis.tables.clock import begins, horizon, hour_of
from analysis.tables.histories import stored, trace
from analysis.tables.text import aligned, documents
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.state.kinds import Side
from sim.store.reader import RunTables
from sim.store.schema import LOSS_COLUMNS, OUTCOMES

QUANTILES = (0.05, 0.5, 0.95)
QUANTILE_KEYS = tuple(f"q{round(100 * share):02}" for share in QUANTILES)
"""How JSON names them."""
AMOUNTS = {
    "displaced": "persons gone from",
    "arrived": "persons who came to",
    "supply": "days of supply at the end, garrison of",
    "without": "days without supply, garrison of",
    "casualties": "casualties in raids, garrison of",
}
"""Kinds of outcomes that count something of a place, as heads of their tables."""
GROUP_WORDS = {
    "group_casualties": "fighters of the {side} lost",
    "group_vehicles_lost": "vehicles of the {side} lost",
}
"""Outcomes that befall the groups, in words with the name of their side, whatever it is."""


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
    """Whether a reported number is of what a run has: its one column, its outcomes, its time."""
    if count.until is not None:
        return count.column in tables.manifest["columns"] and count.until in tables.runs
    if count.column is not None and not count.of:
        return bool(tables.manifest["columns"] == [count.column])
    if count.at is not None:
        is_within = begins(tables) <= hour_of(tables, count.at) <= horizon(tables)
        return is_within and any(name.startswith(f"{count.outcome}:") for name in tables.runs)
    return bool(count.of) and all(name in tables.runs for name in count.of)


def observed(tables: RunTables, count: ReportedCount, outcome: str) -> np.ndarray:
    """What a reported number is laid beside: an outcome, the sum of some, or the outcome up to an hour.

    `(runs,)` of those that did not fail, in the unit of the outcome; up to an hour or a milestone, which is
    known of the stored histories alone, `(histories,)`.
    """
    if count.until is not None:
        path = trace(tables, str(count.column))
        reached = tables.runs[count.until][tables.done][path.rows]
        return path.number(path.of("mine") & (path["hour"] <= reached[path.history])).astype(float)
    if count.at is not None:
        histories = stored(tables)
        is_before = histories.of(outcome) & (histories["hour"] <= hour_of(tables, count.at))
        return histories.total("amount", is_before)
    return np.asarray(np.sum([numbers(tables, name) for name in count.of or (outcome,)], axis=0))


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """Every outcome with its mean and quantiles, and the reported number where there is one."""
    entries: dict[str, Any] = {}
    for name in names(tables):
        entries[name], count = _summary(numbers(tables, name)), counted(tables, record, name)
        if count is not None:
            entries[name] |= {"reported": list(count.number), "claims": list(count.claims)}
            if count.of or count.at or count.until:
                values = observed(tables, count, name)
                entries[name]["as_reported"] = {"of": list(count.of), "runs": len(values)} | _summary(values)
    return entries


def _summary(values: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of a number over runs."""
    return dict(zip(("mean", *QUANTILE_KEYS), map(float, (values.mean(), *quantiles(values))), strict=True))


# --- as text ---------------------------------------------------------------------------------------------


def text(tables: RunTables, record: Record) -> str:
    """The tables of outcomes that have something to tell, an empty line between."""
    parts = [_counts(tables, record), _hours(tables), _camps(tables, record)]
    held = [[name.partition(":")[2], _sides(tables, name)] for name in names(tables, "control")]
    parts += [_table(["place", "who holds it at the end"], held)]
    parts += [_amounts(tables, kind, title) for kind, title in AMOUNTS.items()]
    return "\n\n".join(part for part in [*parts, _claims(tables)] if part)


def _table(head: list[str], rows: list[list[str]]) -> str:
    """A table; nothing without rows."""
    return aligned([head, *rows]) if rows else ""


def _counts(tables: RunTables, record: Record) -> str:
    """The sums over all agents that are not 0 throughout, beside reported counts."""
    single = _is_single(tables)
    rows = []
    for name in OUTCOMES:
        values, reported = numbers(tables, name), list(counts(tables, record, name))
        word = word_of(tables, name)
        if values.any() and all(count.of or count.at or count.until for count in reported):
            rows.append([word, *_cells(values), *[""] * (2 if single else 3)])
        rows += [[label(word, c), *_beside(observed(tables, c, name), c, single)] for c in reported]
    return _table(["outcome", *_heads(single), "reported", *["P(in)"] * (not single), "source"], rows)


def word_of(tables: RunTables, outcome: str) -> str:
    """An outcome in words; what befalls the groups bears the name of their side."""
    words = GROUP_WORDS.get(outcome, outcome.replace("_", " "))
    return words.format(side=tables.sides[Side.CONTESTING].name)


def label(word: str, count: ReportedCount) -> str:
    """What a reported number is of, for reading."""
    places = [name.partition(":")[2] for name in count.of]
    where = f" of {', '.join(places)}" if places and count.at is None else ""
    where += f" of {count.column} before {count.until}" if count.until else ""
    return f"{word}{where}" + (f" by {count.at:%Y-%m-%d %H:%M}" if count.at is not None else "")


def _beside(values: np.ndarray, count: ReportedCount, single: bool) -> list[str]:
    low, high = count.number
    share = f"{((values >= low) & (values <= high)).mean():.3f}"
    number = f"{low}" if low == high else f"{low} to {high}"
    return [*_cells(values), number, *[share] * (not single), documents(count.claims)]


def _heads(single: bool) -> list[str]:
    return ["number"] if single else ["mean", "5 %", "50 %", "95 %"]


def _cells(values: np.ndarray) -> list[str]:
    """One number, or mean and quantiles."""
    return [_number(n) for n in (values if len(values) == 1 else (values.mean(), *quantiles(values)))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _hours(tables: RunTables) -> str:
    """Delay accounting: a row a column and objective, hours by cause and their sum.

    Of many runs, the mean over those that came to the objective, whose share is P: the hours of columns that
    still wait or were beaten would only tell when the scenario ends.
    """
    single = _is_single(tables)
    ways: dict[tuple[str, float], dict[str, float]] = {}
    for name in names(tables, "reached"):
        way, there = name.removeprefix("reached:"), numbers(tables, name) > 0.0
        of_way = names(tables, f"hours:{way}")
        hours = {cause.rpartition(":")[2]: numbers(tables, cause)[there | single] for cause in of_way}
        booked = {cause: float(of_runs.mean()) for cause, of_runs in hours.items() if of_runs.sum() > 0.0}
        if booked:
            ways[way, float(there.mean())] = booked
    causes = list(dict.fromkeys(cause for booked in ways.values() for cause in booked))
    word = "hours on the way to" if single else "mean hours, of those that came to"
    rows = []
    for (way, share), booked in ways.items():
        column, place = way.split(":")
        cells = [f"{booked[cause]:.1f}" if cause in booked else "-" for cause in causes]
        shares = [f"{share:.2f}"] * (not single)
        rows.append([f"{place} ({column})", *shares, *cells, f"{sum(booked.values()):.1f}"])
    head = [word, *["P"] * (not single), *(cause.replace("_", " ") for cause in causes), "total"]
    return _table(head, rows)


def _camps(tables: RunTables, record: Record) -> str:
    """Who had each camp once it was vacated, beside the record; by construction, so never scored."""
    rows = []
    for camp, place in tables.manifest.get("camps", {}).items():
        seen = next((o for o in record.observations if o.event == f"{place}:camp_taken"), None)
        reported = [seen.who or "", documents(seen.claims)] if seen else ["", ""]
        rows.append([camp, _sides(tables, f"camp:{camp}"), *reported, "by construction"])
    vacated = f"camp vacated by the {tables.sides[Side.WITHDRAWING].name}"
    return _table([vacated, "passes to", "reported", "source", ""], rows)


def _sides(tables: RunTables, outcome: str) -> str:
    """Which side an outcome names, or each side with its share of the runs, the greatest first."""
    values = numbers(tables, outcome)
    shares = {side: float((values == number).mean()) for number, side in holder_names(tables).items()}
    held = sorted((side for side in shares if shares[side] > 0.0), key=lambda side: -shares[side])
    return held[0] if len(values) == 1 else ", ".join(f"{side} {shares[side]:.3f}" for side in held)


def _amounts(tables: RunTables, kind: str, title: str) -> str:
    """An outcome of each place, where that is known in every run and not 0 in all of them."""
    amounts = {name.partition(":")[2]: numbers(tables, name) for name in names(tables, kind)}
    known = {place: values for place, values in amounts.items() if np.isfinite(values).all()}
    rows = [[place, *_cells(values)] for place, values in known.items()]
    is_told = any(values.any() for values in known.values())
    return _table([title, *_heads(_is_single(tables))], rows) if is_told else ""


def _claims(tables: RunTables) -> str:
    """What each party would tell of the persons lost in fights, a run: claims, not counts."""
    reports, runs = tables.reports, len(stored(tables))
    rows = []
    for party in np.unique(reports["party"]).tolist():
        losses = [reports[name][reports["party"] == party] for name in LOSS_COLUMNS]
        if np.isfinite(losses[0]).any():
            rows.append([party, *(_number(float(np.nansum(lost)) / runs) for lost in losses)])
    return _table(["party that would tell", "its own lost", "the other's lost"], rows)


def _is_single(tables: RunTables) -> bool:
    return len(tables.done) == 1
