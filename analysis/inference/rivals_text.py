"""Rival explanations as text and JSON."""

from datetime import datetime
from typing import Any

from analysis.inference.rivals import EVIDENCE_THRESHOLD, LEAST_RUNS, Ranking, Rival
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.tables.text import aligned, stamp
from sim.state.clock import moment_at

MOST_MISSING = 6  # missing facts shown
MOST_NAMED = 6  # rivals that a conclusion names one by one


def text(ranking: Ranking, zero: datetime, wide: Ranking | None = None) -> str:
    """The rivals by rank, what they predict elsewhere, and what would tell them apart."""
    rivals = ranking.rivals
    columns = {
        "rank": [str(one.rank) for one in rivals],
        "rival": [f"{one.name}{'*' if one.dates else ''}" for one in rivals],
        "log Bayes factor": [f"{one.factor:+.2f} +- {one.factor_error:.2f}" for one in rivals],
        "probability": [f"{one.share:.3f}" for one in rivals],
        "effective runs": [f"{one.effective:,.0f}" for one in rivals],
    }
    if any(one.dates for one in rivals):
        columns["without its dated rows"] = [_without(one) for one in rivals]
    if wide:
        ranks = {one.name: str(one.rank) for one in wide.rivals}
        columns["rank, wider priors"] = [ranks.get(one.name, "-") for one in rivals]
    lines = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    parts = [
        f"Rows: {', '.join(ranking.rows)}; {ranking.runs:,} runs a rival.",
        aligned(lines),
        *_remarks(ranking),
    ]
    return "\n\n".join([*parts, _elsewhere(ranking, zero), _missing(ranking)])


def conclusion(ranking: Ranking) -> str:
    """Whether the rows tell the rivals apart, in a sentence."""
    names = [one.name for one in ranking.together]
    if not ranking.enough:
        least = min(one.effective for one in ranking.together)
        return (
            f"Too few runs to tell: some evidence rests on {least:.0f} of them ({LEAST_RUNS:.0f} are needed)."
        )
    if len(names) == 1:
        return f"The rows are for {names[0]}: every other rival is less probable by a factor of 3 or more."
    if len(names) == len(ranking.rivals) > MOST_NAMED:
        return f"Not distinguishable by these rows: all {len(names)} (a factor below 3, within two errors)."
    return f"Not distinguishable by these rows (a factor below 3, within two errors): {', '.join(names)}."


def _without(one: Rival) -> str:
    if not one.dates:
        return ""
    return "no row left" if one.without is None else f"{one.without:+.2f}"


def _remarks(ranking: Ranking) -> list[str]:
    remarks = [conclusion(ranking)]
    remarks += [
        f"{one.name} gives the same runs as {', '.join(one.same)}: counted once."
        for one in ranking.rivals
        if one.same
    ]
    remarks += [
        f"{one.name} is refuted at any weight: none of its {ranking.runs:,} runs gives "
        f"{', '.join(one.refuted)} (at most {3.0 / ranking.runs:.2g} of them would, 95 %)."
        for one in ranking.rivals
        if one.refuted
    ]
    if any(one.dates for one in ranking.rivals):
        days = sorted({day.isoformat() for one in ranking.rivals for day in one.dates})
        remarks.append(
            f"* names a date within a week of what is asked ({', '.join(days)}), and may have been chosen by "
            "it; beside it its log factor against the best rival, both without the rows of its dates."
        )
    return remarks


def _elsewhere(ranking: Ranking, zero: datetime) -> str:
    names = list(ranking.rivals[0].elsewhere)
    if not names:
        return "No other reported milestone is left for them to predict."
    lines = [["rival", *(f"{name}: 5 / 50 / 95 %, P(in)" for name in names)]]
    for one in ranking.rivals[:8]:
        cells = []
        for hours, inside in one.elsewhere.values():
            days = [f"{moment:%m-%d}" if (moment := _moment(zero, hour)) else "never" for hour in hours]
            cells.append(f"{' / '.join(days)}, {inside:.2f}")
        lines.append([one.name, *cells])
    return f"What each predicts elsewhere, its runs weighed by the rows (month-day):\n{aligned(lines)}"


def _moment(zero: datetime, hour: float) -> datetime | None:
    return None if hour == float("inf") else moment_at(zero, hour)


def _missing(ranking: Ranking) -> str:
    lines = [["date that nobody reports, or that is not asked", "nats", "of the doubt"]]
    for one in ranking.missing[:MOST_MISSING]:
        share = f"{one.worth / one.most:.0%}" if one.most > 0.0 else "-"
        lines.append([one.milestone, f"{one.worth:.3f}", share])
    return f"What another date would tell of which rival holds:\n{aligned(lines)}"


def as_json(ranking: Ranking, zero: datetime) -> dict[str, Any]:
    """The whole verdict."""
    return {
        "rows": list(ranking.rows),
        "runs": ranking.runs,
        "conclusion": conclusion(ranking),
        "apart_from": float(EVIDENCE_THRESHOLD),
        "rivals": [_rival(one, zero) for one in ranking.rivals],
        "missing": [vars(one) for one in ranking.missing],
    }


def _rival(one: Rival, zero: datetime) -> dict[str, Any]:
    elsewhere = {
        name: {
            **dict(zip(QUANTILE_KEYS, (stamp(_moment(zero, hour)) for hour in hours), strict=True)),
            "p_in_reported": inside,
        }
        for name, (hours, inside) in one.elsewhere.items()
    }
    return vars(one) | {"dates": [day.isoformat() for day in one.dates], "elsewhere": elsewhere}
