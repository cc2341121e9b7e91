"""Simulated milestones beside the reported intervals: the times of one run, or the quantiles of many.

A run without a milestone counts as one in which it comes at infinity; so a quantile may be None.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import networkx as nx
import numpy as np

from analysis.tables import clock, outcomes
from analysis.tables.monte_carlo import wilson
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.tables.scored_observations import observed, reported, use_of
from analysis.words import names
from analysis.words.text import (
    aligned,
    day_hour,
    day_hours,
    json_of,
    plain_moment,
    share_of_runs,
    stamp,
)
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.relations import Relation, named
from sim.record.rows import COMPARED, SCORED, Claim, Observation
from sim.state.clock import in_hours
from sim.store.reader import RunTables

ROLE_NOTES = {
    "scored": "what the scores of this result count",
    "input": "given to the scenario, so never scored",
    "diagnostic": "shown beside the runs, never scored",
    "no opinion": "needs a mechanism that these runs are without, so never scored",
    "fixed by assumption": "follows from the scenario whatever chance does, so never scored",
}
"""What the roles of observations mean, below a table."""


GROUPS: Mapping[str, Relation] = {"contested": "contradicts", "differ": "differs"}
"""The groups of claims in JSON, by their keys."""
RELATION_TITLES: Mapping[Relation, str] = {
    "contradicts": "Reports that contradict each other",
    "differs": "Reports that differ, and can both be true",
}


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
    documents: str = ""  # that it rests on, as tables name them


def check_single(tables: RunTables, name: str) -> None:
    """Look whether runs are of one design point. Raises FaultyInput if not, or if no run is finished."""
    if (tables.manifest["design"] or {}).get("points", 1) > 1:
        message = "is a sweep of several design points; try `kidal run` with one point's settings"
        refuse(Where(name, 0), message)
    if not tables.done.any():
        refuse(Where(name, 0), "no run of it is finished; expected one with runs that did not fail")


def rows(tables: RunTables, record: Record) -> list[MilestoneRow]:
    """A row a milestone, in the order of the scenario, over the runs that did not fail."""
    milestones = tables.manifest["milestones"]
    return [row_of(tables, record, milestone["id"], milestone["column"]) for milestone in milestones]


def row_of(tables: RunTables, record: Record, name: str, column: str | None) -> MilestoneRow:
    """The row of one milestone, over the runs that did not fail."""
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
        documents=record.documents(seen.claims) if seen else "",
    )


def quantiles(tables: RunTables, hours: np.ndarray) -> tuple[datetime | None, ...]:
    """The moments (UTC) of 5, 50 and 95 % of the hours of runs; None past the share that comes."""
    return tuple(clock.moment_of(tables, hour) for hour in outcomes.quantiles(hours))


def is_before(hours: np.ndarray, hour: float) -> np.ndarray:
    """Whether each hour (runs,) lies before another one, which is not before itself: a mask (runs,).

    This is what a date means wherever one is asked for (`--by`); a milestone at that very moment is too late.
    """
    return np.asarray(np.asarray(hours) < hour)


def count_before(hours: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How many hours (runs,) lie before each of others (hours,), counted as `is_before` does."""
    return np.searchsorted(np.sort(hours), at, side="left")


def occurrences(tables: RunTables, milestone: str, by: datetime | None = None) -> tuple[int, int]:
    """In how many runs a milestone comes (before a moment, UTC), and how many runs did not fail."""
    hours = tables.runs[milestone][tables.done]
    end = np.inf if by is None else clock.hour_of(tables, by)
    return int(is_before(hours, end).sum()), len(hours)


def probability_before(tables: RunTables, milestone: str, by: datetime) -> dict[str, Any]:
    """A milestone's probability before a moment (UTC), and its 95 % interval (Wilson), as JSON has them."""
    hits, runs = occurrences(tables, milestone, by)
    return {"probability": hits / runs, "interval": wilson(hits, runs).tolist()}


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


def related(record: Record, columns: Iterable[str], relation: Relation) -> list[list[Claim]]:
    """Groups of claims about some columns that contradict or differ, in the order of the record."""
    claims = {claim.id: claim for claim in record.claims if claim.column in set(columns)}
    graph = nx.from_dict_of_lists({name: claims.keys() & named(claims[name], relation) for name in claims})
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
    columns = tables.manifest["columns"]
    return {
        "milestones": milestones,
        "share_within_all": together(tables, record),
        "outcomes": outcomes.as_json(tables, record),
        **{
            key: [[json_of(claim, *keys) for claim in group] for group in related(record, columns, relation)]
            for key, relation in GROUPS.items()
        },
    }


