"""When a fit is no result: too few effective or distinct points, too little movement, too much noise."""

from collections.abc import Mapping
from typing import Any

LEAST_EFFECTIVE = 100.0
"""Effective points of the worst known parameter, below which a posterior has collapsed."""
MOST_RULED_OUT = 0.999
"""Share of the prior above which the rows and the model do not speak of the same thing."""
LEAST_ROOTS = 20
"""Lineages below which a posterior has collapsed, and effective points cannot be told."""
LEAST_DISTINCT = 0.2
LEAST_ACCEPTED = 0.02
LEAST_MOVED = 2.0  # accepted moves a point after the last step, on average
MOST_NOISE = 2.0
"""Variance of the log likelihood (nats^2) above which a fit is no result."""


def faults(fit: Mapping[str, Any]) -> list[str]:
    """Why a fit is no result; empty if it is one."""
    warnings = []
    if fit["effective"] < LEAST_EFFECTIVE:
        warnings.append(f"only {int(fit['effective'])} effective points; {LEAST_EFFECTIVE:.0f} are needed")
    if fit["ruled_out"] > MOST_RULED_OUT:
        warnings.append("nearly all of the prior is ruled out by a row that could only be false there")
    if fit["roots"] < LEAST_ROOTS:
        warnings.append(f"all points come from {fit['roots']} of the prior's; {LEAST_ROOTS} are needed")
    least = min(step["distinct"] for step in fit["steps"])
    if least < LEAST_DISTINCT * fit["points"]:
        warnings.append(f"only {least} distinct points of {fit['points']} after a step")
    accepted = min(step["accepted"] for step in fit["steps"])
    if accepted < LEAST_ACCEPTED:
        warnings.append(f"only {accepted:.1%} of the moves of a step were accepted")
    last = fit["steps"][-1]
    moved = last["accepted"] * last["moves"]
    if moved < LEAST_MOVED:
        warnings.append(f"a point moved {moved:.1f} times at the end; {LEAST_MOVED:.0f} are needed")
    if not fit["noise"] < MOST_NOISE:
        warnings.append(
            f"the log likelihood has a variance of {fit['noise']:.2f}; below {MOST_NOISE:.0f}, by more "
            "histories, would be right"
        )
    return warnings
