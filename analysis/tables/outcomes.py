"""What runs give beside their milestones, next to what is reported: counts, hours, camps, places, people.

One history gives numbers; an ensemble gives a mean and 5/50/95 %, or the share of the runs.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analysis.tables.text import aligned, documents
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.store.reader import RunTables
from sim.store.schema import OUTCOMES

QUANTILES = (0.05, 0.5, 0.95)


def holder_names(tables: RunTables) -> dict[int, str]:
    """What tables call each holder of a place, by its number there: the id of a side."""
    return {-1: "nobody"} | {number: row.side for number, row in enumerate(tables.sides)}


def names(tables: RunTables) -> list[str]:
    """The outcomes of a run, in order; those that all scenarios have first."""
    return list(tables.manifest.get("outcomes", OUTCOMES))


def numbers(tables: RunTables, name: str) -> np.ndarray:
    """An outcome over the runs that did not fail."""
    done: np.ndarray = tables.runs[name][tables.done]
    return done


def counted(tables: RunTables, record: Record, outcome: str) -> ReportedCount | None:
    """The first reported number of an outcome that is of what a run has, if there is one."""
    return next(counts(tables, record, outcome), None)


def counts(tables: RunTables, record: Record, outcome: str) -> Iterator[ReportedCount]:
    """The reported numbers of an outcome: of the run's single column, or of what the run's tables have."""
    yield from (count for count in record.counts if count.outcome == outcome and fits(tables, count))


def fits(tables: RunTables, count: ReportedCount) -> bool:
    """Whether a reported number is of what a run has: its one column, its outcomes, its time."""
    if count.until is not None:
        return count.column in tables.manifest["columns"] and count.until in tables.runs
    if count.column is not None and not count.of:
        return bool(tables.manifest["columns"] == [count.column])
    if count.at is not None:
        end = datetime.fromisoformat(tables.manifest["end"]).replace(tzinfo=UTC)
        return origin(tables) + timedelta(hours=begins(tables)) <= count.at <= end and any(
            name.startswith(f"{count.outcome}:") for name in tables.runs
        )
    return bool(count.of) and all(name in tables.runs for name in count.of)


def origin(tables: RunTables) -> datetime:
    """Hour 0 of a run: 00:00 UTC of the scenario's first day."""
    return datetime.fromisoformat(tables.manifest["start"]).replace(tzinfo=UTC)


def begins(tables: RunTables) -> float:
    """The hour at which a run begins: before hour 0 in the east, after it in the west."""
    return float(tables.manifest.get("begins", 0.0))


def days_of(tables: RunTables) -> str:
    """The scenario's first day, and the day or moment (UTC) of its end, to be read."""
    return f"{tables.manifest['start']} to {tables.manifest['end'].replace('T', ' ')[:16]}"


def hour_of(tables: RunTables, moment: datetime) -> float:
    """The hour of a moment (UTC if it does not say)."""
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - origin(tables)) / timedelta(hours=1)


def observed(tables: RunTables, count: ReportedCount, outcome: str) -> np.ndarray:
    """What a reported number is laid beside: an outcome, the sum of some, or the outcome up to an hour.

    An outcome up to an hour or a milestone is known of the stored histories alone.
    """
    if count.until is not None:
        return _strikes(tables, count)
    if count.at is None and not count.of:
        return numbers(tables, outcome)
    if count.at is None:
        total: np.ndarray = np.sum([numbers(tables, name) for name in count.of], axis=0)
        return total
    events = tables.events
    then = (events["event"] == outcome) & (events["hour"] <= hour_of(tables, count.at))
    replicates = np.unique(events["replicate"])
    sums = np.zeros(len(replicates))
    np.add.at(sums, np.searchsorted(replicates, events["replicate"][then]), events["amount"][then])
    return sums


