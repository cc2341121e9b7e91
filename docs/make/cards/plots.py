"""The small plots of the rules: dots are what the code gives, lines are the formula. Each bears its data."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context, style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.base.style import INK, STYLE_SHEET
from cards.card import Card, by_code, formula_line

LOOKS: tuple[dict[str, Any], ...] = (
    {"ls": "-", "marker": "o"},
    {"ls": "--", "marker": "s"},
    {"ls": ":", "marker": "^"},
    {"ls": "-.", "marker": "D"},
)
INKS = (INK, "#666666", "#8c8c8c", "#444444")
DIGITS, FINE = 6, 241  # of stored numbers; points of a line


def data_of(card: Card) -> dict[str, Any]:
    """What a plot shows: the points of the axis, and for each series what the code and the formula give."""
    points, lines = by_code(card), formula_line(card)
    return {
        "x": [_short(x) for x in card.x.points],
        "series": {
            name: {
                "code": [_short(point.y) for point in points[name]],
                "formula": [_short(y) for y in lines[name]],
            }
            for name in card.series
        },
    }


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def svg(card: Card, data: Mapping[str, Any]) -> str:
    """The plot of a card as SVG, the same text for the same data, with the data in its description."""
    with style.context(STYLE_SHEET), rc_context({"svg.fonttype": "none", "svg.hashsalt": card.id}):
        figure = Figure(figsize=(4.6, 2.5), layout="constrained")
        axes = figure.add_subplot()
        for number, (name, ys) in enumerate(data["series"].items()):
            look, ink = LOOKS[number], INKS[number]
            _draw_formula(axes, card, name, ls=look["ls"], color=ink, lw=1.2)
            axes.plot(
                data["x"], ys["code"], ls="", marker=look["marker"], ms=3.6, mfc="white", mec=ink, mew=0.9
            )
            axes.plot([], [], color=ink, mfc="white", mec=ink, ms=3.6, lw=1.2, label=name, **look)
        axes.set_xlabel(card.x.label)
        axes.set_ylabel(card.y)
        axes.margins(x=0.03, y=0.08)
        if any(data["series"]):
            figure.legend(loc="outside upper left", ncols=len(data["series"]))
        out = io.StringIO()
        about = {"Date": None, "Creator": None, "Description": json.dumps(data, separators=(",", ":"))}
        figure.savefig(out, format="svg", metadata=about)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _draw_formula(axes: Axes, card: Card, series: str, **look: Any) -> None:
    """The formula between the points as well; of whole numbers, a bar at each."""
    low, *_, high = card.x.points
    xs = card.x.points if card.x.whole else np.linspace(low, high, FINE)
    ys = [card.by_formula(card.values(), float(x), card.series[series]) for x in xs]
    if card.x.whole:
        left, right = np.add.outer((-0.25, 0.25), xs)
        axes.hlines(ys, left, right, colors=look["color"], lw=look["lw"])
    else:
        axes.plot(xs, ys, **look)


def data_in(text: str) -> dict[str, Any]:
    """The data in a plot's description. Raises ValueError for a text without any."""
    stored = re.search(r"<dc:description>(.*?)</dc:description>", text, re.DOTALL)
    if stored is None:
        raise ValueError("the plot bears no data")
    return dict(json.loads(stored[1]))


def draw(card: Card, folder: Path) -> None:
    """Run a card's rule and write its plot."""
    (folder / f"{card.id}.svg").write_text(svg(card, data_of(card)), encoding="utf-8")
