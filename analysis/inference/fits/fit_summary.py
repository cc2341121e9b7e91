"""What a fit taught: prior against posterior, what is informed, how exact it is, and when it is no result."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.inference.fits.power_scaling import SCALING_POWERS, SENSITIVE_FROM, sensitivities
from analysis.inference.fits.profiles import ProfileBin, range_within
from analysis.inference.smc import Sample
from analysis.words.text import aligned

LEVELS = np.linspace(0.005, 0.995, 100)
"""Quantiles that are kept of each parameter, for figures."""
INFORMED = 0.5
"""Share of the prior's variance below which a direction counts as informed."""
STRONG = 0.3
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
PROFILE_NATS = 4.0
"""How far below its top a profile counts as near it: some errors of the log likelihood's estimates."""
STEP_FORMS = {"module": "", "share": ".3f", "effective": ".0f", "moves": "", "accepted": ".2f"}
STEP_FORMS |= {"distinct": "", "log evidence": ".2f"}
"""What is told of a step of the sample, and how it is written."""


def account(
    sample: Sample,
    names: Sequence[str],
    *,
    prior: Mapping[str, np.ndarray],
    posterior: Mapping[str, np.ndarray],
    units: Mapping[str, str],
    rows: Sequence[str],
    modules: Sequence[str],
    profiles: Sequence[Sequence[ProfileBin]] = (),
) -> dict[str, Any]:
    """A fit as one object: parameters in their own units, steps, rows, and what is wrong with it.

    `prior` and `posterior` have each parameter's values at the points (points,), in its unit; `profiles` is
    each one's, if there are any.
    """
    draws = dict(zip(names, sample.z.T, strict=True))
    scaled = sensitivities(draws, log_prior(sample.z), sample.logs.sum(axis=1))
    parameters = [
        _parameter(sample, place, name=name, unit=units[name], prior=prior[name], posterior=posterior[name])
        | {"sensitivity": scaled[name]._asdict() | {"flag": scaled[name].flag}}
        | {"profile": [row._asdict() for of_one in profiles[place : place + 1] for row in of_one]}
        for place, name in enumerate(names)
    ]
    spread = np.cov(sample.z.T).reshape(len(names), -1)
    values = np.linalg.eigvalsh(spread)
    fit = {
        "parameters": parameters,
        "correlations": np.corrcoef(sample.z.T).reshape(len(names), -1).round(4).tolist(),
        "eigenvalues": values.tolist(),
        "informed": int((values < INFORMED).sum()),
        "points": len(sample.z),
        "roots": len(np.unique(sample.roots)),
        "effective": min(row["effective"] for row in parameters),
        "effective_median": float(np.median([row["effective"] for row in parameters])),
        "ruled_out": sample.ruled_out,
        "noise": float(sample.noise.mean()),
        "noise_most": float(sample.noise.max()),
        "evidence": sample.evidence,
        "steps": [{**vars(step), "module": modules[step.module]} for step in sample.steps],
        "rows": [
            {"row": row, "share": float(np.exp(sample.logs[:, i]).mean())} for i, row in enumerate(rows)
        ],
    }
    return fit | {"faults": faults(fit)}


def log_prior(z: np.ndarray) -> np.ndarray:
    """The log prior density (points,) of points `z` (points, parameters), standard normal under it (nats)."""
    return np.asarray(-0.5 * (z * z + np.log(2.0 * np.pi)).sum(axis=1))


def _parameter(
    sample: Sample, place: int, name: str, unit: str, prior: np.ndarray, posterior: np.ndarray
) -> dict[str, Any]:
    z = sample.z[:, place]
    effective = sample.effective(z)
    return {
        "name": name,
        "unit": unit,
        "prior": np.quantile(prior, LEVELS).tolist(),
        "posterior": np.quantile(posterior, LEVELS).tolist(),
        "mean": float(posterior.mean()),
        "error": float(posterior.std() / np.sqrt(max(1.0, effective))),
        "contraction": float(1.0 - z.var()),
        "effective": effective,
    }


def quantiles(row: Mapping[str, Any], which: str) -> tuple[float, float, float]:
    """The 5, 50 and 95 % quantiles of a parameter's prior or posterior."""
    low, middle, high = np.interp((0.05, 0.5, 0.95), LEVELS, row[which])
    return float(low), float(middle), float(high)