def _strikes(tables: RunTables, count: ReportedCount) -> np.ndarray:
    """The reported strikes on a column up to one of its milestones, in each stored history."""
    events, reached = tables.events, tables.runs[str(count.until)]
    mine = (events["event"] == "mine") & (events["agent"] == count.column)
    mine &= events["hour"] <= reached[events["replicate"]]
    stored = np.unique(events["replicate"])
    found = np.bincount(np.searchsorted(stored, events["replicate"][mine]), minlength=len(stored))
    return found.astype(float)


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """Every outcome with its mean and quantiles, and the reported number where there is one."""
    entries: dict[str, Any] = {}
    for name in names(tables):
        values = numbers(tables, name)
        entries[name] = _summary(values)
        count = counted(tables, record, name)
        if count is not None:
            entries[name] |= {"reported": list(count.number), "claims": list(count.claims)}
            if count.of or count.at or count.until:
                seen = observed(tables, count, name)
                entries[name]["as_reported"] = {"of": list(count.of), "runs": len(seen)} | _summary(seen)
    return entries


def _summary(values: np.ndarray) -> dict[str, float]:
    quantiles = np.quantile(values, QUANTILES, method="inverted_cdf")
    return {"mean": float(values.mean())} | {
        f"q{round(100 * q):02}": float(value) for q, value in zip(QUANTILES, quantiles, strict=True)
    }


# --- as text ---------------------------------------------------------------------------------------------


def text(tables: RunTables, record: Record) -> str:
    """The tables of outcomes that have something to tell, an empty line between."""
    parts = (
        _counts(tables, record),
        _hours(tables),
        _camps(tables, record),
        _shares(tables, "holder", "who holds it at the end"),
        _amounts(tables, "displaced", "persons gone from"),
        _amounts(tables, "arrived", "persons who came to"),
        _amounts(tables, "supply", "days of supply at the end, garrison of"),
        _amounts(tables, "without", "days without supply, garrison of"),
        _amounts(tables, "lost", "persons lost in raids, garrison of"),
        _claims(tables),
    )
    return "\n\n".join(part for part in parts if part)


def _counts(tables: RunTables, record: Record) -> str:
    """The sums over all agents that are not 0 throughout, beside reported counts."""
    single = _is_single(tables)
    head = ["outcome", "number"] if single else ["outcome", "mean", "5 %", "50 %", "95 %"]
    lines = [[*head, "reported", *([] if single else ["P(in)"]), "source"]]
    for name in OUTCOMES:
        values, seen = numbers(tables, name), list(counts(tables, record, name))
        word = name.replace("_", " ")
        if values.any() and all(count.of or count.at or count.until for count in seen):
            lines.append([word, *_cells(values), *[""] * (2 if single else 3)])
        lines += [[label(word, c), *_beside(observed(tables, c, name), c, single)] for c in seen]
    return aligned(lines) if len(lines) > 1 else ""


def label(word: str, count: ReportedCount) -> str:
    """What a reported number is of, for reading."""
    where = [name.partition(":")[2] for name in count.of]
    place = f" of {', '.join(where)}" if where and count.at is None else ""
    place += f" of {count.column} before {count.until}" if count.until else ""
    return f"{word}{place}" + (f" by {count.at:%Y-%m-%d %H:%M}" if count.at is not None else "")


def _beside(values: np.ndarray, count: ReportedCount, single: bool) -> list[str]:
    low, high = count.number
    share = f"{((values >= low) & (values <= high)).mean():.3f}"
    told = f"{low}" if low == high else f"{low} to {high}"
    return [*_cells(values), told, *([] if single else [share]), documents(count.claims)]


