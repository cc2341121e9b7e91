"""Sensitivity as a figure: a bar a factor and target, with its interval; and the share of chance."""

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base import common
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch
from analysis.figures.base.style import INK, QUIET
from analysis.figures.sweep import labels
from analysis.inference import sensitivity
from analysis.inference.indices import SENSITIVITY_MEASURES, Influence
from analysis.inference.sensitivity_text import value_text
from analysis.words import names
from sim.record.record import Record
from sim.store.reader import RunTables

EFFECT_COLOUR, CHANCE_COLOUR = "#4a90c2", "#c8c8c8"
FACTORS = 10
LABELS = {
    "morris": "mean absolute change a step",
    "sobol": "share of variance",
    "pawn": "distance (0 to 1)",
}


@styled
def draw(tables: RunTables, record: Record, milestone: str | None = None) -> Figure:
    """The factors of a milestone's restricted mean time by rank (default: the last scored milestone).

    A bar is in the unit of its measure, days with Morris; what is not determined has none. Raises FaultyInput
    for a milestone that the sweep has not or nothing moves, and for a sample that gives no indices.
    """
    name = labels.last_scored(tables, record, milestone)
    method, targets = sensitivity.targets(tables, record, "--figure sensitivity", (name,))
    target = next(one for one in targets if one.quantity == sensitivity.RESTRICTED)
    factors, chance = target.factors[:FACTORS], target.chance if method == "sobol" else None
    bars = [*(one.factor for one in factors), *([] if chance is None else ["random variation (single runs)"])]
    page, axis = common.sheet_of_rows(
        f"Sensitivity of {names.milestone(tables, name)}: {target.quantity}",
        common.caption(tables),
        0.3 * len(bars) + 0.15,
        bars,
        least=1.4,
        right=0.35,
        under=0.6,
        key=_key(method, chance is not None),
    )
    for level, one in enumerate(factors):
        _bar(axis, level, one, SENSITIVITY_MEASURES[method])
    if chance is not None:
        value, *between = chance
        axis.barh(len(factors), value, 0.6, fc=CHANCE_COLOUR, ec=INK, lw=0.6, hatch="///")
        axis.plot(between, [len(factors)] * 2, color=INK, lw=1.2)
    axis.set_xlim(left=0.0)
    axis.set_xlabel(f"{LABELS[method]}, days" if method == "morris" else LABELS[method])
    return page.figure


def _bar(axis: Axes, level: int, one: Influence, measures: tuple[str, ...]) -> None:
    first, second = measures
    main, other = one.values[first], one.values[second]
    if main is None:
        where: Any = {"va": "center", "fontsize": 7.5, "color": QUIET}
        axis.text(0.0, level, f" {value_text(main, one.above[first], 2)}", **where)
    else:
        axis.barh(level, max(0.0, main[0]), 0.6, fc=EFFECT_COLOUR, lw=0)
        axis.plot([max(0.0, main[1]), main[2]], [level] * 2, color=INK, lw=1.2)
    if main is not None and other is not None:
        axis.plot([max(0.0, other[0])], [level], "D", color="white", mec=INK, ms=5)


def _key(method: str, chance: bool) -> list[Artist]:
    first, second = SENSITIVITY_MEASURES[method]
    key = [
        key_patch(first, color=EFFECT_COLOUR),
        key_line(f"95 % interval of {first}", color=INK, lw=1.2),
        key_line(second, color=INK, marker="D", mfc="white", ms=5, lw=0),
    ]
    if chance:
        key.append(
            key_patch("share of random variation in single runs", fc=CHANCE_COLOUR, ec=QUIET, hatch="///")
        )
    return key