def faults(fit: Mapping[str, Any]) -> list[str]:
    """Why a fit is no result (too few effective or distinct points, too little movement, too much noise).

    Empty if it is one.
    """
    effective, roots, noise, last = fit["effective"], fit["roots"], fit["noise"], fit["steps"][-1]
    least = min(step["distinct"] for step in fit["steps"])
    accepted = min(step["accepted"] for step in fit["steps"])
    moved = last["accepted"] * last["moves"]
    right = f"expected below {MOST_NOISE:.0f}, by more runs"
    checks = [
        (
            effective < LEAST_EFFECTIVE,
            f"only {int(effective)} effective points; {LEAST_EFFECTIVE:.0f} are needed",
        ),
        (
            fit["ruled_out"] > MOST_RULED_OUT,
            "nearly all of the prior is ruled out by a row that could only be false there",
        ),
        (roots < LEAST_ROOTS, f"all points come from {roots} of the prior's; {LEAST_ROOTS} are needed"),
        (
            least < LEAST_DISTINCT * fit["points"],
            f"only {least} distinct points of {fit['points']} after a step",
        ),
        (accepted < LEAST_ACCEPTED, f"only {accepted:.1%} of the moves of a step were accepted"),
        (moved < LEAST_MOVED, f"a point moved {moved:.1f} times at the end; {LEAST_MOVED:.0f} are needed"),
        (not noise < MOST_NOISE, f"the log likelihood has a variance of {noise:.2f}; {right}"),
    ]
    return [words for is_fault, words in checks if is_fault]


# --- as text ---------------------------------------------------------------------------------------------


def text(fit: Mapping[str, Any]) -> str:
    """A fit in tables: parameters, directions, rows, steps."""
    rows = [("row", "probability of the report, posterior mean")]
    rows += [(row["row"], f"{row['share']:.3f}") for row in fit["rows"]]
    forms = [(name.removeprefix("log "), form) for name, form in STEP_FORMS.items()]
    steps = [[f"{step[name]:{form}}" for name, form in forms] for step in fit["steps"]]
    parts = [_parameters(fit), _words(fit), *_scaled(fit), aligned(rows), aligned([list(STEP_FORMS), *steps])]
    return "\n\n".join(parts)


def _parameters(fit: Mapping[str, Any]) -> str:
    head = ["parameter", "unit", "prior 5 / 50 / 95 %", "posterior 5 / 50 / 95 %", "mean and its error"]
    lines = [[*head, "contraction", "effective"]]
    for row in fit["parameters"]:
        spans = (" / ".join(f"{q:.3g}" for q in quantiles(row, which)) for which in ("prior", "posterior"))
        cells = f"{row['mean']:.3g} +- {row['error']:.1g}", f"{row['contraction']:+.2f}"
        lines.append([row["name"], row["unit"], *spans, *cells, f"{row['effective']:.0f}"])
    return aligned(lines)


def _scaled(fit: Mapping[str, Any]) -> list[str]:
    """What power-scaling says of each parameter, and where its profile is high; nothing of an older fit."""
    if not all("sensitivity" in row for row in fit["parameters"]):
        return []
    lines = [["parameter", "sensitivity to prior", "to likelihood", "remark", "likelihood near its top"]]
    for row in fit["parameters"]:
        scaled = row["sensitivity"]
        cells = f"{scaled['prior']:.2f}", f"{scaled['likelihood']:.2f}", scaled["flag"]
        lines.append([row["name"], *cells, _near_top(row)])
    less, more = SCALING_POWERS
    note = (
        f"Power-scaling: the prior, or the likelihood, to the powers {less} and {more}; a posterior counts "
        f"as sensitive from {SENSITIVE_FROM} on. Near its top: less than {PROFILE_NATS:.0f} nats below the "
        "greatest log likelihood of any point weighed, in bins of a twentieth of the prior."
    )
    return [f"{aligned(lines)}\n{note}"]


def _near_top(row: Mapping[str, Any]) -> str:
    """The range of a parameter in which its profile is near to its top, in its unit."""
    bins = [ProfileBin(**one) for one in row["profile"]]
    between = range_within(bins, PROFILE_NATS) if bins else None
    if between is None:
        return "anywhere"
    edges = [f"{np.interp(share, LEVELS, row['prior']):.3g}" for share in between]
    if between[0] == 0.0:
        return f"up to {edges[1]}"
    return f"from {edges[0]}" if between[1] == 1.0 else " to ".join(edges)


def _words(fit: Mapping[str, Any]) -> str:
    names = [row["name"] for row in fit["parameters"]]
    pairs = [
        (abs(r), f"{names[i]} and {names[j]} ({r:+.2f})")
        for i, line in enumerate(fit["correlations"])
        for j, r in enumerate(line)
        if i < j and abs(r) >= STRONG
    ]
    bound = ", ".join(word for _, word in sorted(pairs, reverse=True)) or "none"
    return "\n".join(
        [
            "Contraction: 1 less the share of the prior's variance that is left. "
            f"{fit['informed']} of {len(names)} directions are informed (less than {INFORMED:.0%} of the "
            "prior's variance left).",
            f"Correlations of {STRONG} or more: {bound}.",
            f"Points: {fit['points']:,}, of {fit['roots']:,} distinct ancestors; effective for the means of "
            f"parameters {fit['effective']:,.0f} at least, {fit['effective_median']:,.0f} in the middle.",
            f"{fit['ruled_out']:.1%} of the prior's points are ruled out by a row that could only be false "
            "there.",
            f"Log evidence {fit['evidence']:.2f} nats; variance of the log likelihood {fit['noise']:.2f} "
            f"(at one point up to {fit['noise_most']:.2f}).",
        ]
    )
