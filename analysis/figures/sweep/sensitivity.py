"""Sensitivity as a figure: a bar a factor and target, with its interval; and the share of chance."""

from datetime import datetime

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.base import common
from analysis.figures.base.page import legend_tall, sheet, styled, widest
from analysis.figures.base.style import INK, QUIET
from analysis.inference import sensitivity
from analysis.inference.sensitivity import SENSITIVITY_MEASURES, Influence, Target
from analysis.tables import sweeps
from analysis.tables.scored_observations import reported
from sim.record.record import Record
from sim.record.rows import SCORED
from sim.store.reader import RunTables

EFFECT_COLOUR, CHANCE_COLOUR = "#4a90c2", "#c8c8c8"
FACTORS = 10
LABELS = {
    "morris": "mean absolute change a step, h",
    "sobol": "share of variance",
    "pawn": "distance (0 to 1)",
}


@styled
def draw(tables: RunTables, record: Record, milestone: str | None, by: datetime | None) -> Figure:
    """The factors of a milestone's median hour by rank (default: the last scored one), largest on top."""
    known = list(reported(tables, record, SCORED))
    name = sweeps.chosen(tables, record, milestone or (known[-1] if known else None))
    method, targets = sensitivity.targets(tables, record, "--figure sensitivity", (name,))
    target = targets[0]
    factors = target.factors[:FACTORS]
    key = _key(method, target)
    left = max(1.4, widest([one.factor for one in factors], 8.5) + 0.35)
    tall = 0.3 * (len(factors) + (target.chance is not None)) + 0.15
    labels = [str(handle.get_label()) for handle in key]
    more = f"{tables.manifest['design']['points']:,} points of {tables.manifest['design']['runs']:,} runs."
    page = sheet(
        f"What moves {name}: {target.quantity}",
        common.caption(tables, more),
        tall=tall,
        left=left,
        right=0.35,
        under=0.65 + legend_tall(labels, 9.6 - left),
    )
    axis = page.body()
    for level, one in enumerate(factors):
        _bar(axis, level, one, SENSITIVITY_MEASURES[method])
    names = [one.factor for one in factors]
    if target.chance is not None and method == "sobol":
        value, low, high = target.chance
        axis.barh(len(factors), value, 0.6, fc=CHANCE_COLOUR, ec=INK, lw=0.6, hatch="///")
        axis.plot([low, high], [len(factors)] * 2, color=INK, lw=1.2)
        names.append("chance (single runs)")
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.set_xlim(left=0.0)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color="#e5e5e5", lw=0.6)
    axis.set_xlabel(
        LABELS[method] if target.unit == "h" or method != "morris" else "mean absolute change a step"
    )
    page.legend(key, 0.6)
    return page.figure


def _bar(axis: Axes, level: int, one: Influence, measures: tuple[str, ...]) -> None:
    first, second = measures
    main, other = one.values[first], one.values[second]
    axis.barh(level, max(0.0, main[0]), 0.6, fc=EFFECT_COLOUR, lw=0)
    axis.plot([max(0.0, main[1]), main[2]], [level] * 2, color=INK, lw=1.2)
    axis.plot([max(0.0, other[0])], [level], "D", color="white", mec=INK, ms=5)


def _key(method: str, target: Target) -> list[Patch | Line2D]:
    first, second = SENSITIVITY_MEASURES[method]
    key: list[Patch | Line2D] = [
        Patch(color=EFFECT_COLOUR, label=first),
        Line2D([], [], color=INK, lw=1.2, label=f"95 % interval of {first}"),
        Line2D([], [], color=INK, marker="D", mfc="white", ms=5, lw=0, label=second),
    ]
    if target.chance is not None and method == "sobol":
        key.append(Patch(fc=CHANCE_COLOUR, ec=QUIET, hatch="///", label="share of chance in single runs"))
    return key
