"""Sensitivity as tables, text and JSON."""

from collections.abc import Sequence
from typing import Any

from analysis.inference.indices import SENSITIVITY_MEASURES, Estimate, Influence
from analysis.inference.sensitivity import Target
from analysis.words.text import aligned, wrapped

METHOD_NOTES = {
    "morris": "mu*: mean absolute change for a step of the design (two thirds of a factor's range); sigma: "
    "its standard deviation, large where a factor acts by others or bends",
    "sobol": "total: share of the points' variance that a factor carries alone and with others; first: alone",
    "pawn": "median and largest distance (Kolmogorov, 0 to 1) of the distribution where a factor lies in "
    "one of ten slices from that of all",
}
MOST_FACTORS = 8
NOT_DETERMINED = "not determined"
LEAST_SHOWN = 0.01
"""The lower end of an interval from which it is worth a word."""


def text(method: str, targets: Sequence[Target], most: int = MOST_FACTORS) -> str:
    """A table a target, the factors by rank; brackets are 95 % intervals of a bootstrap."""
    return "\n\n".join([METHOD_NOTES[method] + ".", *(_table(method, target, most) for target in targets)])


def _table(method: str, target: Target, most: int) -> str:
    shown = target.factors[:most]
    lines = [["factor", *SENSITIVITY_MEASURES[method]]]
    lines += [[one.factor, *(_cell(one, measure) for measure in one.values)] for one in shown]
    chance = "" if target.chance is None else f"; share of chance in single runs {_span(target.chance)}"
    unit = "" if target.unit == "share" else f" {target.unit}"
    head = f"{target.milestone}, {target.quantity} (sd over the points {target.spread:.3g}{unit}{chance})"
    known = [pair for pair in target.pairs if pair.share is not None or pair.above >= LEAST_SHOWN]
    both = [f"{' with '.join(pair.factors)} {value_text(pair.share, pair.above, 3)}" for pair in known]
    parts = [head, *([aligned(lines)] if shown else [])]
    parts += [f"pairs, beside what each does alone: {'; '.join(both)}"] if both else []
    return "\n".join([*parts, *(wrapped(note, further="  ") for note in notes(target, most))])


def notes(target: Target, most: int = MOST_FACTORS) -> list[str]:
    """What is not determined of a target's first factors and why, and which points are left out."""
    of = f"of {target.points + target.missing:,} points"
    if not target.factors:
        return [f"{NOT_DETERMINED}: {target.missing:,} {of} whose runs give no value"]
    lines = []
    if not all(one.is_determined for one in target.factors[:most]):
        why = f"{target.carriers:,} {of} whose values carry half of the variance"
        lines.append(f"{NOT_DETERMINED}: the 95 % interval passes 1, by {why}")
    if target.missing:
        lines.append(f"left out: {target.missing:,} {of} whose runs give no value")
    return lines


def _cell(one: Influence, measure: str) -> str:
    value = one.values[measure]
    return value_text(value, one.above.get(measure, 0.0), 3)


def value_text(value: Sequence[float] | None, above: float, digits: int) -> str:
    """A measure with its interval, or that it is not determined, with the lower end if that says anything."""
    if value is not None:
        return _span((value[0], value[1], value[2]), digits)
    return f"{NOT_DETERMINED}, above {above:.2f}" if above >= LEAST_SHOWN else NOT_DETERMINED


def _span(span: Estimate, digits: int = 3) -> str:
    value, low, high = span
    return f"{value:.{digits}g} [{low:.{digits}g}, {high:.{digits}g}]"


def cells(method: str, targets: Sequence[Target]) -> list[list[str]]:
    """All factors of all targets below a head: each measure with the ends of its 95 % interval.

    What is not determined has no value and no upper end.
    """
    measures = [[name, f"{name} low", f"{name} high"] for name in SENSITIVITY_MEASURES[method]]
    head = ["milestone", "quantity", "unit", "factor", *(cell for of_one in measures for cell in of_one)]
    rows = [
        [target.milestone, target.quantity, target.unit, one.factor]
        + [cell for measure in one.values for cell in _numbers(one, measure)]
        for target in targets
        for one in target.factors
    ]
    return [head, *rows]


def _numbers(one: Influence, measure: str) -> list[str]:
    value = one.values[measure]
    if value is None:
        return ["", f"{one.above[measure]:.4g}", ""]
    return [f"{number:.4g}" for number in value]


def as_json(method: str, targets: Sequence[Target]) -> dict[str, Any]:
    """All targets with all factors; a number stands with its interval, null where it is not determined.

    `above` of a factor has the lower ends of such intervals, `notes` of a target says why.
    """
    return {
        "method": method,
        "targets": [
            vars(target)
            | {
                "notes": notes(target, len(target.factors)),
                "pairs": [pair._asdict() for pair in target.pairs],
                "factors": [
                    {"factor": one.factor, **one.values, **({"above": one.above} if one.above else {})}
                    for one in target.factors
                ],
            }
            for target in targets
        ],
    }
