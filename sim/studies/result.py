"""A run, a result and an answer in Python: what it says, its tables and figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sim.files.yaml_tree import nearest
from sim.parameters.parameter import Parameters
from sim.state.clock import moment_at, utc
from sim.store.reader import RunTables
from sim.store.schema import AXES, PART_TABLES, Change, Table
from sim.version import install

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.record.record import Record

HOURS = {
    "events": ("hour",),
    "reports": ("reported", "earliest", "latest"),
    "daylight": ("first_light", "sunset"),
    "cover": ("ready",),
}
"""The columns of tables that are hours of the clock, beside the milestones of runs; see sim.store.schema."""
MOST_ROWS = 20
"""Rows of a table in a notebook, at most."""


def frame(table: Mapping[str, np.ndarray], hours: Iterable[str], start: datetime) -> Any:
    """A table as a pandas DataFrame; behind each column of hours its moments (UTC), NaT for never.

    Raises ImportError without pandas.
    """
    pd = load_pandas()
    columns: dict[str, Any] = {}
    for name in table:
        columns[name] = np.asarray(table[name])
        if name in hours:
            finite = np.where(np.isfinite(columns[name]), columns[name].astype(float), np.nan)
            columns[f"{name}_utc"] = (start + pd.to_timedelta(finite, unit="h")).round("s")
    return pd.DataFrame(columns)


def load_pandas() -> Any:
    """Pandas. Raises ImportError with how to install it."""
    try:
        import pandas as pd
    except ImportError:
        raise ImportError(f"needs pandas; try {install('pandas')}") from None
    return pd


@dataclass(frozen=True, repr=False, kw_only=True)
class Run:
    """One run: milestones in hours after 00:00 UTC of `start` (inf: never), and its event log."""

    start: datetime
    milestones: dict[str, float]
    events: Table
    load_tables: Callable[[], RunTables]
    """What gives the tables of this run, for its answer and figures."""

    @cached_property
    def result(self) -> "Result":
        """It as a result of one run, with all tables."""
        return Result(self.load_tables())

    def __repr__(self) -> str:
        """When it begins, and how many milestones came."""
        came = sum(map(np.isfinite, self.milestones.values()))
        events = f"{len(self.events['hour']):,} events"
        return f"<Run from {self.start:%Y-%m-%d}: {came} of {len(self.milestones)} milestones, {events}>"

    def _repr_html_(self) -> str:
        """In a notebook: what came of it in sentences, and a table."""
        return self.result._repr_html_()

    def summary(self) -> str:
        """The text of `kidal show` for one run."""
        return self.result.summary()

    def plot(
        self, figure: str | None = None, *, milestone: str | None = None, by: datetime | str | None = None
    ) -> "Figure":
        """A figure of one run by its name (`kidal list figures`), by default the first; see `Result.plot`.

        Raises FaultyInput for a figure that this run has not, ValueError for one of something else.
        """
        return self.result.plot(figure, milestone=milestone, by=by)

    def moment(self, milestone: str) -> datetime | None:
        """When a milestone came (UTC), None if it never did. Raises KeyError for one that is none."""
        hour = self.milestones[milestone]
        return moment_at(self.start, hour) if np.isfinite(hour) else None

    def arrow(self) -> pa.Table:
        """The event log as an Arrow table, as `polars.from_arrow` takes it."""
        return pa.table(self.events)

    def to_pandas(self) -> Any:
        """The event log as a pandas DataFrame, with `hour_utc` behind `hour`. Raises ImportError."""
        return frame(self.events, HOURS["events"], self.start)


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """What came of one run or many, or of a sweep, stored in a folder or in memory alone.

    `len` is the number of its runs. Hours count from 00:00 UTC of the scenario's first day, and what never
    comes is inf; columns and units of its tables are those of sim.store.schema.
    """

    tables: RunTables
    """All its tables, as modules of `analysis` take them."""
    read_parameters: Callable[[], Parameters] | None = None
    """What gives the parameters that its runs were drawn from, for `kidal.why`; None: nothing does."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was run: scenario, seed, settings, milestones; of a stored one versions and hashes too."""
        return self.tables.manifest

    @property
    def runs(self) -> Mapping[str, np.ndarray]:
        """A row a run: columns (runs,)."""
        return self.tables.runs

    @property
    def events(self) -> Mapping[str, np.ndarray]:
        """A row an event of the runs that are kept whole: columns (events,)."""
        return self.tables.events

    @property
    def reports(self) -> Mapping[str, np.ndarray]:
        """A row a report that a party would have given of those runs: columns (reports,)."""
        return self.tables.reports

    @property
    def points(self) -> Mapping[str, np.ndarray]:
        """A row a design point of a sweep: columns (points,)."""
        return self.tables.points

    @property
    def label(self) -> str:
        """By which it is known: the label that it was given, else the name of its folder or scenario."""
        return self.tables.label

    @property
    def changes(self) -> Sequence[Change]:
        """What was changed against the scenario and the parameters as they are."""
        return self.tables.changes

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self.runs["replicate"])

    def __repr__(self) -> str:
        """Its scenario, runs, label and changes, and what came of its headline milestones."""
        head, sentences = _words(self.tables, self._record())
        return "\n".join([f"<{head}>", *(f"  {sentence}" for sentence in sentences)])

    def _repr_html_(self) -> str:
        """In a notebook: the same, and a table."""
        record = self._record()
        head, sentences = _words(self.tables, record)
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        listed = f"<ul>{items}</ul>" if items else ""
        return f"<p><b>{escape(head)}</b></p>{listed}{html_table(_cells(self.tables, record))}"

    def summary(self) -> str:
        """The text of `kidal show`. Raises FaultyInput if no run is finished."""
        from analysis.tables import timeline
        from sim.studies import printed

        if self.manifest["design"]:
            return printed.sweep_text(self.tables, self._record())
        timeline.check_single(self.tables, self.label)
        return printed.answer_text(self.tables, self._record())

    def at(self, point: int) -> "Result":
        """The runs of one design point of a sweep, as a result. Raises IndexError."""
        from analysis.tables.sweeps import point_alone

        if not 0 <= point < (count := len(self.points["design_id"])):
            raise IndexError(f"{point} is no design point here; expected 0 to {count - 1}")
        return Result(point_alone(self.tables, point))

    def table(self, name: str) -> Mapping[str, np.ndarray]:
        """A table by its name (see sim.store.schema): columns (rows,). Raises KeyError."""
        if name not in (known := (*PART_TABLES, *AXES)):
            raise KeyError(f"{name!r} is no table; {nearest(name, known)}")
        table: Mapping[str, np.ndarray] = getattr(self.tables, name)
        return table

    def arrow(self, name: str) -> pa.Table:
        """One of the tables as an Arrow table, as `polars.from_arrow` takes it. Raises KeyError."""
        return pa.table({column: np.asarray(of) for column, of in self.table(name).items()})

    def to_pandas(self, name: str = "runs") -> Any:
        """One of the tables as a pandas DataFrame: behind each hour its moment, as `PLACE:capture_utc`.

        Moments are in UTC, NaT for never. Raises KeyError; ImportError without pandas.
        """
        from analysis.tables.clock import origin

        milestones = [milestone["id"] for milestone in self.manifest["milestones"]]
        hours = milestones if name == "runs" else HOURS.get(name, ())
        return frame(self.table(name), hours, origin(self.tables))

    def plot(
        self,
        figure: str | None = None,
        *,
        milestone: str | None = None,
        by: datetime | str | None = None,
        other: "Result | None" = None,
    ) -> "Figure":
        """A figure by its name (`kidal list figures`), by default the first of its kind; see `kidal plot`.

        `paired` takes the `other` result. Raises FaultyInput for a figure that this result has not,
        ValueError for one of something else, or of runs that were not kept whole.
        """
        from analysis.figures import gallery

        row = gallery.FIGURES.get(figure or "")
        if row and row.takes == "pair":
            if other is None:
                raise ValueError(f"{figure} is of two results; expected other=RESULT")
            return gallery.painter(str(figure))(self.tables, other.tables)
        if row and row.takes not in ("run", "sweep"):
            raise ValueError(f"{figure} is of {gallery.RESULTS[row.takes]}; `kidal plot` draws it")
        if row and "histories" in row.needs and not len(self.events["hour"]):
            raise ValueError(f"{figure} is of whole runs; ensemble(..., keep=100) would keep some")
        moment = None if by is None else utc(by)
        return gallery.draw(figure, self.tables, self._record(), milestone, moment)

    def _record(self) -> "Record":
        """The record of its days."""
        from sim.studies.printed import record_of

        return record_of(self.tables)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class CommandAnswer:
    """What was asked: `str` of it is the text of the command, `data` what its --json gives."""

    text: str
    data: Mapping[str, Any]
    """Numbers by the keys of the command's JSON: hours (h), shares 0 to 1; what never comes is None."""
    cells: Sequence[Sequence[str]] = ()
    """Its table as texts, the head first; empty where it has none."""

    def __str__(self) -> str:
        """The text."""
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """In a notebook: the text as it stands."""
        return f"<pre>{escape(self.text)}</pre>"

    def to_pandas(self) -> Any:
        """Its table as a pandas DataFrame of texts, empty where it has none; numbers are in `data`.

        Raises ImportError without pandas.
        """
        head, *rows = self.cells or [()]
        return load_pandas().DataFrame(rows, columns=list(head))


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PairedAnswer(CommandAnswer):
    """What differs between two what-ifs pair by pair, with the results of both."""

    results: tuple[Result, Result]

    def plot(self) -> "Figure":
        """The figure `paired` of both."""
        return self.results[0].plot("paired", other=self.results[1])


