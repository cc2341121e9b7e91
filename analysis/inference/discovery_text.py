"""A discovery as text, table and JSON."""

import math
from typing import Any

from analysis.inference.discovery import (
    BOX_LEVEL,
    STABILITY_RESAMPLES,
    Cases,
    Discovery,
    MeasuredBox,
    Restriction,
)
from analysis.words.text import aligned, wrapped
from sim.files.units import rounded

TRADE_ROWS = 8
BOX_HEAD = ["parameter", "box", "all, 5 to 95 %", "quasi-p-value", "found again"]
TRADE_HEAD = ["coverage", "density", "mass", "restricted"]


def text(event: str, cases: Cases, result: Discovery) -> str:
    """What is asked in words, the box, its parameters, and what other boxes would trade."""
    head = f"{event}: {_percent(result.base)} of {result.cases:,} {cases.noun}"
    notes = [f"not looked at, as it is moved by words: {name}" for name in cases.left_out]
    if not result.is_box:
        return "\n".join([head, *notes, "", wrapped(_none(cases, result), further="  ")])
    parts = [
        "\n".join([head, *notes]),
        wrapped(_sentence(cases, result), further="  "),
        aligned(cells(result)),
        "Other boxes of the search:\n" + aligned([TRADE_HEAD, *map(_curve_row, thinned(result.curve))]),
        wrapped(_how(cases), further="  "),
    ]
    return "\n\n".join(parts)


def _sentence(cases: Cases, result: Discovery) -> str:
    best, noun = result.best, cases.noun
    count = "1 parameter" if best.restricted == 1 else f"{best.restricted} parameters"
    return (
        f"A box in {count}: {_percent(best.density)} of the {noun} in it have the event (density; of "
        f"all {_percent(result.base)}), they are {_percent(best.coverage)} of those that have it "
        f"(coverage), and it holds {_percent(best.mass)} of all {noun} (mass)."
    )


def _none(cases: Cases, result: Discovery) -> str:
    if not result.best.restricted:
        return "No box: no parameter makes the event more frequent than chance does."
    return (
        f"No box: the best one found in one half of the {cases.noun} has a density of "
        f"{_percent(result.best.density)} in the other, where as many drawn at random have that or more "
        f"with a probability of {result.best.chance:.2g} (below {BOX_LEVEL:g} is asked)."
    )


def _how(cases: Cases) -> str:
    return (
        f"Found in one half of the {cases.noun} and judged by the other, of which all shares are. "
        f"Quasi-p-value: the probability that {cases.noun} drawn at random from the box without that "
        f"restriction would have its density. Found again: in how many of {STABILITY_RESAMPLES} searches, "
        "each on half of those searched, the parameter is restricted."
    )


def cells(result: Discovery) -> list[list[str]]:
    """The parameters of the box, a row each below a head."""
    return [BOX_HEAD, *(_row(one) for one in result.restrictions)]


def _row(one: Restriction) -> list[str]:
    again = f"{round(one.stability * STABILITY_RESAMPLES)} of {STABILITY_RESAMPLES}"
    chance = "under 0.001" if one.chance < 0.001 else f"{one.chance:.2g}"
    return [one.parameter, limits(one), span(one.all_low, one.all_high, one.unit), chance, again]


def limits(one: Restriction) -> str:
    """The ends of a parameter in a box, as below 18 days, above 4 h, or 4 to 9 h."""
    if math.isinf(one.low):
        return f"below {rounded(one.high)} {one.unit}".rstrip()
    if math.isinf(one.high):
        return f"above {rounded(one.low)} {one.unit}".rstrip()
    return span(one.low, one.high, one.unit)


def span(low: float, high: float, unit: str) -> str:
    """Two numbers of a unit."""
    return f"{rounded(low)} to {rounded(high)} {unit}".rstrip()


def thinned(curve: tuple[MeasuredBox, ...]) -> list[MeasuredBox]:
    """Some boxes of a search, evenly from the whole to the smallest."""
    last = len(curve) - 1
    numbers = sorted({round(row * last / (TRADE_ROWS - 1)) for row in range(TRADE_ROWS)})
    return [curve[number] for number in numbers]


def _curve_row(one: MeasuredBox) -> list[str]:
    return [*(f"{share:.2f}" for share in (one.coverage, one.density, one.mass)), str(one.restricted)]


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def as_json(cases: Cases, result: Discovery) -> dict[str, Any]:
    """The search: shares from 0 to 1, ends in the parameters' units, null where a parameter is free there."""
    return {
        "of": cases.noun,
        "cases": result.cases,
        "base": result.base,
        "left_out": list(cases.left_out),
        "is_box": result.is_box,
        "box": _measured(result.best) | {"chance": result.best.chance},
        "parameters": [
            vars(one) | {"low": _end(one.low), "high": _end(one.high)} for one in result.restrictions
        ],
        "curve": [
            _measured(one)
            | {
                "limits": {
                    cases.names[number]: [_end(one.box.low[number]), _end(one.box.high[number])]
                    for number in one.box.restricted.tolist()
                }
            }
            for one in result.curve
        ],
    }


def _measured(one: MeasuredBox) -> dict[str, Any]:
    return {
        "coverage": one.coverage,
        "density": one.density,
        "mass": one.mass,
        "restricted": one.restricted,
    }


def _end(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
