"""Sweeps in numbers: a milestone at each design point, as table, text and JSON.

Hours count from 00:00 UTC of the scenario's first day; a run without a milestone has it at infinity. Shares
are of the runs of a point that did not fail, and their intervals are Wilson's, 95 %, of each point alone.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from analysis.tables import monte_carlo, timeline
from analysis.tables.outcomes import QUANTILES, hour_of, origin
from analysis.tables.scored_observations import use_of
from analysis.tables.text import aligned, round_minute
from sim.files.yaml_tree import Where, nearest, refuse
from sim.record.record import Record
from sim.record.rows import COMPARED, SCORED, Observation
from sim.store.reader import RunTables

TEXT_ROWS = 20  # of a table as text, at most
SETTINGS_LETTERS = 60  # of a point's settings there, at most
CROSSED = ("grid", "list")  # kinds of designs whose factors were chosen in order


class Axis(NamedTuple):
    """A factor that tells design points apart, and its value at each point, in its unit or as a text."""

    name: str
    unit: str | None
    values: np.ndarray

    @property
    def label(self) -> str:
        """The factor with its unit."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def is_number(self) -> bool:
        """Whether every value is a number."""
        return self.values.dtype.kind in "iuf" and bool(np.isfinite(self.values).all())

    @property
    def is_date(self) -> bool:
        """Whether every value is a text that begins with a date, as 2023-10-02."""
        return self.values.dtype.kind in "OUT" and all(map(_moment, self.values))

    def value_text(self, point: int) -> str:
        """The value at a point, as a text with its unit."""
        return f"{self.number_text(point)} {self.unit or ''}".rstrip()

    def number_text(self, point: int) -> str:
        """The value at a point, as a text without unit."""
        value = self.values[point]
        if isinstance(value, str):
            return value or "none"
        return "-" if np.isnan(value) else f"{value:g}"


class Summary(NamedTuple):
    """A milestone at each design point; an array's rows are the points, nan where all of its runs failed."""

    finished_runs: np.ndarray
    failed_runs: np.ndarray
    share_reached: np.ndarray
    between: np.ndarray  # low and high
    hours: np.ndarray  # 5, 50 and 95 %, inf past the share that reached it
    share_in: np.ndarray | None  # in the reported interval, if one is scored