# --- words and HTML -----------------------------------------------------------------------------------------


def _words(tables: RunTables, record: "Record") -> tuple[str, list[str]]:
    """What a result is, and a sentence for each milestone of its headline."""
    from analysis.answers import answer
    from analysis.words import changes
    from analysis.words.text import counted

    manifest, design = tables.manifest, tables.manifest["design"]
    runs = counted(manifest["runs"], "run")
    if design:
        runs = f"{design['points']:,} points of {design['runs']:,} runs ({design['name']})"
    label = f" {tables.label!r}" if tables.label != manifest["scenario"] else ""
    head = f"Result{label}: {manifest['scenario']}, {runs}, {changes.line(tables)}"
    if not tables.done.any():
        return head, ["No run of it is finished."]
    return head, [] if design else answer.sentences(tables, record)


def _cells(tables: RunTables, record: "Record") -> list[list[str]]:
    """The table that sums a result up, its head first: milestones, or the design points of a sweep."""
    from analysis.answers import answer
    from analysis.tables import sweeps, timeline
    from sim.record.rows import SCORED

    if not tables.done.any() or not tables.manifest["milestones"]:
        return []
    if tables.manifest["design"]:
        return sweeps.cells(tables, record, sweeps.chosen(tables, record, None))
    chief = answer.headline(tables, record)
    rows = [row for row in timeline.rows(tables, record) if row.use in SCORED or row.milestone in chief]
    return timeline.cells(tables, rows)


def html_table(lines: Sequence[Sequence[str]]) -> str:
    """A table of texts in HTML, its head first; of many rows the first ones."""
    if not lines:
        return ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in lines[0])
    rows = ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in lines[1 : 1 + MOST_ROWS]]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    more = f"<p>... and {len(lines) - 1 - MOST_ROWS:,} more</p>" if len(lines) - 1 > MOST_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
