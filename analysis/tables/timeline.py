"""Simulated milestones beside the reported intervals: one history's timeline, or an ensemble's quantiles.

A run without a milestone counts as one in which it comes at infinity; so a quantile may be None.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analysis.tables import outcomes
from analysis.tables.outcomes import QUANTILES, origin
from analysis.tables.scored_observations import use_of
from analysis.tables.text import aligned, documents, interval, short, stamp
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import COMPARED, SCORED, Claim, Observation
from sim.store.reader import RunTables


@dataclass(frozen=True, kw_only=True)
class MilestoneRow:
    """A milestone: share of runs that reached it, 5/50/95 % (UTC, None past that share), and the report."""

    milestone: str
    column: str | None
    share_reached: float
    quantiles: tuple[datetime | None, datetime | None, datetime | None]
    observation: Observation | None
    share_in: float | None
    use: str = ""  # of the observation: fit or held out (scored), or why it is not

    @property
    def sources(self) -> str:
        """The documents behind the reported interval."""
        return "" if self.observation is None else documents(self.observation.claims)


def span(tables: RunTables) -> tuple[datetime, datetime]:
    """The days of a run's scenario and two more on either side: reports outside are of something else."""
    days, end = timedelta(days=2), datetime.fromisoformat(tables.manifest["end"]).replace(tzinfo=UTC)
    return origin(tables) - days, end + days


def check_single(tables: RunTables, name: str) -> None:
    """Raise FaultyInput if a run is a sweep of several design points, or no run of it is finished."""
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
    zero, hours = origin(tables), tables.runs[name][tables.done]
    observation = observed(record, name, column)
    use = "" if observation is None else use_of(tables, record, observation)
    share = float(_within(hours, observation, zero).mean()) if observation and use in COMPARED else None
    return MilestoneRow(
        milestone=name,
        column=column,
        share_reached=float(np.isfinite(hours).mean()),
        quantiles=quantiles(hours, zero),
        observation=observation,
        share_in=share,
        use=use,
    )


def together(tables: RunTables, record: Record, uses: Collection[str] = SCORED) -> float | None:
    """Share of the runs that meet every interval of some uses at once; None where nothing is reported."""
    within = meeting(tables, record, uses)
    return None if within is None else float(within.mean())


def meeting(tables: RunTables, record: Record, uses: Collection[str]) -> np.ndarray | None:
    """Which of the runs that did not fail meet every interval of some uses at once; None: there is none."""
    done = tables.done
    zero = origin(tables)
    within = [
        _within(tables.runs[milestone["id"]][done], observation, zero)
        for milestone in tables.manifest["milestones"]
        if (observation := observed(record, milestone["id"], milestone["column"])) is not None
        and use_of(tables, record, observation) in uses
    ]
    return np.asarray(np.all(within, axis=0)) if within else None


def observed(record: Record, event: str, column: str | None) -> Observation | None:
    """The observation of an event (`place:event`, or with the column's id behind it), if there is one."""
    event = ":".join(event.split(":")[:2])
    return next((o for o in record.observations if o.event == event and o.column in (None, column)), None)


def quantiles(hours: np.ndarray, zero: datetime) -> Any:
    """The moments of 5, 50 and 95 % of the runs; None past the share that comes."""
    found = np.quantile(hours, QUANTILES, method="inverted_cdf")
    return tuple(zero + timedelta(hours=float(hour)) if np.isfinite(hour) else None for hour in found)


def _within(hours: np.ndarray, observation: Observation, zero: datetime) -> np.ndarray:
    """Whether each hour lies in the reported interval."""
    low = (observation.earliest - zero) / timedelta(hours=1)
    high = (observation.latest - zero) / timedelta(hours=1)
    inside: np.ndarray = (hours >= low) & (hours <= high)
    return inside


def contested(record: Record, columns: Iterable[str]) -> list[tuple[Claim, ...]]:
    """Groups of claims about some columns that contradict each other, in the order of the record."""
    claims = {claim.id: claim for claim in record.claims if claim.column in set(columns)}
    groups: list[tuple[Claim, ...]] = []
    seen: set[str] = set()
    for name in claims:
        group: list[str] = []
        waiting = [name]
        while waiting:
            other = waiting.pop()
            if other in claims and other not in seen:
                seen.add(other)
                group.append(other)
                waiting += claims[other].contradicted_by
        if len(group) > 1:
            groups.append(tuple(claims[other] for other in sorted(group, key=list(claims).index)))
    return groups