def _cells(values: np.ndarray) -> list[str]:
    """One number, or mean and quantiles."""
    if len(values) == 1:
        return [_number(values[0])]
    return [_number(n) for n in (values.mean(), *np.quantile(values, QUANTILES, method="inverted_cdf"))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _hours(tables: RunTables) -> str:
    """Delay accounting: a row a column and objective, hours by cause and their sum.

    Of many runs, the mean over those that came to the objective, whose share is P: the hours of columns that
    still wait or were beaten would only tell when the scenario ends.
    """
    ways = [name.removeprefix("reached:") for name in names(tables) if name.startswith("reached:")]
    single = _is_single(tables)
    rows: dict[str, dict[str, float]] = {}
    for way in ways:
        there = numbers(tables, f"reached:{way}") > 0.0
        booked = {
            name.rpartition(":")[2]: float(numbers(tables, name)[there | single].mean())
            for name in names(tables)
            if name.startswith(f"hours:{way}:") and (there | single).any()
        }
        if sum(booked.values()) > 0.0:
            rows[way] = booked | {"": float(there.mean())}
    causes = list(dict.fromkeys(c for row in rows.values() for c in row if c and row[c] > 0.0))
    if not rows:
        return ""
    word = "hours on the way to" if single else "mean hours, of those that came to"
    lines = [[word, *([] if single else ["P"]), *(cause.replace("_", " ") for cause in causes), "total"]]
    for way, row in rows.items():
        column, place = way.split(":")
        cells = [f"{row.get(cause, 0.0):.1f}" if row.get(cause, 0.0) > 0.0 else "-" for cause in causes]
        share = [] if single else [f"{row['']:.2f}"]
        total = sum(hours for cause, hours in row.items() if cause)
        lines.append([f"{place} ({column})", *share, *cells, f"{total:.1f}"])
    return aligned(lines)


def _camps(tables: RunTables, record: Record) -> str:
    """Who had each camp once the UN had left it, beside the record; by construction, so never scored."""
    places: Mapping[str, str] = tables.manifest.get("camps", {})
    if not places:
        return ""
    lines = [["camp vacated by the UN", "passes to", "reported", "source", ""]]
    for camp, place in places.items():
        seen = next((o for o in record.observations if o.event == f"{place}:camp_taken"), None)
        told = [seen.who or "", documents(seen.claims)] if seen else ["", ""]
        lines.append([camp, _sides(tables, f"camp:{camp}"), *told, "by construction"])
    return aligned(lines)


def _shares(tables: RunTables, kind: str, title: str) -> str:
    found = [name for name in names(tables) if name.startswith(f"{kind}:")]
    rows = [[name.partition(":")[2], _sides(tables, name)] for name in found]
    return aligned([["place", title], *rows]) if rows else ""


def _sides(tables: RunTables, outcome: str) -> str:
    """Which side an outcome names, or each side with its share of the runs."""
    values = numbers(tables, outcome)
    found = [(side, float((values == number).mean())) for number, side in holder_names(tables).items()]
    held = sorted((pair for pair in found if pair[1] > 0.0), key=lambda pair: -pair[1])
    if len(values) == 1:
        return held[0][0]
    return ", ".join(f"{side} {share:.3f}" for side, share in held)


def _amounts(tables: RunTables, kind: str, title: str) -> str:
    found = [name for name in names(tables) if name.startswith(f"{kind}:")]
    finite = [name for name in found if np.isfinite(numbers(tables, name)).all()]
    if not any(numbers(tables, name).any() for name in finite):
        return ""
    head = ["number"] if _is_single(tables) else ["mean", "5 %", "50 %", "95 %"]
    rows = [[name.partition(":")[2], *_cells(numbers(tables, name))] for name in finite]
    return aligned([[title, *head], *rows])


def _claims(tables: RunTables) -> str:
    """What each party would tell of the persons lost in fights, a run: claims, not counts."""
    reports, runs = tables.reports, len(np.unique(tables.events["replicate"]))
    told = {party: reports["party"] == party for party in ("army", "csp") if len(reports["party"])}
    lines = [["party that would tell", "its own lost", "the other's lost"]]
    for party, mine in told.items():
        own, other = reports["own_lost"][mine], reports["other_lost"][mine]
        if np.isfinite(own).any():
            lines.append([party, *(_number(float(np.nansum(lost)) / runs) for lost in (own, other))])
    return aligned(lines) if len(lines) > 1 else ""


def _is_single(tables: RunTables) -> bool:
    return len(tables.done) == 1
