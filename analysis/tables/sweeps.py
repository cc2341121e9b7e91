"""Sweeps in numbers: a milestone at each design point, as table, text and JSON.

Hours count from 00:00 UTC of the scenario's first day; a run without a milestone has it at infinity. Shares
are of the runs of a point that did not fail, and their intervals are Wilson's, 95 %, of each point alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from analysis.tables import clock, monte_carlo, timeline
from analysis.tables.outcomes import QUANTILE_KEYS, QUANTILES
from analysis.tables.scored_observations import reported, use_of
from analysis.words import changes, names
from analysis.words.text import aligned, day_hour, day_hours, moment_words, stamp
from sim.files.yaml_tree import Where, nearest, refuse
from sim.record.record import Record
from sim.record.rows import COMPARED, SCORED
from sim.state.clock import in_hours, midnight, utc
from sim.store.reader import RunTables

TEXT_ROWS = 20  # of a table as text, at most
SETTINGS_LETTERS = 60  # of a point's settings there, at most
CROSSED = ("grid", "list")  # kinds of designs whose factors were chosen in order


class Axis(NamedTuple):
    """A factor that tells design points apart, and its value at each point, in its unit or as a text.

    `words` is what people read for its name, `given` the texts that the design has for its values, `texts`
    what people read for values that are texts.
    """

    name: str
    unit: str | None
    values: np.ndarray
    words: str = ""
    given: Sequence[str] = ()
    texts: Mapping[str, str] = {}  # what people read for values that are texts

    @property
    def title(self) -> str:
        """The factor in words."""
        return self.words or self.name

    @property
    def label(self) -> str:
        """The factor in words, with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def heading(self) -> str:
        """The factor in words, with its unit where no value is given in another."""
        return self.title if self._has_other_units else self.label

    @property
    def _has_other_units(self) -> bool:
        return any(changes.in_another_unit(text, self.unit) for text in self.given)

    @property
    def is_number(self) -> bool:
        """Whether every value is a number."""
        return self.values.dtype.kind in "iuf" and bool(np.isfinite(self.values).all())

    @property
    def is_date(self) -> bool:
        """Whether every value is a text that begins with a date, as 2023-10-02."""
        return self.values.dtype.kind in "OUT" and all(map(_moment, self.values))

    def value_text(self, point: int) -> str:
        """The value at a point, as a text with its unit: as the design gives it in another unit."""
        return self._given(point) or f"{self._plain(point)} {self.unit or ''}".rstrip()

    def number_text(self, point: int) -> str:
        """The value at a point, as a text without unit; with it where the design has another one too."""
        return self.value_text(point) if self._has_other_units else self._plain(point)

    def at(self, points: np.ndarray) -> "Axis":
        """The factor at some design points (points,)."""
        given = [self.given[point] for point in points] if self.given else ()
        return self._replace(values=self.values[points], given=given)

    def _given(self, point: int) -> str:
        return changes.in_another_unit(self.given[point], self.unit) if self.given else ""

    def _plain(self, point: int) -> str:
        value = self.values[point]
        if isinstance(value, str):
            return self.texts.get(value, value) or "none"
        return "-" if np.isnan(value) else f"{value:g}"


class Summary(NamedTuple):
    """A milestone at each design point; its arrays are `(points,)`, nan where all runs of a point failed."""

    finished_runs: np.ndarray
    failed_runs: np.ndarray
    share_reached: np.ndarray
    between: np.ndarray  # low and high: (points, 2)
    hours: np.ndarray  # 5, 50 and 95 %, inf past the share that reached it: (points, quantiles)
    share_in: np.ndarray | None  # in the reported interval, if one is scored


