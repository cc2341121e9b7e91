"""The tables of a result as people read them: names for ids, days for hours, reports beside them."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from analysis.tables import timeline
from analysis.tables.histories import stored
from analysis.tables.outcomes import (
    counts,
    is_single,
    label,
    numbers,
    observed,
    quantiles,
    share_within,
    unreported,
)
from analysis.tables.outcomes import names as outcome_names
from analysis.tables.time_budget import legs
from analysis.words import names
from analysis.words.text import aligned, number_range
from sim.files.units import rounded
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.state.kinds import Side
from sim.store.reader import RunTables
from sim.store.schema import LOSS_COLUMNS, OUTCOMES

Grid = list[list[str]]
"""Cells of a table, its head first."""
UNCONTROLLED = "uncontrolled"
"""The control of a place that no side has."""


def _outcomes(tables: RunTables, record: Record) -> Grid:
    """The sums over all agents that are not 0 throughout, beside reported counts."""
    single = is_single(tables)
    rows = []
    for name in filter(tables.runs.__contains__, OUTCOMES):  # older results have fewer
        values, reported = numbers(tables, name), counts(tables, record, name)
        if values.any() and all(count.of or count.at or count.until for count in reported):
            rows.append([names.outcome(tables, name), *_cells(values), *[""] * (3 if single else 4)])
        for count in reported:
            beside = _beside(observed(tables, count, name), count, single)
            rows.append([label(tables, count), *beside, record.documents(count.claims)])
            rows += _unreported(tables, count, single)
    within = ["within"] * (not single)
    return _grid(["outcome", *_heads(single), "reported", *within, "role", "source"], rows)


def _unreported(tables: RunTables, count: ReportedCount, single: bool) -> Iterator[list[str]]:
    """The row of what stands beside a reported number and is not reported itself."""
    if (other := unreported(count)) is not None:
        cells = _cells(observed(tables, other, other.outcome))
        yield [label(tables, other), *cells, *[""] * (1 if single else 2), names.role("shown"), ""]


def _beside(values: np.ndarray, count: ReportedCount, single: bool) -> list[str]:
    low, high = count.number
    share = f"{share_within(values, count):.2f}"
    number = number_range(low, high)
    role = names.role(count.use)
    return [*_cells(values), number, *[share] * (not single), role]


def _time(tables: RunTables, _: Record) -> Grid:
    """Delay accounting: a row a leg, days by cause and their sum.

    Of many runs, the mean over those that came to the objective: the days of columns that still wait or were
    repulsed would only say when the scenario ends.
    """
    budgets, single = legs(tables), is_single(tables)
    causes = list(dict.fromkeys(cause for leg in budgets for cause in leg.hours))
    rows = []
    for leg in budgets:
        cells = [f"{leg.hours[cause] / 24.0:.1f}" if cause in leg.hours else "-" for cause in causes]
        share = [f"{leg.share_reached:.2f}"] * (not single)
        way = f"{names.column(tables, leg.column)} to {names.place(tables, leg.place)}"
        rows.append([way, *share, *cells, f"{sum(leg.hours.values()) / 24.0:.1f}"])
    head = [
        "days by leg" if single else "mean days by leg, of runs that end it",
        *["Pr(event)"] * (not single),
    ]
    return _grid([*head, *map(names.cause, causes), "total"], rows)


def _control(tables: RunTables, record: Record) -> str:
    """Who controls each place at the end, and each vacated base, the latter beside the record."""
    ends = [[_at(tables, name), _sides(tables, name)] for name in outcome_names(tables, "control")]
    return _joined(_table(["place", "territorial control at the end"], ends), _bases(tables, record))


def _bases(tables: RunTables, record: Record) -> str:
    """Which side had each base once it was vacated; fixed by assumption, so never scored."""
    sides, rows = {row.side: row.name for row in tables.sides}, []
    for camp, place in tables.manifest.get("camps", {}).items():
        seen = next((o for o in record.observations if o.event == f"{place}:camp_taken"), None)
        reported = [sides.get(str(seen.who), ""), record.documents(seen.claims)] if seen else ["", ""]
        base = names.place(tables, place)
        base += f" ({names.spaced(camp)})" if camp != place else ""
        rows.append([base, _sides(tables, f"camp:{camp}"), *reported, names.role("fixed by assumption")])
    head = f"base vacated by the {tables.sides[Side.WITHDRAWING].name}"
    return _table([head, "control once vacated", "reported", "source", "role"], rows)


def _displacement(tables: RunTables, _: Record) -> str:
    """Displaced persons by origin, and arrivals by destination."""
    return _joined(
        _amounts(tables, "displaced", "displaced persons by origin"),
        _amounts(tables, "displaced_to_border", "displaced persons towards a border by origin"),
        _amounts(tables, "arrived", "arrivals by destination"),
    )


def _garrisons(tables: RunTables, _: Record) -> str:
    """Supply of garrisons, days without any, and their casualties."""
    return _joined(
        _amounts(tables, "supply", "days of supply at the end, by garrison"),
        _amounts(tables, "without", "days without supply, by garrison"),
        _amounts(tables, "casualties", "casualties in raids, by garrison"),
    )


def _amounts(tables: RunTables, kind: str, title: str) -> str:
    """An outcome of each place or garrison, where it is known in every run and not 0 in all of them."""
    amounts = {name: numbers(tables, name) for name in outcome_names(tables, kind)}
    known = {name: values for name, values in amounts.items() if np.isfinite(values).all()}
    rows = [[_at(tables, name), *_cells(values)] for name, values in known.items()]
    has_any = any(values.any() for values in known.values())
    return _table([title, *_heads(is_single(tables))], rows) if has_any else ""


def _reports(tables: RunTables, record: Record) -> Grid:
    """What each party would claim of casualties in combat, a run: claims, not counts."""
    reports, runs = tables.reports, len(stored(tables))
    parties = {voice.party: voice.label or voice.party for voice in record.parties}
    rows = []
    for party in np.unique(reports["party"]).tolist() if reports else ():
        losses = [reports[name][reports["party"] == party] for name in LOSS_COLUMNS]
        if np.isfinite(losses[0]).any():
            cells = (rounded(float(np.nansum(lost)) / runs) for lost in losses)
            rows.append([parties.get(party, party), *cells])
    mean = "" if is_single(tables) else ", mean of the stored runs"
    return _grid([f"simulated report by party{mean}", "own casualties", "enemy casualties claimed"], rows)


def _contradictions(tables: RunTables, record: Record) -> str:
    """The reports that contradict each other, and those that only differ."""
    parts = []
    for relation, title in timeline.RELATION_TITLES.items():
        lines = timeline.relations(tables, record, relation)
        parts += [f"{title} (texts with --json):\n{lines}"] if lines else []
    return "\n\n".join(parts)


def _milestones(tables: RunTables, record: Record) -> Grid:
    """The milestones beside what is reported."""
    return timeline.cells(tables, timeline.rows(tables, record))


def _as_text(cells: Callable[[RunTables, Record], Grid]) -> Callable[[RunTables, Record], str]:
    """A table as text; nothing for one without rows."""
    return lambda tables, record: aligned(grid) if (grid := cells(tables, record)) else ""


CELLS: Mapping[str, Callable[[RunTables, Record], Grid]] = {
    "milestones": _milestones,
    "outcomes": _outcomes,
    "time": _time,
    "reports": _reports,
}
"""The tables that are one grid, for other programs and papers."""
RESULT_TABLES: Mapping[str, Callable[[RunTables, Record], str]] = {
    "milestones": timeline.text,
    "outcomes": _as_text(_outcomes),
    "time": _as_text(_time),
    "control": _control,
    "displacement": _displacement,
    "garrisons": _garrisons,
    "reports": _as_text(_reports),
    "contradictions": _contradictions,
}
"""Each table as text by its name, in order; one that has nothing to say is empty."""


def text(tables: RunTables, record: Record) -> str:
    """All the tables that have something to say, an empty line between."""
    return _joined(*(table(tables, record) for table in RESULT_TABLES.values()))


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _grid(head: list[str], rows: Grid) -> Grid:
    """A head and rows; nothing without rows."""
    return [head, *rows] if rows else []


def _table(head: list[str], rows: Grid) -> str:
    """A table; nothing without rows."""
    return aligned([head, *rows]) if rows else ""


def _at(tables: RunTables, outcome: str) -> str:
    """The name of the place or garrison of an outcome."""
    return names.place(tables, outcome.partition(":")[2])


def _heads(single: bool) -> list[str]:
    return ["number"] if single else ["mean", "5th percentile", "median", "95th percentile"]


def _cells(values: np.ndarray) -> list[str]:
    """One number, or mean and quantiles."""
    return [rounded(n) for n in (values if len(values) == 1 else (values.mean(), *quantiles(values)))]


def _sides(tables: RunTables, outcome: str) -> str:
    """Which side an outcome names, or each side with its share of the runs, the greatest first."""
    values = numbers(tables, outcome)
    holders = {-1: UNCONTROLLED} | {number: row.name for number, row in enumerate(tables.sides)}
    shares = {side: float((values == number).mean()) for number, side in holders.items()}
    held = sorted((side for side in shares if shares[side] > 0.0), key=lambda side: -shares[side])
    return held[0] if len(values) == 1 else ", ".join(f"{side} {shares[side]:.2f}" for side in held)
