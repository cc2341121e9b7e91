"""Sensitivity as tables, text and JSON."""

from collections.abc import Sequence
from typing import Any

from analysis.inference.sensitivity import SENSITIVITY_MEASURES, Target
from analysis.words.text import aligned

METHOD_NOTES = {
    "morris": "mu*: mean absolute change for a step of the design (two thirds of a factor's range); sigma: "
    "its standard deviation, large where a factor acts by others or bends",
    "sobol": "total: share of the points' variance that a factor carries alone and with others; first: alone",
    "pawn": "median and largest distance (Kolmogorov, 0 to 1) of the distribution where a factor lies in "
    "one of ten slices from that of all",
}
MOST_FACTORS = 8


def text(method: str, targets: Sequence[Target], most: int = MOST_FACTORS) -> str:
    """A table a target, the factors by rank; brackets are 95 % intervals of a bootstrap."""
    return "\n\n".join([METHOD_NOTES[method] + ".", *(_table(method, target, most) for target in targets)])


def _table(method: str, target: Target, most: int) -> str:
    lines = [["factor", *SENSITIVITY_MEASURES[method]]]
    lines += [[one.factor, *(_span(*span) for span in one.values.values())] for one in target.factors[:most]]
    chance = "" if target.chance is None else f"; share of chance in single runs {_span(*target.chance)}"
    unit = "" if target.unit == "share" else f" {target.unit}"
    head = f"{target.milestone}, {target.quantity} (sd over the points {target.spread:.3g}{unit}{chance})"
    both = [f"{' with '.join(pair.factors)} {_span(*pair.share)}" for pair in target.pairs]
    last = f"\npairs, beside what each does alone: {'; '.join(both)}" if both else ""
    return f"{head}\n{aligned(lines)}{last}"


def _span(value: float, low: float, high: float) -> str:
    return f"{value:.3g} [{low:.3g}, {high:.3g}]"


def cells(method: str, targets: Sequence[Target]) -> list[list[str]]:
    """All factors of all targets below a head: each measure with the ends of its 95 % interval."""
    measures = [[name, f"{name} low", f"{name} high"] for name in SENSITIVITY_MEASURES[method]]
    head = ["milestone", "quantity", "unit", "factor", *(cell for of_one in measures for cell in of_one)]
    rows = [
        [target.milestone, target.quantity, target.unit, one.factor]
        + [f"{number:.4g}" for span in one.values.values() for number in span]
        for target in targets
        for one in target.factors
    ]
    return [head, *rows]


def as_json(method: str, targets: Sequence[Target]) -> dict[str, Any]:
    """All targets with all factors; a number stands with its interval."""
    return {
        "method": method,
        "targets": [
            vars(target)
            | {
                "pairs": [pair._asdict() for pair in target.pairs],
                "factors": [{"factor": one.factor, **one.values} for one in target.factors],
            }
            for target in targets
        ],
    }