# --- as text ---------------------------------------------------------------------------------------------


def text(tables: RunTables, record: Record) -> str:
    """The table of milestones: of one run its times, of many the quantiles, beside what is reported."""
    table = rows(tables, record)
    roles = dict.fromkeys(names.role(row.use) for row in table if row.use)
    notes = [f"{role}: {ROLE_NOTES[role]}" for role in ROLE_NOTES if role in roles]
    notes += [never_means(tables)] if any(None in row.quantiles for row in table) else []
    met = meeting(tables, record, SCORED)
    if met is not None and not outcomes.is_single(tables):
        notes.append(f"within all the scored intervals at once: {share_of_runs(int(met.sum()), len(met))}")
    return "\n".join([aligned(cells(tables, table)), *([""] if notes else []), *notes])


def cells(tables: RunTables, table: list[MilestoneRow]) -> list[list[str]]:
    """Milestones below a head: of one run their times, of many the quantiles, beside what is reported."""
    return (_timeline if outcomes.is_single(tables) else _distribution)(tables, table)


def _timeline(tables: RunTables, table: list[MilestoneRow]) -> list[list[str]]:
    """One run: each milestone's time beside the reported interval and where that comes from."""
    lines = [["milestone", "simulated (UTC)", "difference", "reported (UTC)", "role", "report", "source"]]
    for row in table:
        time, name = row.quantiles[1], names.milestone(tables, row.milestone)
        lines.append([name, day_hour(time), difference(row, time), *_reported(row)])
    return lines


def _distribution(tables: RunTables, table: list[MilestoneRow]) -> list[list[str]]:
    """Many runs: each milestone's probability, quantiles, the reported interval and the share within."""
    head = ["milestone", "Pr(event)", "5th percentile", "median", "95th percentile"]
    lines = [[*head, "reported (UTC)", "within", "role", "source"]]
    for row in table:
        share = "" if row.share_in is None else f"{row.share_in:.2f}"
        name, (when, role, _, source) = names.milestone(tables, row.milestone), _reported(row)
        times = map(day_hour, row.quantiles)
        lines.append([name, f"{row.share_reached:.2f}", *times, when, share, role, source])
    return lines


def _reported(row: MilestoneRow) -> tuple[str, str, str, str]:
    """Interval, role, kind and documents of a milestone's report, for reading; empty where there is none."""
    seen = row.observation
    if seen is None:
        return ("",) * 4
    interval = day_hours(seen.earliest, seen.latest)
    return interval, names.role(row.use), names.report(seen.kind), row.documents


def never_means(tables: RunTables) -> str:
    """What `never` means in a table of runs."""
    return f"never: not by the end of the scenario, {plain_moment(clock.end_of(tables))}"


def relations(tables: RunTables, record: Record, relation: Relation) -> str:
    """The claims about the run's columns that contradict or differ, a line a group: who says what."""
    lines, parties = [], {voice.party: voice.label or voice.party for voice in record.parties}
    for group in related(record, tables.manifest["columns"], relation):
        ids, voices = defaultdict(list), defaultdict(list)
        for claim in group:
            ids[claim.event, claim.party].append(claim.id)
        for (event, party), names_of in ids.items():
            voices[event].append(f"{parties.get(party, party)} ({record.documents(names_of)})")
        named = ((names.milestone(tables, event), texts) for event, texts in voices.items())
        lines.append("; ".join(f"{event}: {', '.join(texts)}" for event, texts in named))
    return "\n".join(lines)


def difference(row: MilestoneRow, time: datetime | None) -> str:
    """How a simulated moment lies to the reported interval, such as "within" or "2.4 days late"."""
    if row.observation is None or row.use not in COMPARED or time is None:
        return ""
    if time < row.observation.earliest:
        return _lapse(row.observation.earliest - time) + " early"
    if time > row.observation.latest:
        return _lapse(time - row.observation.latest) + " late"
    return "within"


def _lapse(lapse: timedelta) -> str:
    hours = in_hours(lapse)
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.1f} days"
