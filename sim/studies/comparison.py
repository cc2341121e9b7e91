"""Results side by side in Python: a table, its numbers, and figures of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from sim.studies.result import Result, html_table, load_pandas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.scores.side_by_side import Compared


TEXTS = ("result", "changed", "best_baseline")
"""The columns of the numbers that are texts."""


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """Results side by side, a row each; `str` of it is the text of `kidal compare`.

    Of those whose labels are alike each has its place in the order, from 1, behind its label.
    """

    results: Sequence[Result]
    by: datetime | None = None

    def __str__(self) -> str:
        """Where a baseline does better, what was changed in each, and the table."""
        from analysis.scores.side_by_side_text import text

        return text(self._compared(), self.by)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """In a notebook: what was changed in each, and the table."""
        from analysis.words.changes import labelled

        items = "".join(f"<li>{escape(labelled(result.tables))}</li>" for result in self.results)
        return f"<ul>{items}</ul>{html_table(self._cells())}"

    def to_pandas(self) -> Any:
        """Its numbers as a pandas DataFrame, a row a result; see analysis.scores.side_by_side.numbers.

        Shares are 0 to 1, times are timestamps (UTC; NaT: after the end), scores are nats. Raises ImportError
        without pandas.
        """
        from analysis.scores.side_by_side import numbers

        pd = load_pandas()
        columns = numbers(self._compared(), self.by)
        table = {}
        for name, values in columns.items():
            if name in TEXTS:
                table[name] = pd.Series(values, dtype=object)
            elif name.endswith("_utc"):
                table[name] = pd.to_datetime(pd.Series(values, dtype=object), utc=True)
            else:
                table[name] = pd.Series(values, dtype=float)
        return pd.DataFrame(table)

    def plot(self, figure: str = "compared") -> "Figure":
        """A figure of all of them: `compared`, or `paired` of two with the same random seed.

        Raises ValueError for another figure, and for `paired` of more or less than two; FaultyInput for
        results that do not go together.
        """
        from analysis.figures import gallery
        from sim.studies.printed import record_of

        tables = [result.tables for result in self.results]
        if figure == "paired" and len(tables) == 2:
            return gallery.painter(figure)(*tables)
        if figure == "compared":
            return gallery.painter(figure)(tables, record_of(tables[0]))
        known = gallery.FIGURES.get(figure)
        of = gallery.RESULTS[known.takes] if known else "no kind of result"
        raise ValueError(f"{figure} is of {of}; expected compared, or paired of two results")

    def _cells(self) -> list[list[str]]:
        from analysis.scores.side_by_side import cells

        return cells(self._compared(), self.by)

    def _compared(self) -> "list[Compared]":
        from analysis.scores.side_by_side import scored
        from analysis.words.changes import labels
        from sim.studies.printed import record_of

        tables = [result.tables for result in self.results]
        called = labels([(f"{one.label} ({i})", one) for i, one in enumerate(tables, start=1)])
        return [scored(one, record_of(one), label) for one, label in zip(tables, called, strict=True)]