class ByPoint:
    """The runs of a sweep that did not fail, in the order of their design points."""

    def __init__(self, tables: RunTables) -> None:
        """Count them: `finished_runs` and `failed_runs` are numbers of runs, (points,)."""
        self.tables, self.count = tables, len(tables.points["design_id"])
        points, rows = tables.runs["design_id"], np.flatnonzero(tables.done)
        self.order = rows[np.argsort(points[rows], kind="stable")]
        self.point = points[self.order]
        self.finished_runs = np.bincount(self.point, minlength=self.count)
        self.failed_runs = np.bincount(points, minlength=self.count) - self.finished_runs

    def hours(self, milestone: str) -> np.ndarray:
        """Hours of a milestone (runs,), point after point."""
        return np.asarray(self.tables.runs[milestone][self.order])

    def split(self, hours: np.ndarray) -> list[np.ndarray]:
        """Hours (runs,) by point, each point's (runs of it,) in ascending order."""
        return [np.sort(part) for part in np.split(hours, np.cumsum(self.finished_runs)[:-1])]

    def share(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Share (points,) of each point's runs that a mask (runs,) picks, and its interval (points, 2)."""
        hits = np.bincount(self.point[which], minlength=self.count)
        with np.errstate(invalid="ignore"):
            return hits / self.finished_runs, monte_carlo.wilson(hits, self.finished_runs)


def replicates(tables: RunTables, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Hours (points, runs) of milestones of a sweep that ran in full, in the order of the replicates."""
    order = np.lexsort((tables.runs["replicate"], tables.runs["design_id"]))
    points = len(tables.points["design_id"])
    return {name: tables.runs[name][order].astype(float).reshape(points, -1) for name in names}


def summary(runs: ByPoint, record: Record, milestone: str) -> Summary:
    """A milestone at each design point."""
    hours, compared = runs.hours(milestone), reported(runs.tables, record, COMPARED).get(milestone)
    reached, between = runs.share(np.isfinite(hours))
    return Summary(
        finished_runs=runs.finished_runs,
        failed_runs=runs.failed_runs,
        share_reached=reached,
        between=between,
        hours=np.array([_quantiles(part) for part in runs.split(hours)]).reshape(-1, len(QUANTILES)),
        share_in=runs.share(timeline.within(runs.tables, hours, compared))[0] if compared else None,
    )


def probability(runs: ByPoint, milestone: str, by: datetime) -> tuple[np.ndarray, np.ndarray]:
    """Pr(a milestone before a moment) at each design point (points,), and its interval (points, 2)."""
    return runs.share(timeline.is_before(runs.hours(milestone), clock.hour_of(runs.tables, by)))


def _quantiles(hours: np.ndarray) -> np.ndarray:
    """Quantiles of hours in ascending order, as NumPy's inverted_cdf gives them."""
    if not len(hours):
        return np.full(len(QUANTILES), np.nan)
    return hours[[max(0, int(np.ceil(len(hours) * q - 1))) for q in QUANTILES]]


def _moment(text: object) -> datetime | None:
    """The moment that a text names (UTC if it does not say), if it begins with a date."""
    try:
        moment = datetime.fromisoformat(str(text)) if re.match(r"\d{4}-\d\d-\d\d", str(text)) else None
    except ValueError:
        return None
    return moment and utc(moment)


def days(axis: Axis) -> tuple[datetime, np.ndarray]:
    """The first day (UTC) of an axis of dates, and each point's hours since (points,)."""
    moments = [moment for moment in map(_moment, axis.values) if moment]
    zero = midnight(min(moments).astimezone(UTC).date())
    return zero, np.array([in_hours(moment - zero) for moment in moments])


# --- which milestone, which axes -------------------------------------------------------------------------


def milestones(tables: RunTables) -> list[str]:
    """The milestones of a run, in the order of the scenario."""
    return [row["id"] for row in tables.manifest["milestones"]]


def chief(tables: RunTables, record: Record) -> str:
    """The milestone shown by default: the design's own, the last capture that is scored, or what there is."""
    names, design_milestone = milestones(tables), (tables.manifest["design"] or {}).get("milestone")
    if design_milestone in names:
        return str(design_milestone)
    scored = list(reported(tables, record, SCORED))
    captures = [name for name in scored if name.split(":")[1] == "capture"]
    came = [name for name in names if np.isfinite(tables.runs[name][tables.done]).any()]
    return str((captures or scored or came or names)[-1])


def chosen(tables: RunTables, record: Record, milestone: str | None) -> str:
    """A milestone by its name, or the chief one. Raises FaultyInput if it is none of the run's."""
    names = milestones(tables)
    if not names:
        refuse(Where("--milestone", 0), "this result has no milestones; expected a scenario with some")
    if milestone is not None and milestone not in names:
        refuse(
            Where("--milestone", 0),
            f"{milestone!r} is no milestone of this result; {nearest(milestone, names, 'list milestones')}",
        )
    return milestone or chief(tables, record)


def deadline(tables: RunTables, record: Record, milestone: str) -> datetime:
    """By when a milestone is asked for: the design's own moment, the end of the report or of the scenario."""
    by, end = (tables.manifest["design"] or {}).get("by"), clock.end_of(tables)
    observation = reported(tables, record).get(milestone)
    if by is not None:
        return min(datetime.fromisoformat(by), end)
    return observation.latest if observation else end


def axes(tables: RunTables) -> list[Axis]:
    """The factors that tell the design points apart, in their order, without those that stay as they are.

    Of a grid or list they are the fewest leading ones that do; of a sampled design all that vary.
    """
    design = tables.manifest.get("design") or {"factors": [], "kind": "list"}
    factors = [
        Axis(name=row["name"], unit=row["unit"], values=tables.points[row["name"]])
        for row in design["factors"]
    ]
    moved = [axis for axis in factors if _apart([axis]) > 1]
    while design["kind"] in CROSSED and len(moved) > 1 and _apart(moved[:-1]) == _apart(moved):
        moved.pop()
    words = changes.factor_words([axis.name for axis in moved])
    return [
        axis._replace(words=word, given=changes.given_texts(tables, axis.name), texts=_texts(tables, axis))
        for axis, word in zip(moved, words, strict=True)
    ]


def _texts(tables: RunTables, axis: Axis) -> dict[str, str]:
    """What people read for the hypotheses of a design."""
    if axis.name != changes.WITH:
        return {}
    return {
        name: changes.hypothesis_words(tables, name) for name in axis.values.tolist() if isinstance(name, str)
    }


def _apart(axes: Sequence[Axis]) -> int:
    """How many different points some axes tell apart."""
    table = pa.table({axis.name: axis.values for axis in axes})
    return int(table.group_by(table.column_names).aggregate([]).num_rows)


def influence(axis: Axis, share: np.ndarray) -> float:
    """The part (0 to 1) of the variance of a share (points,) that lies between groups along an axis."""
    known = np.isfinite(share)
    share, group = share[known], groups(axis.values[known])
    total = float(((share - share.mean()) ** 2).sum()) if len(share) else 0.0
    if total == 0.0:
        return 0.0
    sizes = np.bincount(group)
    between = sizes * (np.bincount(group, share) / sizes - share.mean()) ** 2
    return float(between.sum()) / total


def groups(values: np.ndarray, most: int = 12) -> np.ndarray:
    """The group (points,) of each value (points,): its own if there are few, else of equal size in order."""
    kinds, code = np.unique(values, return_inverse=True)
    if len(kinds) <= most or values.dtype.kind not in "iuf":
        return np.asarray(code)
    return slices(values, max(1, min(most, len(values) // 8)))


def slices(values: np.ndarray, count: int) -> np.ndarray:
    """The slice (0 to `count` - 1) of each value (points,) or (points, columns): of one size in order."""
    from scipy.stats import rankdata  # 0.6 s, and needed only here

    return np.asarray((rankdata(values, "ordinal", axis=0).astype(int) - 1) * count // len(values))


def point_alone(tables: RunTables, point: int) -> RunTables:
    """The runs of one design point, as those of a run with its settings."""
    manifest = tables.manifest
    runs, changed = (manifest["design"] or manifest)["runs"], changes.at_point(tables, point)
    of_point = {"changes": changed, "design": None, "runs": runs}
    return replace(tables.at(point), manifest={**manifest, **of_point})


# --- as JSON and as text ---------------------------------------------------------------------------------


def as_json(tables: RunTables, record: Record, by: datetime | None = None) -> list[dict[str, Any]]:
    """Every design point with its settings and milestones; times as 2023-10-05T14:10Z, null for never.

    With a moment (UTC) each milestone has its probability before it, and the interval of that (95 %).
    """
    runs = ByPoint(tables)
    summaries = {name: summary(runs, record, name) for name in milestones(tables)}
    before = {name: probability(runs, name, by) for name in summaries} if by else {}
    factors = [row["name"] for row in (tables.manifest.get("design") or {"factors": []})["factors"]]
    return [
        {
            "design_id": int(tables.points["design_id"][point]),
            "settings": str(tables.points["settings"][point]),
            "factors": {name: _plain(tables.points[name][point]) for name in factors},
            "runs": int(runs.finished_runs[point]),
            "failed": int(runs.failed_runs[point]),
            "milestones": {
                name: _entry(tables, of_all, point) | _before(before.get(name), point)
                for name, of_all in summaries.items()
            },
        }
        for point in range(runs.count)
    ]


def _entry(tables: RunTables, of_milestone: Summary, point: int) -> dict[str, Any]:
    """A milestone at one point."""
    times = [stamp(clock.moment_of(tables, hour)) for hour in of_milestone.hours[point]]
    return {
        "probability": _plain(of_milestone.share_reached[point]),
        "interval": [*map(_plain, of_milestone.between[point])],
        **dict(zip(QUANTILE_KEYS, times, strict=True)),
        "share_within": None if of_milestone.share_in is None else _plain(of_milestone.share_in[point]),
    }


def _before(shares: tuple[np.ndarray, np.ndarray] | None, point: int) -> dict[str, Any]:
    """The probability of a milestone before a moment at one point, if one is asked for."""
    if shares is None:
        return {}
    return {"before": {"probability": _plain(shares[0][point]), "interval": [*map(_plain, shares[1][point])]}}


def _plain(value: Any) -> str | float | None:
    """A value as JSON has it: a text, a number, or null."""
    return value if isinstance(value, str) else float(value) if np.isfinite(value) else None


def text(tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None) -> str:
    """A milestone at the first design points, a row each, and how many more there are."""
    name, points = chosen(tables, record, milestone), len(tables.points["design_id"])
    lines = cells(tables, record, name, by)
    shown = lines[: 1 + TEXT_ROWS]
    parts = [f"{names.milestone(tables, name)}{_report(tables, record, name)}", "", aligned(shown)]
    if points > TEXT_ROWS:
        parts.append(f"... and {points - TEXT_ROWS:,} more: kidal query")
    if any("never" in line for line in shown):
        parts += ["", timeline.never_means(tables)]
    return "\n".join(parts)


def cells(tables: RunTables, record: Record, milestone: str, by: datetime | None = None) -> list[list[str]]:
    """A milestone at each design point, a row each below a head.

    With a moment (UTC) its probability before it comes last, with its Monte Carlo interval (95 %).
    """
    runs = ByPoint(tables)
    of_milestone = summary(runs, record, milestone)
    head = ["point", "settings", "runs", "Pr(event)", "5th percentile", "median", "95th percentile", "within"]
    lines = [head, *(_line(tables, of_milestone, point) for point in range(runs.count))]
    if of_milestone.share_in is None:
        lines = [line[:-1] for line in lines]
    if by is None:
        return lines
    shares, between = probability(runs, milestone, by)
    last = [f"Pr(before {moment_words(by, year=False)})", *map(_share, shares, between)]
    return [[*line, cell] for line, cell in zip(lines, last, strict=True)]


def _share(share: float, between: np.ndarray) -> str:
    """A share with its interval; nothing where no run of the point is finished."""
    return "-" if np.isnan(share) else f"{share:.2f} ({between[0]:.2f} to {between[1]:.2f})"


def _report(tables: RunTables, record: Record, milestone: str) -> str:
    """What is reported of a milestone, to stand behind its name; empty if nothing is."""
    seen = reported(tables, record).get(milestone)
    if seen is None:
        return ""
    role = names.role(use_of(tables, record, seen))
    return f"; reported {day_hours(seen.earliest, seen.latest)} ({names.report(seen.kind)}; {role})"


def _line(tables: RunTables, of_milestone: Summary, point: int) -> list[str]:
    """A row of the table: nan where no run of the point is finished."""
    settings = changes.design_words(tables, point) or str(tables.points["settings"][point])
    finished, failed = of_milestone.finished_runs[point], of_milestone.failed_runs[point]
    head = [
        str(tables.points["design_id"][point]),
        settings if len(settings) <= SETTINGS_LETTERS else f"{settings[: SETTINGS_LETTERS - 3]}...",
        f"{finished:,}" + (f", {failed:,} failed" if failed else ""),
    ]
    if not finished:
        return [*head, *["-"] * 5]
    times = [day_hour(clock.moment_of(tables, hour)) for hour in of_milestone.hours[point]]
    inside = "" if of_milestone.share_in is None else f"{of_milestone.share_in[point]:.2f}"
    return [*head, f"{of_milestone.share_reached[point]:.2f}", *times, inside]
