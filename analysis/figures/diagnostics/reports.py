"""What each report adds to the evidence, given those before it: of a model, beside the composite baseline."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.evidence.joint import LogEstimate, lead
from analysis.evidence.rows import JointRow
from analysis.evidence.tables import Weighed
from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line
from analysis.figures.base.style import INK, QUIET
from analysis.tables.clock import origin
from analysis.words.text import reported_days, reported_end
from sim.state.clock import moment_at
from sim.store.reader import RunTables

MODEL_LOOK: dict[str, Any] = {"marker": "o", "color": "#0072b2", "ms": 5.5, "lw": 1.2}
RIVAL_LOOK: dict[str, Any] = {"marker": "s", "color": INK, "mfc": "white", "ms": 5.0, "lw": 1.2}
SCORES_APART = 0.15
"""How far above and below the middle of a row its two scores stand (rows)."""
SURE_ERRORS = 1.96
"""Standard errors to either side: 95 %."""
REPORT_ROW = 0.33  # inches


@styled
def draw(weighed: Weighed, tables: RunTables) -> Figure:
    """The first model's conditional log score of each row (nats) and the composite's, with 95 % intervals.

    `tables` are those of the scenario, whose dates the rows have.
    """
    base, rival = weighed.base, weighed.rival
    page, axis = common.sheet_of_rows(
        f"What each report adds, given those before it: {base.name} and the composite baseline",
        REPORTS_NOTE.format(islands=len(base.logs), runs=base.runs, others=rival.runs),
        REPORT_ROW * len(base.rows) + 0.2,
        [f"{row.title}: {reported(row, tables)}" for row in base.rows],
        least=2.0,
        right=1.25,
        key=[key_line(base.name, **MODEL_LOOK), key_line("composite baseline", **RIVAL_LOOK)],
    )
    for level, (mine, other) in enumerate(zip(base.conditional, rival.conditional, strict=True)):
        _joined(axis, level, mine, other)
        _score(axis, level - SCORES_APART, mine, MODEL_LOOK, "model")
        _score(axis, level + SCORES_APART, other, RIVAL_LOOK, "rival")
        ahead = lead(base, rival, level, level + 1)
        common.note(axis, level, f"{ahead.value:+.2f} ± {ahead.error:.2f}")
    _cut(axis, base.fitted, len(base.rows))
    axis.set_xlim(right=max(0.1, axis.get_xlim()[1]))
    axis.axvline(0.0, color=QUIET, lw=0.8, zorder=1)
    axis.set_xlabel("log probability of the report, given those before it (nats); 0: certain")
    common.note_head(axis, "lead ± its error")
    return page.figure


REPORTS_NOTE = (
    "Rows in the order in which they are asked, with what is reported. Means of {islands} independent "
    "filters of {runs:,} runs each, of the baseline of {others:,}; bars: 95 %, from the filters, up to 0. "
    "The dotted line parts the rows before the first that is held out from it and those after it."
)


def reported(row: JointRow, tables: RunTables) -> str:
    """What is reported: the days (UTC) of an hour, the end of a silence, or a number."""
    if row.ask in ("strikes", "displaced"):
        return " to ".join(dict.fromkeys(f"{number:,.0f}" for number in (row.low, row.high)))
    low, high = moment_at(origin(tables), row.low), moment_at(origin(tables), row.high)
    return reported_end(high) if row.ask == "silence" else reported_days(low, high)


def _score(axis: Axes, level: float, score: LogEstimate, look: dict[str, Any], gid: str) -> None:
    """A score with its interval; one that is not finite has none."""
    if np.isfinite(score.value):
        half = SURE_ERRORS * score.error
        between = [score.value - half, min(0.0, score.value + half)]
        line: Any = {"color": look["color"], "lw": look["lw"], "gid": "span"}
        axis.plot(between, [level, level], **line)
        axis.plot([score.value], [level], **(look | {"lw": 0, "zorder": 4, "gid": gid}))


def _joined(axis: Axes, level: float, mine: LogEstimate, other: LogEstimate) -> None:
    """A light line from one score to the other."""
    ends = [mine.value, other.value]
    if np.isfinite(ends).all():
        axis.plot(ends, [level - SCORES_APART, level + SCORES_APART], color="#c8c8c8", lw=1.0, zorder=1.5)


def _cut(axis: Axes, fitted: int, rows: int) -> None:
    """The line between what a fit may read and what is predicted."""
    if 0 < fitted < rows:
        axis.axhline(fitted - 0.5, color=QUIET, lw=1.0, ls=(0, (1, 2)), gid="cut")
