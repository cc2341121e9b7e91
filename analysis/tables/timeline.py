"""Simulated milestones beside the reported intervals: one history's timeline, or an ensemble's quantiles.

A run without a milestone counts as one in which it comes at infinity; so a quantile may be None.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import networkx as nx
import numpy as np

from analysis.tables import clock, outcomes
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.tables.scored_observations import observed, reported, use_of
from analysis.tables.text import aligned, documents, interval, json_of, short, stamp
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import COMPARED, SCORED, Claim, Observation
from sim.state.clock import in_hours
from sim.store.reader import RunTables

REPORT_MARGIN = timedelta(days=2)
"""Days on either side of a scenario up to which reports are of it."""


@dataclass(frozen=True, kw_only=True)
class MilestoneRow:
    """A milestone: share of runs that reached it, 5/50/95 % (UTC, None past that share), and the report.

    `share_in` is the share of the runs inside the reported interval, None where it is not compared.
    """

    milestone: str
    column: str | None
    share_reached: float
    quantiles: tuple[datetime | None, ...]
    observation: Observation | None
    share_in: float | None
    use: str = ""  # of the observation: fit or held out (scored), or why it is not

    @property
    def report(self) -> tuple[str, str, str]:
        """Interval (UTC), kind and documents of its report, for reading; empty where there is none."""
        seen = self.observation
        return (
            (interval(seen.earliest, seen.latest), seen.kind, documents(seen.claims)) if seen else ("",) * 3
        )


def span(tables: RunTables) -> tuple[datetime, datetime]:
    """The days of a run's scenario and two more on either side: reports outside are of something else."""
    return clock.origin(tables) - REPORT_MARGIN, clock.end_of(tables) + REPORT_MARGIN


def check_single(tables: RunTables, name: str) -> None:
    """Look whether runs are of one design point. Raises FaultyInput if not, or if no run is finished."""
    if (tables.manifest["design"] or {}).get("points", 1) > 1:
        message = "is a sweep of several design points; `kidal run` with one point's settings would be right"
        refuse(Where(name, 0), message)
    if not tables.done.any():
        refuse(Where(name, 0), "no run of it is finished; one with runs that did not fail would be right")


def rows(tables: RunTables, record: Record) -> list[MilestoneRow]:
    """A row a milestone, in the order of the scenario, over the runs that did not fail."""
    milestones = tables.manifest["milestones"]
    return [_row(tables, record, milestone["id"], milestone["column"]) for milestone in milestones]


def _row(tables: RunTables, record: Record, name: str, column: str | None) -> MilestoneRow:
    hours = tables.runs[name][tables.done]
    seen = observed(record, name, column)
    use = "" if seen is None else use_of(tables, record, seen)
    return MilestoneRow(
        milestone=name,
        column=column,
        share_reached=float(np.isfinite(hours).mean()),
        quantiles=quantiles(tables, hours),
        observation=seen,
        share_in=float(within(tables, hours, seen).mean()) if seen and use in COMPARED else None,
        use=use,
    )


def quantiles(tables: RunTables, hours: np.ndarray) -> tuple[datetime | None, ...]:
    """The moments (UTC) of 5, 50 and 95 % of the hours of runs; None past the share that comes."""
    return tuple(clock.moment_of(tables, hour) for hour in outcomes.quantiles(hours))


def within(tables: RunTables, hours: np.ndarray, observation: Observation) -> np.ndarray:
    """Whether each hour (runs,) lies in the reported interval, its ends counted in: a mask (runs,)."""
    low, high = clock.interval_of(tables, observation)
    return np.asarray((hours >= low) & (hours <= high))


def together(tables: RunTables, record: Record, uses: Collection[str] = SCORED) -> float | None:
    """Share of the runs that meet every interval of some uses at once; None where nothing is reported."""
    met = meeting(tables, record, uses)
    return None if met is None else float(met.mean())


def meeting(tables: RunTables, record: Record, uses: Collection[str]) -> np.ndarray | None:
    """Which runs (runs,) that did not fail meet every interval of some uses at once; None: there is none."""
    observations = reported(tables, record, uses).items()
    met = [within(tables, tables.runs[name][tables.done], observation) for name, observation in observations]
    return np.asarray(np.all(met, axis=0)) if met else None