class ByPoint:
    """The runs of a sweep that did not fail, in the order of their design points."""

    def __init__(self, tables: RunTables) -> None:
        """Count them: `finished_runs` and `failed_runs` are numbers of runs, a point each."""
        self.tables, self.count = tables, len(tables.points["design_id"])
        points, rows = tables.runs["design_id"], np.flatnonzero(tables.done)
        self.order = rows[np.argsort(points[rows], kind="stable")]
        self.point = points[self.order]
        self.finished_runs = np.bincount(self.point, minlength=self.count)
        self.failed_runs = np.bincount(points, minlength=self.count) - self.finished_runs

    def hours(self, milestone: str) -> np.ndarray:
        """Hours of a milestone, point after point."""
        hours: np.ndarray = self.tables.runs[milestone][self.order]
        return hours

    def split(self, hours: np.ndarray) -> list[np.ndarray]:
        """Hours by point, each in ascending order."""
        return [np.sort(part) for part in np.split(hours, np.cumsum(self.finished_runs)[:-1])]

    def share(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Share of each point's runs that a mask picks, and its interval."""
        hits = np.bincount(self.point[which], minlength=self.count)
        with np.errstate(invalid="ignore"):
            return hits / self.finished_runs, monte_carlo.wilson(hits, self.finished_runs)


def replicates(tables: RunTables, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Hours of milestones of a sweep that ran in full: points x runs, in the order of the replicates."""
    order = np.lexsort((tables.runs["replicate"], tables.runs["design_id"]))
    points = len(tables.points["design_id"])
    return {name: tables.runs[name][order].astype(float).reshape(points, -1) for name in names}


def summary(runs: ByPoint, record: Record, milestone: str) -> Summary:
    """A milestone at each design point."""
    hours, observation = runs.hours(milestone), reported(runs.tables, record, milestone)
    reached, between = runs.share(np.isfinite(hours))
    inside = None
    if observation is not None and use_of(runs.tables, record, observation) in COMPARED:
        low, high = hour_of(runs.tables, observation.earliest), hour_of(runs.tables, observation.latest)
        inside = runs.share((hours >= low) & (hours <= high))[0]
    quantiles = np.array([_quantiles(part) for part in runs.split(hours)]).reshape(-1, len(QUANTILES))
    return Summary(
        finished_runs=runs.finished_runs,
        failed_runs=runs.failed_runs,
        share_reached=reached,
        between=between,
        hours=quantiles,
        share_in=inside,
    )


def probability(runs: ByPoint, milestone: str, by: datetime) -> tuple[np.ndarray, np.ndarray]:
    """P(a milestone by a moment) at each design point, and its interval."""
    return runs.share(runs.hours(milestone) <= hour_of(runs.tables, by))


def _quantiles(hours: np.ndarray) -> np.ndarray:
    """Quantiles of hours in ascending order, as NumPy's inverted_cdf gives them."""
    if not len(hours):
        return np.full(len(QUANTILES), np.nan)
    return hours[[max(0, int(np.ceil(len(hours) * q - 1))) for q in QUANTILES]]


def moment_of(tables: RunTables, hour: float) -> datetime | None:
    """The moment of an hour to the minute; None if it never comes."""
    if not np.isfinite(hour):
        return None
    return round_minute(origin(tables) + timedelta(hours=float(hour)))


def _moment(text: object) -> datetime | None:
    """The moment that a text names (UTC if it does not say), if it begins with a date."""
    try:
        found = datetime.fromisoformat(str(text)) if re.match(r"\d{4}-\d\d-\d\d", str(text)) else None
    except ValueError:
        return None
    return found and found.replace(tzinfo=found.tzinfo or UTC)


def days(axis: Axis) -> tuple[datetime, np.ndarray]:
    """The first day of an axis of dates, and each point's hours since."""
    moments = [moment for moment in map(_moment, axis.values) if moment]
    zero = min(moments).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return zero, np.array([(moment - zero) / timedelta(hours=1) for moment in moments])


# --- which milestone, which axes -------------------------------------------------------------------------


def reported(tables: RunTables, record: Record, milestone: str) -> Observation | None:
    """The observation of a milestone, if there is one."""
    column = next(m["column"] for m in tables.manifest["milestones"] if m["id"] == milestone)
    return timeline.observed(record, milestone, column)


def chief(tables: RunTables, record: Record) -> str:
    """The milestone shown by default: the design's own, the last capture that is scored, or what there is."""
    names = [milestone["id"] for milestone in tables.manifest["milestones"]]
    design_milestone = (tables.manifest["design"] or {}).get("milestone")
    if design_milestone in names:
        return str(design_milestone)
    seen = {name: reported(tables, record, name) for name in names}
    scored = [n for n, seen in seen.items() if seen and use_of(tables, record, seen) in SCORED]
    captures = [name for name in scored if name.split(":")[1] == "capture"]
    if captures or scored:
        return str((captures or scored)[-1])
    came = (name for name in reversed(names) if np.isfinite(tables.runs[name][tables.done]).any())
    return str(next(came, names[-1]))


def chosen(tables: RunTables, record: Record, milestone: str | None) -> str:
    """A milestone by its name, or the chief one. Raises FaultyInput if it is none of the run's."""
    names = [known["id"] for known in tables.manifest["milestones"]]
    if not names:
        refuse(Where("--milestone", 0), "this run has no milestones; a scenario with some would be right")
    if milestone is not None and milestone not in names:
        refuse(Where("--milestone", 0), f"{milestone!r} is none of this run's; {nearest(milestone, names)}")
    return milestone or chief(tables, record)


def deadline(tables: RunTables, record: Record, milestone: str) -> datetime:
    """By when a milestone is asked for: the design's own moment, the end of the report or of the scenario."""
    own, observation = (tables.manifest["design"] or {}).get("by"), reported(tables, record, milestone)
    end = datetime.fromisoformat(tables.manifest["end"]).replace(tzinfo=UTC)
    if own is not None:
        return min(datetime.fromisoformat(own), end)
    return observation.latest if observation else end


def axes(tables: RunTables) -> list[Axis]:
    """The factors that tell the design points apart, in their order, without those that stay as they are.

    Of a grid or list they are the fewest leading ones that do; of a sampled design all that vary.
    """
    design = tables.manifest.get("design") or {"factors": [], "kind": "list"}
    found = [Axis(row["name"], row["unit"], tables.points[row["name"]]) for row in design["factors"]]
    codes = [np.unique(axis.values, return_inverse=True)[1] for axis in found]
    moved = [number for number, code in enumerate(codes) if code.any()]
    if design["kind"] in CROSSED and moved:
        apart = [_groups([codes[i] for i in moved[: k + 1]]) for k in range(len(moved))]
        moved = moved[: apart.index(apart[-1]) + 1]
    return [found[number] for number in moved]


def _groups(codes: Sequence[np.ndarray]) -> int:
    """How many different rows some columns have."""
    return len(np.unique(np.column_stack(codes), axis=0))


def influence(axis: Axis, share: np.ndarray) -> float:
    """The part of a share's variance over the points that lies between groups along an axis (0 to 1)."""
    known = np.isfinite(share)
    share, group = share[known], groups(axis.values[known])
    total = float(((share - share.mean()) ** 2).sum()) if len(share) else 0.0
    if total == 0.0:
        return 0.0
    sizes = np.bincount(group)
    means = np.bincount(group, weights=share) / sizes
    return float((sizes * (means - share.mean()) ** 2).sum()) / total


def groups(values: np.ndarray, most: int = 12) -> np.ndarray:
    """The group of each value: its own if there are few different ones, else one of equal size in order."""
    kinds, code = np.unique(values, return_inverse=True)
    if len(kinds) <= most or values.dtype.kind not in "iuf":
        return np.asarray(code)
    count = max(1, min(most, len(values) // 8))
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return np.asarray(ranks * count // len(values))


# --- as JSON and as text ---------------------------------------------------------------------------------


def as_json(tables: RunTables, record: Record) -> list[dict[str, Any]]:
    """Every design point with its settings and milestones; times as 2023-10-05T14:10Z, null for never."""
    runs, names = ByPoint(tables), [milestone["id"] for milestone in tables.manifest["milestones"]]
    summaries = {name: summary(runs, record, name) for name in names}
    factors = [row["name"] for row in (tables.manifest.get("design") or {"factors": []})["factors"]]
    return [
        {
            "design_id": int(tables.points["design_id"][point]),
            "settings": str(tables.points["settings"][point]),
            "factors": {name: _plain(tables.points[name][point]) for name in factors},
            "runs": int(runs.finished_runs[point]),
            "failed": int(runs.failed_runs[point]),
            "milestones": {name: _entry(tables, all_of, point) for name, all_of in summaries.items()},
        }
        for point in range(runs.count)
    ]


def _entry(tables: RunTables, of_milestone: Summary, point: int) -> dict[str, Any]:
    """A milestone at one point."""
    between = [*map(_plain, of_milestone.between[point])]
    entry: dict[str, Any] = {"p_reached": _plain(of_milestone.share_reached[point]), "interval": between}
    for share, hour in zip(QUANTILES, of_milestone.hours[point], strict=True):
        moment = moment_of(tables, hour)
        entry[f"q{round(100 * share):02}"] = moment and f"{moment:%Y-%m-%dT%H:%MZ}"
    return entry | {
        "p_in_reported": None if of_milestone.share_in is None else _plain(of_milestone.share_in[point])
    }


def _plain(value: Any) -> str | float | None:
    """A value as JSON has it: a text, a number, or null."""
    return value if isinstance(value, str) else float(value) if np.isfinite(value) else None


def text(tables: RunTables, record: Record, milestone: str | None = None) -> str:
    """A milestone at the first design points, a row each, and how many more there are."""
    name, runs = chosen(tables, record, milestone), ByPoint(tables)
    of_milestone, shown = summary(runs, record, name), range(min(TEXT_ROWS, runs.count))
    lines = [["point", "settings", "runs", "P(reached)", "5 %", "50 %", "95 %", "P(in)"]]
    lines += [_line(tables, of_milestone, point) for point in shown]
    if of_milestone.share_in is None:
        lines = [line[:-1] for line in lines]
    parts = [f"{name}{report_text(tables, record, name)}", "", aligned(lines)]
    if len(shown) < runs.count:
        parts.append(f"... and {runs.count - len(shown):,} more: kidal query")
    if np.isinf(of_milestone.hours[: len(shown)]).any():
        parts += ["", timeline.never_means(tables)]
    return "\n".join(parts)


def report_text(tables: RunTables, record: Record, milestone: str) -> str:
    """What is reported of a milestone, to stand behind its name; empty if nothing is."""
    seen = reported(tables, record, milestone)
    if seen is None:
        return ""
    use = use_of(tables, record, seen)
    how = seen.kind if use in SCORED else f"{seen.kind}, {use}"
    return f", reported {seen.earliest:%Y-%m-%d %H:%M} to {seen.latest:%m-%d %H:%M} ({how})"


def _line(tables: RunTables, of_milestone: Summary, point: int) -> list[str]:
    settings = str(tables.points["settings"][point])
    settings = settings if len(settings) <= SETTINGS_LETTERS else f"{settings[: SETTINGS_LETTERS - 3]}..."
    failed = f", {of_milestone.failed_runs[point]:,} failed" if of_milestone.failed_runs[point] else ""
    head = [
        str(tables.points["design_id"][point]),
        settings,
        f"{of_milestone.finished_runs[point]:,}{failed}",
    ]
    if not of_milestone.finished_runs[point]:
        return [*head, *["-"] * 5]
    moments = [moment_of(tables, hour) for hour in of_milestone.hours[point]]
    times = [f"{moment:%m-%d %H:%M}" if moment else "never" for moment in moments]
    inside = "" if of_milestone.share_in is None else f"{of_milestone.share_in[point]:.3f}"
    return [*head, f"{of_milestone.share_reached[point]:.3f}", *times, inside]