# --- as JSON ---------------------------------------------------------------------------------------------


def as_json(tables: RunTables, record: Record) -> dict[str, Any]:
    """Milestones and outcomes as one JSON object; times as 2023-10-05T14:10Z."""
    done = tables.done
    single = len(done) == 1
    milestones = {}
    for row in rows(tables, record):
        entry: dict[str, Any] = {"time": stamp(row.quantiles[1])} if single else {}
        entry["p_reached"] = row.share_reached
        entry |= {f"q{round(100 * q):02}": stamp(t) for q, t in zip(QUANTILES, row.quantiles, strict=True)}
        if row.observation is not None:
            edges = (row.observation.earliest, row.observation.latest)
            entry["reported"] = dict(zip(("earliest", "latest"), map(stamp, edges), strict=True))
            entry["reported"] |= {"kind": row.observation.kind, "claims": list(row.observation.claims)}
            entry["use"] = row.use
            entry["p_in_reported"] = row.share_in
        milestones[row.milestone] = entry
    clash = [
        [{"id": c.id, "event": c.event, "party": c.party, "source": c.source, "says": c.says} for c in group]
        for group in contested(record, tables.manifest["columns"])
    ]
    return {
        "milestones": milestones,
        "p_all_in_reported": together(tables, record),
        "outcomes": outcomes.as_json(tables, record),
        "contested": clash,
    }


# --- as text ---------------------------------------------------------------------------------------------


def timeline(tables: RunTables, record: Record) -> str:
    """One history: each milestone's simulated hour beside the reported interval and where that comes from."""
    lines = [("milestone", "simulated (UTC)", "", "reported (UTC)", "kind of report", "source")]
    for row in rows(tables, record):
        time = row.quantiles[1]
        lines.append((row.milestone, short(time) or "never", _verdict(row, time), *_report(row)))
    return aligned(lines) + _horizon(tables)


def distribution(tables: RunTables, record: Record) -> str:
    """An ensemble: each milestone's share of runs, 5/50/95 %, the reported interval and the share in it."""
    lines: list[tuple[str, ...]] = [
        ("milestone", "P(reached)", "5 %", "50 %", "95 %", "reported (UTC)", "P(in)", "source")
    ]
    for row in rows(tables, record):
        span, _, source = _report(row)
        share = row.use if row.share_in is None else _share(row)
        times = [short(time)[5:] or "never" for time in row.quantiles]
        lines.append((row.milestone, f"{row.share_reached:.3f}", *times, span, share, source))
    all_in = together(tables, record)
    last = "" if all_in is None else f"\n\nShare of runs within all these intervals at once: {all_in:.4f}"
    return aligned(lines) + _horizon(tables) + last


def _share(row: MilestoneRow) -> str:
    return f"{row.share_in:.3f}" + ("" if row.use in SCORED else f" ({row.use})")


def _horizon(tables: RunTables) -> str:
    """What `never` means, where some run has it."""
    done = tables.done
    never = any(np.isinf(tables.runs[m["id"]][done]).any() for m in tables.manifest["milestones"])
    return f"\n\n{never_means(tables)}" if never else ""


def never_means(tables: RunTables) -> str:
    """What `never` means in a table of runs."""
    end = datetime.fromisoformat(tables.manifest["end"])
    return f"never: not by the end of the scenario, {end:%Y-%m-%d %H:%M} UTC"


def contradictions(tables: RunTables, record: Record) -> str:
    """The claims about the run's columns that contradict each other, a line a group: who says what."""
    lines = []
    for group in contested(record, tables.manifest["columns"]):
        voices: dict[tuple[str, str], list[str]] = {}
        for claim in group:
            voices.setdefault((claim.event, claim.party), []).append(claim.source)
        events = dict.fromkeys(event for event, _ in voices)
        texts = [
            f"{event}: "
            + ", ".join(f"{who} ({', '.join(docs)})" for (what, who), docs in voices.items() if what == event)
            for event in events
        ]
        lines.append("; ".join(texts))
    return "\n".join(lines)


def _report(row: MilestoneRow) -> tuple[str, str, str]:
    """Interval, kind and documents of a row's report, empty where there is none."""
    return (
        ("", "", "")
        if row.observation is None
        else (interval(row.observation.earliest, row.observation.latest), row.observation.kind, row.sources)
    )


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


def _lapse(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.1f} d"
