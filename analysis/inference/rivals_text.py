"""Rival explanations as text and JSON."""

from datetime import datetime, timedelta
from typing import Any

from analysis.inference.rivals import APART, LEAST, Rival, Verdict
from analysis.tables.text import aligned, stamp

MOST = 6  # missing facts shown
MANY = 6  # rivals that a conclusion names one by one


def text(found: Verdict, zero: datetime, wide: Verdict | None = None) -> str:
    """The rivals by rank, what they predict elsewhere, and what would tell them apart."""
    ranks = {} if wide is None else {one.name: one.rank for one in wide.rivals}
    dated = any(one.dates for one in found.rivals)
    head = ["rank", "rival", "log Bayes factor", "probability", "effective runs"]
    lines = [[*head, *(["without its dated rows"] * dated), *(["rank, wider priors"] if wide else [])]]
    for one in found.rivals:
        row = [str(one.rank), f"{one.name}{'*' if one.dates else ''}"]
        row += [f"{one.factor:+.2f} +- {one.factor_error:.2f}", f"{one.share:.3f}", f"{one.effective:,.0f}"]
        row += [_without(one)] * dated
        lines.append([*row, *([str(ranks.get(one.name, "-"))] if wide else [])])
    parts = [f"Rows: {', '.join(found.rows)}; {found.runs:,} runs a rival.", aligned(lines), *_remarks(found)]
    return "\n\n".join([*parts, _elsewhere(found, zero), _missing(found)])


def conclusion(found: Verdict) -> str:
    """Whether the rows tell the rivals apart, in a sentence."""
    names = [one.name for one in found.together]
    if not found.enough:
        least = min(one.effective for one in found.together)
        return f"Too few runs to tell: some evidence rests on {least:.0f} of them ({LEAST:.0f} are needed)."
    if len(names) == 1:
        return f"The rows are for {names[0]}: every other rival is less probable by a factor of 3 or more."
    if len(names) == len(found.rivals) > MANY:
        return f"Not distinguishable by these rows: all {len(names)} (a factor below 3, within two errors)."
    return f"Not distinguishable by these rows (a factor below 3, within two errors): {', '.join(names)}."


def _without(one: Rival) -> str:
    if not one.dates:
        return ""
    return "no row left" if one.without is None else f"{one.without:+.2f}"


def _remarks(found: Verdict) -> list[str]:
    said = [conclusion(found)]
    said += [
        f"{one.name} gives the same runs as {', '.join(one.same)}: counted once."
        for one in found.rivals
        if one.same
    ]
    said += [
        f"{one.name} is refuted at any weight: none of its {found.runs:,} runs gives "
        f"{', '.join(one.refuted)} (at most {3.0 / found.runs:.2g} of them would, 95 %)."
        for one in found.rivals
        if one.refuted
    ]
    if any(one.dates for one in found.rivals):
        days = sorted({day.isoformat() for one in found.rivals for day in one.dates})
        said.append(
            f"* names a date within a week of what is asked ({', '.join(days)}), and may have been chosen by "
            "it; beside it its log factor against the best rival, both without the rows of its dates."
        )
    return said


def _elsewhere(found: Verdict, zero: datetime) -> str:
    names = list(found.rivals[0].elsewhere)
    if not names:
        return "No other reported milestone is left for them to predict."
    lines = [["rival", *(f"{name}: 5 / 50 / 95 %, P(in)" for name in names)]]
    for one in found.rivals[:8]:
        cells = []
        for hours, inside in one.elsewhere.values():
            days = " / ".join(_moment(zero, hour) for hour in hours)
            cells.append(f"{days}, {inside:.2f}")
        lines.append([one.name, *cells])
    return f"What each predicts elsewhere, its runs weighed by the rows (month-day):\n{aligned(lines)}"


def _moment(zero: datetime, hour: float) -> str:
    return "never" if hour == float("inf") else f"{zero + timedelta(hours=hour):%m-%d}"


def _missing(found: Verdict) -> str:
    lines = [["date that nobody reports, or that is not asked", "nats", "of the doubt"]]
    for one in found.missing[:MOST]:
        share = f"{one.worth / one.most:.0%}" if one.most > 0.0 else "-"
        lines.append([one.milestone, f"{one.worth:.3f}", share])
    return f"What another date would tell of which rival holds:\n{aligned(lines)}"


def as_json(found: Verdict, zero: datetime) -> dict[str, Any]:
    """The whole verdict."""
    return {
        "rows": list(found.rows),
        "runs": found.runs,
        "conclusion": conclusion(found),
        "apart_from": float(APART),
        "rivals": [_rival(one, zero) for one in found.rivals],
        "missing": [vars(one) for one in found.missing],
    }


def _rival(one: Rival, zero: datetime) -> dict[str, Any]:
    own = {key: value for key, value in vars(one).items() if key not in ("elsewhere", "dates")}
    told: dict[str, Any] = {}
    for name, (hours, inside) in one.elsewhere.items():
        moments = [None if hour == float("inf") else stamp(zero + timedelta(hours=hour)) for hour in hours]
        told[name] = {**dict(zip(("q05", "q50", "q95"), moments, strict=True)), "p_in_reported": inside}
    return own | {"dates": [day.isoformat() for day in one.dates], "elsewhere": told}