def contested(record: Record, columns: Iterable[str]) -> list[list[Claim]]:
    """Groups of claims about some columns that contradict each other, in the order of the record."""
    claims = {claim.id: claim for claim in record.claims if claim.column in set(columns)}
    graph = nx.from_dict_of_lists({name: claims.keys() & claims[name].contradicted_by for name in claims})
    groups = (group for group in nx.connected_components(graph) if len(group) > 1)
    return [[claims[name] for name in claims if name in group] for group in groups]


# --- as JSON ---------------------------------------------------------------------------------------------


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """Milestones and outcomes as one JSON object; times as 2023-10-05T14:10Z."""
    milestones = {}
    for row in rows(tables, record):
        times = [stamp(moment) for moment in row.quantiles]
        entry: dict[str, Any] = {"time": times[1]} if len(tables.done) == 1 else {}
        entry |= {"probability": row.share_reached, **dict(zip(QUANTILE_KEYS, times, strict=True))}
        if row.observation is not None:
            entry["reported"] = json_of(row.observation, "earliest", "latest", "kind", "claims")
            entry |= {"use": row.use, "share_within": row.share_in}
        milestones[row.milestone] = entry
    keys = ("id", "event", "party", "source", "says")
    groups = contested(record, tables.manifest["columns"])
    return {
        "milestones": milestones,
        "share_within_all": together(tables, record),
        "outcomes": outcomes.as_json(tables, record),
        "contested": [[json_of(claim, *keys) for claim in group] for group in groups],
    }


# --- as text ---------------------------------------------------------------------------------------------


def timeline(tables: RunTables, record: Record) -> str:
    """One history: each milestone's simulated hour beside the reported interval and where that comes from."""
    lines = [["milestone", "simulated (UTC)", "", "reported (UTC)", "kind of report", "source"]]
    for row in rows(tables, record):
        time = row.quantiles[1]
        lines.append([row.milestone, short(time) or "never", _verdict(row, time), *row.report])
    return aligned(lines) + _horizon(tables)


def distribution(tables: RunTables, record: Record) -> str:
    """An ensemble: each milestone's share of runs, 5/50/95 %, the reported interval and the share in it."""
    lines = [["milestone", "P(reached)", "5 %", "50 %", "95 %", "reported (UTC)", "P(in)", "source"]]
    for row in rows(tables, record):
        when, _, source = row.report
        share = row.use
        if row.share_in is not None:
            share = f"{row.share_in:.3f}" + ("" if row.use in SCORED else f" ({row.use})")
        times = [short(time)[5:] or "never" for time in row.quantiles]
        lines.append([row.milestone, f"{row.share_reached:.3f}", *times, when, share, source])
    all_in = together(tables, record)
    last = "" if all_in is None else f"\n\nShare of runs within all these intervals at once: {all_in:.4f}"
    return aligned(lines) + _horizon(tables) + last


def _horizon(tables: RunTables) -> str:
    """What `never` means, where some run has it."""
    hours = [tables.runs[milestone["id"]][tables.done] for milestone in tables.manifest["milestones"]]
    return f"\n\n{never_means(tables)}" if np.isinf(hours).any() else ""


def never_means(tables: RunTables) -> str:
    """What `never` means in a table of runs."""
    return f"never: not by the end of the scenario, {clock.end_of(tables):%Y-%m-%d %H:%M} UTC"


def contradictions(tables: RunTables, record: Record) -> str:
    """The claims about the run's columns that contradict each other, a line a group: who says what."""
    lines = []
    for group in contested(record, tables.manifest["columns"]):
        sources, voices = defaultdict(list), defaultdict(list)
        for claim in group:
            sources[claim.event, claim.party].append(claim.source)
        for (event, party), names in sources.items():
            voices[event].append(f"{party} ({', '.join(names)})")
        lines.append("; ".join(f"{event}: {', '.join(words)}" for event, words in voices.items()))
    return "\n".join(lines)


def _verdict(row: MilestoneRow, time: datetime | None) -> str:
    """How a simulated hour lies to the reported interval."""
    if row.observation is None or row.use not in COMPARED:
        return row.use
    if time is None:
        return "never"
    if time < row.observation.earliest:
        return _lapse(row.observation.earliest - time) + " early"
    if time > row.observation.latest:
        return _lapse(time - row.observation.latest) + " late"
    return "within"


def _lapse(lapse: timedelta) -> str:
    hours = in_hours(lapse)
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.1f} d"
